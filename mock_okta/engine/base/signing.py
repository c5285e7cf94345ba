"""JSON Web Tokens: signing, checking, and spoiling them on request.

This module alone imports joserfc and cryptography (75 ms and 23 ms), so everything else imports it inside the function
that needs it: a server answers its first request before anyone has asked for a token or a key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mock_okta.engine.base.untrusted_key import UNTRUSTED_PEM
from mock_okta.engine.model import SigningKey

ALGORITHM = "RS256"
ORG_ACCESS_TOKEN_TYPE = "application/okta-internal-at+jwt"


@lru_cache(maxsize=64)
def _private(pem: str) -> RSAPrivateKey:
    """The key of a PEM block. Its primes are not checked (40 ms each): these keys come from our own files."""
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("A signing key must be an RSA key")
    return key


@lru_cache(maxsize=64)
def _jwk(pem: str) -> RSAKey:
    return RSAKey.import_key(_private(pem))


# ---------------------------------------------------------------------------------------------------------------------
# Keys
# ---------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def thumbprint(pem: str) -> str:
    """The `kid` of a key: its RFC 7638 thumbprint, 43 characters. Another key never has the same."""
    return _jwk(pem).thumbprint()


@lru_cache(maxsize=64)
def _public_members(pem: str) -> tuple[str, str]:
    members = _jwk(pem).as_dict(private=False)
    return str(members["e"]), str(members["n"])


def public_jwk(key: SigningKey) -> dict[str, str]:
    """The key as `/v1/keys` publishes it, members in the recorded order (okta-oauth notes 5.4)."""
    e, n = _public_members(key.pem)
    return {"kty": "RSA", "alg": ALGORITHM, "kid": key.kid, "use": "sig", "e": e, "n": n}


def org_access_token_kid(key: SigningKey) -> str:
    """The `kid` in access tokens of the org server. It is in no key set, so that nobody can check them locally.

    At Okta a key of its own signs these (okta-oauth notes 4.3); all a client sees of it is a `kid` that leads nowhere.
    """
    return _base64url(hashlib.sha256(f"okta-internal-at {key.kid}".encode()).digest())


# ---------------------------------------------------------------------------------------------------------------------
# Signing
# ---------------------------------------------------------------------------------------------------------------------


def signed(claims: Mapping[str, Any], key: SigningKey) -> str:
    """A token with the header of Okta's, exactly `{"kid", "alg"}`."""
    return jws.serialize_compact(_header(key), _json(claims), _jwk(key.pem), [ALGORITHM])


def signed_for_org(claims: Mapping[str, Any], key: SigningKey) -> str:
    """An access token of the org server, which clients must not look into."""
    return jws.serialize_compact(_org_header(key), _json(claims), _jwk(key.pem), [ALGORITHM])


def _header(key: SigningKey) -> dict[str, Any]:
    return {"kid": key.kid, "alg": ALGORITHM}


def _org_header(key: SigningKey) -> dict[str, Any]:
    return {"kid": org_access_token_kid(key), "typ": ORG_ACCESS_TOKEN_TYPE, "alg": ALGORITHM}


def spoiled(
    claims: Mapping[str, Any], key: SigningKey, *, header: Mapping[str, Any], algorithm: str, signature: str
) -> str:
    """A token that a client ought to look at twice.

    header: members to put over the usual ones; None removes one
    algorithm: "RS256"; "HS256", whose secret is the public key in PEM, for clients that mix the two up; "none"
    signature: "valid", "other_key" (nobody publishes it) or "broken"
    """
    members = {**_header(key), "alg": algorithm, **header}
    members = {name: value for name, value in members.items() if value is not None}
    message = f"{_base64url(_json(members))}.{_base64url(_json(claims))}"
    pem = UNTRUSTED_PEM if signature == "other_key" else key.pem
    made = _signature(message.encode(), pem, algorithm)
    if signature == "broken":
        made = bytes(byte ^ 0x55 for byte in made)
    return f"{message}.{_base64url(made)}"


def _signature(message: bytes, pem: str, algorithm: str) -> bytes:
    if algorithm == "none":
        return b""
    if algorithm == "HS256":
        public = _private(pem).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(public, message, "sha256")
    return jws.JWSRegistry(algorithms=[ALGORITHM]).get_alg(ALGORITHM).sign(message, _jwk(pem))


# ---------------------------------------------------------------------------------------------------------------------
# Checking
# ---------------------------------------------------------------------------------------------------------------------


def own_claims(token: str, keys: Iterable[SigningKey]) -> dict[str, Any] | None:
    """The claims of a token that one of these keys has signed; None for anything else.

    Expiry is for the caller. A header is not parsed but compared: a token whose header differs from ours is not ours.
    """
    header, _, _ = token.partition(".")
    for key in keys:
        if header in _own_headers(key):
            try:
                checked = jws.deserialize_compact(token, _jwk(key.pem), [ALGORITHM])
                claims = json.loads(checked.payload)
            except (JoseError, ValueError):
                return None
            return claims if isinstance(claims, dict) else None
    return None


@lru_cache(maxsize=64)
def _own_headers(key: SigningKey) -> frozenset[str]:
    return frozenset(_base64url(_json(header)) for header in (_header(key), _org_header(key)))


# ---------------------------------------------------------------------------------------------------------------------
# Encoding
# ---------------------------------------------------------------------------------------------------------------------


def _json(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), default=_plain).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
