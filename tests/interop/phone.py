"""What a person's phone does beside showing messages: it makes codes, and it reads pictures with its camera."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from PIL import Image

PERIOD_S = 30


@dataclass
class AuthenticatorApp:
    """An app for time-based codes that knows one secret (base 32).

    used: how many codes it has shown; each is from the next period, because none works twice
    """

    secret: str
    used: int = 0

    def code(self) -> str:
        """A code that has not been used; servers take those of a neighbouring period."""
        key = base64.b32decode(self.secret + "=" * (-len(self.secret) % 8))
        at = int(time.time()) + PERIOD_S * self.used
        self.used += 1
        return TOTP(key, 6, SHA1(), PERIOD_S, enforce_key_length=False).generate(at).decode()


def read(picture: bytes) -> str:
    """The text of the one QR code in a picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return found.text


def secret_in(address: str) -> str:
    """The secret that an authenticator app takes from the address in a QR code (Key URI format)."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp"), address
    (secret,) = parse_qs(parts.query)["secret"]
    return secret
