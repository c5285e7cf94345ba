"""`when:` on steps: a step counts only where its conditions hold."""

from typing import Any

import pytest

from mock_okta.engine.idx.conditions import CONDITIONS, is_inside
from mock_okta.engine.model import App, AppType, Step
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, mary, scenario


def email_when(**when: Any) -> Step:
    return Step(verb="verify", authenticators=("okta_email",), when=when)


def asks_for_mail(step: Step, *, user: dict[str, Any] | None = None, begin: dict[str, str] | None = None, **changes):
    """Whether Mary has to prove her address after her password."""
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step, users=(mary(**(user or {})),), **changes))
    client.begin(**(begin or {}))
    client.post("identify", identifier="mary@example.com")
    reply = client.answer("Abcd1234!")
    return "successWithInteractionCode" not in reply.body


@pytest.mark.parametrize(
    ("when", "user", "asked"),
    [
        ({}, {}, True),
        ({"group": "MFA Required"}, {"groups": ("MFA Required",)}, True),
        ({"group": "MFA Required"}, {"groups": ("Everyone",)}, False),
        ({"group": ("Admins", "MFA *")}, {"groups": ("MFA Required",)}, True),
        ({"not": {"group": "Admins"}}, {"groups": ("Admins",)}, False),
        ({"not": {"group": "Admins"}}, {}, True),
        ({"login": "*@example.com"}, {}, True),
        ({"login": "*@example.org"}, {}, False),
        ({"status": "ACTIVE"}, {}, True),
        ({"profile": {"firstName": "Mary"}}, {}, True),
        ({"profile": {"firstName": ["Ada", "Grace"]}}, {}, False),
        ({"enrolled": "phone_number"}, {}, False),
        ({"proved": "okta_password"}, {}, True),
        ({"flow": "recover"}, {}, False),
        ({"scope": "profile"}, {}, True),
        ({"remembered": True}, {}, False),
        ({"session": False}, {}, True),
        ({"group": "Admins", "scope": "profile"}, {}, False),
        ({"any": ({"group": "Admins"}, {"scope": "profile"})}, {}, True),
    ],
)
def test_a_step_counts_where_all_its_conditions_hold(when, user, asked):
    assert asks_for_mail(email_when(**when), user=user) is asked


def test_apps_differ():
    apps = (App(type=AppType.WEB, label="Payroll"), App(type=AppType.BROWSER, label="Canteen"))
    assert asks_for_mail(email_when(app="Canteen"), apps=apps)
    assert not asks_for_mail(email_when(app="Payroll"), apps=apps)


def test_a_header_can_decide():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, email_when(header={"X-Device": "unmanaged"})))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.headers["x-device"] = "unmanaged"
    assert "authenticator-verification-data" in (client.answer("Abcd1234!") and client.offered)


def test_a_network_zone_can_decide():
    office = {"zones": {"office": ("10.0.0.0/8",)}}
    step = email_when(**{"not": {"zone": "office"}})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step, org=office), address="10.1.2.3")
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body
    client.address = "192.0.2.1"
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert client.offered[0] == "authenticator-verification-data"


@pytest.mark.parametrize(
    ("address", "network", "inside"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::/64", True),
        ("10.1.2.3", "10.1.", True),
        ("10.11.2.3", "10.1.", False),
        ("10.1.2.3", "", False),
        ("", "10.0.0.0/8", False),
    ],
)
def test_addresses_belong_to_networks(address, network, inside):
    assert is_inside(address, network) is inside


def test_positions_stay_those_of_the_file():
    phone = Step(verb="enroll", optional=("phone_number",), when={"group": "Nobody"})
    email = Step(verb="enroll", optional=("google_otp",))
    client = EngineClient(scenario(IDENTIFY, PASSWORD, phone, email))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert client.offered == ["select-authenticator-enroll", "skip"]
    assert "successWithInteractionCode" in client.post("skip").body


def test_every_condition_says_what_it_takes():
    for row in CONDITIONS.values():
        assert row.about.endswith(".")
        assert row.kind in ("texts", "mapping", "flag", "conditions", "list of conditions")


# ---------------------------------------------------------------------------------------------------------------------
# What the app asks for
# ---------------------------------------------------------------------------------------------------------------------


def signed_in_with(acr_values: str, *steps: Step) -> EngineClient:
    client = EngineClient(scenario(*(steps or (IDENTIFY, PASSWORD))))
    client.begin(acr_values=acr_values)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def test_an_app_can_ask_for_two_factors():
    client = signed_in_with("urn:okta:loa:2fa:any")
    assert client.offered[0] == "authenticator-verification-data"
    client.select("Email")
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_one_factor_is_enough_where_that_was_asked_for():
    client = signed_in_with("urn:okta:loa:1fa:any")
    assert "successWithInteractionCode" in client.last.body


def test_two_factors_if_possible_are_two_for_whoever_has_them():
    client = signed_in_with("urn:okta:loa:2fa:any:ifpossible")
    assert client.offered[0] == "authenticator-verification-data"


def test_the_first_level_that_the_user_can_reach_counts():
    client = signed_in_with("phr urn:okta:loa:1fa:pwd")
    assert "successWithInteractionCode" in client.last.body


def test_a_proof_can_be_too_old():
    recent = Step(verb="verify", authenticators=("okta_password",), settings={"reauthenticate_s": 60})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, EMAIL, recent))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Email")
    client.at += 61
    client.answer(client.mail.code)
    assert client.offered == ["challenge-authenticator"]
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body
