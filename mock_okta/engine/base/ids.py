"""Identifiers and secrets, drawn from texts that are handed in instead of from chance.

What is drawn is a hash of such a text and a number, so a run replays byte for byte. Shapes: okta-oauth notes 4.1
(object ids) and idx-protocol notes 8.1 (handles and codes).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import count

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
URL_SAFE = BASE62 + "-_"
DIGITS = "0123456789"

STATE_HANDLE_PREFIX = "02.id."
TAG_LENGTH = 6
TAIL_MARK = "~"
"""What the longer handles of some orgs are made of: the handle, this, and a tail that is part of it."""
TAIL_LENGTH = 1174
"""Characters after `~c.` (recorded)."""
_HANDLE = re.compile(r"(?:02\.id\.)?([0-9A-Za-z_-]{6})[0-9A-Za-z_-]{37}(?:~c\.[0-9A-Za-z_-]{1174})?")


def draw(seed: str, serial: int, length: int, alphabet: str) -> str:
    """The text of `length` characters that this seed yields at this serial number.

    length: 1..64 characters
    """
    digest = hashlib.blake2b(f"{seed}\0{serial}".encode("utf-8", "surrogatepass"), digest_size=64).digest()
    return digest[:length].translate(_letters_for_bytes(alphabet)).decode("ascii")


@cache
def _letters_for_bytes(alphabet: str) -> bytes:
    """Which letter each byte stands for. alphabet: ASCII"""
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))


def digest_of(*parts: str | int) -> str:
    """32 hex digits that follow from these parts; other parts, or parts cut elsewhere, give others."""
    text = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def tail_of(seed: str, head: str) -> str:
    """What follows a handle that begins so in orgs with long handles; it follows from the head, so nobody keeps it."""
    seed = f"tail\0{seed}\0{head}"
    parts = (draw(seed, serial, 64, URL_SAFE) for serial in range(-(-TAIL_LENGTH // 64)))
    return f"{TAIL_MARK}c.{''.join(parts)[:TAIL_LENGTH]}"


def tags_of(tenant: str, seed: str) -> Iterator[str]:
    """The six characters that may begin every handle of this tenant: the first that no other tenant has."""
    return (draw(f"tag\0{tenant}\0{seed}", number, TAG_LENGTH, BASE62) for number in count())


def handle_tag(handle: object) -> str | None:
    """The tag inside a `stateHandle` or an interaction handle; None if the text is neither."""
    match = _HANDLE.fullmatch(handle) if isinstance(handle, str) else None
    return match[1] if match else None
