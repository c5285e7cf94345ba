"""`/api/v1/sessions/me`: whether the browser is signed in, for longer if it likes, and an end to that.

What okta-auth-js asks to learn whether there is a session, and what it does to sign out where it holds no ID token: a
404 with E0000007 is its "there is none". Source: okta-oauth notes 5.5, 8.
"""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.api_errors import JSON, ApiError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import sessions
from mock_okta.engine.idx.assurance import amr_of_proofs
from mock_okta.engine.idx.render import timestamp
from mock_okta.engine.model import Reply, Session
from mock_okta.engine.oauth.logout import CLEARED_COOKIES
from mock_okta.engine.oauth.organization import org_id


def own_session(turn: Turn) -> Reply:
    """Shows the session of the browser that asks, or ends it.

    Raises: ApiError E0000007 where there is none
    """
    session = sessions.of_request(turn)
    if session is None:
        raise ApiError("E0000007", "me", "Session")
    if turn.request.method == "DELETE":
        sessions.close(turn)
        return Reply(status=204, headers=CLEARED_COOKIES)
    return Reply(status=200, body=_described(turn, session), headers=(JSON,))


def refreshed_session(turn: Turn) -> Reply:
    """Shows the session of the browser that asks, which is used now, and sets its cookie again.

    Source: release notes 2024.01.2, OKTA-665452.
    Raises: ApiError E0000007 where there is none
    """
    session = sessions.of_request(turn)
    if session is None:
        raise ApiError("E0000007", "me", "Session")
    used = sessions.used(turn, session)
    return Reply(status=200, body=_described(turn, used), headers=(JSON, sessions.cookie_of(turn, used)))


def _described(turn: Turn, session: Session) -> dict[str, Any]:
    """The session object of the Sessions API, without its `id`, by which alone a session could be taken over."""
    typed = [proof.at for proof in session.proofs if proof.authenticator == "okta_password"]
    others = [proof.at for proof in session.proofs if proof.authenticator != "okta_password"]
    amr = amr_of_proofs(session.proofs)
    own = f"{turn.request.origin}/api/v1/sessions/me"
    return {
        "userId": session.user_id,
        "login": turn.state.users[session.user_id].login,
        "createdAt": timestamp(session.started_at),
        "expiresAt": timestamp(session.expires_at),
        "status": "ACTIVE",
        "lastPasswordVerification": timestamp(max(typed)) if typed else None,
        "lastFactorVerification": timestamp(max(others)) if others else None,
        "amr": list(amr),
        "idp": {"id": session.idp or org_id(turn.state), "type": "FEDERATION" if session.idp else "OKTA"},
        "mfaActive": "mfa" in amr,
        "_links": {
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
            "refresh": {"href": f"{own}/lifecycle/refresh", "hints": {"allow": ["POST"]}},
        },
    }
