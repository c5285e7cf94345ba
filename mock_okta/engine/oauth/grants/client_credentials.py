"""The grant of a service, which asks on nobody's behalf: its credentials are all that it shows.

Source: RFC 6749, section 4.4; okta-oauth notes 3.3, 3.6 and 4.3. That all scopes of OpenID Connect are refused as
`openid` is, is inferred; so is that a server without scopes of its own is one of an org without scopes for its API.
"""

from __future__ import annotations

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.model import AuthorizationRequest, Grant, Scenario, Service
from mock_okta.engine.oauth.grants.row import TokenRequest
from mock_okta.engine.oauth.scopes import STANDARD, default_scopes, granted_scopes, supported_scopes
from mock_okta.engine.oauth.tokens import Granted, access_token_lifetime_s


def read_client_credentials(request: TokenRequest) -> Granted:
    """A grant to the client itself, which is over when its one token is: there is nothing to refresh."""
    turn, server, client_id = request.turn, request.turn.request.server, request.app.client_id
    if not server:
        raise OAuthError("unsupported_grant_type_client_creds_org_as")
    scope = _scope(turn.scenario, server, request.form.words("scope"))
    asked = AuthorizationRequest(client_id=client_id, server=server, scope=scope)
    key = turn.draw_id("oar")
    grant = Grant(
        id=key,
        key=key,
        expires_at=int(turn.now) + access_token_lifetime_s(turn, server),
        asked=asked,
        subject=Service(client_id=client_id),
    )
    return Granted(grant, granted_scopes(turn.scenario, request.app, asked))


def redeem_client_credentials(request: TokenRequest, granted: Granted) -> None:
    """Remembers the grant; credentials are not used up."""
    request.turn.put("grants", granted.grant.key, granted.grant)


def _scope(scenario: Scenario, server: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that are asked for, which must be the server's own; its default ones where none is named."""
    scope = words or default_scopes(scenario, server)
    if not scope:
        raise OAuthError("no_default_scopes")
    if not set(scope).isdisjoint(STANDARD):
        raise OAuthError("openid_not_allowed_client_creds")
    if not set(scope) <= set(supported_scopes(scenario, server)):
        raise OAuthError("no_matching_scope")
    return scope
