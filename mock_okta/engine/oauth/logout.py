"""`GET` or `POST /v1/logout`: ends the session in the browser and sends it back to the app.

Source: okta-oauth notes 5.5; OpenID Connect RP-Initiated Logout 1.0.
"""

from __future__ import annotations

from urllib.parse import urlencode

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import sessions
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth import token_validation
from mock_okta.engine.oauth.forms import read_form
from mock_okta.engine.oauth.redirects import is_registered

CLEARED_COOKIES = tuple(("Set-Cookie", f'{name}=""; Version=1; Path=/; Max-Age=0') for name in ("sid", "idx"))


def logout(turn: Turn) -> Reply:
    """Redirects to a registered address with the state that came; to the sign-in page of the org without an address."""
    form = read_form(turn)
    claims = token_validation.id_token(turn, form.require("id_token_hint"))
    if claims is None:
        raise OAuthError("invalid_id_token_hint")
    app = turn.app(claims["aud"])
    session = sessions.of_request(turn)
    if session is not None and session.user_id != claims["sub"]:
        raise OAuthError("id_token_does_not_match_session")
    sessions.close(turn)
    address = form.get("post_logout_redirect_uri")
    if address is None:
        return _redirect(f"{turn.request.origin}/")
    if not is_registered(app, address, app.post_logout_redirect_uris):
        raise OAuthError("illegal_post_logout_redirect_uri")
    state = form.get("state")
    if state is None:
        return _redirect(address)
    joint = "&" if "?" in address else "?"
    return _redirect(f"{address}{joint}{urlencode({'state': state}, errors='replace')}")


def _redirect(address: str) -> Reply:
    return Reply(status=302, headers=(("Location", address), *CLEARED_COOKIES))
