"""Tokens that another company's server knows, where the scenario says what that server accepts."""

import pytest

from mock_okta.administration import change_user
from mock_okta.engine.idx.authenticators.totp import Generator
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import IDENTIFY, NOON, ORIGIN, PASSWORD, Desk, flow_scenario, mary, scenario
from tests.engine.invariants import problems

NAMES = {"onprem_mfa": "On-Prem MFA", "rsa_token": "RSA SecurID"}
PIN_CHANGED = "Pin accepted, Wait for token to change, then enter new passcode"


def proving(key, secret=None, **changes):
    enrollment = Enrollment(authenticator=key, secret=secret or {})
    steps = (IDENTIFY, Step(verb="verify", authenticators=(key,)))
    desk = Desk(scenario(*steps, users=(mary(enrolled=(enrollment,)),), **changes))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    return desk


def enrolling(key, name, **settings):
    steps = (IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=(key,)))
    desk = Desk(flow_scenario({"sign_in": steps}, authenticators={key: settings}))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer("Abcd1234!")
    desk.select(name)
    return desk


def form(desk):
    fields = desk.last.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    return {field["name"]: field for field in fields}


def said_on(desk, name):
    return [message["i18n"]["key"] for message in form(desk)[name].get("messages", {"value": []})["value"]]


# -- on-premises MFA and RSA ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "amr"), [("onprem_mfa", "oath_otp"), ("rsa_token", "rsa")])
def test_a_passcode_that_the_vendor_accepts_signs_in(key, amr):
    desk = proving(key, {"passcode": "159759"})
    assert "successWithInteractionCode" in desk.answer("159759").body
    assert next(iter(desk.state.grants.values())).amr == (amr,)


@pytest.mark.parametrize("key", NAMES)
def test_a_wrong_passcode_is_named_on_top(key):
    desk = proving(key, {"passcode": "159759"})
    assert (desk.answer("000000").status, desk.said) == (401, ["api.authn.error.PASSCODE_INVALID"])
    assert said_on(desk, "passcode") == []


@pytest.mark.parametrize("key", NAMES)
def test_the_option_names_the_enrolment_and_no_method(key):
    desk = proving(key)
    option = desk.last.body["remediation"]["value"][1]["value"][0]["options"][0]["value"]["form"]["value"]
    enrollment = desk.last.body["authenticatorEnrollments"]["value"][0]
    assert [(field["name"], field["value"]) for field in option] == [
        ("id", desk.state.authenticator_ids[key]),
        ("enrollmentId", enrollment["id"]),
    ]
    assert enrollment["profile"] == {"provider": NAMES[key]}


@pytest.mark.parametrize("key", NAMES)
def test_the_vendor_may_take_a_passcode_for_a_new_pin(key):
    desk = proving(key, {"passcode": "111111", "pin_change": True})
    assert (desk.answer("000000").status, desk.said) == (401, ["api.authn.error.PASSCODE_INVALID"])
    assert desk.answer("111111").status == 403
    assert desk.last.body["messages"]["value"] == [
        {"message": PIN_CHANGED, "i18n": {"key": "errors.E0000113", "params": [PIN_CHANGED]}, "class": "ERROR"}
    ]
    changes = {"enrolled": {key: {"passcode": "222222"}}}
    desk.state, _ = change_user(desk.scenario, desk.state, "mary@example.com", changes, chance="1")
    assert desk.answer("111111").status == 401
    assert "successWithInteractionCode" in desk.answer("222222").body


@pytest.mark.parametrize(("key", "name"), NAMES.items())
def test_a_token_is_enrolled_with_the_name_that_the_vendor_knows(key, name):
    desk = enrolling(key, name, passcode="159759")
    assert list(form(desk)) == ["id", "methodType", "clientData", "passcode"]
    assert form(desk)["clientData"]["value"] == "mary@example.com"
    identity = desk.state.authenticator_ids[key]
    given = {"id": identity, "methodType": "otp", "clientData": "m.acme", "passcode": "000000"}
    assert desk.post("challenge/answer", credentials=given).status == 401
    assert (
        "successWithInteractionCode" in desk.post("challenge/answer", credentials=given | {"passcode": "159759"}).body
    )
    held = next(iter(desk.state.users.values())).enrollment(key)
    assert held.secret == {"username": "m.acme", "passcode": "159759"}


