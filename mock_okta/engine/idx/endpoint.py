"""Requests below `/idp/idx/`: finds the transaction, reads the answer, makes the move, renders the page.

Errors that happen before there is a page (malformed JSON, unknown path) have the envelope of Okta's other APIs; all
others are ION (idx-protocol notes 6.1, 6.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import (
    forms,
    introspection,
    languages,
    policy,
    remediations,
    render,
    sessions,
    stale_pages,
    steps,
    success,
    terminal_pages,
    transactions,
)
from mock_okta.engine.idx.forms import PRODUCES
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.remediations import Remediation
from mock_okta.engine.idx.stages import CANCEL, STAGES
from mock_okta.engine.model import Remark, Reply, Request, Transaction
from mock_okta.engine.model.reading import UnreadableBody
from mock_okta.engine.script import Occasion

LEAST_ERROR = 400
"""Statuses from here on are errors."""

_SOME_TRANSACTION = re.compile(r"\Aauthenticators/sso_extension/transactions/[\w-]+(/.*)\Z")


def answer(turn: Turn, path: str) -> Reply:
    """Answers one request to `/idp/idx/{path}`, in a language that the client likes.

    Raises: ApiError for what is no IDX request at all
    """
    return languages.translated(turn, _answer(turn, path))


def _answer(turn: Turn, path: str) -> Reply:
    given = read_json(turn.request)
    if path == "introspect":
        return introspect(turn, given)
    path = _as_in_rows(path)
    if path not in remediations.PATHS:
        raise ApiError("E0000008")
    if given.get("stateHandle") in (None, ""):
        return _ends(Refused(MESSAGES["api.error.field_required"], "stateHandle"))
    transaction = transactions.find(turn, given["stateHandle"])
    if transaction is None or transaction.handle != given["stateHandle"]:
        return expired()
    if _is_over(transaction, path):
        return _too_late(turn, transaction, path)
    return _submit(turn, transaction, path, given)


def _as_in_rows(path: str) -> str:
    """The path with the id of a transaction in it replaced by what rows write for it."""
    return _SOME_TRANSACTION.sub(remediations.SSO_EXTENSION + r"\1", path)


def _is_over(transaction: Transaction, path: str) -> bool:
    """Whether nothing can be submitted any more; but from some endings a client may still cancel."""
    may_cancel = transaction.stage == "terminal" and CANCEL in terminal_pages.beside(transaction)
    return STAGES[transaction.stage].ends and not (may_cancel and path == "cancel")


def _too_late(turn: Turn, transaction: Transaction, path: str) -> Reply:
    """What a flow that has ended answers. A poll was on its way, so it hears how it ended (seen: 400 after a sign-in).

    `idx.session.expired` would have the widget tell its user of inactivity.
    """
    if path not in remediations.POLLS:
        return expired()
    return _ends(Refused(MESSAGES["errors.E0000079"])) if transaction.code else page(turn, transaction)


def introspect(turn: Turn, given: Mapping[str, Any]) -> Reply:
    """Shows a transaction by interaction handle or by state handle, as it stands or as others have decided."""
    handle = given.get("interactionHandle") or given.get("stateToken") or given.get("stateHandle")
    if handle in (None, ""):
        return _ends(Refused(MESSAGES["api.error.field_required"], "interactionHandle"))
    transaction = transactions.find(turn, handle)
    return expired() if transaction is None else _look(turn, transaction)


def _look(turn: Turn, transaction: Transaction) -> Reply:
    """A decision that is a refusal stays until a poll takes it up: clients take a refused introspection for the end."""
    before = turn.mark()
    try:
        seen = introspection.look(turn, transaction)
    except Refused as refusal:
        turn.undo(before)
        is_error = refusal.message.status >= LEAST_ERROR
        return page(turn, transaction) if is_error else _refuse(turn, transaction, refusal)
    return page(turn, transaction) if seen is transaction else _arrived(turn, seen)


def _submit(turn: Turn, transaction: Transaction, path: str, given: Mapping[str, Any]) -> Reply:
    before = turn.mark()
    try:
        moved = _moved(turn, transaction, path, given)
    except Refused as refusal:
        if not refusal.lasting:
            turn.undo(before)
        return _refuse(turn, transaction, refusal)
    return _arrived(turn, moved)


def _arrived(turn: Turn, moved: Transaction) -> Reply:
    """The page at which a move has come to rest."""
    turn.put_transaction(moved)
    stage = STAGES[moved.stage]
    reply = page(turn, moved, status=stage.status)
    return replace(reply, headers=(*reply.headers, *stage.headers, *sessions.cookie(turn, moved)))


def _moved(turn: Turn, transaction: Transaction, path: str, given: Mapping[str, Any]) -> Transaction:
    """The transaction after the answer; after what has happened meanwhile, where the page does not stand any more."""
    silent = replace(transaction, notices=())
    if path != "cancel" and not stale_pages.stands(turn, transaction):
        return steps.settle(turn, silent)
    row, values = _read(turn, transaction, path, given)
    return row.move(turn, silent, values)


def _read(
    turn: Turn, transaction: Transaction, path: str, given: Mapping[str, Any]
) -> tuple[Remediation, dict[str, Any]]:
    """What is submitted. Raises: Refused, ApiError E0000003 for a value of the wrong JSON type"""
    try:
        return remediations.submitted(turn, transaction, path, given)
    except forms.NotAnOption:
        raise Refused(MESSAGES["errors.E0000079"]) from None
    except forms.MissingField as missing:
        raise Refused(MESSAGES["api.error.field_required"], missing.path[-1], path=missing.path) from None
    except forms.UnmodifiableField as fixed:
        raise Refused(MESSAGES["fieldNotModifiable"], ".".join(fixed.path)) from None
    except forms.MalformedAnswer:
        raise ApiError("E0000003") from None


def _refuse(turn: Turn, transaction: Transaction, refusal: Refused) -> Reply:
    """The page again, with the message on it; what a refusal changes all the same is saved."""
    if refusal.after is not None:
        transaction = refusal.after(turn, transaction)
        turn.put_transaction(transaction)
    if refusal.terminal:
        ended = success.ended(turn, transaction, *refusal.ending)
        turn.put_transaction(ended)
        return page(turn, ended, status=refusal.message.status)
    return page(turn, transaction, refusal.remarks, status=refusal.message.status)


def page(turn: Turn, transaction: Transaction, remarks: Sequence[Remark] = (), *, status: int = 200) -> Reply:
    """The reply for a live transaction, which was of use just now."""
    turn.use("transactions", transaction.handle)
    if not STAGES[transaction.stage].ends and (shown := transactions.prolonged(turn, transaction)) is not transaction:
        turn.put_transaction(shown)
        transaction = shown
    body = render.body(turn, transaction, remarks)
    return Reply(status=status, body=body, headers=(("Content-Type", PRODUCES),), transaction=transaction.handle)


def say(turn: Turn, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """The page as it stands with a message of a script's choosing on it; without a page, the message alone.

    effect: `message` (a key of MESSAGES), and optionally `params`, `field` (dotted path) and `status`. With a field the
        form stays on the page, whatever the message, so that the user can mend it.
    """
    message = MESSAGES[effect["message"]]
    message = replace(message, status=effect.get("status", message.status))
    transaction = turn.state.transactions.get(occasion.transaction)
    path = _place_of(turn, transaction, effect["field"]) if "field" in effect else None
    refusal = Refused(message, *effect.get("params", ()), path=path, terminal=False if "field" in effect else None)
    before = turn.mark()
    reply = _refuse(turn, transaction, refusal) if transaction else _ends(refusal)
    turn.undo(before)
    return languages.translated(turn, reply)


def _place_of(turn: Turn, transaction: Transaction | None, field: str) -> tuple[str, ...] | None:
    """The path of the field, or None for the top of a page that does not have it: a message is never lost."""
    path = tuple(field.split("."))
    rows = remediations.offered(turn, transaction) if transaction else ()
    if transaction and any(path in forms.paths(row.form(turn, transaction)) for row in rows if row.redirects is None):
        return path
    turn.unapplied.append(f"reply.field: the page has no field {field!r}; the message is on top of it")
    return None


def expired() -> Reply:
    """What an unknown, used or expired handle gets (recorded: 401, no remediation)."""
    return _ends(Refused(MESSAGES["idx.session.expired"]))


def _ends(refusal: Refused) -> Reply:
    body = render.terminal(refusal.remarks)
    return Reply(status=refusal.message.status, body=body, headers=(("Content-Type", PRODUCES),))


# ---------------------------------------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------------------------------------


def read_json(request: Request) -> Mapping[str, Any]:
    """The JSON object that a request carries.

    Raises: ApiError E0000021 for another media type, E0000003 for anything but one JSON object of sane depth
    """
    try:
        return request.reading.json_object()
    except UnreadableBody as problem:
        raise ApiError(problem.code) from None


def occasion(turn: Turn, path: str) -> Occasion:
    """What a request is about, for the script: read leniently, since the request may be nonsense."""
    path = _as_in_rows(path)
    endpoint = f"idx/{path}"
    try:
        given = read_json(turn.request)
    except ApiError:
        return Occasion(endpoint=endpoint)
    handle = given.get("stateHandle") or given.get("interactionHandle") or given.get("stateToken")
    transaction = transactions.find(turn, handle)
    if transaction is None:
        return Occasion(endpoint=endpoint)
    if not turn.state.script:
        return Occasion(endpoint=endpoint, transaction=transaction.handle)
    row = _submitted_leniently(turn, transaction, path, given)
    return Occasion(
        endpoint=endpoint,
        transaction=transaction.handle,
        remediation=row.name if row else None,
        authenticator=_authenticator(turn, transaction, given),
        user=_login(turn, transaction, given),
    )


def _submitted_leniently(
    turn: Turn, transaction: Transaction, path: str, given: Mapping[str, Any]
) -> Remediation | None:
    """The remediation that a request means; the first on offer at its path, if its answer fits none."""
    try:
        return remediations.submitted(turn, transaction, path, given)[0]
    except forms.Unreadable:
        return next((row for row in remediations.offered(turn, transaction) if row.path == path), None)


def _authenticator(turn: Turn, transaction: Transaction, given: Mapping[str, Any]) -> str | None:
    """The key of the authenticator that the request picks, or of the one in play."""
    picked = given.get("authenticator")
    if isinstance(picked, dict):
        return next(iter(turn.state.authenticator_ids.keys_by("id", str(picked.get("id")))), None)
    return transaction.challenge.authenticator if transaction.challenge else None


def _login(turn: Turn, transaction: Transaction, given: Mapping[str, Any]) -> str | None:
    user = policy.user_of(turn, transaction)
    if user is None and isinstance(given.get("identifier"), str):
        user = turn.user_known_as(given["identifier"])
    return user.login if user else None


def expire(turn: Turn, occasion: Occasion, what: str) -> None:
    """Ends the transaction, or the code that was sent to its user, before the request is answered."""
    transaction = turn.state.transactions.get(occasion.transaction)
    if transaction is None:
        turn.unapplied.append("expire: the request belongs to no transaction")
    elif what == "transaction":
        transactions.forget(turn, transaction)
    elif transaction.challenge is None or transaction.challenge.expires_at == 0:
        turn.unapplied.append("expire: nothing was sent that could expire")
    else:
        stale = replace(transaction.challenge, expires_at=turn.now)
        turn.put_transaction(replace(transaction, challenge=stale))
