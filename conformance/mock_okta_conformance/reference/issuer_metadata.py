"""What an issuer publishes, its metadata and its keys, each fetched once and kept for as long as the server allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mock_okta_conformance.reference.error_replies import refusal
from mock_okta_conformance.reference.errors import ServerError, TokenRejected
from mock_okta_conformance.reference.wire import Answer, Wire

DEFAULT_MAX_AGE_S = 3600.0
MOST_REFETCHES = 2
REFETCH_WINDOW_S = 300.0
"""Tokens that name unknown keys make us ask again this often at most, so that nobody can make us hammer the issuer."""

ALGORITHM = "RS256"
SMALLEST_KEY_BITS = 2048
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of a discovery document that we use (OpenID Connect Discovery, 3)."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    end_session_endpoint: str | None = None
    device_authorization_endpoint: str | None = None
    sends_iss: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """An RSA key that signs. `kid` None if it has none."""

    kid: str | None
    key: RSAKey


class IssuerMetadata:
    """The metadata and keys of one issuer.

    issuer: without a slash at its end
    clock: epoch seconds
    """

    def __init__(self, wire: Wire, issuer: str, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._issuer = issuer
        self._clock = clock
        self._lock = Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, tuple[Key, ...]] | None = None
        self._refetches: tuple[float, ...] = ()

    def metadata(self) -> Metadata:
        """The issuer's metadata.

        Raises: ServerError if it names another issuer, lacks what we need, or can't be had
        """
        with self._lock:
            if self._metadata is None or self._metadata[0] <= self._clock():
                answer = self._fetch(f"{self._issuer}/.well-known/openid-configuration")
                self._metadata = (self._clock() + max_age_s(answer), read_metadata(answer, self._issuer))
            return self._metadata[1]

    def keys_for(self, kid: str | None) -> tuple[Key, ...]:
        """The keys a token with that `kid` may be signed with.

        An unknown `kid` means one new fetch, in case the keys have been rotated (OpenID Connect Core, 10.1.1).
        Raises: TokenRejected if no key, or without `kid` more than one, comes into question
        """
        found = _matching(self._published(), kid)
        if not found and kid is not None and self._may_refetch():
            found = _matching(self._published(anew=True), kid)
        if not found:
            raise TokenRejected("the key that the token names is not among the issuer's", code="kid")
        if kid is None and len(found) > 1:
            raise TokenRejected("the token names no key, and the issuer has several", code="kid")
        return found

    def _published(self, *, anew: bool = False) -> tuple[Key, ...]:
        jwks_uri = self.metadata().jwks_uri
        with self._lock:
            if anew or self._keys is None or self._keys[0] <= self._clock():
                answer = self._fetch(jwks_uri)
                self._keys = (self._clock() + max_age_s(answer), tuple(read_keys(answer.object())))
            return self._keys[1]

    def _may_refetch(self) -> bool:
        with self._lock:
            now = self._clock()
            recent = tuple(at for at in self._refetches if at > now - REFETCH_WINDOW_S)
            allowed = len(recent) < MOST_REFETCHES
            self._refetches = (*recent, now) if allowed else recent
            return allowed

    def _fetch(self, url: str) -> Answer:
        answer = self._wire.get(url)
        if answer.status != 200:
            raise refusal(answer, self._clock())
        return answer


def read_metadata(answer: Answer, issuer: str) -> Metadata:
    """Reads a discovery document, which has to be that of this issuer (Discovery, 4.3; RFC 8414, 3.3)."""
    document = answer.object()
    if document.get("issuer") != issuer:
        raise ServerError(f"{answer.asked}: the metadata is that of another issuer", code="issuer", status=200)
    for name in ("token_endpoint", "jwks_uri"):
        if not isinstance(document.get(name), str):
            raise ServerError(f"{answer.asked}: the metadata lacks {name}", code=name, status=200)
    known = {name: value for name, value in document.items() if name in _ENDPOINTS and isinstance(value, str)}
    sends_iss = document.get("authorization_response_iss_parameter_supported") is True
    return Metadata(issuer=issuer, sends_iss=sends_iss, **known)


_ENDPOINTS = frozenset(name for name in Metadata.__slots__ if name.endswith(("_endpoint", "_uri")))


def read_keys(document: Mapping[str, Any]) -> Iterator[Key]:
    """The keys of a JWK set that can verify RS256; all others are passed over (RFC 7517, 5)."""
    keys = document.get("keys")
    for jwk in keys if isinstance(keys, list) else ():
        if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
            continue
        if jwk.get("alg", ALGORITHM) != ALGORITHM:
            continue
        key = _public_key(jwk.get("n"), jwk.get("e"))
        if key is not None:
            yield Key(jwk["kid"] if isinstance(jwk.get("kid"), str) else None, key)


def _public_key(modulus: object, exponent: object) -> RSAKey | None:
    """The key of these numbers, if it is one of the 2048 bits or more that RS256 demands (RFC 7518, 3.3)."""
    if not isinstance(modulus, str) or not isinstance(exponent, str):
        return None
    try:
        key = RSAKey.import_key({"kty": "RSA", "n": modulus, "e": exponent})
        return key if key.public_key.key_size >= SMALLEST_KEY_BITS else None
    except (JoseError, ValueError):
        return None


def max_age_s(answer: Answer) -> float:
    """How long a reply may be kept, in seconds (RFC 9111, 5.2.2.1); an hour if it doesn't say."""
    found = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    return float(found[1]) if found else DEFAULT_MAX_AGE_S


def _matching(keys: tuple[Key, ...], kid: str | None) -> tuple[Key, ...]:
    return tuple(k for k in keys if kid is None or k.kid == kid)
