"""Okta Verify: enrolled by picture, mail and text; proved by notification, number, code and FastPass."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from mock_okta.engine.decisions import NothingToDecide, decide, open_decisions
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta.engine.model import Enrollment, Step, UserStatus
from mock_okta.engine.oauth.signing import public_jwk
from tests.engine.desk import IDENTIFY, ORIGIN, PASSWORD, Desk, flow_scenario, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("okta_verify",))
ENROLL = Step(verb="enroll", authenticators=("okta_verify",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_verify"))
PROBE = Step(verb="probe")
SECRET = "JBSWY3DPEHPK3PXP"


def phone(*methods: str, **secret: Any) -> Enrollment:
    return Enrollment(authenticator="okta_verify", methods=methods, secret={"secret": SECRET, **secret})


def desk_with(*enrollments: Enrollment, steps: tuple[Step, ...] = (IDENTIFY, VERIFY), **settings: Any) -> Desk:
    user = mary(enrolled=(*mary().enrolled, *enrollments))
    desk = Desk(scenario(*steps, users=(user,), authenticators={"okta_verify": settings}))
    desk.begin()
    return desk


def identified(*enrollments: Enrollment, **settings: Any) -> Desk:
    desk = desk_with(*enrollments, **settings)
    move(desk, "identify", identifier=MARY)
    return desk


def move(desk: Desk, path: str, **body: Any):
    reply = desk.post(path, **body)
    assert problems(reply, ORIGIN) == []
    return reply


def choose(desk: Desk, method: str):
    identity = desk.state.authenticator_ids["okta_verify"]
    return move(desk, "challenge", authenticator={"id": identity, "methodType": method})


def decided(desk: Desk, decision: str, path: str = "authenticators/poll", **more: Any):
    desk.state = decide(desk.state, MARY, decision, **more)
    return move(desk, path)


def remediation(desk: Desk, name: str) -> dict[str, Any]:
    return next(row for row in desk.last.body["remediation"]["value"] if row["name"] == name)


def in_play(desk: Desk) -> dict[str, Any]:
    return desk.last.body["currentAuthenticator"]["value"]


def has_signed_in(desk: Desk) -> bool:
    return "successWithInteractionCode" in desk.last.body


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


# -- enrolling --------------------------------------------------------------------------------------------------------


def enrolling(channel: str | None = "qrcode", **settings: Any) -> Desk:
    desk = desk_with(steps=(IDENTIFY, PASSWORD, ENROLL), **settings)
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    picked = {"id": desk.state.authenticator_ids["okta_verify"]} | ({"channel": channel} if channel else {})
    move(desk, "credential/enroll", authenticator=picked)
    return desk


POLLED = ["enroll-poll", "select-enrollment-channel", "select-authenticator-enroll"]
ASKED = ["enrollment-channel-data", "select-enrollment-channel", "select-authenticator-enroll"]


def test_a_picture_is_shown_and_polled_for_until_the_phone_has_scanned_it():
    desk = enrolling(None)
    assert desk.offered == POLLED
    context = in_play(desk)["contextualData"]
    assert context["selectedChannel"] == "qrcode"
    assert (context["qrcode"]["method"], context["qrcode"]["type"]) == ("embedded", "image/png")
    assert b64decode(context["qrcode"]["href"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert "relatesTo" not in remediation(desk, "enroll-poll")
    assert remediation(desk, "enroll-poll")["href"].endswith("/challenge/poll")
    before = desk.last.body
    assert move(desk, "challenge/poll").body == before
    decided(desk, "enroll", "challenge/poll", device="Pixel 9")
    assert has_signed_in(desk)
    enrolled = desk.state.users[desk.last.body["user"]["value"]["id"]].enrolled[-1]
    assert enrolled.methods == ("push", "totp", "signed_nonce")
    assert enrolled.secret["device"] == "Pixel 9"
    assert len(enrolled.secret["secret"]) == 32


def test_a_phone_that_was_enrolled_can_sign_in_with_its_codes():
    desk = enrolling()
    decided(desk, "enroll", "challenge/poll")
    secret = desk.state.users[desk.last.body["user"]["value"]["id"]].enrolled[-1].secret["secret"]
    desk = identified(phone("totp", secret=secret))
    move(desk, "challenge/answer", credentials={"totp": GOOGLE.code(secret, GOOGLE.step_at(desk.at))})
    assert has_signed_in(desk)


@pytest.mark.parametrize(
    ("channel", "field", "label", "address"),
    [("email", "email", "Email", "m@example.com"), ("sms", "phoneNumber", "Phone Number", "+15551234567")],
)
def test_a_link_goes_where_the_user_says_and_can_be_sent_again(channel, field, label, address):
    desk = enrolling(channel)
    assert desk.offered == ASKED
    assert remediation(desk, "enrollment-channel-data")["value"][0] == {
        "name": field,
        "label": label,
        "required": True,
        "visible": True,
    }
    assert in_play(desk)["contextualData"] == {"selectedChannel": channel}
    assert "resend" not in in_play(desk)
    move(desk, "challenge/send", **{field: address})
    assert desk.offered == POLLED
    assert in_play(desk)["contextualData"] == {"selectedChannel": channel, field: address}
    first = desk.mail
    assert (first.to, first.channel) == (address, channel)
    assert first.link in first.body
    move(desk, "challenge/resend")
    assert (desk.offered, desk.mail.link) == (POLLED, first.link)
    assert len(desk.state.outbox) == 2
    decided(desk, "enroll", "challenge/poll")
    assert has_signed_in(desk)


def test_test_suites_find_the_link_where_they_look_for_it():
    desk = enrolling("sms")
    move(desk, "challenge/send", phoneNumber="+15551234567")
    assert desk.mail.body == f"Click here to enroll Okta Verify : {desk.mail.link}"
    desk = enrolling("email")
    move(desk, "challenge/send", email="m@example.com")
    assert f'id="push-verify-activation-link" href="{desk.mail.link}"' in desk.mail.body


@pytest.mark.parametrize(("channel", "body"), [("email", {"email": "nonsense"}), ("sms", {"phoneNumber": "12"})])
def test_what_is_no_address_is_refused(channel, body):
    desk = enrolling(channel)
    assert move(desk, "challenge/send", **body).status == 400
    assert (desk.offered, desk.state.outbox) == (ASKED, ())


def test_nothing_can_be_decided_before_there_is_a_link():
    desk = enrolling("sms")
    with pytest.raises(NothingToDecide):
        decide(desk.state, MARY, "enroll")


def test_the_channel_can_be_changed():
    desk = enrolling()
    form = remediation(desk, "select-enrollment-channel")["value"][0]
    assert form["label"] == "Okta Verify"
    fields = form["value"]["form"]["value"]
    assert [option["value"] for option in fields[1]["options"]] == ["qrcode", "email", "sms"]
    move(desk, "credential/enroll", authenticator={"id": fields[0]["value"], "channel": "sms"})
    assert desk.offered == ASKED
    move(desk, "credential/enroll", authenticator={"id": fields[0]["value"], "channel": "qrcode"})
    assert desk.offered == POLLED


def test_the_phone_at_hand_and_one_that_is_enrolled_elsewhere_are_channels_too():
    channels = ["qrcode", "samedevice", "devicebootstrap"]
    desk = enrolling("samedevice", channels=channels, platform="WINDOWS", security_level="HIGH")
    same = in_play(desk)["contextualData"]["samedevice"]
    assert (same["platform"], same["securityLevel"], same["orgUrl"]) == ("WINDOWS", "HIGH", ORIGIN)
    desk = enrolling("devicebootstrap", channels=channels)
    assert in_play(desk)["contextualData"] == {
        "devicebootstrap": {"platform": "IOS", "enrolledDevices": []},
        "selectedChannel": "devicebootstrap",
    }


@pytest.mark.parametrize(
    ("decision", "key"),
    [
        ("biometrics", "oie.authenticator.app.method.push.enroll.enable.biometrics"),
        ("upgrade", "oie.authenticator.app.non_fips_compliant_enrollment_app_update_required"),
        ("incompatible", "oie.authenticator.app.non_fips_compliant_enrollment_device_incompatible"),
    ],
)
def test_a_phone_that_does_not_do_is_refused_and_another_may_try(decision, key):
    desk = enrolling()
    reply = decided(desk, decision, "challenge/poll")
    assert (reply.status, desk.said, desk.offered) == (200, [key], POLLED)
    decided(desk, "enroll", "challenge/poll")
    assert has_signed_in(desk)


def test_a_scenario_may_say_what_the_new_phone_does():
    desk = enrolling("sms", enroll_decision="enroll")
    move(desk, "challenge/send", phoneNumber="+15551234567")
    move(desk, "challenge/poll")
    assert has_signed_in(desk)


# -- FastPass ---------------------------------------------------------------------------------------------------------


def fastpass(**settings: Any) -> Desk:
    desk = identified(phone("push", "signed_nonce"), **settings)
    choose(desk, "signed_nonce")
    return desk


def challenge(desk: Desk) -> dict[str, Any]:
    return in_play(desk)["contextualData"]["challenge"]["value"]


def test_fastpass_is_looked_for_on_loopback_ports_with_a_signed_request():
    desk = fastpass(probe_timeout_ms=500, https_domain="https://a.example", local_network_help="https://help.example")
    assert desk.offered == ["challenge-poll", "select-authenticator-authenticate"]
    assert [field["name"] for field in remediation(desk, "challenge-poll")["value"]] == ["stateHandle"]
    value = challenge(desk)
    assert value["challengeMethod"] == "LOOPBACK"
    assert (value["domain"], value["ports"]) == ("http://localhost", ["2000", "6511", "6512", "6513"])
    assert (value["probeTimeoutMillis"], value["httpsDomain"]) == (500, "https://a.example")
    assert value["chromeLocalNetworkAccessDetails"] == {"chromeLNAHelpLink": "https://help.example"}
    keys = KeySet.import_key_set({"keys": [public_jwk(key) for key in desk.state.keys]})
    claims = jwt.decode(value["challengeRequest"], keys, algorithms=["RS256"]).claims
    assert claims["verificationUri"].startswith(f"{ORIGIN}/idp/authenticators/aut")
    assert in_play(desk)["cancel"]["name"] == "cancel-polling"
    assert move(desk, "authenticators/poll").body["currentAuthenticator"]["value"]["contextualData"]["challenge"][
        "value"
    ] == value  # fmt: skip


def test_the_app_answers_behind_the_pages_back():
    desk = fastpass()
    decided(desk, "approve")
    assert has_signed_in(desk)
    code = desk.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert desk.state.grants[code].amr == ("okta_verify", "phr")


@pytest.mark.parametrize(
    ("way", "begins"),
    [
        ("CUSTOM_URI", "com-okta-authenticator:/deviceChallenge?challengeRequest="),
        ("UNIVERSAL_LINK", f"{ORIGIN}/auth/okta-verify?challengeRequest="),
        ("APP_LINK", f"{ORIGIN}/auth/okta-verify?challengeRequest="),
        ("CHROME_DTC", f"{ORIGIN}/idp/device/din"),
    ],
)
def test_fastpass_is_reached_by_link_where_the_org_says_so(way, begins):
    value = challenge(fastpass(challenge_methods=[way]))
    assert value["challengeMethod"] == way
    assert value["href"].startswith(begins)
    assert ("downloadHref" in value) is (way == "CUSTOM_URI")


def test_the_next_way_is_tried_when_loopback_finds_nobody():
    desk = fastpass()
    move(desk, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert challenge(desk)["challengeMethod"] == "CUSTOM_URI"
    move(desk, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert desk.offered == ["select-authenticator-authenticate"]


@pytest.mark.parametrize(
    "reason", [{"reason": "USER_CANCELED"}, {"reason": "OV_RETURNED_ERROR", "statusCode": 500}, {}]
)
def test_a_user_who_gives_up_is_shown_what_else_there_is(reason):
    desk = fastpass()
    move(desk, "authenticators/poll/cancel", **reason)
    assert desk.offered == ["select-authenticator-authenticate"]


@pytest.mark.parametrize(
    ("way", "platform", "kind", "status", "offered"),
    [
        ("LOOPBACK", "WINDOWS", "desktop", 400, []),
        ("LOOPBACK", "ANDROID", "mobile", 400, []),
        ("CUSTOM_URI", "WINDOWS", "windows", 200, ["challenge-poll", "select-authenticator-authenticate"]),
        ("UNIVERSAL_LINK", "IOS", "mobile", 200, ["challenge-poll", "select-authenticator-authenticate"]),
    ],
)
def test_fastpass_without_biometrics_is_refused_in_the_words_of_its_platform(way, platform, kind, status, offered):
    desk = fastpass(challenge_methods=[way], platform=platform)
    reply = decided(desk, "biometrics")
    assert (reply.status, desk.offered) == (status, offered)
    assert desk.said == [f"oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.{kind}"]
    assert reply.body["user"]["value"]["identifier"] == MARY


@pytest.mark.parametrize("lone_choice", ["offered", "omitted"])
def test_an_app_that_says_no_leads_back_to_the_list(lone_choice):
    desk = fastpass()
    desk.scenario = replace(desk.scenario, wire={"lone_choice": lone_choice})
    decided(desk, "reject")
    assert (desk.said, desk.offered) == (["api.authn.poll.error.push_rejected"], ["select-authenticator-authenticate"])


def test_an_invalidated_device_is_the_end():
    desk = fastpass()
    reply = decided(desk, "invalid_device")
    assert (reply.status, desk.said) == (400, ["core.auth.factor.signedNonce.error.invalidDevice"])


# -- before anybody is named ------------------------------------------------------------------------------------------


def probed(*, probe: Step = PROBE, **settings: Any) -> Desk:
    return desk_with(phone("push", "signed_nonce"), steps=(probe, IDENTIFY, VERIFY), **settings)


def test_the_device_is_asked_before_anything_else():
    desk = probed()
    assert desk.offered == ["device-challenge-poll"]
    poll = remediation(desk, "device-challenge-poll")
    assert (poll["relatesTo"], poll["refresh"]) == (["authenticatorChallenge"], 2000)
    value = desk.last.body["authenticatorChallenge"]["value"]
    assert (value["challengeMethod"], value["cancel"]["name"]) == ("LOOPBACK", "cancel-polling")
    assert "user" not in desk.last.body
    move(desk, "authenticators/poll")
    assert desk.offered == ["device-challenge-poll"]


def test_whoever_answers_there_is_signed_in():
    desk = probed()
    decided(desk, "approve")
    assert has_signed_in(desk)
    assert desk.last.body["user"]["value"]["identifier"] == MARY


def test_without_an_app_the_sign_in_page_follows():
    desk = probed()
    move(desk, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert desk.offered == ["identify"]
    move(desk, "identify", identifier=MARY)
    assert desk.offered[0] == "authenticator-verification-data"


def test_a_step_may_try_several_ways():
    desk = probed(probe=Step(verb="probe", settings={"challenge_methods": ["LOOPBACK", "APP_LINK"]}))
    move(desk, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK")
    value = desk.last.body["authenticatorChallenge"]["value"]
    assert (value["challengeMethod"], value["cancel"]["name"]) == ("APP_LINK", "cancel-polling-transaction")


def test_cancelling_asks_the_device_of_the_new_transaction():
    desk = probed()
    move(desk, "cancel")
    assert desk.offered == ["device-challenge-poll"]


@pytest.mark.parametrize("decision", ["timeout", "invalid_device", "reject"])
def test_an_app_that_does_not_vouch_for_anybody_ends_it(decision):
    desk = probed()
    assert decided(desk, decision).status in (200, 400, 404)
    assert desk.offered == []
    move(desk, "cancel")
    assert desk.offered == ["device-challenge-poll"]


def test_an_app_that_nobody_answers_in_times_out():
    desk = probed()
    desk.at += 301
    assert move(desk, "authenticators/poll").status == 404


def test_somebody_without_fastpass_cannot_answer_for_a_device():
    desk = desk_with(steps=(PROBE, IDENTIFY, PASSWORD))
    reply = decided(desk, "approve")
    assert (reply.status, desk.said) == (400, ["core.auth.factor.signedNonce.error.invalidDevice"])


def test_the_sign_in_page_may_have_a_button_for_it():
    desk = desk_with(phone("push", "signed_nonce"), launch=True)
    assert desk.offered == ["identify", "launch-authenticator"]
    assert desk.last.body["authenticatorChallenge"]["value"]["challengeMethod"] == "CUSTOM_URI"
    assert "cancel" not in desk.last.body["authenticatorChallenge"]["value"]
    move(desk, "authenticators/okta-verify/launch", rememberMe=True)
    assert desk.offered == ["device-challenge-poll"]
    move(desk, "authenticators/poll/cancel")
    assert desk.offered == ["identify", "launch-authenticator"]
    move(desk, "authenticators/okta-verify/launch")
    decided(desk, "approve")
    assert has_signed_in(desk)


def test_the_page_need_not_be_told_beforehand_how_the_button_works():
    desk = desk_with(phone("push", "signed_nonce"), launch=True, launch_method="later")
    assert desk.offered == ["identify", "launch-authenticator"]
    assert "authenticatorChallenge" not in desk.last.body
    assert "relatesTo" not in remediation(desk, "launch-authenticator")
    move(desk, "authenticators/okta-verify/launch")
    assert desk.last.body["authenticatorChallenge"]["value"]["challengeMethod"] == "LOOPBACK"


def test_an_org_may_insist_on_the_button_first():
    desk = probed(probe=Step(verb="probe", settings={"button": True}))
    assert desk.offered == ["launch-authenticator"]
    move(desk, "authenticators/okta-verify/launch")
    assert desk.offered == ["device-challenge-poll"]
    move(desk, "authenticators/poll/cancel")
    assert desk.offered == ["identify"]


# -- Apple's extension ------------------------------------------------------------------------------------------------

EXTENSION = Step(verb="probe", settings={"challenge_methods": ["APPLE_SSO_EXTENSION"]})


def href(desk: Desk, name: str) -> str:
    return remediation(desk, name)["href"].removeprefix(f"{ORIGIN}/idp/idx/")


def test_a_device_without_the_extension_ends_up_at_the_sign_in_page():
    desk = probed(probe=EXTENSION)
    path = href(desk, "device-apple-sso-extension")
    assert path.startswith("authenticators/sso_extension/transactions/ft")
    assert path.endswith("/verify")
    reply = move(desk, path)
    assert reply.status == 401
    assert ("WWW-Authenticate", 'Oktadevicejwt realm="Okta Device"') in reply.headers
    assert remediation(desk, "device-apple-sso-extension")["isSSOExtensionVerifyEndpointAlreadyCalled"] is True
    move(desk, path)
    assert desk.offered == ["cancel-transaction"]
    move(desk, href(desk, "cancel-transaction"))
    assert desk.offered == ["identify"]


def test_a_device_with_the_extension_answers_the_call():
    desk = probed(probe=EXTENSION)
    decided(desk, "approve", href(desk, "device-apple-sso-extension"))
    assert has_signed_in(desk)


def test_the_extension_serves_a_known_user_too():
    desk = fastpass(challenge_methods=["APPLE_SSO_EXTENSION"])
    assert desk.offered == ["device-apple-sso-extension", "select-authenticator-authenticate"]
    assert challenge(desk) == {"challengeMethod": "APPLE_SSO_EXTENSION"}
    path = href(desk, "device-apple-sso-extension")
    move(desk, path)
    move(desk, path)
    move(desk, href(desk, "cancel-transaction"))
    assert desk.offered == ["select-authenticator-authenticate"]
    choose(desk, "signed_nonce")
    decided(desk, "approve", path)
    assert has_signed_in(desk)


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
