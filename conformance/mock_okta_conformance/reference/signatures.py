"""Whether a JSON Web Token was signed by a key of the issuer, with the one algorithm that is registered.

Nothing in the token's header steers how it is verified: `alg` has to be RS256, a `crit` is refused because we know no
extension, and `jku`, `jwk`, `x5u` and `x5c` aren't looked at (RFC 8725, 3.1 and 3.10; RFC 7515, 4.1.11).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from mock_okta_conformance.reference.errors import TokenRejected
from mock_okta_conformance.reference.issuer_metadata import ALGORITHM, Key
from mock_okta_conformance.reference.pkce import base64url

LARGEST_HEADER = 16_000
KeyFinder = Callable[[str | None], tuple[Key, ...]]
"""The keys that a token with this `kid` may be signed with; raises TokenRejected if there are none."""


def verified_claims(token: str, keys_for: KeyFinder) -> dict[str, Any]:
    """The claims of a token whose signature verifies.

    Raises: TokenRejected with code "malformed", "alg", "crit", "kid" or "signature"
    """
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise TokenRejected(f"the ID token isn't signed with {ALGORITHM}", code="alg")
    if "crit" in header:
        raise TokenRejected("the ID token demands an extension that we don't know", code="crit")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise _malformed()
    payload = _payload(token, keys_for(kid))
    try:
        claims = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if not isinstance(claims, dict):
        raise _malformed()
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        header: Any = jws.extract_compact(token.encode("ascii"), registry=_registry()).protected
        if not isinstance(header, dict) or not _is_canonical(token.rpartition(".")[2]):
            raise _malformed()
    except (JoseError, ValueError, AttributeError, RecursionError):
        raise _malformed() from None
    return header


def _payload(token: str, keys: tuple[Key, ...]) -> bytes:
    for key in keys:
        try:
            return jws.deserialize_compact(token, key.key, [ALGORITHM], _registry()).payload
        except (JoseError, ValueError):
            continue
    raise TokenRejected("the ID token's signature is not the issuer's", code="signature")


def _is_canonical(segment: str) -> bool:
    """Whether this is the one way to write these bytes: padding bits and stray characters would otherwise go unseen."""
    return base64url(urlsafe_b64decode(segment + "=" * (-len(segment) % 4))) == segment


def _registry() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
    registry.max_header_length = LARGEST_HEADER
    return registry


def _malformed() -> TokenRejected:
    return TokenRejected("the ID token is not a signed JSON Web Token", code="malformed")


def _refuse_constant(text: str) -> None:
    raise ValueError(text)
