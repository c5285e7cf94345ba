"""Google Authenticator: codes by the clock, each once, and the secret with its picture."""

import base64
import re
import zlib

import pytest

from mock_okta.engine.idx.authenticators.totp import GOOGLE, Generator, key_of, provisioning_address, qrcode
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

GOOGLE_OTP = Step(verb="verify", authenticators=("google_otp",))
ENROLL = Step(verb="enroll", authenticators=("google_otp",))
RESET = Step(verb="reset", authenticators=("google_otp",))
SECRET = "JBSWY3DPEHPK3PXP"
NEXT = GOOGLE.interval_s


def code_at(at, secret=SECRET):
    return GOOGLE.code(secret, GOOGLE.step_at(at))


def at_the_code(secret=None):
    enrollment = Enrollment(authenticator="google_otp", secret={"secret": SECRET} if secret is None else secret)
    client = EngineClient(scenario(IDENTIFY, GOOGLE_OTP, users=(mary(enrolled=(enrollment,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def acquiring(step=ENROLL, **changes):
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, step)}, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def shown(client):
    return client.last.body["currentAuthenticator"]["value"]["contextualData"]


def said_on_the_code(client):
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    return [message["i18n"]["key"] for message in field["messages"]["value"]]


# -- proving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [-NEXT, 0, NEXT])
def test_a_code_of_now_or_of_one_step_to_either_side_signs_in(offset):
    client = at_the_code()
    assert "successWithInteractionCode" in client.answer(code_at(NOON + offset)).body
    assert next(iter(client.state.grants.values())).subject.amr == ("google_otp", "otp")


@pytest.mark.parametrize("offset", [-2 * NEXT, 2 * NEXT])
def test_a_code_of_two_steps_away_is_wrong(offset):
    client = at_the_code()
    reply = client.answer(code_at(NOON + offset))
    assert reply.status == 401
    assert said_on_the_code(client) == ["authfactor.challenge.soft_token.invalid_passcode"]


@pytest.mark.parametrize("code", ["", " ", "abcdef", "12345", "\ud83d\ude00" * 6, "0" * 1000])
def test_what_is_no_code_is_refused(code):
    assert at_the_code().answer(code).status in (400, 401)


def test_a_code_works_once():
    client = at_the_code()
    code = code_at(NOON)
    client.answer(code)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.answer(code).status == 401
    assert said_on_the_code(client) == ["authfactor.challenge.soft_token.used_passcode"]
    assert client.answer(code_at(NOON - NEXT)).status == 401, "an older code is no better"
    assert "successWithInteractionCode" in client.answer(code_at(NOON + NEXT)).body


def test_five_wrong_codes_are_too_many():
    client = at_the_code()
    for _ in range(5):
        client.answer("x")
    assert (client.answer(code_at(NOON)).status, client.said) == (429, ["tooManyRequests"])


def test_the_authenticator_in_play_is_the_enrolment():
    current = at_the_code().last.body["currentAuthenticatorEnrollment"]["value"]
    assert (current["key"], current["id"][:3], "contextualData" in current) == ("google_otp", "uft", False)


def test_a_secret_is_drawn_where_the_scenario_gives_none():
    client = at_the_code(secret={})
    secret = next(iter(client.state.users.values())).enrollment("google_otp").secret["secret"]
    assert re.fullmatch(r"[A-Z2-7]{16}", secret)
    assert "successWithInteractionCode" in client.answer(code_at(NOON, secret)).body


# -- acquiring --------------------------------------------------------------------------------------------------------


def test_enrolling_shows_the_secret_and_its_picture():
    client = acquiring()
    client.select("Google Authenticator")
    assert re.fullmatch(r"[A-Z2-7]{16}", shown(client)["sharedSecret"])
    assert (shown(client)["qrcode"]["method"], shown(client)["qrcode"]["type"]) == ("embedded", "image/png")
    assert (
        shown(client)
        == client.post("introspect", stateToken=client.handle).body["currentAuthenticator"]["value"]["contextualData"]
    )


def test_the_first_code_enrols_and_is_used_by_it():
    client = acquiring()
    client.select("Google Authenticator")
    code = code_at(NOON, shown(client)["sharedSecret"])
    assert "successWithInteractionCode" in client.answer(code).body
    client.scenario = scenario(IDENTIFY, GOOGLE_OTP)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer(code)
    assert said_on_the_code(client) == ["authfactor.challenge.soft_token.used_passcode"]


@pytest.mark.parametrize("step", [ENROLL, RESET])
@pytest.mark.parametrize(
    ("age_s", "enrols"), [(90, True), (100, True), (0, True), (-30, True), (180, False), (-60, False)]
)
def test_the_first_code_may_be_a_minute_and_a_half_old(step, age_s, enrols):
    client = acquiring(step)
    client.select("Google Authenticator")
    answered = client.answer(code_at(NOON - age_s, shown(client)["sharedSecret"]))
    assert ("successWithInteractionCode" in answered.body) is enrols


def test_an_old_first_code_leaves_the_present_one_to_sign_in_with():
    client = acquiring()
    client.select("Google Authenticator")
    secret = shown(client)["sharedSecret"]
    client.answer(code_at(NOON - 90, secret))
    client.scenario = scenario(IDENTIFY, GOOGLE_OTP)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.answer(code_at(NOON - 90, secret)).status == 401
    assert "successWithInteractionCode" in client.answer(code_at(NOON, secret)).body


def test_a_wrong_first_code_keeps_the_secret():
    client = acquiring()
    client.select("Google Authenticator")
    secret = shown(client)["sharedSecret"]
    assert client.answer("000000").status == 401
    assert (said_on_the_code(client), shown(client)["sharedSecret"]) == (["api.authn.error.PASSCODE_INVALID"], secret)


def test_choosing_again_draws_another_secret():
    client = acquiring()
    client.select("Google Authenticator")
    first = shown(client)["sharedSecret"]
    client.select("Google Authenticator")
    assert shown(client)["sharedSecret"] != first


def test_a_reset_asks_for_a_code_of_a_new_secret():
    held = Enrollment(authenticator="google_otp", secret={"secret": SECRET, "last_step": GOOGLE.step_at(NOON) + 9})
    client = acquiring(RESET, users=(mary(enrolled=(*mary().enrolled, held)),))
    assert client.offered == ["reset-authenticator", "select-authenticator-enroll"]
    assert client.answer(code_at(NOON)).status == 401, "the old secret is no good"
    client.select("Google Authenticator")
    assert client.offered[0] == "reset-authenticator"
    secret = shown(client)["sharedSecret"]
    assert "successWithInteractionCode" in client.answer(code_at(NOON, secret)).body
    user = next(iter(client.state.users.values()))
    assert [each.secret["secret"] for each in user.enrolled if each.authenticator == "google_otp"] == [secret]


def test_every_page_is_fit_for_every_client():
    resetting = acquiring(RESET)
    for client in (at_the_code(), acquiring(), resetting):
        if client is not resetting:
            client.select("Google Authenticator")
        client.answer("000000")
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []


# -- codes ------------------------------------------------------------------------------------------------------------

RFC_6238 = [
    ("HMacSHA1", "12345678901234567890", 59, "94287082"),
    ("HMacSHA256", "12345678901234567890123456789012", 1111111109, "68084774"),
    ("HMacSHA512", "1234567890123456789012345678901234567890123456789012345678901234", 20000000000, "47863826"),
]
"""Appendix B."""


@pytest.mark.parametrize(("algorithm", "seed", "at", "code"), RFC_6238)
def test_codes_are_those_of_the_standard(algorithm, seed, at, code):
    generator = Generator(algorithm=algorithm, digits=8)
    assert generator.code(base64.b32encode(seed.encode()).decode(), generator.step_at(at)) == code


@pytest.mark.parametrize("text", ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSWY3DPEHPK3PXP===="])
def test_a_secret_is_read_however_it_is_written(text):
    assert key_of(text) == b"Hello!\xde\xad\xbe\xef"


@pytest.mark.parametrize("length", range(1, 20))
def test_a_secret_of_any_length_makes_codes(length):
    assert len(GOOGLE.code("A" * length, 1)) == 6


def test_what_is_no_secret_is_an_error():
    with pytest.raises(ValueError, match="substring"):
        key_of("0189")


def test_the_picture_says_what_apps_scan():
    address = provisioning_address(GOOGLE, SECRET, "acme.okta.com", "mary@example.com")
    assert address == f"otpauth://totp/acme.okta.com:mary@example.com?secret={SECRET}&issuer=acme.okta.com"
    other = Generator(algorithm="HMacSHA256", digits=8, interval_s=60)
    assert provisioning_address(other, SECRET, "a", "b").endswith("&algorithm=SHA256&digits=8&period=60")


@pytest.mark.parametrize("account", ["", "é" * 5000, "\U0001f600" * 5000])
def test_any_login_fits_into_the_picture(account):
    href = qrcode(provisioning_address(GOOGLE, SECRET, account, account))["href"]
    assert href.startswith("data:image/png;base64,")
    png = base64.b64decode(href.partition(",")[2])
    data = png[png.index(b"IDAT") + 4 :]
    assert zlib.decompressobj().decompress(data)
