"""What is decided elsewhere: on a phone, in an app, at a vendor's. A test decides here what a person would there.

Pure, like everything in the engine: a state and a decision in, a state out. The next poll of the client sees it.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.retention import committed
from mock_okta.engine.idx import user_statuses
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import Challenge, State, Transaction, User, logins


class NothingToDecide(Exception):
    """Nobody has been asked, or not for this. The text says what could be decided."""


def decide(state: State, login: str, decision: str, *, number: str | None = None, device: str | None = None) -> State:
    """The tenant after somebody has decided about the newest open question to them.

    login: who decides; a device that was asked before anybody was named answers for this user
    decision: one of those that the authenticator knows, e.g. "approve", "reject", "enroll", "timeout"
    number: what was picked in a number challenge; another than the right one is a rejection
    device: what the enrolled device is called
    Raises: NothingToDecide
    """
    user = _user(state, login)
    transaction, challenge = _newest(state, user, login, decision)
    if number is not None and number != challenge.data.get("correctAnswer"):
        decision = "reject"
    told = {"login": user.login} | ({"device": device} if device else {})
    answered = replace(challenge, decision=decision, data={**challenge.data, **told})
    changed = replace(transaction, challenge=answered)
    return committed(state, {("transactions", changed.handle): changed}, None)


def open_decisions(state: State, login: str) -> tuple[str, ...]:
    """What the user can decide now, of the newest question first."""
    user = _user(state, login)
    return tuple(dict.fromkeys(word for _, challenge in _open(state, user) for word in _words(challenge)))


def _user(state: State, login: str) -> User:
    found = logins.user_with(state, login)
    if found is None:
        raise NothingToDecide(f"there is no user {login!r}")
    return found


def _newest(state: State, user: User, login: str, decision: str) -> tuple[Transaction, Challenge]:
    for transaction, challenge in _open(state, user):
        if decision in _words(challenge):
            return transaction, challenge
    allowed = ", ".join(open_decisions(state, login))
    what = f"{login!r} can decide {allowed}" if allowed else f"nothing is waiting for {login!r}"
    raise NothingToDecide(f"{decision!r} is not to be decided: {what}")


def _open(state: State, user: User) -> list[tuple[Transaction, Challenge]]:
    """The open questions to this user, or to whoever is there, the newest first; none to a phone that is not there."""
    asked = [
        (transaction, transaction.challenge)
        for transaction in (*state.transactions.by("user", user.id), *state.transactions.by("user", ""))
        if transaction.challenge is not None and _is_reached(transaction, transaction.challenge, user)
    ]
    waiting = [
        (transaction, challenge)
        for transaction, challenge in asked
        if challenge.decision is None and not (transaction.user_id and _is_unfounded(user, challenge))
    ]
    return sorted(waiting, key=lambda pair: (pair[0].user_id is not None, pair[1].data.get("asked", 0)), reverse=True)


def _is_reached(transaction: Transaction, challenge: Challenge, user: User) -> bool:
    """Whether the question was sent to a user of this status; what is set up is shown on the page."""
    return (
        challenge.purpose == "enroll"
        or user_statuses.of_flow(transaction.flow, user, has_proved=bool(transaction.proofs)).reached
    )


def _is_unfounded(user: User, challenge: Challenge) -> bool:
    """Whether the challenge only looks as if the user had what it asks for (`enumeration`)."""
    return challenge.purpose == "verify" and user.enrollment(challenge.authenticator) is None


def _words(challenge: Challenge) -> tuple[str, ...]:
    return AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).decisions
