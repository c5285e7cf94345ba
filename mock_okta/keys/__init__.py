"""Signing keys for tenants: two that everyone knows, and new ones on demand.

The keys in this folder are public test keys. With them a server starts without generating anything, two runs of the
same scenario issue the same tokens, and a browser that cached the key set of an earlier run is still right.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mock_okta.engine.model import SigningKey

_DEVELOPMENT_KEYS = (
    ("current.pem", "pUPZwTnBhwgx2CCMQDFP0vcl5eZ09kKYXB4pQvH9zkw"),
    ("next.pem", "dMg5Oroi3uM1nSrGiXHDbDNEhFZ9IuDX4RJ6D2qbT8k"),
)
"""File and `kid`, the thumbprint of the key; computing it at start-up would cost the import of cryptography."""


@cache
def development_keys() -> tuple[SigningKey, ...]:
    """The two public test keys: the one that signs, and the one that Okta would have published ahead."""
    folder = Path(__file__).parent
    return tuple(SigningKey(kid=kid, pem=_block((folder / name).read_text())) for name, kid in _DEVELOPMENT_KEYS)


def make_signing_key() -> SigningKey:
    """A new RSA key of 2048 bits, as after a rotation."""
    from cryptography.hazmat.primitives import serialization  # late: 23 ms that only a rotation should pay
    from cryptography.hazmat.primitives.asymmetric import rsa

    from mock_okta.engine.base.signing import thumbprint

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return SigningKey(kid=thumbprint(pem), pem=pem)


def _block(text: str) -> str:
    """The PEM block of a file that begins with a warning."""
    return text[text.index("-----BEGIN") :]
