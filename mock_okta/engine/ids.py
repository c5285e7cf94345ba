"""Identifiers and secrets, drawn from a seed instead of from chance.

The n-th draw of a tenant is a hash of its seed and n, so a run replays byte for byte and a test can name what it will
see. Shapes: okta-oauth notes 4.1 (object ids) and idx-protocol notes 8.1 (handles and codes).
"""

from __future__ import annotations

import hashlib
import re

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
URL_SAFE = BASE62 + "-_"
DIGITS = "0123456789"

STATE_HANDLE_PREFIX = "02.id."
TAG_LENGTH = 6
_HANDLE = re.compile(r"(?:02\.id\.)?([0-9A-Za-z_-]{6})[0-9A-Za-z_-]{37}")


def draw(seed: str, serial: int, length: int, alphabet: str) -> str:
    """The text of `length` characters that this seed yields at this serial number.

    length: 1..64 characters
    """
    digest = hashlib.blake2b(f"{seed}\0{serial}".encode(), digest_size=64).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])


def tag_of(tenant: str, seed: str) -> str:
    """The six characters that begin every handle of this tenant."""
    return draw(f"tag\0{tenant}\0{seed}", 0, TAG_LENGTH, BASE62)


def handle_tag(handle: object) -> str | None:
    """The tag inside a `stateHandle` or an interaction handle; None if the text is neither."""
    match = _HANDLE.fullmatch(handle) if isinstance(handle, str) else None
    return match[1] if match else None
