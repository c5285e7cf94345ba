"""How a sign-in ends: with the code, or with where the browser is sent for it."""

import pytest

from mock_okta.engine.model import Step, UserStatus
from tests.engine.engine_client import IDENTIFY, NOON, PASSWORD, mary, scenario
from tests.engine.flows.visitor import Visitor

DENIED = Step(verb="refuse", settings={"messages": ("security.access_denied",)})


def signed_in(*steps: Step, **changes) -> Visitor:
    client = Visitor(scenario(IDENTIFY, PASSWORD, *steps, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def test_an_org_with_a_page_of_its_own_sends_the_browser_on():
    client = signed_in(wire={"ending": "redirect"})
    assert client.last.body["success"]["name"] == "success-redirect"
    assert "successWithInteractionCode" not in client.last.body
    client.visit(client.last.body["success"]["href"])
    assert set(client.came_back_with) == {"interaction_code", "state"}


def test_it_does_so_too_when_it_refuses():
    client = signed_in(DENIED, wire={"ending": "redirect"})
    assert client.said == ["security.access_denied"]
    client.visit(client.last.body["failure"]["href"])
    assert client.came_back_with["error"] == "access_denied"


@pytest.mark.parametrize(("steps", "name"), [((), "success-redirect"), ((DENIED,), "failure-redirect")])
def test_newer_servers_say_so_in_a_remediation(steps, name):
    client = signed_in(*steps, wire={"ending": "remediation"})
    assert client.offered == [name]
    redirect = client.last.body["remediation"]["value"][0]
    assert redirect["method"] == "GET"
    client.visit(redirect["href"])
    assert ("interaction_code" in client.came_back_with) is (name == "success-redirect")


def test_nobody_gets_a_code_before_all_is_proved():
    client = Visitor(scenario(wire={"ending": "redirect"}))
    client.begin()
    page = client.visit(f"http://localhost:6582/login/token/redirect?stateToken={client.handle}")
    assert page.status == 200
    assert f'data-state-token="{client.handle}"' in page.body.decode()


def test_a_sign_in_that_nobody_knows_leads_nowhere():
    client = Visitor(scenario())
    assert client.visit("http://localhost:6582/login/token/redirect?stateToken=02.id.made-up").status == 403


def test_hosted_pages_say_what_was_asked_for():
    client = Visitor(scenario(wire={"authentication": "shown"}))
    client.begin(nonce="n-0S6", max_age="600")
    request = client.last.body["authentication"]["value"]["request"]
    assert (request["scope"], request["nonce"], request["max_age"]) == ("openid profile", "n-0S6", 600)
    client.begin()
    request = client.last.body["authentication"]["value"]["request"]
    assert ("nonce" in request, request["max_age"]) == (False, -1)


def test_pages_before_the_dashboard_know_nothing_but_that_it_was_an_address():
    client = Visitor(scenario(wire={"authentication": "address"}))
    client.begin()
    assert client.last.body["authentication"]["value"] == {"protocol": "URL", "request": {}}


def test_some_orgs_show_the_user_s_address_too():
    client = signed_in(wire={"user": "profile_and_email"})
    assert client.last.body["user"]["value"]["profile"]["email"] == "mary@example.com"


def test_who_waits_in_safe_mode_gets_in_once_it_is_over():
    client = Visitor(scenario(Step(verb="hold", settings={"for_s": 30}), IDENTIFY, PASSWORD))
    client.begin()
    assert (client.offered, client.said) == (["poll"], ["E0000010"])
    client.post("poll")
    assert client.offered == ["poll"]
    client.at = NOON + 31
    client.post("poll")
    assert (client.offered, client.said) == (["identify"], [])


def test_a_password_that_expires_may_have_to_be_changed_at_another_place():
    place = {"custom_expiry": {"name": "Passwords", "url": "https://passwords.example.com"}}
    client = signed_in(users=(mary(status=UserStatus.PASSWORD_EXPIRED),), authenticators={"okta_password": place})
    remediation = client.last.body["remediation"]["value"][0]
    assert client.offered == ["reenroll-custom-password-expiry"]
    assert remediation["customExpiredPasswordName"] == "Passwords"
    assert remediation["customExpiredPasswordURL"] == "https://passwords.example.com"
