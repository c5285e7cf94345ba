"""What security keys sign, checked: the two ceremonies of Web Authentication (W3C, Level 3, sections 7.1 and 7.2).

Yubico's `fido2` does the checking. It was taken over `webauthn` (py_webauthn) because it needs nothing but
`cryptography`, and because it never asks for the time: the other one judges certificate chains of Android and Apple by
the clock of the machine. Neither demands that a chain ends in a known root, as Okta does not unless told to.

Importing this module costs 35 ms, so whoever needs it imports it late.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_der_public_key
from fido2 import cbor
from fido2.attestation.base import Attestation
from fido2.cose import ES256, RS256, CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)
from msgspec import Struct

ALGORITHMS = (-7, -257)
"""What Okta asks for: ES256 and RS256 (COSE numbers; recorded in `pubKeyCredParams`)."""

_ANY_AAGUID = bytes(16)
_DER_SEQUENCE = 0x30


class BadProof(Exception):
    """The key did not sign what it was asked to sign, or not the way it was asked to."""


class Expected(Struct, frozen=True, kw_only=True):
    """What a proof has to fit to be good: the challenge, the page, the relying party.

    challenge: base64url, as it was sent
    allows: whether a page of this origin may ask for proofs
    rp_id: the relying party; None is the host of whatever page asked, which is what browsers take by default
    user_verification: "required", "preferred" or "discouraged"
    """

    challenge: str
    allows: Callable[[str], bool]
    rp_id: str | None
    user_verification: str


class Passkey(Struct, frozen=True, kw_only=True):
    """A registered key. Texts are base64url; `public_key` is a COSE_Key or a SubjectPublicKeyInfo.

    sign_count: how often it has signed, by its own count; 0 for a key that does not count
    """

    credential_id: str
    public_key: str
    sign_count: int = 0
    aaguid: str = ""


def registered(expected: Expected, client_data: str, attestation: str) -> Passkey:
    """The key that was made for this challenge. Raises: BadProof"""
    try:
        seen = CollectedClientData(decoded(client_data))
        made = AttestationObject(decoded(attestation))
        response = RegistrationResponse(
            raw_id=made.auth_data.credential_data.credential_id if made.auth_data.credential_data else b"",
            response=AuthenticatorAttestationResponse(client_data=seen, attestation_object=made),
        )
        data = _server(expected, seen).register_complete(_state(expected), response)
        credential = data.credential_data
        if credential is None or credential.public_key.get(3) not in ALGORITHMS:
            raise BadProof("a key of another algorithm than those asked for")
        _refuse_impossible_backup(data)
    # Whoever answers may send any bytes, and a parser stumbles over them in many ways; none of them is a proof.
    except Exception as problem:
        raise BadProof(str(problem)) from problem
    return Passkey(
        credential_id=encoded(credential.credential_id),
        public_key=encoded(cbor.encode(credential.public_key)),
        sign_count=data.counter,
        aaguid=str(credential.aaguid),
    )


def asserted(expected: Expected, passkey: Passkey, client_data: str, authenticator_data: str, signature: str) -> int:
    """The count of signatures after this one.

    Raises: BadProof, also where the count has not gone up: then there are two keys of one making (section 6.1.1)
    """
    try:
        credential = AttestedCredentialData.create(
            _ANY_AAGUID, decoded(passkey.credential_id), _public_key(decoded(passkey.public_key))
        )
        seen = CollectedClientData(decoded(client_data))
        data = AuthenticatorData(decoded(authenticator_data))
        response = AuthenticationResponse(
            raw_id=credential.credential_id,
            response=AuthenticatorAssertionResponse(
                client_data=seen, authenticator_data=data, signature=decoded(signature)
            ),
        )
        _server(expected, seen).authenticate_complete(_state(expected), [credential], response)
        _refuse_impossible_backup(data)
    except Exception as problem:  # as in `registered`
        raise BadProof(str(problem)) from problem
    if (data.counter or passkey.sign_count) and data.counter <= passkey.sign_count:
        raise BadProof("the count of signatures has not gone up")
    return data.counter


def encoded(value: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of a base64 text of either alphabet, padded or not: generation 3 of the widget sends the plain one.

    Raises: ValueError for any other text
    """
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _server(expected: Expected, seen: CollectedClientData) -> Fido2Server:
    host = urlsplit(seen.origin).hostname or ""
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=expected.rp_id or host, name=""),
        attestation=AttestationConveyancePreference.DIRECT,
        verify_origin=expected.allows,
        verify_attestation=_refuse_false_statement,
    )


def _state(expected: Expected) -> dict[str, object]:
    wanted = UserVerificationRequirement(expected.user_verification)
    return {"challenge": expected.challenge, "user_verification": wanted}


def _refuse_false_statement(attestation: AttestationObject, client_data_hash: bytes) -> None:
    """Any format that FIDO has defined, signed as it should be; who made the key is not asked."""
    verifier = Attestation.for_type(attestation.fmt)()
    verifier.verify(attestation.att_stmt, attestation.auth_data, client_data_hash)


def _refuse_impossible_backup(data: AuthenticatorData) -> None:
    """A key that cannot be backed up is not backed up (section 7.2, step 19)."""
    if data.is_backed_up() and not data.is_backup_eligible():
        raise BadProof("backed up, but not eligible for it")


def _public_key(value: bytes) -> CoseKey:
    if value[:1] != bytes([_DER_SEQUENCE]):
        return CoseKey.parse(cbor.decode(value))  # type: ignore[arg-type]  # a mapping, or it raises
    key = load_der_public_key(value)
    kinds: tuple[type[CoseKey], ...] = (ES256, RS256)
    kind = kinds[0] if hasattr(key, "curve") else kinds[1]
    return kind.from_cryptography_key(key)
