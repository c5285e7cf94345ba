"""Keep me signed in: the second factor is spared on a device where it was given, and nothing else."""

import pytest

from mock_okta.engine.model import Step
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor

SPARED = Step(verb="verify", authenticators=("okta_email",), when={"not": {"remembered": True}})
KEEP = Step(verb="keep_me_signed_in")
LATER_S = 3 * 3600
"""After which no session is left."""


def org(*steps: Step, **settings: int):
    return scenario(*(steps or (IDENTIFY, PASSWORD, SPARED)), org=settings)


def keep_cookies(client: Visitor) -> None:
    for reply in client.replies[-3:]:
        for name, value in reply.headers:
            if name == "Set-Cookie":
                client.keep(value)


def typed(client: Visitor, **box: bool) -> Visitor:
    """Begins a sign-in in the same browser, and types name and password."""
    client.begin()
    keep_cookies(client)
    client.post("identify", identifier="mary@example.com", **box)
    client.answer("Abcd1234!")
    keep_cookies(client)
    return client


def with_mail(client: Visitor) -> Visitor:
    assert client.offered[0] == "authenticator-verification-data"
    client.select("Email")
    client.answer(client.mail.code)
    assert is_over(client)
    keep_cookies(client)
    return client


def is_over(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def remembered(**settings: int) -> Visitor:
    """A browser in which Mary has ticked the box, proved both factors, and lost her session since."""
    client = with_mail(typed(Visitor(org(**settings)), rememberMe=True))
    client.at += LATER_S
    return client


def test_the_sign_in_that_ticks_the_box_needs_both_factors():
    assert not is_over(typed(Visitor(org()), rememberMe=True))


def test_those_after_it_need_the_password_alone():
    client = remembered()
    client.begin()
    assert client.offered == ["identify"]
    assert is_over(typed(client))


def test_who_left_the_box_alone_needs_both_again():
    client = with_mail(typed(Visitor(org())))
    client.at += LATER_S
    assert not is_over(typed(client))


def test_another_device_needs_both():
    client = remembered()
    del client.headers["cookie"]
    assert not is_over(typed(client))


def test_so_does_another_user_of_the_same_device():
    joe = mary(login="joe@example.com", profile={"email": "joe@example.com"})
    client = Visitor(scenario(IDENTIFY, PASSWORD, SPARED, users=(mary(), joe)))
    with_mail(typed(client, rememberMe=True))
    client.at += LATER_S
    client.begin()
    client.post("identify", identifier="joe@example.com")
    client.answer("Abcd1234!")
    assert not is_over(client)


def test_a_device_on_which_only_a_password_was_given_spares_nothing():
    mail_for_payroll = Step(verb="verify", authenticators=("okta_email",), when={"header": {"x-app": "payroll"}})
    spared = Step(verb="verify", authenticators=("okta_email",), when=dict(mail_for_payroll.when, **SPARED.when))
    client = typed(Visitor(org(IDENTIFY, PASSWORD, spared)), rememberMe=True)
    assert is_over(client)
    client.at += LATER_S
    client.headers["x-app"] = "payroll"
    assert not is_over(typed(client))


@pytest.mark.parametrize(
    ("settings", "after_s", "spared"),
    [
        ({}, 700 * 86_400, True),
        ({"mfa_lifetime_s": 1}, LATER_S, False),
        ({"mfa_lifetime_s": LATER_S}, LATER_S, False),
        ({"mfa_lifetime_s": LATER_S + 1}, LATER_S, True),
        ({"mfa_lifetime_s": 365 * 86_400}, 365 * 86_400 - 1, True),
        ({"mfa_lifetime_s": 365 * 86_400}, 365 * 86_400, False),
    ],
)
def test_it_lasts_as_long_as_the_mfa_lifetime(settings, after_s, spared):
    client = remembered(**settings)
    client.at = NOON + after_s
    assert is_over(typed(client)) is spared


def test_the_lifetime_counts_from_the_factor_and_no_use_prolongs_it():
    client = remembered(mfa_lifetime_s=86_400)
    assert is_over(typed(client, rememberMe=True))
    client.at = NOON + 86_400
    assert not is_over(typed(client))


@pytest.mark.parametrize("prompt", ["login", "login consent"])
def test_an_app_that_asks_to_sign_in_anew_gets_both_factors(prompt):
    client = remembered()
    client.begin(prompt=prompt)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert not is_over(client)


def test_an_end_to_all_sessions_forgets_the_devices_too():
    flows = {"sign_in": (IDENTIFY, PASSWORD, SPARED), "recover": (IDENTIFY, EMAIL, Step(verb="reset"))}
    client = with_mail(typed(Visitor(flow_scenario(flows)), rememberMe=True))
    client.at += LATER_S
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    client.post("challenge/answer", credentials={"passcode": "Efgh5678!", "revokeSessions": True})
    assert is_over(client)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.answer("Efgh5678!").body["remediation"]["value"][0]["name"] == "authenticator-verification-data"


def test_a_server_says_by_its_token_which_device_it_is():
    client = EngineClient(org())
    for token, spared in (("one", False), ("one", True), ("two", False)):
        client.headers = {"x-device-token": token}
        client.begin(client_id=client.web_client)
        client.post("identify", identifier="mary@example.com", rememberMe=True)
        client.answer("Abcd1234!")
        assert is_over(client) is spared
        if not spared:
            client.select("Email")
            client.answer(client.mail.code)


def test_nobody_takes_the_word_of_a_public_client_for_it():
    client = EngineClient(org())
    client.headers = {"x-device-token": "one"}
    for _ in range(2):
        client.begin()
        client.post("identify", identifier="mary@example.com", rememberMe=True)
        client.answer("Abcd1234!")
        assert not is_over(client)
        client.select("Email")
        client.answer(client.mail.code)


def test_who_stays_signed_in_after_the_proofs_is_remembered_too():
    client = Visitor(org(IDENTIFY, PASSWORD, SPARED, KEEP))
    typed(client)
    client.select("Email")
    client.answer(client.mail.code)
    client.post("keep-me-signed-in", keepMeSignedIn=True)
    client.at += LATER_S
    assert is_over(typed(client))


@pytest.mark.parametrize("wanted", [True, False])
def test_the_condition_can_be_asked_for_either_way(wanted):
    said = Step(
        verb="message", settings={"messages": ("idx.email.verification.required",)}, when={"remembered": wanted}
    )
    client = remembered()
    client.scenario = org(IDENTIFY, PASSWORD, said)
    assert is_over(typed(client)) is not wanted


def test_an_org_can_do_without_the_box():
    shown = scenario(IDENTIFY, PASSWORD, SPARED, org={"show_keep_me_signed_in": False})
    client = with_mail(typed(Visitor(shown), rememberMe=True))
    client.at += LATER_S
    client.begin()
    assert "rememberMe" not in str(client.last.body)
    assert not is_over(typed(client))


def test_a_recovery_remembers_no_device():
    flows = {"sign_in": (IDENTIFY, PASSWORD, SPARED), "recover": (IDENTIFY, EMAIL, Step(verb="reset"))}
    client = Visitor(flow_scenario(flows))
    client.begin()
    keep_cookies(client)
    client.post("identify", identifier="mary@example.com", rememberMe=True)
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    client.post("challenge/answer", credentials={"passcode": "Efgh5678!"})
    assert is_over(client)
    client.at += LATER_S
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Efgh5678!")
    assert not is_over(client)
