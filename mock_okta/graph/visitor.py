"""Somebody who tries everything that a page offers, and comes to know where it leads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine import advance
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import moves, passkey_sign_in
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.identity_providers import accounts, by_id
from mock_okta.engine.idx.remediations import ACTIONS, ANY_TRANSACTION, Remediation
from mock_okta.engine.model import Challenge, Request, Scenario, State, Transaction
from mock_okta.graph import answers
from mock_okta.graph.circumstances import BROWSER, Circumstances
from mock_okta.graph.pages import name_on_wire, on_page
from mock_okta.graph.proving import proved

SERVER = "graph"
ORIGIN = "http://localhost:6582"
PAUSE_S = 31
"""Before a move: nobody is sent two texts in half a minute."""
LONG_S = 200
"""Before another poll, or until a mail is read: longer than the code in it may last, shorter than a sign-in."""
OPENS_LINK = "open link"
"""What the move is called by which somebody opens a link out of a mail."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Position(Struct, frozen=True, kw_only=True):
    """A tenant at a time (epoch seconds), and the handle of the transaction that is looked at."""

    scenario: Scenario
    state: State
    handle: str
    at: float
    circumstances: Circumstances

    @property
    def transaction(self) -> Transaction:
        """The transaction."""
        return self.state.transactions[self.handle]

    @property
    def turn(self) -> Turn:
        """A turn in which to look at it."""
        return Turn(self.scenario, self.state, _request(self, "idx"))

    def with_transaction(self, transaction: Transaction) -> Position:
        """The same with the transaction changed."""
        transactions = self.state.transactions.set(self.handle, transaction)
        return replace(self, state=replace(self.state, transactions=transactions))


def ways(position: Position) -> Iterator[tuple[str, Position]]:
    """Everything that can be done at a page: its name on the wire, and where it leads."""
    later = replace(position, at=position.at + PAUSE_S)
    for row in (*on_page(later.turn, later.transaction), ACTIONS["cancel"]):
        for each in (later, *_meanwhile(later)):
            for reached in _submissions(each, row):
                yield name_on_wire(row), reached
    for reached in _links(later):
        yield OPENS_LINK, reached


def _meanwhile(position: Position) -> Iterator[Position]:
    """What may have happened before the answer comes: the device has given up that the sign-in is for."""
    device = position.transaction.device or ""
    waiting = position.state.device_requests.get(device)
    if waiting is not None:
        given_up = position.state.device_requests.set(device, replace(waiting, expires_at=0.0))
        yield replace(position, state=replace(position.state, device_requests=given_up))


# ---------------------------------------------------------------------------------------------------------------------
# Remediations and actions
# ---------------------------------------------------------------------------------------------------------------------


def _submissions(position: Position, row: Remediation) -> Iterator[Position]:
    turn, transaction = position.turn, position.transaction
    if row.redirects is not None:
        yield from _elsewhere(position, row)
        return
    fields = row.form(turn, transaction)
    if fields:
        yield from _posted(position, row, answers.wrong(fields))
    if row.move is moves.answer:
        yield _proved(position)
    elif row.move in (passkey_sign_in.answer_page, passkey_sign_in.answer_launched):
        yield from _signed_in_with_key(position)
    else:
        for values in _answers(position, fields):
            yield from _posted(position, row, values)
    if row.refresh_ms is not None or row.path.startswith("authenticators/sso_extension"):
        yield from _polled(position, row)


def _answers(position: Position, fields: tuple[Field, ...]) -> Iterator[answers.Values]:
    is_single_form = {"identifier", "credentials"} <= {field.name for field in fields}
    for values in answers.filled(position.turn, fields):
        yield from answers.with_passwords(position.turn, values) if is_single_form else (values,)


def _proved(position: Position) -> Position:
    turn = position.turn
    moved = proved(turn, position.transaction)
    return replace(position, state=turn.state, handle=moved.handle)


def _signed_in_with_key(position: Position) -> Iterator[Position]:
    """As each user who has a key."""
    for user in position.state.users.values():
        if user.enrollment(passkey_sign_in.KEY):
            asked = Challenge(authenticator=passkey_sign_in.KEY, method="webauthn")
            known = replace(position.transaction, identifier=user.login, user_id=user.id, challenge=asked)
            yield _proved(position.with_transaction(known))


