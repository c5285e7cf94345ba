"""A security key in software, for clients that have no browser.

It plays both parts of Web Authentication that are not the server: the browser, which writes the client data and obeys
`excludeCredentials`, and the authenticator, which makes keys and signs. What it makes is as real as what hardware
makes, but not secret: keys follow from a seed and signatures from what is signed (RFC 6979), so a run repeats byte for
byte.
"""

from __future__ import annotations

import hashlib
import json
import struct
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import CoseKey
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from mock_okta_conformance.reference.pkce import base64url

JsonObject = Mapping[str, Any]
FLAG = AuthenticatorData.FLAG
ES256 = -7
"""ECDSA on P-256 with SHA-256 (COSE algorithm number)."""

AAGUID = Aaguid(hashlib.sha256(b"mock-okta soft key").digest()[:16])
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group on P-256 (FIPS 186-5, D.1.2.3): private keys lie below it."""


class NoKey(Exception):
    """The key cannot do what it is asked: it has no credential that is allowed, or has one that is excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One key pair, for one relying party. `user_handle` is the user id that it was made for."""

    id: bytes
    rp_id: str
    user_handle: bytes
    private: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> CoseKey:
        """The public half, as COSE has it."""
        return CoseKey.for_alg(ES256).from_cryptography_key(self.private.public_key())

    def signature(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over the message, in DER."""
        return self.private.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))


@dataclass(slots=True, kw_only=True)
class SoftKey:
    """One authenticator in one browser.

    origin: of the page that asks
    user_verified: whether a PIN or a finger unlocks it
    attestation: the format of its statements, "packed" (signed by the new key itself) or "none"
    count: how often it has signed
    """

    origin: str
    seed: str = "soft key"
    user_verified: bool = True
    attestation: str = "packed"
    transports: tuple[str, ...] = ("internal", "hybrid")
    count: int = 0
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: JsonObject, excluded: Iterable[str] = ()) -> dict[str, str]:
        """What `navigator.credentials.create` would give, as `enroll-authenticator` takes it.

        options: `activationData`; excluded: further credential ids that the user has, base64url
        Raises: NoKey if one of those is in here already
        """
        taken = {base64url(credential.id) for credential in self.credentials}
        listed = (each["id"] for each in options.get("excludeCredentials", ()))
        if taken & {*excluded, *listed}:
            raise NoKey("this user has a credential in here already")
        credential = self.credential(
            options["rp"].get("id") or self._host, _bytes(options["user"]["id"]), number=len(self.credentials)
        )
        self.credentials.append(credential)
        client_data = self._client_data("webauthn.create", options["challenge"])
        data = self._data(credential.rp_id, FLAG.AT, _attested(credential))
        statement = self._statement(credential, data + client_data.hash)
        made = AttestationObject.create(self.attestation, data, statement)
        return {
            "clientData": base64url(client_data),
            "attestation": base64url(made),
            "transports": json.dumps(self.transports),
            "clientExtensions": "{}",
        }

    def get(self, options: JsonObject, allowed: Iterable[str] = ()) -> dict[str, str]:
        """What `navigator.credentials.get` would give, as `challenge-authenticator` takes it.

        options: `challengeData`; allowed: credential ids, base64url; none allows whichever there is for this party
        Raises: NoKey
        """
        rp_id, wanted = options.get("rpId") or self._host, set(allowed)
        for credential in reversed(self.credentials):
            if credential.rp_id == rp_id and (not wanted or base64url(credential.id) in wanted):
                return self._assertion(credential, options["challenge"])
        raise NoKey(f"no credential for {rp_id} is allowed")

    def answer_to(self, body: JsonObject) -> dict[str, str]:
        """The credentials that an Identity Engine reply asks for. Raises: NoKey if it asks for none"""
        enrolled = [
            each["credentialId"]
            for each in body.get("authenticatorEnrollments", {}).get("value", ())
            if "credentialId" in each
        ]
        context = body.get("currentAuthenticator", {}).get("value", {}).get("contextualData", {})
        if "activationData" in context:
            return self.create(context["activationData"], enrolled)
        if "challengeData" in context:
            return self.get(context["challengeData"], enrolled)
        autofill = body.get("webauthnAutofillUIChallenge")
        if autofill is None:
            raise NoKey("the page asks for no security key")
        return self.get(autofill["value"]["challengeData"])

    def credential(self, rp_id: str, user_handle: bytes, *, number: int = 0) -> Credential:
        """The key pair that follows from the seed, the relying party and how many were made before it."""
        digest = hashlib.sha512(f"{self.seed}\0{rp_id}\0{number}".encode()).digest()
        private = ec.derive_private_key(int.from_bytes(digest) % (_ORDER - 1) + 1, ec.SECP256R1())
        return Credential(id=digest[32:], rp_id=rp_id, user_handle=user_handle, private=private)

    def _assertion(self, credential: Credential, challenge: str) -> dict[str, str]:
        self.count += 1
        client_data = self._client_data("webauthn.get", challenge)
        data = self._data(credential.rp_id)
        return {
            "clientData": base64url(client_data),
            "authenticatorData": base64url(data),
            "signatureData": base64url(credential.signature(data + client_data.hash)),
            "userHandle": base64url(credential.user_handle),
        }

    @property
    def _host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _data(self, rp_id: str, more: int = 0, attested: bytes = b"") -> AuthenticatorData:
        flags = FLAG.UP | (FLAG.UV if self.user_verified else 0) | more
        head = hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)
        return AuthenticatorData(head + attested)

    def _statement(self, credential: Credential, message: bytes) -> JsonObject:
        if self.attestation == "none":
            return {}
        return {"alg": ES256, "sig": credential.signature(message)}


def _attested(credential: Credential) -> AttestedCredentialData:
    return AttestedCredentialData.create(AAGUID, credential.id, credential.public_key)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
