"""The life of a transaction: begun by `/v1/interact`, ended by success, cancellation or time.

Lifetimes: idx-protocol notes 8.2 (read off recorded `expiresAt`): two hours until the user is identified, then five
minutes from each reply, or as long as what was sent can be used, and one minute for the code at the end.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx.assurance import amr_of
from mock_okta.engine.model import AuthorizationRequest, Browser, Grant, Person, Redirection, Transaction

FRESH_S = 2 * 3600
IDENTIFIED_S = 5 * 60
INTERACTION_CODE_S = 60


def start_transaction(
    turn: Turn,
    asked: AuthorizationRequest,
    redirection: Redirection,
    browser: Browser,
    prompt: tuple[str, ...] = (),
) -> Transaction:
    """Opens the transaction of an app at its first stage and remembers it under both its handles."""
    return _open(turn, asked, redirection, browser, turn.draw_handle(), prompt=prompt)


def start_device_transaction(turn: Turn, browser: Browser, device: str) -> Transaction:
    """Opens the transaction of somebody who will say which device it is for.

    device: its device code, "" if that is not known
    """
    return _open(turn, None, None, browser, turn.draw_handle(), device)


def _open(
    turn: Turn,
    asked: AuthorizationRequest | None,
    redirection: Redirection | None,
    browser: Browser,
    interaction_handle: str,
    device: str | None = None,
    prompt: tuple[str, ...] = (),
) -> Transaction:
    transaction = Transaction(
        handle=draw_state_handle(turn),
        interaction_handle=interaction_handle,
        authorization_request=asked,
        redirection=redirection,
        stage="identify",
        started_at=turn.now,
        expires_at=turn.now + FRESH_S,
        browser=browser,
        device=device,
        prompt=prompt,
    )
    turn.put_transaction(transaction)
    turn.put("interactions", interaction_handle, transaction.handle)
    return transaction


def draw_state_handle(turn: Turn) -> str:
    """A new `stateHandle`, as this org writes them."""
    return whole_handle(turn, f"{ids.STATE_HANDLE_PREFIX}{turn.draw_handle()}")


def whole_handle(turn: Turn, handle: str) -> str:
    """The `stateHandle` that was cut at its `~`; a whole one, or any in orgs with short ones, as it is."""
    if ids.TAIL_MARK in handle or setting(turn.scenario, "state_handle") == "short":
        return handle
    return handle + ids.tail_of(turn.state.nonce, handle)


def restart(turn: Turn, transaction: Transaction) -> Transaction:
    """Cancels: the old handle is dead, the interaction handle now leads to a new transaction of the same client."""
    forget(turn, transaction)
    return _open(
        turn,
        transaction.authorization_request,
        transaction.redirection,
        transaction.browser,
        transaction.interaction_handle,
        transaction.device,
        transaction.prompt,
    )


def forget(turn: Turn, transaction: Transaction) -> None:
    """Drops a transaction, and its interaction handle if that still leads to it."""
    turn.drop("transactions", transaction.handle)
    if turn.state.interactions.get(transaction.interaction_handle) == transaction.handle:
        turn.drop("interactions", transaction.interaction_handle)


def find(turn: Turn, handle: object) -> Transaction | None:
    """The live transaction of a `stateHandle` or of an interaction handle."""
    if not isinstance(handle, str):
        return None
    transaction = turn.state.transactions.get(turn.state.interactions.get(handle, handle))
    return transaction if transaction and turn.now < transaction.expires_at else None


def prolonged(turn: Turn, transaction: Transaction) -> Transaction:
    """The transaction that is shown now: whoever is known has time from now on to answer, or to wait and poll.

    As long as what was sent can be used, where that is longer ("was sometimes set to five minutes regardless of its
    value in the authenticator settings", release notes of 2022, OKTA-551130). Every poll puts the end off: the widget
    takes two replies for one that differ in `expiresAt` alone (okta-signin-widget, `AppState`).
    """
    if transaction.identifier is None:
        return transaction
    challenge = transaction.challenge
    lasts_s = max(IDENTIFIED_S, challenge.expires_at - challenge.began_at if challenge else 0.0)
    ends_at = turn.now + lasts_s
    return replace(transaction, expires_at=ends_at) if ends_at > transaction.expires_at else transaction


def back_to_identify(transaction: Transaction) -> Transaction:
    """Takes the user out again and goes back to the first stage, as after a refused password of a locked user."""
    return replace(
        transaction,
        stage="identify",
        flow="sign_in",
        position=None,
        done=(),
        identifier=None,
        user_id=None,
        proofs=(),
        challenge=None,
        expires_at=anonymous_until(transaction),
    )


def anonymous_until(transaction: Transaction) -> float:
    """When a page ends that asks who it is: two hours after the beginning, or later if it was polled for that long."""
    return max(transaction.started_at + FRESH_S, transaction.expires_at)


def succeed(turn: Turn, transaction: Transaction) -> Transaction:
    """Ends a sign-in: draws the interaction code and opens the grant that it stands for."""
    until = turn.now + INTERACTION_CODE_S
    code = open_grant(turn, transaction, until)
    return replace(transaction, stage="success", challenge=None, code=code, expires_at=until)


def open_grant(turn: Turn, transaction: Transaction, until: float) -> str:
    """Opens a grant for what was proved, and returns the code that it can be redeemed with until then."""
    assert transaction.user_id is not None, "only an identified user can have proved anything"
    code = turn.draw(43)
    person = Person(
        user_id=transaction.user_id,
        auth_time=max((proof.at for proof in transaction.proofs), default=turn.now),
        amr=amr_of(transaction),
        idp=transaction.idp,
    )
    grant = Grant(
        id=turn.draw_id("oar"),
        key=code,
        expires_at=until,
        asked=transaction.asked,
        subject=person,
        redirection=transaction.redirection,
    )
    turn.put("grants", code, grant)
    return code


def revoke_grant(turn: Turn, key: str) -> None:
    """Ends a grant, and with it the code that it was opened with and all tokens that hang on it."""
    grant = turn.state.grants.get(key)
    if grant is not None:
        turn.put("grants", key, replace(grant, revoked=True))


def revoke_grants_of(turn: Turn, user_id: str) -> None:
    """Ends whatever a user has granted to any app."""
    for key in turn.state.grants.keys_by("user", user_id):
        revoke_grant(turn, key)
