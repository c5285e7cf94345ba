"""The grant `refresh_token`: rotation, a grace period, and what happens to a family whose token turns up twice.

Source: okta-oauth notes 3.5; RFC 6749, 6; RFC 9700, 4.14.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, IssuedToken
from mock_okta.engine.oauth import issued_tokens
from mock_okta.engine.oauth.forms import Form
from mock_okta.engine.oauth.grants.row import TokenRequest
from mock_okta.engine.oauth.issued_tokens import Standing
from mock_okta.engine.oauth.scopes import OFFLINE_ACCESS
from mock_okta.engine.oauth.tokens import Granted, refresh_token_expires_at


def read_refresh_token(request: TokenRequest) -> Granted:
    """What is left of the grant that the refresh token belongs to."""
    found = _usable(request.turn, request.form.require("refresh_token"), request.app)
    if found.user is not None and not request.app.admits(found.user):
        raise OAuthError("user_not_assigned")
    return Granted(found.grant, _scope(request.form, found.token), refreshed=found.token)


def redeem_refresh_token(request: TokenRequest, granted: Granted) -> None:
    """Starts the token's leeway, once: a client that keeps using the old one does not keep it alive.

    A token that stays begins anew the time in which it has to be used. One stays without offline_access in the narrowed
    scope too, since no new one goes out (inferred).
    """
    turn, token = request.turn, granted.refreshed
    if token is None or token.rotated_at is not None:
        return
    if request.app.rotates and OFFLINE_ACCESS in granted.scope:
        used = replace(token, rotated_at=turn.now)
    else:
        used = replace(token, expires_at=refresh_token_expires_at(turn, granted.server, token.ends_at))
    turn.put("tokens", token.id, used)


def _usable(turn: Turn, text: str, app: App) -> Standing:
    """The refresh token, if it works for this client on this server.

    One that comes back after its leeway has been stolen or lost: the whole family is revoked.
    """
    token = issued_tokens.find(turn, text, issued_tokens.REFRESH_TOKEN)
    grant = turn.state.grants.get(token.grant_id) if token else None
    if token is None or grant is None:
        raise OAuthError("invalid_refresh_token")
    if grant.asked.client_id != app.client_id:
        raise OAuthError("mismatched_client")
    if grant.asked.server != turn.request.server:
        raise OAuthError("mismatched_authorization_server")
    if issued_tokens.is_past_leeway(turn, token, grant):
        raise OAuthError("invalid_refresh_token", state_change=issued_tokens.revoking(grant.key))
    found = issued_tokens.standing(turn, text, issued_tokens.REFRESH_TOKEN)
    if found is None:
        raise OAuthError("invalid_refresh_token")
    return found


def _scope(form: Form, token: IssuedToken) -> tuple[str, ...]:
    """The scope asked for, which may be narrower than what was granted; all of that if nothing is asked for."""
    asked = form.words("scope")
    denied = [scope for scope in asked if scope not in token.scope]
    if denied:
        raise OAuthError("refresh_scopes_denied", ", ".join(denied))
    return tuple(scope for scope in token.scope if scope in asked) if asked else token.scope
