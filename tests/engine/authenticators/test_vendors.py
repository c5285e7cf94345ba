"""Tokens that another company's server knows, where the scenario says what that server accepts."""

import pytest

from mock_okta.engine.idx.authenticators.totp import Generator
from mock_okta.engine.model import Enrollment, Step
from mock_okta.user_changes import change_user
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

NAMES = {"onprem_mfa": "On-Prem MFA", "rsa_token": "RSA SecurID"}
PIN_CHANGED = "Pin accepted, Wait for token to change, then enter new passcode"


def proving(key, secret=None, **changes):
    enrollment = Enrollment(authenticator=key, secret=secret or {})
    steps = (IDENTIFY, Step(verb="verify", authenticators=(key,)))
    client = EngineClient(scenario(*steps, users=(mary(enrolled=(enrollment,)),), **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling(key, name, **settings):
    steps = (IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=(key,)))
    client = EngineClient(flow_scenario({"sign_in": steps}, authenticators={key: settings}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select(name)
    return client


def form(client):
    fields = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    return {field["name"]: field for field in fields}


def said_on(client, name):
    return [message["i18n"]["key"] for message in form(client)[name].get("messages", {"value": []})["value"]]


# -- on-premises MFA and RSA ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "amr"), [("onprem_mfa", "oath_otp"), ("rsa_token", "rsa")])
def test_a_passcode_that_the_vendor_accepts_signs_in(key, amr):
    client = proving(key, {"passcode": "159759"})
    assert "successWithInteractionCode" in client.answer("159759").body
    assert next(iter(client.state.grants.values())).subject.amr == (amr,)


@pytest.mark.parametrize("key", NAMES)
def test_a_wrong_passcode_is_named_on_top(key):
    client = proving(key, {"passcode": "159759"})
    assert (client.answer("000000").status, client.said) == (401, ["api.authn.error.PASSCODE_INVALID"])
    assert said_on(client, "passcode") == []


@pytest.mark.parametrize("key", NAMES)
def test_the_option_names_the_enrolment_and_no_method(key):
    client = proving(key)
    option = client.last.body["remediation"]["value"][1]["value"][0]["options"][0]["value"]["form"]["value"]
    enrollment = client.last.body["authenticatorEnrollments"]["value"][0]
    assert [(field["name"], field["value"]) for field in option] == [
        ("id", client.state.authenticator_ids[key]),
        ("enrollmentId", enrollment["id"]),
    ]
    assert enrollment["profile"] == {"provider": NAMES[key]}


@pytest.mark.parametrize("key", NAMES)
def test_the_vendor_may_take_a_passcode_for_a_new_pin(key):
    client = proving(key, {"passcode": "111111", "pin_change": True})
    assert (client.answer("000000").status, client.said) == (401, ["api.authn.error.PASSCODE_INVALID"])
    assert client.answer("111111").status == 403
    assert client.last.body["messages"]["value"] == [
        {"message": PIN_CHANGED, "i18n": {"key": "errors.E0000113", "params": [PIN_CHANGED]}, "class": "ERROR"}
    ]
    changes = {"enrolled": {key: {"passcode": "222222"}}}
    client.state, _ = change_user(client.scenario, client.state, "mary@example.com", changes, at=client.at, chance="1")
    assert client.answer("111111").status == 401
    assert "successWithInteractionCode" in client.answer("222222").body


@pytest.mark.parametrize(("key", "name"), NAMES.items())
def test_a_token_is_enrolled_with_the_name_that_the_vendor_knows(key, name):
    client = enrolling(key, name, passcode="159759")
    assert list(form(client)) == ["id", "methodType", "clientData", "passcode"]
    assert form(client)["clientData"]["value"] == "mary@example.com"
    identity = client.state.authenticator_ids[key]
    given = {"id": identity, "methodType": "otp", "clientData": "m.acme", "passcode": "000000"}
    assert client.post("challenge/answer", credentials=given).status == 401
    assert (
        "successWithInteractionCode" in client.post("challenge/answer", credentials=given | {"passcode": "159759"}).body
    )
    held = next(iter(client.state.users.values())).enrollment(key)
    assert held.secret == {"username": "m.acme", "passcode": "159759"}


@pytest.mark.parametrize(("key", "name"), NAMES.items())
def test_a_pin_may_change_while_a_token_is_enrolled(key, name):
    client = enrolling(key, name, pin_change=True)
    fixed = {"id": client.state.authenticator_ids[key], "methodType": "otp"}
    given = fixed | {"clientData": "m.acme", "passcode": "123456"}
    assert (client.post("challenge/answer", credentials=given).status, client.said) == (403, ["errors.E0000113"])
    assert client.offered[0] == "enroll-authenticator"
    assert "successWithInteractionCode" in client.post("challenge/answer", credentials=given).body


# -- Symantec VIP -----------------------------------------------------------------------------------------------------


def test_a_security_code_signs_in_with_the_authenticator_itself_in_play():
    client = proving("symantec_vip", {"credential_id": "VSST12345678", "passcode": "159759"})
    current = client.last.body["currentAuthenticator"]["value"]
    assert current["id"] == client.state.authenticator_ids["symantec_vip"]
    assert client.answer("000000").status == 401
    assert said_on(client, "passcode") == ["authfactor.challenge.soft_token.invalid_passcode"]
    assert "successWithInteractionCode" in client.answer("159759").body


def test_a_credential_is_enrolled_with_two_codes_in_a_row():
    client = enrolling("symantec_vip", "Symantec VIP", passcode="111111", next_passcode="222222")
    assert list(form(client)) == ["credentialId", "passcode", "nextPasscode"]
    given = {"credentialId": "VSST12345678", "passcode": "111111", "nextPasscode": "111111"}
    assert client.post("challenge/answer", credentials=given).status == 401
    assert (said_on(client, "passcode"), said_on(client, "nextPasscode")) == ([], ["api.authn.error.PASSCODE_INVALID"])
    given["nextPasscode"] = "222222"
    assert "successWithInteractionCode" in client.post("challenge/answer", credentials=given).body
    held = next(iter(client.state.users.values())).enrollment("symantec_vip")
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
    client = proving("custom_otp", {"secret": SECRET}, authenticators={"custom_otp": settings})
    code = generator.code(SECRET, generator.step_at(NOON))
    assert "successWithInteractionCode" in client.answer(code).body
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer(code)
    assert client.said == ["authfactor.challenge.soft_token.used_passcode"]


def test_a_wrong_custom_code_is_named_on_top():
    client = proving("custom_otp")
    assert (client.answer("000000").status, client.said) == (401, ["api.authn.error.PASSCODE_INVALID"])


def test_nobody_enrols_a_custom_code_alone():
    client = enrolling("custom_otp", "Custom OTP")
    assert (client.last.status, client.said) == (400, ["enroll.hotp.restricted"])
    assert client.offered == ["select-authenticator-enroll"]


# -- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["onprem_mfa", "rsa_token", "symantec_vip", "custom_otp"])
def test_five_wrong_passcodes_are_too_many(key):
    client = proving(key, {"passcode": "159759"})
    for _ in range(5):
        client.answer("x")
    assert (client.answer("159759").status, client.said) == (429, ["tooManyRequests"])


@pytest.mark.parametrize("key", ["onprem_mfa", "rsa_token", "symantec_vip", "custom_otp"])
def test_nobody_s_passcode_is_wrong(key):
    steps = (IDENTIFY, Step(verb="verify", authenticators=(key,)))
    client = EngineClient(scenario(*steps, org={"user_enumeration_prevention": True}))
    client.begin()
    client.post("identify", identifier="nobody@example.com")
    assert client.answer("123456").status == 401


@pytest.mark.parametrize(
    ("key", "name"), [*NAMES.items(), ("symantec_vip", "Symantec VIP"), ("custom_otp", "Custom OTP")]
)
def test_every_page_is_fit_for_every_client(key, name):
    for client in (proving(key), enrolling(key, name)):
        client.post("challenge/answer", credentials={"clientData": "x", "passcode": "x", "credentialId": "x"})
        client.answer("\ud83d\ude00")
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []
