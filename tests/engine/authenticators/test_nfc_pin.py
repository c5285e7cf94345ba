"""A card that is held to the phone, and its PIN."""

import pytest

from mock_okta.engine.decisions import NothingToDecide, decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import IDENTIFY, ORIGIN, PASSWORD, Desk, flow_scenario, mary, scenario
from tests.engine.invariants import problems

NFC = Step(verb="verify", authenticators=("nfc_pin",))
ENROLL = Step(verb="enroll", authenticators=("nfc_pin",))


def at_the_card(**settings):
    enrollment = Enrollment(authenticator="nfc_pin", secret={"pin": "1234"})
    desk = Desk(scenario(IDENTIFY, NFC, users=(mary(enrolled=(enrollment,)),), authenticators={"nfc_pin": settings}))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    return desk


def enrolling(**settings):
    flows = {"sign_in": (IDENTIFY, PASSWORD, ENROLL)}
    desk = Desk(flow_scenario(flows, authenticators={"nfc_pin": settings}))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer("Abcd1234!")
    desk.select("NFC")
    return desk


def tap(desk):
    desk.state = decide(desk.state, "mary@example.com", "tapped")
    return desk.post("authenticators/poll")


def said_on_the_field(desk):
    field = desk.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    return [message["i18n"]["key"] for message in field["messages"]["value"]]


def test_the_page_polls_until_the_card_was_read_and_then_asks_for_the_pin():
    desk = at_the_card()
    assert desk.offered[0] == "challenge-poll"
    challenge = desk.last.body["currentAuthenticatorEnrollment"]["value"]["contextualData"]["challenge"]["value"]
    assert challenge["challengeMethod"] == "CUSTOM_URI"
    assert desk.post("authenticators/poll").body["remediation"]["value"][0]["name"] == "challenge-poll"
    tap(desk)
    assert desk.offered[0] == "challenge-authenticator"
    assert desk.last.body["currentAuthenticator"]["value"]["key"] == "nfc_pin"
    assert "successWithInteractionCode" in desk.answer("1234").body


def test_a_wrong_pin_is_named_on_the_field():
    desk = at_the_card(decision="tapped")
    desk.post("authenticators/poll")
    assert (desk.answer("4321").status, said_on_the_field(desk)) == (403, ["api.authenticator.error.nfc.pin_incorrect"])
    for _ in range(4):
        desk.answer("4321")
    assert desk.answer("1234").status == 429


def test_a_pin_without_a_card_is_no_answer():
    desk = at_the_card()
    assert (desk.answer("1234").status, desk.offered[0]) == (400, "challenge-poll")


def test_a_card_is_read_once():
    desk = at_the_card()
    tap(desk)
    with pytest.raises(NothingToDecide):
        tap(desk)


def test_a_new_card_gets_a_pin():
    desk = enrolling()
    assert desk.offered == ["enroll-poll", "select-authenticator-enroll"]
    current = desk.last.body["currentAuthenticator"]["value"]
    assert (current["methods"], "settings" in current) == ([{"type": "nfc"}], False)
    assert set(current["contextualData"]) == {"setupNfcUrl", "challenge"}
    tap(desk)
    assert desk.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert desk.last.body["currentAuthenticator"]["value"]["settings"] == {"minLength": 4, "maxLength": 4}
    assert "successWithInteractionCode" in desk.answer("2468").body
    held = next(iter(desk.state.users.values())).enrollment("nfc_pin")
    assert (held.id[:3], held.secret) == ("npc", {"pin": "2468"})


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", "١٢٣٤"])
def test_a_pin_has_as_many_digits_as_the_org_says(pin):
    desk = enrolling(decision="tapped")
    desk.post("authenticators/poll")
    assert desk.answer(pin).status == 403
    assert said_on_the_field(desk) == ["api.authenticator.error.nfc.pin_incorrect"]
    longer = enrolling(decision="tapped", min_length=5, max_length=6)
    longer.post("authenticators/poll")
    assert "successWithInteractionCode" in longer.answer("12345").body


def test_giving_up_leads_back_to_the_list():
    desk = enrolling()
    desk.post("authenticators/poll/cancel")
    assert desk.offered == ["select-authenticator-enroll"]


def test_every_page_is_fit_for_every_client():
    for desk in (at_the_card(), enrolling()):
        desk.post("authenticators/poll")
        tap(desk)
        desk.answer("x")
        assert [problem for reply in desk.replies[1:] for problem in problems(reply, ORIGIN)] == []
