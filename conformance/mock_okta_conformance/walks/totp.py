"""Time-based one-time passwords (RFC 6238), for clients whose user has an app for them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32decode
from collections.abc import Callable
from typing import Any

STEP_S = 30
HASHES: dict[str, Callable[[], Any]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def code_at(secret: str, now: float, *, algorithm: str = "sha1", digits: int = 6) -> str:
    """The code of the step that `now` (epoch seconds) is in.

    secret: base 32 as people copy it: in any case, with spaces, with or without padding
    """
    letters = secret.replace(" ", "").rstrip("=").upper()
    if len(letters) % 8 in (1, 3, 6):  # the last one fills no byte, and apps drop it
        letters = letters[:-1]
    key = b32decode(letters + "=" * (-len(letters) % 8))
    counter = int(now // STEP_S).to_bytes(8, "big")
    digest = hmac.new(key, counter, HASHES[algorithm]).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"
