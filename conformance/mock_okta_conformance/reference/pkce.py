"""Proof Key for Code Exchange (RFC 7636), and the other values that nobody may guess."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable

Randomness = Callable[[int], bytes]
"""Gives that many unpredictable bytes, as `secrets.token_bytes` does."""

METHOD = "S256"
ENTROPY_BYTES = 32


def base64url(data: bytes) -> str:
    """BASE64URL without padding (RFC 7515, appendix C)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unguessable(randomness: Randomness) -> str:
    """A text of 43 characters that carries 256 bits; serves as `code_verifier`, `state` and `nonce`.

    Source: RFC 7636, 7.1: "the verifier SHOULD have enough entropy … It is RECOMMENDED … 32-octet sequence"
    """
    return base64url(randomness(ENTROPY_BYTES))


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(ASCII(code_verifier))) (RFC 7636, 4.2)."""
    return base64url(hashlib.sha256(verifier.encode("ascii")).digest())
