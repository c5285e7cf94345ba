"""How long a server wants us to wait."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds the server wants us to wait; None if it doesn't say.

    Source: Okta, "Rate limits": `X-Rate-Limit-Reset` is in epoch seconds and meant relative to `Date`;
    RFC 9110, 10.2.3: `Retry-After` is seconds or a date
    """
    here = _epoch(headers.get("date")) or now
    after = headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    reset = headers.get("x-rate-limit-reset", "")
    then = _epoch(after) or (float(reset) if reset.isdecimal() else None)
    return None if then is None else max(0.0, then - here)


def _epoch(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (TypeError, ValueError):
        return None
