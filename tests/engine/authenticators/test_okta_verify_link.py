"""The page that a mailed link to set up Okta Verify leads to, which stands for a phone."""

import pytest

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, scenario
from tests.engine.flows.visitor import Visitor

ENROLL = Step(verb="enroll", authenticators=("okta_verify",))
OUT_OF_DATE = "This link is out of date."


@pytest.fixture
def client() -> Visitor:
    """Mary has had the link mailed to her."""
    visitor = Visitor(scenario(IDENTIFY, PASSWORD, ENROLL))
    visitor.begin()
    visitor.post("identify", identifier="mary@example.com")
    visitor.answer("Abcd1234!")
    visitor.select("Okta Verify", channel="email")
    visitor.post("challenge/send", email="mary@example.com")
    return visitor


def polled(client: Visitor, handle: str):
    return client.post("challenge/poll", stateHandle=handle).body


def test_the_link_is_as_oktas_and_leads_to_a_page(client):
    assert client.mail.link.startswith(f"{ORIGIN}/auth/push/link?token=")
    client.visit(client.mail.link)
    assert client.last.status == 200
    assert "Set up the account on this phone" in client.text


def test_setting_up_is_seen_by_the_next_poll(client):
    handle = client.handle
    client.visit(client.mail.link)
    client.press("Set up the account on this phone")
    assert "successWithInteractionCode" in polled(client, handle)


def test_a_phone_that_does_not_do_leaves_the_page_and_the_link(client):
    handle = client.handle
    client.visit(client.mail.link)
    client.press("Have a phone without biometrics")
    said = polled(client, handle)["messages"]["value"][0]["i18n"]["key"]
    assert said == "oie.authenticator.app.method.push.enroll.enable.biometrics"
    client.visit(client.mail.link)
    client.press("Set up the account on this phone")
    assert "successWithInteractionCode" in polled(client, handle)


def test_a_link_that_was_used_or_never_sent_is_out_of_date(client):
    link = client.mail.link
    client.visit(link)
    client.press("Set up the account on this phone")
    for address in (link, f"{ORIGIN}/auth/push/link", f"{ORIGIN}/auth/push/link?token=x"):
        client.visit(address)
        assert (client.last.status, OUT_OF_DATE in client.text) == (200, True)
