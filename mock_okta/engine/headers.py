"""Headers of ordinary replies, by endpoint and status.

Recorded from a live org in 2026 (okta-oauth notes 1.4 and 6.4). `Date`, `Server` and the CORS headers belong to the web
layer, `Content-Type` to whoever writes the body.
"""

from __future__ import annotations

import re
from email.utils import formatdate

from mock_okta.engine.base.endpoint import Caching, Endpoint, Headers
from mock_okta.engine.base.turn import Turn

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


def standard_headers(turn: Turn, endpoint: Endpoint, status: int) -> Headers:
    """The headers that Okta adds to a reply of this endpoint with this status.

    405 has neither a request id nor rate limits, 429 says nothing about caching.
    """
    headers = SECURITY + endpoint.headers
    if _is_public_https(turn.request.origin):
        headers += (STRICT_TRANSPORT,)
    if status != 405:
        headers += (("X-Okta-Request-Id", turn.request_id()),)
        if endpoint.rate_limit is not None:
            headers += _rate_limits(turn, endpoint.rate_limit.a_minute, status)
    if status != 429:
        headers += _caching(turn, endpoint.caching if status == 200 else Caching.NEVER)
    return headers


def _is_public_https(origin: str) -> bool:
    """Whether a browser may be told to use https only: on loopback that would lock every other local server out."""
    return _PUBLIC_HTTPS.match(origin) is not None


def _rate_limits(turn: Turn, limit: int, status: int) -> Headers:
    minute = int(turn.now // MINUTE_S)
    remaining = 0 if status == 429 else max(0, limit - turn.request.recent)
    return (
        ("X-Rate-Limit-Limit", str(limit)),
        ("X-Rate-Limit-Remaining", str(remaining)),
        ("X-Rate-Limit-Reset", str((minute + 1) * MINUTE_S)),
    )


def _caching(turn: Turn, caching: Caching) -> Headers:
    if caching is Caching.NEVER:
        return NOT_CACHED
    now = int(turn.now)
    lifetime = DAY_S if caching is Caching.DAY else KEY_ROTATION_S - now % KEY_ROTATION_S
    expires = min(now + lifetime, LAST_DATE_S)
    return (
        ("Cache-Control", f"max-age={lifetime}, must-revalidate"),
        ("Expires", formatdate(expires, usegmt=True)),
    )
