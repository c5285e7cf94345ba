"""Sessions: a browser that has signed in to the org need not do so again.

The cookie `idx` leads to the session. It is looked at when a sign-in begins, so that introspection shows a shorter
flow, down to the interaction code at once. Source: idx-protocol notes 8.3; the lifetime is Okta's default (global
session policy): two hours without use. Who wished to stay signed in keeps the cookie as long, though the window closes.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.retention import IDLE_S
from mock_okta.engine.base.tenant_lookup import SESSION_COOKIE
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers, policy, remembered_devices
from mock_okta.engine.model import Session, Transaction


def of_request(turn: Turn) -> Session | None:
    """The living session of the browser that asks, if its user may still sign in."""
    session = turn.state.sessions.get(browsers.cookie(turn, SESSION_COOKIE))
    if session is None or not _are_kept(turn):
        return None
    user = turn.state.users.get(session.user_id)
    if user is None or user.status not in policy.SIGNED_IN or turn.now >= session.used_at + IDLE_S:
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
    if not _are_kept(turn) or transaction.user_id is None:
        return transaction
    before = turn.state.sessions.get(transaction.session)
    session = Session(
        id=before.id if before else turn.draw_handle(),
        user_id=transaction.user_id,
        proofs=transaction.proofs,
        started_at=before.started_at if before else turn.now,
        used_at=turn.now,
        idp=transaction.idp,
        remembered=transaction.remember_me,
    )
    turn.put("sessions", session.id, session)
    return replace(transaction, session=session.id)


def cookie(turn: Turn, transaction: Transaction) -> tuple[tuple[str, str], ...]:
    """The header that makes the browser known; none while nobody is signed in."""
    session = turn.state.sessions.get(transaction.session)
    if session is None or transaction.stage != "success":
        return ()
    lasting = IDLE_S if session.remembered else None
    return (browsers.set_cookie(turn, SESSION_COOKIE, session.id, lasting),)


def close(turn: Turn) -> None:
    """Ends the session of the browser that asks."""
    turn.drop("sessions", browsers.cookie(turn, SESSION_COOKIE))


def close_all(turn: Turn, user_id: str) -> None:
    """Ends every session of a user, and forgets the devices on which they wished to stay signed in."""
    remembered_devices.forget_all(turn, user_id)
    for id in turn.state.sessions.keys_by("user", user_id):
        turn.drop("sessions", id)
