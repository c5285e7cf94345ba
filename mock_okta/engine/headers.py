"""Headers of ordinary replies, by endpoint and status.

Recorded from a live org in 2026 (okta-oauth notes 1.4 and 6.4). `Date`, `Server` and the CORS headers belong to the web
layer, `Content-Type` to whoever writes the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formatdate

from mock_okta.engine.base.turn import Turn

Headers = tuple[tuple[str, str], ...]

MINUTE_S = 60
DAY_S = 86_400
KEY_ROTATION_S = 90 * DAY_S
"""Okta makes a new signing key four times a year; `max-age` of the keys counts down to that day."""

LAST_DATE_S = 253_402_300_799
"""31 December 9999, after which no HTTP date can be written."""

SECURITY: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "0"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("P3P", 'CP="HONK"'),
    ("Accept-CH", "Sec-CH-UA-Platform-Version"),
)

NOT_CACHED: Headers = (("Cache-Control", "no-cache, no-store"), ("Pragma", "no-cache"), ("Expires", "0"))

STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=315360000; includeSubDomains")
_PUBLIC_HTTPS = re.compile(r"https://(?!(?:localhost|127\.0\.0\.1|\[::1\])(?::|$))")


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """What is particular to an endpoint.

    rate_limit: requests a minute; None sends no `X-Rate-Limit-*`
    cached: "" for never, "day" for a day, "rotation" for until the next key
    extra: headers that only this endpoint has
    """

    rate_limit: int | None = 600
    cached: str = ""
    extra: Headers = ()


_METADATA = HeaderRow(rate_limit=None, cached="day")
_OTHERS = HeaderRow()

# 1000 for token is recorded (trial org), 1200 documented for developer orgs, the default of 600 inferred.
ENDPOINT_HEADERS: dict[str, HeaderRow] = {
    "openid-configuration": _METADATA,
    "oauth-authorization-server": _METADATA,
    "okta-organization": _METADATA,
    "keys": HeaderRow(rate_limit=None, cached="rotation"),
    "interact": HeaderRow(rate_limit=1200),
    "token": HeaderRow(rate_limit=1000, extra=(("X-Robots-Tag", "noindex,nofollow"),)),
    "userinfo": HeaderRow(rate_limit=1200),
    "introspect": HeaderRow(rate_limit=1200),
    "revoke": HeaderRow(rate_limit=1200),
    "logout": HeaderRow(rate_limit=1200),
}


def standard_headers(turn: Turn, endpoint: str, status: int) -> Headers:
    """The headers that Okta adds to a reply of this endpoint with this status.

    405 has neither a request id nor rate limits, 429 says nothing about caching.
    """
    row = ENDPOINT_HEADERS.get(endpoint, _OTHERS)
    headers = SECURITY + row.extra
    if _is_public_https(turn.request.origin):
        headers += (STRICT_TRANSPORT,)
    if status != 405:
        headers += (("X-Okta-Request-Id", turn.request_id()),)
        if row.rate_limit is not None:
            headers += _rate_limits(turn, row.rate_limit, status)
    if status != 429:
        headers += _caching(turn, row.cached if status == 200 else "")
    return headers


def _is_public_https(origin: str) -> bool:
    """Whether a browser may be told to use https only: on loopback that would lock every other local server out."""
    return _PUBLIC_HTTPS.match(origin) is not None


def rate_limit_of(endpoint: str) -> str:
    """The name of the limit that requests to this endpoint count towards; all of `/idp/idx` shares one."""
    return endpoint if endpoint in ENDPOINT_HEADERS else "idx"


def _rate_limits(turn: Turn, limit: int, status: int) -> Headers:
    minute = int(turn.now // MINUTE_S)
    remaining = 0 if status == 429 else max(0, limit - turn.request.recent)
    return (
        ("X-Rate-Limit-Limit", str(limit)),
        ("X-Rate-Limit-Remaining", str(remaining)),
        ("X-Rate-Limit-Reset", str((minute + 1) * MINUTE_S)),
    )


def _caching(turn: Turn, cached: str) -> Headers:
    if not cached:
        return NOT_CACHED
    now = int(turn.now)
    lifetime = DAY_S if cached == "day" else KEY_ROTATION_S - now % KEY_ROTATION_S
    expires = min(now + lifetime, LAST_DATE_S)
    return (
        ("Cache-Control", f"max-age={lifetime}, must-revalidate"),
        ("Expires", formatdate(expires, usegmt=True)),
    )
