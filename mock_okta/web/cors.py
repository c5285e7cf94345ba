"""Which pages may read what an endpoint of a certain policy answers, and what browsers need to be told about it.

Source: okta-oauth notes 2.5 and 6.5, clients notes 6 and 7. An untrusted origin is served like any other, but without
the header that would let the browser show the reply to the page: so it is at Okta.
"""

from __future__ import annotations

from mock_okta.engine.base import gaps
from mock_okta.engine.base.endpoint import CorsPolicy, Headers
from mock_okta.engine.model import Reply, Request
from mock_okta.engine.oauth.client_auth import named_client
from mock_okta.org import Tenant, has_app_at, trusts

MAX_AGE_S = 3600
EXPOSED = ", ".join(
    (
        "X-Okta-Request-Id",
        "X-Rate-Limit-Limit",
        "X-Rate-Limit-Remaining",
        "X-Rate-Limit-Reset",
        "Retry-After",
        "WWW-Authenticate",
        "DPoP-Nonce",
        "Link",
        gaps.HEADER,
    )
)
DEFAULT_ALLOWED_HEADERS = (
    "accept, accept-language, authorization, content-type, dpop, x-device-fingerprint, x-device-token,"
    " x-okta-user-agent-extended"
)


def may_read(tenant: Tenant, policy: CorsPolicy, origin: str, request: Request | None = None) -> bool:
    """Whether pages of this origin may read what the tenant answers.

    request: names the client whose pages are meant; without one, those of every client are
    """
    if trusts(tenant, origin):
        return True
    return policy is CorsPolicy.CLIENT and has_app_at(tenant, origin, named_client(request) if request else None)


def headers(policy: CorsPolicy, origin: str | None, *, trusted: bool) -> Headers:
    """What to add to a reply, whatever its status.

    origin: the `Origin` header of the request, None if it came from no page
    trusted: whether it is a trusted origin of the tenant
    """
    vary = (("Vary", "Origin"),)
    if origin is None or not (trusted or policy in (CorsPolicy.OPEN, CorsPolicy.GAP)):
        return vary
    allowed: Headers = (("Access-Control-Allow-Origin", origin),)
    if policy in (CorsPolicy.SESSION, CorsPolicy.GAP):
        allowed += (("Access-Control-Allow-Credentials", "true"),)
    return (*allowed, ("Access-Control-Expose-Headers", EXPOSED), *vary)


def added_to(reply: Reply, added: Headers) -> Headers:
    """The headers of the reply with these, unless a script has CORS headers of its own, or wants none."""
    if "access-control-allow-origin" in (*reply.omitted, *(name.lower() for name, _ in reply.headers)):
        return reply.headers
    return (*reply.headers, *(pair for pair in added if pair[0].lower() not in reply.omitted))


def preflight_headers(
    policy: CorsPolicy, origin: str | None, asked_headers: str | None, methods: tuple[str, ...], *, trusted: bool
) -> Headers:
    """What to answer to `OPTIONS`, with status 204.

    asked_headers: `Access-Control-Request-Headers`, which Okta echoes
    methods: those that the path takes
    """
    basis = headers(policy, origin, trusted=trusted)
    if basis == (("Vary", "Origin"),):
        return basis
    kept = tuple(pair for pair in basis if pair[0] != "Access-Control-Expose-Headers")
    return (
        *kept,
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Access-Control-Allow-Headers", asked_headers or DEFAULT_ALLOWED_HEADERS),
        ("Access-Control-Max-Age", str(MAX_AGE_S)),
    )
