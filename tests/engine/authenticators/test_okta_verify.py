"""Okta Verify on a phone: proved by notification, number and code."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.engine.decisions import NothingToDecide, decide, open_decisions
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
from tests.engine.desk import IDENTIFY, ORIGIN, PASSWORD, Desk, flow_scenario, mary, scenario

# -- the list ---------------------------------------------------------------------------------------------------------


def test_devices_are_one_option_with_the_methods_of_all_of_them():
    desk = identified(phone("push"), phone("totp"), steps=(IDENTIFY, EITHER))
    options = remediation(desk, "select-authenticator-authenticate")["value"][0]["options"]
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
    enrolled = [each for each in desk.last.body["authenticatorEnrollments"]["value"] if each["key"] == "okta_verify"]
    assert [each["methods"] for each in enrolled] == [[{"type": "push"}], [{"type": "totp"}]]
    assert enrolled[0]["profile"] == {"deviceName": "iPhone"}
    assert enrolled[0]["id"].startswith("pfd")


def test_a_known_device_is_said_to_be_known():
    desk = identified(phone("push", "signed_nonce"), device_known=True)
    assert [each["deviceKnown"] for each in desk.last.body["authenticators"]["value"]] == [True]
    assert in_play(desk)["deviceKnown"] is True


# -- the page before --------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_the_user_says_how():
    desk = identified(phone("push", "totp"))
    assert desk.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    form = remediation(desk, "authenticator-verification-data")["value"][0]["form"]["value"]
    assert [field["name"] for field in form] == ["id", "methodType", "autoChallenge"]
    assert form[2] == {
        "name": "autoChallenge",
        "type": "boolean",
        "label": "Send push automatically",
        "required": False,
        "value": False,
        "mutable": True,
    }
    assert remediation(desk, "authenticator-verification-data")["relatesTo"] == ["$.currentAuthenticator"]
    assert in_play(desk)["resend"]["href"].endswith("/idp/idx/challenge")
    assert "send" not in in_play(desk)


def test_older_pages_have_no_tick_but_an_action_that_sends():
    desk = identified(phone("push", "totp"), auto_challenge="absent")
    form = remediation(desk, "authenticator-verification-data")["value"][0]["form"]["value"]
    assert [field["name"] for field in form] == ["id", "methodType"]
    assert in_play(desk)["send"]["href"].endswith("/idp/idx/challenge/send")
    move(desk, "challenge/send")
    assert desk.offered == ["challenge-poll", "select-authenticator-authenticate"]


def test_a_tick_lets_the_next_notification_go_out_at_once():
    desk = identified(phone("push", "totp"))
    identity = desk.state.authenticator_ids["okta_verify"]
    move(desk, "challenge", authenticator={"id": identity, "methodType": "push", "autoChallenge": True})
    assert remediation(desk, "challenge-poll")["value"][0]["value"] is True
    decided(desk, "approve")
    assert has_signed_in(desk)
    desk.begin()
    move(desk, "identify", identifier=MARY)
    assert desk.offered[0] == "challenge-poll"
    decided(desk, "approve")
    desk.begin()
    move(desk, "identify", identifier=MARY)
    assert desk.offered[0] == "challenge-poll", "the tick stays until it is taken away"
    move(desk, "authenticators/poll", autoChallenge=False)
    assert remediation(desk, "challenge-poll")["value"][0]["value"] is False
    decided(desk, "approve")
    desk.begin()
    move(desk, "identify", identifier=MARY)
    assert desk.offered[0] == "authenticator-verification-data"


def test_a_scenario_may_have_it_ticked_for_everybody():
    assert identified(phone("push", "totp"), auto_challenge="ticked").offered[0] == "challenge-poll"


def test_a_lone_code_is_asked_for_at_once_since_nothing_is_sent():
    assert identified(phone("totp")).offered == ["challenge-authenticator", "select-authenticator-authenticate"]


# -- push -------------------------------------------------------------------------------------------------------------


def pushed(**settings: Any) -> Desk:
    desk = identified(phone("push", "totp"), **settings)
    choose(desk, "push")
    return desk


def test_a_notification_is_polled_for_and_can_be_sent_again():
    desk = pushed()
    assert desk.offered == ["challenge-poll", "select-authenticator-authenticate"]
    poll = remediation(desk, "challenge-poll")
    assert (poll["refresh"], poll["href"]) == (4000, f"{ORIGIN}/idp/idx/authenticators/poll")
    assert in_play(desk)["methods"] == [{"type": "push"}]
    resend = in_play(desk)["resend"]
    picked = {"methodType": "push", "id": desk.state.authenticator_ids["okta_verify"]}
    assert resend["value"][0] == {
        "name": "authenticator",
        "required": True,
        "value": picked,
        "visible": False,
        "mutable": False,
    }
    before = desk.last.body
    assert move(desk, "authenticators/poll").body == before
    move(desk, "challenge", authenticator=picked)
    assert desk.offered[0] == "challenge-poll"


def test_a_yes_on_the_phone_signs_in_with_the_next_poll():
    desk = pushed()
    decided(desk, "approve")
    assert has_signed_in(desk)
    code = desk.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert desk.state.grants[code].amr == ("okta_verify", "swk")


def test_a_no_leads_to_the_page_that_offers_to_send_again():
    desk = pushed()
    reply = decided(desk, "reject")
    assert (reply.status, desk.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert desk.offered == ["resend", "select-authenticator-authenticate"]
    form = remediation(desk, "resend")["value"][0]
    assert (form["label"], form["type"]) == ("Okta Verify", "object")
    fields = form["value"]["form"]["value"]
    assert [field["name"] for field in fields] == ["id", "methodType"]
    move(desk, "challenge", authenticator={field["name"]: field["value"] for field in fields})
    assert desk.offered[0] == "challenge-poll"
    decided(desk, "approve")
    assert has_signed_in(desk)


@pytest.mark.parametrize(
    ("decision", "key"),
    [
        ("biometrics", "oie.authenticator.app.method.push.verify.enable.biometrics"),
        ("upgrade", "oie.authenticator.app.method.push.force.upgrade.number_challenge"),
    ],
)
def test_a_phone_that_is_not_secure_enough_is_told_so_and_may_try_again(decision, key):
    desk = pushed()
    reply = decided(desk, decision)
    assert (reply.status, desk.said, desk.offered[0]) == (200, [key], "resend")


def test_nobody_answering_in_time_is_the_end():
    desk = pushed()
    desk.at += 200
    move(desk, "authenticators/poll")
    assert desk.offered[0] == "challenge-poll"
    desk.state = decide(desk.state, MARY, "timeout")
    reply = move(desk, "authenticators/poll")
    assert (reply.status, desk.said) == (404, ["core.system.transaction_resource_not_found"])
    assert desk.offered == []
    move(desk, "cancel")
    assert desk.offered == ["identify"]


def test_what_was_decided_counts_once_and_only_for_what_was_asked():
    desk = pushed()
    desk.state = decide(desk.state, MARY, "approve")
    with pytest.raises(NothingToDecide, match="nothing is waiting"):
        decide(desk.state, MARY, "reject")
    with pytest.raises(NothingToDecide, match="no user"):
        decide(desk.state, "nobody@example.com", "approve")
    with pytest.raises(NothingToDecide, match="can decide approve, reject"):
        decide(pushed().state, MARY, "enroll")
    assert open_decisions(pushed().state, MARY)[:2] == ("approve", "reject")


def test_a_decision_is_about_the_newest_notification():
    desk = pushed()
    first = desk.handle
    desk.at += 1
    desk.begin()
    move(desk, "identify", identifier=MARY)
    choose(desk, "push")
    decided(desk, "approve")
    assert has_signed_in(desk)
    desk.post("authenticators/poll", stateHandle=first)
    assert desk.offered[0] == "challenge-poll"


def test_a_scenario_may_say_what_the_phone_does():
    desk = pushed(decision="reject")
    move(desk, "authenticators/poll")
    assert desk.said == ["api.authn.poll.error.push_rejected"]


def test_the_number_is_shown_and_has_to_be_picked():
    desk = pushed(number_challenge=True)
    shown = in_play(desk)["contextualData"]["correctAnswer"]
    assert shown.isdecimal()
    desk.state = decide(desk.state, MARY, "approve", number=f"{shown}0")
    move(desk, "authenticators/poll")
    assert desk.said == ["api.authn.poll.error.push_rejected"]
    assert in_play(desk)["contextualData"] == {"correctAnswer": shown}
    choose(desk, "push")
    number = in_play(desk)["contextualData"]["correctAnswer"]
    decided(desk, "approve", number=number)
    assert has_signed_in(desk)


def test_an_unknown_user_is_asked_for_a_notification_that_goes_nowhere():
    desk = Desk(
        scenario(
            IDENTIFY,
            VERIFY,
            org={"user_enumeration_prevention": True},
            authenticators={"okta_verify": {"decision": "approve"}},
        )
    )
    desk.begin()
    move(desk, "identify", identifier="nobody@example.com")
    choose(desk, "push")
    move(desk, "authenticators/poll")
    assert desk.offered[0] == "challenge-poll"


# -- codes ------------------------------------------------------------------------------------------------------------


def test_a_code_of_any_of_the_devices_is_right_once():
    other = "KRSXG5CTMVRXEZLU"
    desk = identified(phone("totp"), phone("totp", secret=other))
    form = remediation(desk, "challenge-authenticator")["value"][0]["form"]["value"]
    assert form == [{"name": "totp", "label": "Enter code", "required": True, "visible": True}]
    code = GOOGLE.code(other, GOOGLE.step_at(desk.at))
    move(desk, "challenge/answer", credentials={"totp": code})
    assert has_signed_in(desk)
    desk.begin()
    move(desk, "identify", identifier=MARY)
    move(desk, "challenge/answer", credentials={"totp": code})
    messages = remediation(desk, "challenge-authenticator")["value"][0]["form"]["value"][0]["messages"]
    assert messages["value"][0]["i18n"]["key"] == "authfactor.challenge.soft_token.used_passcode"


def test_a_wrong_code_is_told_on_its_field():
    desk = identified(phone("totp"))
    reply = move(desk, "challenge/answer", credentials={"totp": "000000"})
    messages = remediation(desk, "challenge-authenticator")["value"][0]["form"]["value"][0]["messages"]
    assert (reply.status, messages["value"][0]["i18n"]["key"]) == (401, "api.authn.error.PASSCODE_INVALID")


def test_codes_may_be_refused_for_want_of_biometrics():
    desk = identified(phone("totp"), totp_needs_biometrics=True)
    move(desk, "challenge/answer", credentials={"totp": GOOGLE.code(SECRET, GOOGLE.step_at(desk.at))})
    assert desk.said == ["oie.authenticator.oktaverify.method.totp.verify.enable.biometrics"]


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_an_account_can_be_unlocked_with_a_notification():
    steps = (Step(verb="identify"), VERIFY, Step(verb="unlock"))
    locked = mary(status=UserStatus.LOCKED_OUT, enrolled=(*mary().enrolled, phone("push")))
    desk = Desk(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "unlock": steps}, users=(locked,)))
    desk.begin()
    move(desk, "unlock-account")
    identity = desk.state.authenticator_ids["okta_verify"]
    move(desk, "challenge", identifier=MARY, authenticator={"id": identity, "methodType": "push"})
    assert desk.offered[0] == "challenge-poll"
    assert desk.last.body["user"]["value"] == {"identifier": MARY}
    decided(desk, "approve")
    assert desk.state.users[next(iter(desk.state.users))].status is UserStatus.ACTIVE
