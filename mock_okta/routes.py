"""Which path leads to which endpoint of the engine: one table for the web layer and for clients that skip the socket.

A rule is written as Flask and werkzeug write it. `<server>` is the id of a custom authorization server; rules without
it belong to the org server. What Okta serves besides is in `engine.gaps`. Source: okta-oauth notes 1 to 5; `/idp/idx`
from recorded traffic.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """One path. `methods` are the verbs Okta accepts there; any other is answered 405 E0000022.

    leads: no authorization server is named, but something in the request leads to the tenant, e.g. a `stateToken`
    """

    rule: str
    endpoint: str
    methods: tuple[str, ...] = ("POST",)
    leads: bool = False


def _of_both_servers(name: str, *methods: str) -> tuple[Route, Route]:
    return (
        Route(f"/oauth2/v1/{name}", name, methods),
        Route(f"/oauth2/<server>/v1/{name}", name, methods),
    )


ROUTES: tuple[Route, ...] = (
    Route("/.well-known/openid-configuration", "openid-configuration", ("GET",)),
    Route("/.well-known/oauth-authorization-server", "oauth-authorization-server", ("GET",)),
    Route("/.well-known/oauth-authorization-server/oauth2/<server>", "oauth-authorization-server", ("GET",)),
    Route("/.well-known/okta-organization", "okta-organization", ("GET",)),
    Route("/oauth2/<server>/.well-known/openid-configuration", "openid-configuration", ("GET",)),
    Route("/oauth2/<server>/.well-known/oauth-authorization-server", "oauth-authorization-server", ("GET",)),
    *_of_both_servers("interact", "POST"),
    *_of_both_servers("token", "POST"),
    *_of_both_servers("userinfo", "GET", "POST"),
    *_of_both_servers("keys", "GET"),
    *_of_both_servers("introspect", "POST"),
    *_of_both_servers("revoke", "POST"),
    *_of_both_servers("logout", "GET", "POST"),
    *_of_both_servers("authorize", "GET", "POST"),
    Route("/oauth2/v1/device/authorize", "device-authorization"),
    Route("/oauth2/<server>/v1/device/authorize", "device-authorization"),
    Route("/activate", "activate", ("GET", "POST"), leads=True),
    Route("/activate/<server>", "activate", ("GET", "POST")),
    Route("/email/verify/<path:rest>", "email-link", ("GET", "POST"), leads=True),
    Route("/auth/push/link", "okta-verify-link", ("GET", "POST"), leads=True),
    Route("/login/token/redirect", "token-redirect", ("GET",), leads=True),
    Route("/idp/identity-verification", "identity-verification", ("GET", "POST"), leads=True),
    Route("/sso/idps/<path:rest>", "identity-provider", ("GET", "POST"), leads=True),
    Route("/api/v1/sessions/me", "own-session", ("GET", "DELETE"), leads=True),
)

LEADING = frozenset(route.endpoint for route in ROUTES if route.leads)
"""Endpoints at which something in the request leads to the tenant, unless the path names its server."""

IDX_PREFIX = "/idp/idx/"
"""Every path below this is the Identity Engine's; the endpoint is "idx/" and the rest of the path."""
