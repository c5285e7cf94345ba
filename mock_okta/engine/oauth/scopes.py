"""Scopes: which a server knows, in its own order, and which of them a sign-in is granted.

Source: okta-oauth notes 1.2, 1.3 (what each kind of server publishes) and 3.1 (the order of the server, not of the
request).
"""

from __future__ import annotations

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.model import App, AuthorizationRequest, Scenario

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
GROUPS = "groups"

STANDARD = (OPENID, "profile", "email", "address", "phone", OFFLINE_ACCESS, "device_sso", "interclient_access")
ORG = (OPENID, "profile", "email", "address", "phone", OFFLINE_ACCESS, GROUPS, "device_sso", "interclient_access")

_OF_OPENID = frozenset({"profile", "email", "address", "phone"})
"""What OpenID Connect says of the user (Core, 5.4), which comes with `openid` alone. A refresh token is OAuth's."""

_NEVER_GRANTED = ("device_sso", "interclient_access")
"""Published by every recorded server; what they ask for (a device secret, a token for another app) is not here yet."""


def supported_scopes(scenario: Scenario, server: str) -> tuple[str, ...]:
    """The scopes that this authorization server publishes, in its order.

    server: its id, "" for the org server, which has no custom scopes
    """
    if not server:
        return ORG
    return tuple(dict.fromkeys((*STANDARD, *scenario.authorization_server.scopes)))


def default_scopes(scenario: Scenario, server: str) -> tuple[str, ...]:
    """What a request gets that asks for no scope; the org server has nothing for it."""
    return scenario.authorization_server.default_scopes if server else ()


def requested_scopes(scenario: Scenario, server: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that a sign-in begins with: the server's default ones where none is named.

    Raises: OAuthError for none at all, one that the server does not know, those of OpenID Connect without `openid`
    """
    words = words or default_scopes(scenario, server)
    if not words:
        raise OAuthError("missing_scopes")
    if not set(words) <= set(supported_scopes(scenario, server)):
        raise OAuthError("no_matching_scope")
    if OPENID not in words and (_OF_OPENID | ({GROUPS} if not server else set())) & set(words):
        raise OAuthError("openid_scope_required")
    return words


def granted_scopes(scenario: Scenario, app: App, asked: AuthorizationRequest) -> tuple[str, ...]:
    """The part of the requested scopes that the app gets, in the server's order.

    An app without the grant type `refresh_token` gets no `offline_access` (inferred).
    Raises: OAuthError where nothing is left
    """
    refused = {*_NEVER_GRANTED} if "refresh_token" in app.grant_types else {*_NEVER_GRANTED, OFFLINE_ACCESS}
    wanted = set(asked.scope) - refused
    granted = tuple(scope for scope in supported_scopes(scenario, asked.server) if scope in wanted)
    if not granted:
        raise OAuthError("no_scope_allowed")
    return granted
