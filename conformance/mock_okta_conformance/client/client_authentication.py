"""Reading how a client showed who it is."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from mock_okta_conformance.client.evidence import Exchange


def basic_header(exchange: Exchange) -> str | None:
    """What stands behind `Basic` in the Authorization header, decoded from base64; None if it is absent or broken."""
    scheme, _, encoded = exchange.request_headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def shown_credentials(exchange: Exchange) -> tuple[str | None, str | None]:
    """Client id and secret, from the Basic header (form-encoded, RFC 6749 section 2.3.1) or else from the body."""
    header = basic_header(exchange)
    if header is not None:
        client_id, colon, secret = header.partition(":")
        return unquote_plus(client_id), unquote_plus(secret) if colon and secret else None
    ids, secrets = exchange.values("client_id"), exchange.values("client_secret")
    return (ids[0] if ids else None), (secrets[0] if secrets else None)
