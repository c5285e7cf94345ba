"""Sessions: a browser that has signed in to the org need not do so again.

The cookie `idx` leads to the session. It is looked at when a sign-in begins, so that introspection shows a shorter
flow, down to the interaction code at once. Source: idx-protocol notes 8.3; lifetimes are Okta's defaults (global
session policy): two hours without use, or thirty days where the user wished to stay signed in.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.retention import IDLE_S, REMEMBERED_S
from mock_okta.engine.base.tenant_lookup import SESSION_COOKIE
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers, policy
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.model import Session, Transaction


def of_request(turn: Turn) -> Session | None:
    """The living session of the browser that asks, if its user may still sign in."""
    session = turn.state.sessions.get(browsers.cookie(turn, SESSION_COOKIE))
    if session is None or not _are_kept(turn):
        return None
    user = turn.state.users.get(session.user_id)
    lifetime = REMEMBERED_S if session.remembered else IDLE_S
    if user is None or user.status not in policy.SIGNED_IN or turn.now >= session.used_at + lifetime:
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
    return (cookie_of(turn, session),)


def cookie_of(turn: Turn, session: Session) -> tuple[str, str]:
    """The header that makes the browser of this session known."""
    return browsers.set_cookie(turn, SESSION_COOKIE, session.id, REMEMBERED_S if session.remembered else None)


def used(turn: Turn, session: Session) -> Session:
    """The session with a use now, which puts its end off."""
    session = replace(session, used_at=turn.now)
    turn.put("sessions", session.id, session)
    return session


def close(turn: Turn) -> None:
    """Ends the session of the browser that asks."""
    turn.drop("sessions", browsers.cookie(turn, SESSION_COOKIE))


def close_all(turn: Turn, user_id: str) -> None:
    """Ends every session of a user."""
    for session in tuple(turn.state.sessions.values()):
        if session.user_id == user_id:
            turn.drop("sessions", session.id)


def keep_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `keepMeSignedIn`, yes or no."""
    return (
        Field(
            name="keepMeSignedIn",
            type="boolean",
            label="Stay signed in",
            required=True,
            value=False,
            mutable=True,
        ),
    )


def keep(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Remembers whether the user wants to stay signed in, which makes the session of this sign-in last."""
    return replace(transaction, remember_me=values["keepMeSignedIn"])
