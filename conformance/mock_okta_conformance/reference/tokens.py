"""Token replies, and whether to believe them.

`read_reply` says what a token reply holds; `verify` says whether its ID token is what the issuer would tell this client
about this sign-in. The checks are the rows of `CHECKS`, in the order of OpenID Connect Core, 3.1.3.7. Of a reply that
fails one of them nothing is kept.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_okta_conformance.reference.errors import TokenRejected
from mock_okta_conformance.reference.pkce import base64url
from mock_okta_conformance.reference.signatures import KeyFinder, verified_claims
from mock_okta_conformance.reference.wire import Answer

Claims = Mapping[str, Any]
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in has won. `claims` are those of the verified ID token; times are epoch seconds.

    scopes: those that were granted, which may be fewer than were asked for
    nonce: the one the ID token was bound to, which later ID tokens must not contradict
    """

    access_token: str = field(repr=False)
    scopes: tuple[str, ...]
    token_type: str = "Bearer"
    expires_at: float | None = None
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    claims: Claims = field(default_factory=dict, repr=False)
    nonce: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the ID token has to agree with.

    nonce: the one that was sent, None if none was; `nonce_optional` after a refresh, where it may be left out
    max_age, acr_values: as sent with `/interact`
    previous: claims of the ID token before a refresh
    now: epoch seconds
    """

    issuer: str
    client_id: str
    now: float
    nonce: str | None = field(default=None, repr=False)
    nonce_optional: bool = False
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    access_token: str | None = field(default=None, repr=False)
    previous: Claims | None = field(default=None, repr=False)
    expiry_leeway_s: float = 120.0
    issue_leeway_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing an ID token must fulfil. `name` is the error code; `otherwise` completes "the ID token …"."""

    name: str
    otherwise: str
    holds: Callable[[Claims, Expected], bool]


def read_reply(answer: Answer, requested: tuple[str, ...], now: float) -> Tokens:
    """The tokens in a 200 reply, not verified yet.

    requested: scopes, which are the granted ones too if the reply names none (RFC 6749, 5.1)
    Raises: TokenRejected if the reply isn't one we can use; ServerError if it isn't JSON
    """
    body = answer.object()
    access_token, token_type = body.get("access_token"), body.get("token_type")
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise TokenRejected("the token reply has a token_type that we can't use", code="token_type")
    if not isinstance(access_token, str) or not access_token:
        raise TokenRejected("the token reply has no access_token", code="access_token")
    lifetime: Any = body.get("expires_in")
    return Tokens(
        access_token=access_token,
        scopes=tuple(body["scope"].split()) if isinstance(body.get("scope"), str) else requested,
        expires_at=now + lifetime if _is_number(lifetime) else None,
        id_token=_text(body.get("id_token")),
        refresh_token=_text(body.get("refresh_token")),
    )


def verify(id_token: str, keys_for: KeyFinder, expected: Expected, checks: tuple[Check, ...]) -> Claims:
    """The claims of an ID token that passes every check.

    Raises: TokenRejected, whose code is the name of the check
    """
    claims = verified_claims(id_token, keys_for)
    for check in checks:
        if not check.holds(claims, expected):
            raise TokenRejected(f"the ID token {check.otherwise}", code=check.name)
    return claims


def hash_of(access_token: str) -> str:
    """The `at_hash` of an access token: the left half of its SHA-256 (OpenID Connect Core, 3.1.3.6)."""
    return base64url(hashlib.sha256(access_token.encode("ascii", "replace")).digest()[:16])


# -- the checks -------------------------------------------------------------------------------------------------------


def _audiences(claims: Claims) -> tuple[Any, ...]:
    audience = claims.get("aud")
    return tuple(audience) if isinstance(audience, list) else (audience,)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _sub_is_usable(claims: Claims, expected: Expected) -> bool:
    sub = claims.get("sub")
    return isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUBJECT


def _not_expired(claims: Claims, expected: Expected) -> bool:
    return _is_number(claims.get("exp")) and expected.now < claims["exp"] + expected.expiry_leeway_s


def _issued_by_now(claims: Claims, expected: Expected) -> bool:
    return _is_number(claims.get("iat")) and claims["iat"] <= expected.now + expected.issue_leeway_s


def _valid_by_now(claims: Claims, expected: Expected) -> bool:
    if "nbf" not in claims:
        return True
    return _is_number(claims["nbf"]) and claims["nbf"] <= expected.now + expected.issue_leeway_s


def _nonce_agrees(claims: Claims, expected: Expected) -> bool:
    if expected.nonce is None or (expected.nonce_optional and "nonce" not in claims):
        return True
    return bool(claims.get("nonce") == expected.nonce)


def _acr_was_asked_for(claims: Claims, expected: Expected) -> bool:
    return not expected.acr_values or claims.get("acr") in expected.acr_values


def _signed_in_recently(claims: Claims, expected: Expected) -> bool:
    if expected.max_age is None:
        return True
    auth_time = claims.get("auth_time")
    return _is_number(auth_time) and expected.now - claims["auth_time"] <= expected.max_age + expected.expiry_leeway_s


def _access_token_belongs(claims: Claims, expected: Expected) -> bool:
    if expected.access_token is None or "at_hash" not in claims:
        return True
    return bool(claims["at_hash"] == hash_of(expected.access_token))


def _same_person(claims: Claims, expected: Expected) -> bool:
    return expected.previous is None or claims.get("sub") == expected.previous.get("sub")


def _same_audience(claims: Claims, expected: Expected) -> bool:
    return expected.previous is None or claims.get("aud") == expected.previous.get("aud")


def _same_sign_in(claims: Claims, expected: Expected) -> bool:
    before = expected.previous or {}
    return "auth_time" not in claims or "auth_time" not in before or claims["auth_time"] == before["auth_time"]


CHECKS: tuple[Check, ...] = (
    Check("iss", "is from another issuer", lambda claims, e: claims.get("iss") == e.issuer),
    Check("sub", "names nobody", _sub_is_usable),
    Check("aud", "is for another client", lambda claims, e: e.client_id in _audiences(claims)),
    Check("aud_extra", "is for others besides us", lambda claims, e: all(a == e.client_id for a in _audiences(claims))),
    Check("azp", "was issued to another client", lambda claims, e: claims.get("azp", e.client_id) == e.client_id),
    Check("exp", "has expired", _not_expired),
    Check("iat", "was issued in the future, or doesn't say when", _issued_by_now),
    Check("nbf", "isn't valid yet", _valid_by_now),
    Check("nonce", "isn't bound to this sign-in", _nonce_agrees),
    Check("acr", "doesn't confirm how the user had to sign in", _acr_was_asked_for),
    Check("auth_time", "is about a sign-in too long ago", _signed_in_recently),
    Check("at_hash", "belongs to another access token", _access_token_belongs),
    Check("refreshed_sub", "is about another person than before", _same_person),
    Check("refreshed_aud", "is for another audience than before", _same_audience),
    Check("refreshed_auth_time", "is about another sign-in than before", _same_sign_in),
)
