"""`POST /v1/revoke`: ends a token.

Source: okta-oauth notes 5.3; RFC 7009. A refresh token takes its whole family with it, an access token goes alone, an
ID token cannot be revoked. Whatever else is shown gets the same empty 200.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, IssuedToken, Reply
from mock_okta.engine.oauth import issued_tokens, token_validation
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import read_form


def revoke(turn: Turn) -> Reply:
    """Revokes the client's own token and says nothing about it."""
    form = read_form(turn)
    app = authenticate(turn, form).app
    text = form.get("token")
    if text is None:
        raise OAuthError("request_missing_token")
    token = _issued(turn, text)
    if token is not None and _belongs_to(turn, token, app):
        _revoke(turn, token)
    return Reply(status=200)


def _issued(turn: Turn, text: str) -> IssuedToken | None:
    """The token as it was issued, still working or not."""
    claims = token_validation.issued_access_token(turn, text)
    by_id = issued_tokens.find(turn, claims["jti"], issued_tokens.ACCESS_TOKEN) if claims else None
    return by_id or issued_tokens.find(turn, text, issued_tokens.REFRESH_TOKEN)


def _belongs_to(turn: Turn, token: IssuedToken, app: App) -> bool:
    grant = turn.state.grants.get(token.grant_id)
    return grant is not None and grant.asked.client_id == app.client_id


def _revoke(turn: Turn, token: IssuedToken) -> None:
    if token.kind == issued_tokens.REFRESH_TOKEN:
        issued_tokens.revoke_grant(turn, token.grant_id)
    else:
        turn.put("tokens", token.id, replace(token, revoked=True))
