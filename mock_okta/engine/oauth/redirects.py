"""Which addresses and origins an app has registered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from mock_okta.engine.model import App

_HOST = r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?"
_LOOPBACK_ADDRESS = re.compile(_HOST + r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")
_LOOPBACK_ORIGIN = re.compile(_HOST, re.IGNORECASE)


def is_registered(app: App, address: str, registered: Iterable[str]) -> bool:
    """Whether the address is registered: letter by letter, or on loopback where the app allows all of it.

    "All of it" is any port and path (RFC 8252, section 7.3, allows any port), but no query, fragment or user.
    """
    return address in registered or (app.loopback_redirects and _LOOPBACK_ADDRESS.fullmatch(address) is not None)


def may_call_from(app: App, trusted_origins: Iterable[str], origin: str) -> bool:
    """Whether a page of this origin may call the token endpoint for the app.

    Source: okta-oauth notes 6.5: the origin of one of the redirect URIs, letters of any case
    """
    allowed = {_origin_of(address) for address in app.redirect_uris}
    allowed.update(trusted.lower().rstrip("/") for trusted in trusted_origins)
    on_loopback = app.loopback_redirects and _LOOPBACK_ORIGIN.fullmatch(origin) is not None
    return on_loopback or origin.lower() in allowed


def _origin_of(address: str) -> str:
    """Scheme and host of an address, or "" if it has none, as with a custom scheme of a native app."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""
