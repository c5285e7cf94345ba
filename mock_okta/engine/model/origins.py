"""Origins: where the page of a request is from, in the one spelling that browsers use.

Administrators write an origin as they like, browsers with small letters and without a port that goes without saying
(RFC 6454, sections 4 and 6.2), so neither tells two origins apart. Source: Okta release notes 2022.09.1, OKTA-516740.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 300
"""Characters; a host has 253 at most."""


def is_among(origin: str, addresses: Iterable[str]) -> bool:
    """Whether one of the addresses, which may have paths, is on the origin that a browser says its page is from."""
    asked = page_of(origin)
    return bool(asked) and any(origin_of(address) == asked for address in addresses)


def page_of(origin: str) -> str:
    """The origin that a browser says its page is from; "" for `null`, or more than an origin."""
    parts = _split(origin) if len(origin) <= LONGEST and "@" not in origin else None
    if parts is None or f"{parts.scheme}://{parts.netloc}" != origin.lower():
        return ""
    return _origin(parts)


def origin_of(address: str) -> str:
    """The origin of an address; "" if it has none, as with a custom scheme of a native app."""
    parts = _split(address)
    return _origin(parts) if parts else ""


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  read for its ValueError
    except ValueError:
        return None
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower())


def _origin(parts: SplitResult) -> str:
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _as_ascii(parts.hostname)
    shown = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{shown}" if host else ""


def _as_ascii(host: str) -> str:
    """As it stands in the header: foreign letters in Punycode."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
