"""ID tokens that the mock does not make: signed with an elliptic key that the suite publishes for the purpose."""

from __future__ import annotations

import time

from joserfc import jwt
from joserfc.jwk import ECKey

from mock_okta_conformance.client.evidence import Tenant

_PRIVATE: dict[str, str | list[str]] = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}
"""The example key of RFC 7515, appendix A.3: known to everyone."""

PUBLISHED = {
    **{name: _PRIVATE[name] for name in ("kty", "crv", "x", "y")},
    "kid": "elliptic",
    "use": "sig",
    "alg": "ES256",
}
"""Its public half, as a key set has it."""

LIFETIME_S = 3600


def es256_id_token(tenant: Tenant, nonce: str | None) -> str:
    """An ID token in which nothing is wrong but its algorithm: the client is registered for RS256."""
    now = int(time.time())
    claims = {
        "sub": "00uELLIPTICPERSON001",
        "iss": tenant.issuer,
        "aud": tenant.client_id,
        "iat": now,
        "exp": now + LIFETIME_S,
        "auth_time": now,
    }
    if nonce is not None:
        claims["nonce"] = nonce
    return jwt.encode(
        {"alg": "ES256", "kid": PUBLISHED["kid"]}, claims, ECKey.import_key(_PRIVATE), algorithms=["ES256"]
    )
