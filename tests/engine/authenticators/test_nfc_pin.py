"""A card that is held to the phone, and its PIN."""

import pytest

from mock_okta.engine.control.phones import NothingToDecide, decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

NFC = Step(verb="verify", authenticators=("nfc_pin",))
ENROLL = Step(verb="enroll", authenticators=("nfc_pin",))


def at_the_card(**settings):
    enrollment = Enrollment(authenticator="nfc_pin", secret={"pin": "1234"})
    client = EngineClient(
        scenario(IDENTIFY, NFC, users=(mary(enrolled=(enrollment,)),), authenticators={"nfc_pin": settings})
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling(**settings):
    flows = {"sign_in": (IDENTIFY, PASSWORD, ENROLL)}
    client = EngineClient(flow_scenario(flows, authenticators={"nfc_pin": settings}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("NFC")
    return client


def tap(client):
    client.state = decide(client.state, "mary@example.com", "tapped")
    return client.post("authenticators/poll")


def said_on_the_field(client):
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    return [message["i18n"]["key"] for message in field["messages"]["value"]]


def test_the_page_polls_until_the_card_was_read_and_then_asks_for_the_pin():
    client = at_the_card()
    assert client.offered[0] == "challenge-poll"
    challenge = client.last.body["currentAuthenticatorEnrollment"]["value"]["contextualData"]["challenge"]["value"]
    assert challenge["challengeMethod"] == "CUSTOM_URI"
    assert client.post("authenticators/poll").body["remediation"]["value"][0]["name"] == "challenge-poll"
    tap(client)
    assert client.offered[0] == "challenge-authenticator"
    assert client.last.body["currentAuthenticator"]["value"]["key"] == "nfc_pin"
    assert "successWithInteractionCode" in client.answer("1234").body


def test_a_wrong_pin_is_named_on_the_field():
    client = at_the_card(decision="tapped")
    client.post("authenticators/poll")
    assert (client.answer("4321").status, said_on_the_field(client)) == (
        403,
        ["api.authenticator.error.nfc.pin_incorrect"],
    )
    for _ in range(4):
        client.answer("4321")
    assert client.answer("1234").status == 429


def test_a_pin_without_a_card_is_no_answer():
    client = at_the_card()
    assert (client.answer("1234").status, client.offered[0]) == (400, "challenge-poll")


def test_a_card_is_read_once():
    client = at_the_card()
    tap(client)
    with pytest.raises(NothingToDecide):
        tap(client)


def test_a_new_card_gets_a_pin():
    client = enrolling()
    assert client.offered == ["enroll-poll", "select-authenticator-enroll"]
    current = client.last.body["currentAuthenticator"]["value"]
    assert (current["methods"], "settings" in current) == ([{"type": "nfc"}], False)
    assert set(current["contextualData"]) == {"setupNfcUrl", "challenge"}
    tap(client)
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert client.last.body["currentAuthenticator"]["value"]["settings"] == {"minLength": 4, "maxLength": 4}
    assert "successWithInteractionCode" in client.answer("2468").body
    held = next(iter(client.state.users.values())).enrollment("nfc_pin")
    assert (held.id[:3], held.secret) == ("npc", {"pin": "2468"})


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", "١٢٣٤"])
def test_a_pin_has_as_many_digits_as_the_org_says(pin):
    client = enrolling(decision="tapped")
    client.post("authenticators/poll")
    assert client.answer(pin).status == 403
    assert said_on_the_field(client) == ["api.authenticator.error.nfc.pin_incorrect"]
    longer = enrolling(decision="tapped", min_length=5, max_length=6)
    longer.post("authenticators/poll")
    assert "successWithInteractionCode" in longer.answer("12345").body


def test_giving_up_leads_back_to_the_list():
    client = enrolling()
    client.post("authenticators/poll/cancel")
    assert client.offered == ["select-authenticator-enroll"]


def test_every_page_is_fit_for_every_client():
    for client in (at_the_card(), enrolling()):
        client.post("authenticators/poll")
        tap(client)
        client.answer("x")
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []
