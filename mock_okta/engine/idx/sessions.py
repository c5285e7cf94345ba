"""Sessions: a browser that has signed in to the org need not do so again.

The cookie `idx` leads to the session. It is looked at when a sign-in begins, so that introspection shows a shorter
flow, down to the interaction code at once. It ends when it was not used for some time, and at its end, if it has one
(`org: {session: …}`). Who wished to stay signed in keeps the cookie as long, though the window closes. Source:
idx-protocol notes 8.3; Okta's global session policy, which by default has two hours without use and no end ("Adjust
Okta Session Lifetime and Idle Values for End Users").
"""

from __future__ import annotations

from math import inf

from msgspec.structs import replace

from mock_okta.engine.base.tenant_lookup import SESSION_COOKIE
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers, remembered_devices, user_statuses
from mock_okta.engine.model import NOTHING, Session, Transaction

IDLE_S = 2 * 3600


def of_request(turn: Turn) -> Session | None:
    """The living session of the browser that asks, if its user may still sign in."""
    session = turn.state.sessions.get(browsers.cookie(turn, SESSION_COOKIE))
    if session is None or not _are_kept(turn):
        return None
    user = turn.user(session.user_id)
    if user is None or not user_statuses.may("session", user) or turn.now >= session.expires_at:
        return None
    return session


def _are_kept(turn: Turn) -> bool:
    """Whether the request at hand can have a session: in this org, and from this kind of program.

    Others than browsers have none unless the scenario says so: a server with one cookie jar would sign everybody in as
    whoever came first, which SDKs avoid at Okta by keeping no cookies.
    """
    kept = turn.scenario.org.get("sessions", "browsers")
    return kept == "all" or (kept == "browsers" and browsers.is_browser(turn))


def opened(turn: Turn, transaction: Transaction) -> Transaction:
    """A finished transaction with the session that it has opened, or lengthened."""
    if not _are_kept(turn):
        return transaction
    return _with_session(turn, transaction)


def opened_on_return(turn: Turn, transaction: Transaction) -> Transaction:
    """The same for the browser that is sent on after a server has driven the sign-in, and so had no session of it."""
    if transaction.code is None or transaction.session or turn.scenario.org.get("sessions") == "none":
        return transaction
    opened = _with_session(turn, transaction)
    turn.put_transaction(opened)
    return opened


def _with_session(turn: Turn, transaction: Transaction) -> Transaction:
    if transaction.user_id is None:
        return transaction
    before = turn.state.sessions.get(transaction.session)
    before = before if before and turn.now < before.expires_at else None
    started_at = before.started_at if before else turn.now
    session = Session(
        id=before.id if before else turn.draw_handle(),
        user_id=transaction.user_id,
        proofs=transaction.proofs,
        started_at=started_at,
        used_at=turn.now,
        expires_at=_expires_at(turn, started_at),
        idp=transaction.idp,
        remembered=transaction.remember_me,
    )
    turn.put("sessions", session.id, session)
    return replace(transaction, session=session.id)


def _expires_at(turn: Turn, started_at: float) -> float:
    """When a session ends that is used now (epoch seconds)."""
    said = turn.scenario.org.get("session", NOTHING)
    return float(min(turn.now + said.get("idle_s", IDLE_S), started_at + said.get("lifetime_s", inf)))


def cookie(turn: Turn, transaction: Transaction) -> tuple[tuple[str, str], ...]:
    """The header that makes the browser known; none while nobody is signed in."""
    session = turn.state.sessions.get(transaction.session)
    if session is None or transaction.stage != "success":
        return ()
    return (cookie_of(turn, session),)


def cookie_of(turn: Turn, session: Session) -> tuple[str, str]:
    """The header that makes the browser of this session known."""
    lasting = round(session.expires_at - session.used_at) if session.remembered else None
    return browsers.set_cookie(turn, SESSION_COOKIE, session.id, lasting)


def used(turn: Turn, session: Session) -> Session:
    """The session with a use now, which puts its end off."""
    expires_at = _expires_at(turn, session.started_at)
    session = replace(session, used_at=turn.now, expires_at=expires_at)
    turn.put("sessions", session.id, session)
    return session


def close(turn: Turn) -> None:
    """Ends the session of the browser that asks."""
    turn.drop("sessions", browsers.cookie(turn, SESSION_COOKIE))


def close_all(turn: Turn, user_id: str) -> None:
    """Ends every session of a user, and forgets the devices on which they wished to stay signed in."""
    remembered_devices.forget_all(turn, user_id)
    for id in turn.state.sessions.keys_by("user", user_id):
        turn.drop("sessions", id)
