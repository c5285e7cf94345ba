"""Which addresses and origins an app has registered."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mock_okta.engine.model import App, origins

# Texts, which `re` compiles at first use: only some apps allow all of loopback.
_LOOPBACK_ORIGIN = r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?"
_LOOPBACK_ADDRESS = _LOOPBACK_ORIGIN + r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?"


def is_registered(app: App, address: str, registered: Iterable[str]) -> bool:
    """Whether the address is registered: letter by letter, or on loopback where the app allows all of it.

    "All of it" is any port and path (RFC 8252, section 7.3, allows any port), but no query, fragment or user.
    """
    return address in registered or (app.loopback_redirects and re.fullmatch(_LOOPBACK_ADDRESS, address) is not None)


def may_call_from(app: App, trusted_origins: Iterable[str], origin: str) -> bool:
    """Whether a page of this origin may call the token endpoint for the app."""
    return origins.is_among(origin, trusted_origins) or is_page_of(app, origin)


def is_page_of(app: App, origin: str) -> bool:
    """Whether one of the app's redirect URIs is on this origin (okta-oauth notes 6.5)."""
    on_loopback = app.loopback_redirects and re.fullmatch(_LOOPBACK_ORIGIN, origin, re.IGNORECASE) is not None
    return on_loopback or origins.is_among(origin, app.redirect_uris)
