"""Reading tokens: claims and header, without believing them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mock_okta_conformance.server.org import Answer, Org

JsonObject = Mapping[str, Any]


def part_of(token: object, index: int) -> JsonObject:
    """The header (0) or the claims (1) of a JWT; empty if it is none."""
    parts = str(token).split(".")
    if len(parts) != 3:
        return {}
    try:
        document = json.loads(base64.urlsafe_b64decode(parts[index] + "=" * (-len(parts[index]) % 4)))
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def claims_of(answer: Answer, name: str = "id_token") -> JsonObject:
    """The claims of a token in a token reply."""
    return part_of(answer.served.get(name), 1)


def verifies(token: object, org: Org) -> bool:
    """Whether a published key verifies the token by RS256."""
    try:
        jwt.decode(str(token), KeySet.import_key_set(org.keys.body), algorithms=["RS256"])
    except (JoseError, ValueError, KeyError, TypeError):
        return False
    return True


def hash_of(token: object) -> str:
    """What `at_hash` is of an access token (OIDC Core section 3.1.3.6)."""
    digest = hashlib.sha256(str(token).encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
