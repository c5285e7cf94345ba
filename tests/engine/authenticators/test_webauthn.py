"""Security keys and passkeys: what is asked of them, and that only what they really signed counts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import struct
from base64 import urlsafe_b64decode
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from mock_okta.engine.idx.authenticators import passkeys
from mock_okta.engine.model import App, Enrollment, Step
from mock_okta_conformance.reference.pkce import base64url
from mock_okta_conformance.reference.soft_key import FLAG, SoftKey
from tests.depth import examples
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, mary, scenario
from tests.engine.invariants import problems

KEY = Step(verb="verify", authenticators=("webauthn",))
ENROLL = Step(verb="enroll", authenticators=("webauthn",))
PAGE = "http://localhost:8080"
REFUSED = ["authfactor.webauthn.error.assertion_validation_failure"]


def soft_key(**changes: Any) -> SoftKey:
    return SoftKey(**{"origin": PAGE} | changes)


def enrollment_of(key: SoftKey, rp_id: str = "localhost", number: int = 0, **changes: Any) -> Enrollment:
    """An enrolment as a scenario would describe it: the public half of a key that is in `key` from now on."""
    credential = key.credential(rp_id, b"", number=number)
    key.credentials.append(credential)
    public = credential.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    secret = {"credential_id": base64url(credential.id), "public_key": base64url(public), **changes}
    return Enrollment(authenticator="webauthn", secret=secret)


def mary_with(*enrollments: Enrollment):
    return mary(enrolled=(*mary().enrolled, *enrollments))


def at_the_enrolment(**changes: Any) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, PASSWORD, ENROLL, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Security Key or Biometric")
    return client


def at_the_challenge(*enrollments: Enrollment, **changes: Any) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, KEY, users=(mary_with(*enrollments),), **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def send(client: EngineClient, credentials: dict[str, str]):
    reply = client.post("challenge/answer", credentials=credentials)
    assert problems(reply, ORIGIN) == []
    return reply


def has_signed_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def context(client: EngineClient) -> dict[str, Any]:
    return client.last.body["currentAuthenticator"]["value"]["contextualData"]


# -- enrolling --------------------------------------------------------------------------------------------------------


def test_a_new_key_is_told_whose_it_is_and_what_to_sign():
    client = at_the_enrolment()
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    data = context(client)["activationData"]
    assert data["user"]["name"] == "mary@example.com"
    assert data["user"]["displayName"] == "Mary Acme"
    assert data["user"]["id"].startswith("00u")
    assert [each["alg"] for each in data["pubKeyCredParams"]] == [-7, -257]
    assert (data["attestation"], data["u2fParams"]) == ("direct", {"appid": ORIGIN})
    assert data["rp"] == {"name": "localhost"}
    assert len(urlsafe_b64decode(data["challenge"])) == 24
    assert client.last.body["enrollmentAuthenticator"]["value"]["key"] == "webauthn"


def test_the_form_asks_for_the_attestation_alone_or_for_what_else_there_is():
    def names(**changes):
        form = at_the_enrolment(**changes).last.body["remediation"]["value"][0]["value"][0]["form"]["value"]
        return [(field["name"], field.get("hint"), field["visible"]) for field in form]

    assert names() == [("attestation", None, False), ("clientData", None, False)]
    assert names(wire={"webauthn_form": "full"}) == [
        ("clientData", "webauthn", False),
        ("attestation", "webauthn", False),
        ("transports", "webauthn", False),
        ("clientExtensions", "webauthn", False),
    ]


@pytest.mark.parametrize("statement", ["packed", "none"])
def test_a_key_is_enrolled_with_any_statement_that_is_in_order(statement):
    client = at_the_enrolment()
    send(client, soft_key(attestation=statement).answer_to(client.last.body))
    assert has_signed_in(client)


def test_a_key_that_was_enrolled_can_be_proved_in_the_next_sign_in():
    key = soft_key()
    client = EngineClient(scenario(IDENTIFY, PASSWORD, ENROLL, KEY))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Security Key or Biometric")
    send(client, key.answer_to(client.last.body))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    shown = client.last.body["authenticatorEnrollments"]["value"][0]
    assert shown["id"].startswith("fwf")
    assert shown["profile"]["transports"] == "internal,hybrid"
    assert len(shown["profile"]["aaguid"]) == 36
    send(client, key.answer_to(client.last.body))
    assert has_signed_in(client)


def test_an_enrolment_proves_possession_and_says_so_in_amr():
    client = at_the_enrolment()
    send(client, soft_key().answer_to(client.last.body))
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert client.state.grants[code].subject.amr == ("pwd", "mfa", "pop")


@pytest.mark.parametrize("missing", [["transports"], ["clientExtensions"], ["transports", "clientExtensions"]])
def test_sdks_that_leave_out_transports_and_extensions_are_heard(missing):
    client = at_the_enrolment()
    made = soft_key().answer_to(client.last.body)
    send(client, {name: value for name, value in made.items() if name not in missing})
    assert has_signed_in(client)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('["usb","nfc"]', ("usb", "nfc")),
        ("usb,nfc", ("usb", "nfc")),
        ('{"a":1}', ()),
        ("7", ()),
        ("warp", ()),
        ("[" * 100_000, ()),
        ("usb," * 1000, ("usb",)),
    ],
)
def test_transports_are_read_as_json_or_with_commas_and_nonsense_is_dropped(sent, kept):
    client = at_the_enrolment()
    send(client, soft_key().answer_to(client.last.body) | {"transports": sent})
    user = client.state.users[client.last.body["user"]["value"]["id"]]
    assert user.enrolled[-1].secret["transports"] == kept


def _another_challenge(client, made):
    other = soft_key().create(context(client)["activationData"] | {"challenge": base64url(bytes(24))})
    return made | other


def _another_statement(client, made):
    """The statement of a key that signed another challenge."""
    return made | {"attestation": _another_challenge(client, made)["attestation"]}


@pytest.mark.parametrize(
    "change",
    [
        _another_challenge,
        _another_statement,
        lambda client, made: made | {"attestation": "AAAA"},
        lambda client, made: made | {"clientData": "????"},
        lambda client, made: made | {"clientData": base64url(b"[]")},
        lambda client, made: made | {"attestation": made["attestation"][:-8] + "AAAAAAAA"},
        lambda client, made: soft_key(origin="https://evil.example").answer_to(client.last.body),
        lambda client, made: soft_key(origin="http://evil.example").answer_to(client.last.body),
    ],
)
def test_a_key_that_was_not_made_as_asked_is_refused_and_the_page_stays(change):
    client = at_the_enrolment()
    before = client.state.users
    made = soft_key().answer_to(client.last.body)
    reply = send(client, change(client, made))
    assert (reply.status, client.said) == (400, ["authfactor.webauthn.error"])
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert client.state.users == before
    send(client, made)
    assert has_signed_in(client)


def test_a_key_that_somebody_has_enrolled_already_is_refused():
    key = soft_key()
    taken = enrollment_of(key)
    bob = mary(login="bob@example.com", profile={}, enrolled=(taken,))
    client = at_the_enrolment(users=(mary(), bob))
    key.credentials.clear()
    send(client, key.answer_to(client.last.body))
    assert client.said == ["authfactor.webauthn.error"]


def test_a_required_pin_has_to_have_been_asked_for():
    changes = {"authenticators": {"webauthn": {"user_verification": "required"}}}
    client = at_the_enrolment(**changes)
    assert context(client)["activationData"]["authenticatorSelection"]["userVerification"] == "required"
    send(client, soft_key(user_verified=False).answer_to(client.last.body))
    assert client.said == ["authfactor.webauthn.error"]
    send(client, soft_key(user_verified=True).answer_to(client.last.body))
    assert has_signed_in(client)


def test_settings_of_the_org_reach_the_browser():
    settings = {"rp_id": "example.com", "rp_name": "Acme", "resident_key": "required", "hints": ["client-device"]}
    data = context(at_the_enrolment(authenticators={"webauthn": settings}))["activationData"]
    assert data["rp"] == {"name": "Acme", "id": "example.com"}
    assert data["authenticatorSelection"] == {
        "userVerification": "preferred",
        "requireResidentKey": True,
        "residentKey": "required",
    }
    assert data["hints"] == ["client-device"]


# -- proving ----------------------------------------------------------------------------------------------------------


def test_a_lone_key_is_challenged_at_once_and_its_id_is_shown():
    client = at_the_challenge(enrollment_of(soft_key(), name="MacBook Touch ID"))
    assert client.offered == ["challenge-authenticator", "select-authenticator-authenticate"]
    assert context(client)["challengeData"]["userVerification"] == "preferred"
    assert "extensions" not in context(client)["challengeData"], "browsers refuse an AppID that is not https"
    enrolled = client.last.body["authenticatorEnrollments"]["value"]
    assert [each["displayName"] for each in enrolled] == ["MacBook Touch ID"]
    assert list(enrolled[0]) == ["type", "key", "id", "displayName", "credentialId", "methods"]


def test_several_keys_are_one_authenticator_and_one_option_and_any_of_them_will_do():
    key = soft_key()
    first, second = enrollment_of(key), enrollment_of(key, number=1)
    client = at_the_challenge(first, second)
    body = client.last.body
    assert [each["key"] for each in body["authenticators"]["value"]] == ["webauthn"]
    assert [each["key"] for each in body["authenticatorEnrollments"]["value"]] == ["webauthn", "webauthn"]
    options = body["remediation"]["value"][1]["value"][0]["options"]
    assert [option["relatesTo"] for option in options] == ["$.authenticators.value[0]"]
    key.credentials.reverse()
    send(client, key.answer_to(body))
    assert has_signed_in(client)


def test_the_count_moves_on_for_the_key_that_signed():
    key = soft_key(count=6)
    client = at_the_challenge(enrollment_of(key, sign_count=3), enrollment_of(key, number=1))
    key.credentials.reverse()
    send(client, key.answer_to(client.last.body))
    user = client.state.users[client.last.body["user"]["value"]["id"]]
    assert [each.secret.get("sign_count", 0) for each in user.enrolled if each.authenticator == "webauthn"] == [7, 0]


def test_a_key_whose_count_has_not_gone_up_was_copied_and_is_refused():
    key = soft_key(count=9)
    client = at_the_challenge(enrollment_of(key, sign_count=10))
    reply = send(client, key.answer_to(client.last.body))
    assert (reply.status, client.said, client.offered[0]) == (400, REFUSED, "challenge-authenticator")
    send(client, key.answer_to(client.last.body))
    assert has_signed_in(client)


def test_an_assertion_works_once():
    key = soft_key()
    client = at_the_challenge(enrollment_of(key))
    challenge, signed = context(client), key.answer_to(client.last.body)
    send(client, signed)
    assert has_signed_in(client)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert context(client) != challenge
    send(client, signed)
    assert client.said == REFUSED


def test_a_key_without_a_public_key_proves_nothing():
    key = soft_key()
    known = enrollment_of(key)
    client = at_the_challenge(msgspec.structs.replace(known, secret={"credential_id": known.secret["credential_id"]}))
    send(client, key.answer_to(client.last.body))
    assert client.said == REFUSED


def _without(flag):
    def change(key: SoftKey, client: EngineClient, signed: dict[str, str]) -> dict[str, str]:
        return _resigned(key, signed, lambda flags: flags & ~flag)

    return change


def _resigned(key: SoftKey, signed: dict[str, str], change) -> dict[str, str]:
    """The assertion with other flags, signed again, so that nothing but the flags is wrong."""
    data = bytearray(urlsafe_b64decode(signed["authenticatorData"] + "=="))
    data[32] = change(data[32])
    client_data = urlsafe_b64decode(signed["clientData"] + "==")
    signature = key.credentials[0].signature(bytes(data) + hashlib.sha256(client_data).digest())
    return signed | {"authenticatorData": base64url(bytes(data)), "signatureData": base64url(signature)}


def _with_client_data(**members):
    def change(key: SoftKey, client: EngineClient, signed: dict[str, str]) -> dict[str, str]:
        """The assertion with other client data, signed again, so that nothing but these members is wrong."""
        told = json.loads(urlsafe_b64decode(signed["clientData"] + "==")) | members
        client_data = json.dumps(told).encode()
        data = urlsafe_b64decode(signed["authenticatorData"] + "==")
        signature = key.credentials[0].signature(data + hashlib.sha256(client_data).digest())
        return signed | {"clientData": base64url(client_data), "signatureData": base64url(signature)}

    return change


def _of_another_key(key: SoftKey, client: EngineClient, signed: dict[str, str]) -> dict[str, str]:
    private = ec.derive_private_key(7, ec.SECP256R1())
    key.credentials[0] = dataclasses.replace(key.credentials[0], private=private)
    return key.answer_to(client.last.body)


def _for_another_party(key: SoftKey, client: EngineClient, signed: dict[str, str]) -> dict[str, str]:
    data = bytearray(urlsafe_b64decode(signed["authenticatorData"] + "=="))
    data[:32] = hashlib.sha256(b"example.com").digest()
    client_data = urlsafe_b64decode(signed["clientData"] + "==")
    signature = key.credentials[0].signature(bytes(data) + hashlib.sha256(client_data).digest())
    return signed | {"authenticatorData": base64url(bytes(data)), "signatureData": base64url(signature)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_without(FLAG.UP), id="nobody touched it"),
        pytest.param(_without(FLAG.UV), id="no PIN was asked for"),
        pytest.param(lambda k, d, s: _resigned(k, s, lambda flags: flags | FLAG.BS), id="an impossible backup"),
        pytest.param(_with_client_data(type="webauthn.create"), id="another ceremony"),
        pytest.param(_with_client_data(challenge=base64url(bytes(24))), id="another challenge"),
        pytest.param(_with_client_data(origin="https://evil.example"), id="another page"),
        pytest.param(_with_client_data(origin=7), id="no page"),
        pytest.param(_for_another_party, id="another party"),
        pytest.param(_of_another_key, id="another key"),
        pytest.param(
            lambda k, d, s: s | {"signatureData": s["signatureData"][:-6] + "AAAAAA"}, id="a broken signature"
        ),
        pytest.param(lambda k, d, s: s | {"authenticatorData": base64url(struct.pack(">I", 1))}, id="no data"),
    ],
)
def test_whatever_is_wrong_with_an_assertion_it_is_refused(change):
    key = soft_key()
    changes = {"authenticators": {"webauthn": {"user_verification": "required"}}}
    client = at_the_challenge(enrollment_of(key), **changes)
    reply = send(client, change(key, client, key.answer_to(client.last.body)))
    assert (reply.status, client.said) == (400, REFUSED)
    assert client.offered == ["challenge-authenticator", "select-authenticator-authenticate"]


@given(
    client_data=st.binary(max_size=80),
    data=st.binary(max_size=120),
    signature=st.text(max_size=20),
)
@examples(60)
def test_any_bytes_at_all_are_refused_and_nothing_breaks(client_data, data, signature):
    expected = passkeys.Expected(
        challenge="AAAA", allows=lambda origin: True, rp_id=None, user_verification="preferred"
    )
    key = passkeys.Passkey(credential_id="AAAA", public_key=base64url(data))
    with pytest.raises(passkeys.BadProof):
        passkeys.asserted(expected, key, base64url(client_data), base64url(data), signature)
    with pytest.raises(passkeys.BadProof):
        passkeys.registered(expected, base64url(client_data), base64url(data))


# -- where the page is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        (ORIGIN, True),
        ("http://localhost:3000", True),
        ("http://app.localhost:3000", True),
        ("https://app.example.com", True),
        ("https://trusted.example.com", True),
        ("https://app.example.com:444", False),
        ("http://app.example.com", False),
        ("https://localhost.example.com", False),
        ("ftp://localhost", False),
        ("null", False),
    ],
)
def test_pages_of_the_org_of_its_apps_and_of_the_developer_may_ask(origin, is_allowed):
    key = soft_key(origin=origin)
    apps = (App(redirect_uris=("https://app.example.com/login/callback", "com.example:/callback")),) * 2
    rp_id = key._host
    client = at_the_challenge(enrollment_of(key, rp_id), apps=apps, trusted_origins=("https://trusted.example.com",))
    send(client, key.answer_to(client.last.body))
    assert has_signed_in(client) is is_allowed


def test_a_scenario_may_name_the_party_and_the_pages():
    settings = {"rp_id": "example.com", "origins": ["https://login.example.com"]}
    key = soft_key(origin="https://login.example.com")
    client = at_the_challenge(enrollment_of(key, "example.com"), authenticators={"webauthn": settings})
    assert context(client)["challengeData"]["rpId"] == "example.com"
    send(client, key.answer_to(client.last.body))
    assert has_signed_in(client)
    other = soft_key()
    client = at_the_challenge(enrollment_of(other, "example.com"), authenticators={"webauthn": settings})
    send(client, other.answer_to(client.last.body))
    assert client.said == REFUSED


def test_bytes_may_come_in_either_alphabet_of_base64():
    key = soft_key()
    client = at_the_challenge(enrollment_of(key))
    signed = key.answer_to(client.last.body)
    send(
        client,
        {name: text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4) for name, text in signed.items()},
    )
    assert has_signed_in(client)


# -- hardware ---------------------------------------------------------------------------------------------------------

# fmt: off
CHROMIUM_CLIENT_DATA = (
    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEi"
    "LCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0Ojg5MzEiLCJjcm9zc09yaWdpbiI6ZmFsc2V9"
)
CHROMIUM_ATTESTATION = (
    "o2NmbXRmcGFja2VkZ2F0dFN0bXSjY2FsZyZjc2lnWEcwRQIgfAMaY18eEfSbuS1SrtZixhlQ8Vhe8BMAHXuJ8hoVm1sCIQD2"
    "eybW5bqTm1ybJWXGdJuXN+HJ9b6pBY4yOwoP2vGDcWN4NWOBWQHYMIIB1DCCAXqgAwIBAgIBATAKBggqhkjOPQQDAjBgMQsw"
    "CQYDVQQGEwJVUzERMA8GA1UECgwIQ2hyb21pdW0xIjAgBgNVBAsMGUF1dGhlbnRpY2F0b3IgQXR0ZXN0YXRpb24xGjAYBgNV"
    "BAMMEUJhdGNoIENlcnRpZmljYXRlMB4XDTE3MDcxNDAyNDAwMFoXDTQ2MTExNTEyMTI1MlowYDELMAkGA1UEBhMCVVMxETAP"
    "BgNVBAoMCENocm9taXVtMSIwIAYDVQQLDBlBdXRoZW50aWNhdG9yIEF0dGVzdGF0aW9uMRowGAYDVQQDDBFCYXRjaCBDZXJ0"
    "aWZpY2F0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI1hfmXJUI5kvMVnOsgqZ5naPBRGaCwljEY//99Y39L6Pmw3i1PX"
    "lcSk3/tBme3Xhi8jq68CA7S4kRugVpmU4QGjJTAjMAwGA1UdEwEB/wQCMAAwEwYLKwYBBAGC5RwCAQEEBAMCAwgwCgYIKoZI"
    "zj0EAwIDSAAwRQIhAOmPsdbjphzGrW/3pw1ebVzz9gFUK2uvSoBYlPUbUZ6kAiAdD9Pr1hD9dd8Y2Q8d3p0GIu5XsXqjixSf"
    "Rvi5RssBqGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4/krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUGBwgA"
    "IFYWBDES9fdw9m+AkPsCe5QQRWN4kDgzqgPTTdGdskezpQECAyYgASFYIB7HVuyuwJ6v35yl402f8bVbSX5VyTELICnNjdcf"
    "V5rfIlggFYk3ce9MgsjGUz3yVLsv464KOgkg5oyoGBThv5DMGxA="
)
# fmt: on


def test_a_statement_signed_by_the_maker_of_a_key_is_checked_too():
    """What the virtual authenticator of Chromium made on http://localhost:8931 for 24 bytes of nothing."""
    expected = passkeys.Expected(
        challenge="A" * 32,
        allows=lambda origin: origin == "http://localhost:8931",
        rp_id=None,
        user_verification="required",
    )
    key = passkeys.registered(expected, CHROMIUM_CLIENT_DATA, CHROMIUM_ATTESTATION)
    assert (key.sign_count, key.aaguid) == (1, "01020304-0506-0708-0102-030405060708")
    broken = bytearray(passkeys.decoded(CHROMIUM_ATTESTATION))
    broken[40] ^= 1  # inside the signature of the certificate's key
    with pytest.raises(passkeys.BadProof):
        passkeys.registered(expected, CHROMIUM_CLIENT_DATA, passkeys.encoded(bytes(broken)))
