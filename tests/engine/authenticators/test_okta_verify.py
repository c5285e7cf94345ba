"""Okta Verify on a phone: proved by notification, number and code."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.engine.control.phones import NothingToDecide, decide, open_decisions
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta.engine.model import Step, UserStatus
from tests.engine.authenticators.okta_verify import (
    EITHER,
    MARY,
    SECRET,
    VERIFY,
    choose,
    decided,
    has_signed_in,
    identified,
    in_play,
    move,
    phone,
    remediation,
)
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario

# -- the list ---------------------------------------------------------------------------------------------------------


def test_devices_are_one_option_with_the_methods_of_all_of_them():
    client = identified(phone("push"), phone("totp"), steps=(IDENTIFY, EITHER))
    options = remediation(client, "select-authenticator-authenticate")["value"][0]["options"]
    option = next(option for option in options if option["label"] == "Okta Verify")
    assert option["relatesTo"] == "$.authenticators.value[1]"
    assert option["value"]["form"]["value"][1] == {
        "name": "methodType",
        "type": "string",
        "required": False,
        "options": [
            {"label": "Get a push notification", "value": "push"},
            {"label": "Enter a code", "value": "totp"},
        ],
    }
    enrolled = [each for each in client.last.body["authenticatorEnrollments"]["value"] if each["key"] == "okta_verify"]
    assert [each["methods"] for each in enrolled] == [[{"type": "push"}], [{"type": "totp"}]]
    assert "profile" not in enrolled[0]
    assert enrolled[0]["id"].startswith("pfd")


def test_a_known_device_is_said_to_be_known():
    client = identified(phone("push", "signed_nonce"), device_known=True)
    assert [each["deviceKnown"] for each in client.last.body["authenticators"]["value"]] == [True]
    assert in_play(client)["deviceKnown"] is True


# -- the page before --------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_the_user_says_how():
    client = identified(phone("push", "totp"))
    assert client.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    form = remediation(client, "authenticator-verification-data")["value"][0]["form"]["value"]
    assert [field["name"] for field in form] == ["id", "methodType", "autoChallenge"]
    assert form[2] == {
        "name": "autoChallenge",
        "type": "boolean",
        "label": "Send push automatically",
        "required": False,
        "value": False,
        "mutable": True,
    }
    assert remediation(client, "authenticator-verification-data")["relatesTo"] == ["$.currentAuthenticator"]
    assert in_play(client)["resend"]["href"].endswith("/idp/idx/challenge")
    assert "send" not in in_play(client)


def test_older_pages_have_no_tick_but_an_action_that_sends():
    client = identified(phone("push", "totp"), auto_challenge="absent")
    form = remediation(client, "authenticator-verification-data")["value"][0]["form"]["value"]
    assert [field["name"] for field in form] == ["id", "methodType"]
    assert in_play(client)["send"]["href"].endswith("/idp/idx/challenge/send")
    move(client, "challenge/send")
    assert client.offered == ["challenge-poll", "select-authenticator-authenticate"]


def test_a_tick_lets_the_next_notification_go_out_at_once():
    client = identified(phone("push", "totp"))
    identity = client.state.authenticator_ids["okta_verify"]
    move(client, "challenge", authenticator={"id": identity, "methodType": "push", "autoChallenge": True})
    assert remediation(client, "challenge-poll")["value"][0]["value"] is True
    decided(client, "approve")
    assert has_signed_in(client)
    client.begin()
    move(client, "identify", identifier=MARY)
    assert client.offered[0] == "challenge-poll"
    decided(client, "approve")
    client.begin()
    move(client, "identify", identifier=MARY)
    assert client.offered[0] == "challenge-poll", "the tick stays until it is taken away"
    move(client, "authenticators/poll", autoChallenge=False)
    assert remediation(client, "challenge-poll")["value"][0]["value"] is False
    decided(client, "approve")
    client.begin()
    move(client, "identify", identifier=MARY)
    assert client.offered[0] == "authenticator-verification-data"


def test_a_scenario_may_have_it_ticked_for_everybody():
    assert identified(phone("push", "totp"), auto_challenge="ticked").offered[0] == "challenge-poll"


def test_a_lone_code_is_asked_for_at_once_since_nothing_is_sent():
    assert identified(phone("totp")).offered == ["challenge-authenticator", "select-authenticator-authenticate"]


# -- push -------------------------------------------------------------------------------------------------------------


def pushed(**settings: Any) -> EngineClient:
    client = identified(phone("push", "totp"), **settings)
    choose(client, "push")
    return client


def test_a_notification_is_polled_for_and_can_be_sent_again():
    client = pushed()
    assert client.offered == ["challenge-poll", "select-authenticator-authenticate"]
    poll = remediation(client, "challenge-poll")
    assert (poll["refresh"], poll["href"]) == (4000, f"{ORIGIN}/idp/idx/authenticators/poll")
    assert in_play(client)["methods"] == [{"type": "push"}]
    resend = in_play(client)["resend"]
    picked = {"methodType": "push", "id": client.state.authenticator_ids["okta_verify"]}
    assert resend["value"][0] == {
        "name": "authenticator",
        "required": True,
        "value": picked,
        "visible": False,
        "mutable": False,
    }
    before = client.last.body
    assert move(client, "authenticators/poll").body == before
    move(client, "challenge", authenticator=picked)
    assert client.offered[0] == "challenge-poll"


def test_a_yes_on_the_phone_signs_in_with_the_next_poll():
    client = pushed()
    decided(client, "approve")
    assert has_signed_in(client)
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert client.state.grants[code].subject.amr == ("okta_verify", "swk")


def test_a_no_leads_to_the_page_that_offers_to_send_again():
    client = pushed()
    reply = decided(client, "reject")
    assert (reply.status, client.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert client.offered == ["resend", "select-authenticator-authenticate"]
    form = remediation(client, "resend")["value"][0]
    assert (form["label"], form["type"]) == ("Okta Verify", "object")
    fields = form["value"]["form"]["value"]
    assert [field["name"] for field in fields] == ["id", "methodType"]
    move(client, "challenge", authenticator={field["name"]: field["value"] for field in fields})
    assert client.offered[0] == "challenge-poll"
    decided(client, "approve")
    assert has_signed_in(client)


@pytest.mark.parametrize(
    ("decision", "key"),
    [
        ("biometrics", "oie.authenticator.app.method.push.verify.enable.biometrics"),
        ("upgrade", "oie.authenticator.app.method.push.force.upgrade.number_challenge"),
    ],
)
def test_a_phone_that_is_not_secure_enough_is_told_so_and_may_try_again(decision, key):
    client = pushed()
    reply = decided(client, decision)
    assert (reply.status, client.said, client.offered[0]) == (200, [key], "resend")


def test_nobody_answering_in_time_is_the_end():
    client = pushed()
    client.at += 200
    move(client, "authenticators/poll")
    assert client.offered[0] == "challenge-poll"
    client.state = decide(client.state, MARY, "timeout")
    reply = move(client, "authenticators/poll")
    assert (reply.status, client.said) == (404, ["core.system.transaction_resource_not_found"])
    assert client.offered == []
    move(client, "cancel")
    assert client.offered == ["identify"]


def test_what_was_decided_counts_once_and_only_for_what_was_asked():
    client = pushed()
    client.state = decide(client.state, MARY, "approve")
    with pytest.raises(NothingToDecide, match="nothing is waiting"):
        decide(client.state, MARY, "reject")
    with pytest.raises(NothingToDecide, match="no user"):
        decide(client.state, "nobody@example.com", "approve")
    with pytest.raises(NothingToDecide, match="can decide approve, reject"):
        decide(pushed().state, MARY, "enroll")
    assert open_decisions(pushed().state, MARY)[:2] == ("approve", "reject")


def test_a_decision_is_about_the_newest_notification():
    client = pushed()
    first = client.handle
    client.at += 1
    client.begin()
    move(client, "identify", identifier=MARY)
    choose(client, "push")
    decided(client, "approve")
    assert has_signed_in(client)
    client.post("authenticators/poll", stateHandle=first)
    assert client.offered[0] == "challenge-poll"


def test_a_scenario_may_say_what_the_phone_does():
    client = pushed(decision="reject")
    move(client, "authenticators/poll")
    assert client.said == ["api.authn.poll.error.push_rejected"]


def test_the_number_is_shown_and_has_to_be_picked():
    client = pushed(number_challenge=True)
    shown = in_play(client)["contextualData"]["correctAnswer"]
    assert shown.isdecimal()
    client.state = decide(client.state, MARY, "approve", number=f"{shown}0")
    move(client, "authenticators/poll")
    assert client.said == ["api.authn.poll.error.push_rejected"]
    assert in_play(client)["contextualData"] == {"correctAnswer": shown}
    choose(client, "push")
    number = in_play(client)["contextualData"]["correctAnswer"]
    decided(client, "approve", number=number)
    assert has_signed_in(client)


def test_an_unknown_user_is_asked_for_a_notification_that_goes_nowhere():
    client = EngineClient(
        scenario(
            IDENTIFY,
            VERIFY,
            org={"user_enumeration_prevention": True},
            authenticators={"okta_verify": {"decision": "approve"}},
        )
    )
    client.begin()
    move(client, "identify", identifier="nobody@example.com")
    choose(client, "push")
    move(client, "authenticators/poll")
    assert client.offered[0] == "challenge-poll"


# -- codes ------------------------------------------------------------------------------------------------------------


def test_a_code_of_any_of_the_devices_is_right_once():
    other = "KRSXG5CTMVRXEZLU"
    client = identified(phone("totp"), phone("totp", secret=other))
    form = remediation(client, "challenge-authenticator")["value"][0]["form"]["value"]
    assert form == [{"name": "totp", "label": "Enter code", "required": True, "visible": True}]
    code = GOOGLE.code(other, GOOGLE.step_at(client.at))
    move(client, "challenge/answer", credentials={"totp": code})
    assert has_signed_in(client)
    client.begin()
    move(client, "identify", identifier=MARY)
    move(client, "challenge/answer", credentials={"totp": code})
    messages = remediation(client, "challenge-authenticator")["value"][0]["form"]["value"][0]["messages"]
    assert messages["value"][0]["i18n"]["key"] == "authfactor.challenge.soft_token.used_passcode"


def test_a_wrong_code_is_told_on_its_field():
    client = identified(phone("totp"))
    reply = move(client, "challenge/answer", credentials={"totp": "000000"})
    messages = remediation(client, "challenge-authenticator")["value"][0]["form"]["value"][0]["messages"]
    assert (reply.status, messages["value"][0]["i18n"]["key"]) == (401, "api.authn.error.PASSCODE_INVALID")


def test_codes_may_be_refused_for_want_of_biometrics():
    client = identified(phone("totp"), totp_needs_biometrics=True)
    move(client, "challenge/answer", credentials={"totp": GOOGLE.code(SECRET, GOOGLE.step_at(client.at))})
    assert client.said == ["oie.authenticator.oktaverify.method.totp.verify.enable.biometrics"]


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_an_account_can_be_unlocked_with_a_notification():
    steps = (Step(verb="identify"), VERIFY, Step(verb="unlock"))
    locked = mary(status=UserStatus.LOCKED_OUT, enrolled=(*mary().enrolled, phone("push")))
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "unlock": steps}, users=(locked,)))
    client.begin()
    move(client, "unlock-account")
    identity = client.state.authenticator_ids["okta_verify"]
    move(client, "challenge", identifier=MARY, authenticator={"id": identity, "methodType": "push"})
    assert client.offered[0] == "challenge-poll"
    assert client.last.body["user"]["value"] == {"identifier": MARY}
    decided(client, "approve")
    assert client.state.users[next(iter(client.state.users))].status is UserStatus.ACTIVE
