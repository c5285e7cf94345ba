"""YubiKeys: passwords that are truly decrypted, once each, of keys that an administrator has uploaded."""

import pytest

from mock_okta.engine.idx.authenticators.yubikey import SAMPLE_KEY, crc, typed_by, use_of
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

YUBIKEY = Step(verb="verify", authenticators=("yubikey_token",))
ENROLL = Step(verb="enroll", authenticators=("yubikey_token",))
OTHER_KEY = {"public_id": "ccccccvvvvvv", "private_id": "ba9876543210", "secret_key": "f" * 32}


def at_the_key():
    enrollment = Enrollment(authenticator="yubikey_token", secret=SAMPLE_KEY)
    client = EngineClient(scenario(IDENTIFY, YUBIKEY, users=(mary(enrolled=(enrollment,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling(**changes):
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, ENROLL)}, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("YubiKey Authenticator")
    return client


def said_on_the_field(client):
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    return [message["i18n"]["key"] for message in field["messages"]["value"]]


def test_a_tap_signs_in():
    client = at_the_key()
    current = client.last.body["currentAuthenticatorEnrollment"]["value"]
    assert (current["id"][:3], current["credentialId"][:3], len(current["credentialId"])) == ("ykf", "ykk", 20)
    assert "successWithInteractionCode" in client.answer(typed_by(SAMPLE_KEY, 1)).body
    assert next(iter(client.state.grants.values())).subject.amr == ("yubikey",)


@pytest.mark.parametrize(
    ("counter", "session", "taken"), [(7, 3, False), (7, 2, False), (6, 9, False), (7, 4, True), (8, 0, True)]
)
def test_only_later_taps_work(counter, session, taken):
    client = at_the_key()
    client.answer(typed_by(SAMPLE_KEY, 7, 3))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    reply = client.answer(typed_by(SAMPLE_KEY, counter, session, noise=99))
    assert ("successWithInteractionCode" in reply.body) is taken


@pytest.mark.parametrize(
    "typed",
    [
        typed_by(OTHER_KEY, 1),
        typed_by(OTHER_KEY | {"public_id": SAMPLE_KEY["public_id"]}, 1),
        typed_by(SAMPLE_KEY | {"private_id": "000000000000"}, 1),
        typed_by(SAMPLE_KEY, 1)[:-1],
        typed_by(SAMPLE_KEY, 1) + "c",
        "x" * 44,
        "cccccc",
        " ",
    ],
)
def test_what_the_key_did_not_type_is_wrong(typed):
    client = at_the_key()
    reply = client.answer(typed)
    assert (reply.status, said_on_the_field(client)) == (401, ["api.authn.error.PASSCODE_INVALID"])


def test_a_tap_enrols_an_uploaded_key():
    client = enrolling()
    typed = typed_by(SAMPLE_KEY, 1)
    assert "successWithInteractionCode" in client.answer(typed).body
    held = next(iter(client.state.users.values())).enrollment("yubikey_token")
    assert (held.id[:3], held.secret["public_id"]) == ("ykf", SAMPLE_KEY["public_id"])
    client.scenario = scenario(IDENTIFY, YUBIKEY)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.answer(typed).status == 401, "it was used to enrol"
    assert "successWithInteractionCode" in client.answer(typed_by(SAMPLE_KEY, 1, 1)).body


def test_a_key_that_nobody_uploaded_cannot_be_enrolled():
    client = enrolling()
    assert client.answer(typed_by(OTHER_KEY, 1)).status == 401
    uploaded = enrolling(authenticators={"yubikey_token": {"keys": [OTHER_KEY]}})
    assert "successWithInteractionCode" in uploaded.answer(typed_by(OTHER_KEY, 1)).body


def test_a_key_belongs_to_one_person():
    taken = Enrollment(authenticator="yubikey_token", secret=SAMPLE_KEY)
    bob = mary(login="bob@example.com", profile={"email": "bob@example.com"}, enrolled=(taken,))
    assert enrolling(users=(mary(), bob)).answer(typed_by(SAMPLE_KEY, 1)).status == 401


def test_every_page_is_fit_for_every_client():
    for client in (at_the_key(), enrolling()):
        client.answer("nonsense")
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []


def test_a_block_reads_as_yubico_s_own_tools_read_it():
    """The example of `ykparse` (Yubico, yubico-c): this token of this key has counter 19 and use 17."""
    key = {
        "public_id": "cccccccccccb",
        "private_id": "8792ebfe26cc",
        "secret_key": "ecde18dbe76fbd0c33330f1c354871db",
    }
    assert use_of(key, "cccccccccccb" + "hknhfjbrjnlnldnhcujvddbikngjrtgh") == 19 * 256 + 17


def test_the_checksum_is_that_of_iso_13239():
    assert crc(b"123456789") ^ 0xFFFF == 0x906E