@pytest.mark.parametrize(("key", "name"), NAMES.items())
def test_a_pin_may_change_while_a_token_is_enrolled(key, name):
    desk = enrolling(key, name, pin_change=True)
    fixed = {"id": desk.state.authenticator_ids[key], "methodType": "otp"}
    given = fixed | {"clientData": "m.acme", "passcode": "123456"}
    assert (desk.post("challenge/answer", credentials=given).status, desk.said) == (403, ["errors.E0000113"])
    assert desk.offered[0] == "enroll-authenticator"
    assert "successWithInteractionCode" in desk.post("challenge/answer", credentials=given).body


# -- Symantec VIP -----------------------------------------------------------------------------------------------------


def test_a_security_code_signs_in_with_the_authenticator_itself_in_play():
    desk = proving("symantec_vip", {"credential_id": "VSST12345678", "passcode": "159759"})
    current = desk.last.body["currentAuthenticator"]["value"]
    assert current["id"] == desk.state.authenticator_ids["symantec_vip"]
    assert desk.answer("000000").status == 401
    assert said_on(desk, "passcode") == ["authfactor.challenge.soft_token.invalid_passcode"]
    assert "successWithInteractionCode" in desk.answer("159759").body


def test_a_credential_is_enrolled_with_two_codes_in_a_row():
    desk = enrolling("symantec_vip", "Symantec VIP", passcode="111111", next_passcode="222222")
    assert list(form(desk)) == ["credentialId", "passcode", "nextPasscode"]
    given = {"credentialId": "VSST12345678", "passcode": "111111", "nextPasscode": "111111"}
    assert desk.post("challenge/answer", credentials=given).status == 401
    assert (said_on(desk, "passcode"), said_on(desk, "nextPasscode")) == ([], ["api.authn.error.PASSCODE_INVALID"])
    given["nextPasscode"] = "222222"
    assert "successWithInteractionCode" in desk.post("challenge/answer", credentials=given).body
    held = next(iter(desk.state.users.values())).enrollment("symantec_vip")
    assert held.secret == {"credential_id": "VSST12345678", "passcode": "111111"}


# -- custom one-time codes --------------------------------------------------------------------------------------------

SECRET = "JBSWY3DPEHPK3PXP" * 2


@pytest.mark.parametrize(
    ("settings", "generator"),
    [
        ({}, Generator(algorithm="HMacSHA256")),
        (
            {"algorithm": "HMacSHA512", "digits": 8, "interval_s": 60},
            Generator(algorithm="HMacSHA512", digits=8, interval_s=60),
        ),
    ],
)
def test_custom_codes_are_made_as_the_org_says(settings, generator):
    desk = proving("custom_otp", {"secret": SECRET}, authenticators={"custom_otp": settings})
    code = generator.code(SECRET, generator.step_at(NOON))
    assert "successWithInteractionCode" in desk.answer(code).body
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer(code)
    assert desk.said == ["authfactor.challenge.soft_token.used_passcode"]


def test_a_wrong_custom_code_is_named_on_top():
    desk = proving("custom_otp")
    assert (desk.answer("000000").status, desk.said) == (401, ["api.authn.error.PASSCODE_INVALID"])


def test_nobody_enrols_a_custom_code_alone():
    desk = enrolling("custom_otp", "Custom OTP")
    assert (desk.last.status, desk.said) == (400, ["enroll.hotp.restricted"])
    assert desk.offered == ["select-authenticator-enroll"]


# -- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["onprem_mfa", "rsa_token", "symantec_vip", "custom_otp"])
def test_five_wrong_passcodes_are_too_many(key):
    desk = proving(key, {"passcode": "159759"})
    for _ in range(5):
        desk.answer("x")
    assert (desk.answer("159759").status, desk.said) == (429, ["tooManyRequests"])


@pytest.mark.parametrize("key", ["onprem_mfa", "rsa_token", "symantec_vip", "custom_otp"])
def test_nobody_s_passcode_is_wrong(key):
    steps = (IDENTIFY, Step(verb="verify", authenticators=(key,)))
    desk = Desk(scenario(*steps, org={"user_enumeration_prevention": True}))
    desk.begin()
    desk.post("identify", identifier="nobody@example.com")
    assert desk.answer("123456").status == 401


@pytest.mark.parametrize(
    ("key", "name"), [*NAMES.items(), ("symantec_vip", "Symantec VIP"), ("custom_otp", "Custom OTP")]
)
def test_every_page_is_fit_for_every_client(key, name):
    for desk in (proving(key), enrolling(key, name)):
        desk.post("challenge/answer", credentials={"clientData": "x", "passcode": "x", "credentialId": "x"})
        desk.answer("\ud83d\ude00")
        assert [problem for reply in desk.replies[1:] for problem in problems(reply, ORIGIN)] == []