def _polled(position: Position, row: Remediation) -> Iterator[Position]:
    """After all that may have been decided elsewhere, and after a while in which nothing was."""
    for at in (position.at - PAUSE_S + 1, position.at + LONG_S):
        yield from _posted(replace(position, at=at), row, {})
    challenge, transaction = position.transaction.challenge, position.transaction
    nobody = transaction.identifier is not None and transaction.user_id is None
    if challenge is None or nobody:
        return
    deciding = answers.told_apart(position.turn) if transaction.user_id is None else ()
    logins = [user.login for user in deciding] or [transaction.identifier or ""]
    for decision in AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).decisions:
        for login in logins:
            told = replace(challenge, decision=decision, data={**challenge.data, "login": login})
            yield from _posted(position.with_transaction(replace(transaction, challenge=told)), row, {})


def _posted(position: Position, row: Remediation, values: Mapping[str, object]) -> Iterator[Position]:
    body = json.dumps({**values, "stateHandle": position.handle}).encode()
    path = row.path.replace(ANY_TRANSACTION, "ft0")
    reached = sent(position, f"idx/{path}", body, JSON)
    began_anew = reached.state.interactions.get(position.transaction.interaction_handle, "")
    handle = position.handle if position.handle in reached.state.transactions else began_anew
    if handle in reached.state.transactions:
        yield replace(reached, handle=handle)


# ---------------------------------------------------------------------------------------------------------------------
# Elsewhere
# ---------------------------------------------------------------------------------------------------------------------


def _elsewhere(position: Position, row: Remediation) -> Iterator[Position]:
    """Where the browser is sent, and back with whatever may come of it."""
    turn, transaction = position.turn, position.transaction
    for redirect in row.redirects(turn, transaction) if row.redirects else ():
        if redirect["name"] == "redirect-idverify":
            for decision in ("verified", "failed"):
                answer = {"stateTokenExternalId": position.handle, "decision": decision}
                yield _returned(position, "identity-verification", answer)
        elif "idp" in redirect:
            identity = redirect["idp"]["id"]
            idp = by_id(turn, identity)
            logins = [account["login"] for account in accounts(turn, idp)] if idp else []
            new = {"action": "create", "login": answers.NOBODY, "firstName": "Ada", "lastName": "Acme"}
            for answer in (*({"login": login} for login in logins), new, {"action": "cancel"}, {"action": "fail"}):
                yield _returned(position, "identity-provider", {"stateToken": position.handle, **answer}, identity)


def _returned(position: Position, endpoint: str, answer: Mapping[str, str], rest: str = "") -> Position:
    return replace(sent(position, endpoint, urlencode(answer).encode(), FORM, rest=rest), handle=position.handle)


def _links(position: Position) -> Iterator[Position]:
    """Every link that was mailed for this sign-in, opened in the same browser and in another, soon and late."""
    late = replace(position, at=position.at + LONG_S)
    for token, link in position.state.links.items():
        if link.transaction == position.handle:
            for opened, cookie in product((position, late), (f"DT={position.transaction.browser.device}", "")):
                query = (("token", token),)
                yield sent(opened, "email-link", query=query, cookie=cookie, rest=link.asked.client_id)


# ---------------------------------------------------------------------------------------------------------------------
# On the wire
# ---------------------------------------------------------------------------------------------------------------------


def sent(
    position: Position,
    endpoint: str,
    body: bytes = b"",
    content_type: str = "",
    *,
    query: tuple[tuple[str, str], ...] = (),
    cookie: str = "",
    rest: str = "",
) -> Position:
    """The tenant after a request, and the transaction that it was about; none if it was about none."""
    request = _request(position, endpoint)
    headers = {**request.headers, "content-type": content_type, "cookie": cookie}
    request = replace(
        request,
        method="POST" if content_type else "GET",
        headers={name: value for name, value in headers.items() if value},
        body=body,
        query=query,
        rest=rest,
    )
    state, reply = advance(position.scenario, position.state, request)
    return replace(position, state=state, handle=reply.transaction or "")


def _request(position: Position, endpoint: str) -> Request:
    """A request at that time; what is drawn for it follows from the time, which no other of the same visitor has."""
    return Request(
        method="POST",
        endpoint=endpoint,
        server=SERVER,
        origin=ORIGIN,
        at=position.at,
        chance=f"{endpoint} {position.at}",
        headers={**BROWSER, **position.circumstances.headers},
        address=position.circumstances.address,
    )
