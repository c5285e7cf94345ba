"""Okta Verify: enrolled by picture, mail and text; proved by notification, number, code and FastPass."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from mock_okta.engine.base.signing import public_jwk
from mock_okta.engine.control.phones import NothingToDecide, decide, open_decisions
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta.engine.model import Enrollment, Step, UserStatus
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("okta_verify",))
ENROLL = Step(verb="enroll", authenticators=("okta_verify",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_verify"))
PROBE = Step(verb="probe")
SECRET = "JBSWY3DPEHPK3PXP"


def phone(*methods: str, **secret: Any) -> Enrollment:
    return Enrollment(authenticator="okta_verify", methods=methods, secret={"secret": SECRET, **secret})


def desk_with(*enrollments: Enrollment, steps: tuple[Step, ...] = (IDENTIFY, VERIFY), **settings: Any) -> EngineClient:
    user = mary(enrolled=(*mary().enrolled, *enrollments))
    client = EngineClient(scenario(*steps, users=(user,), authenticators={"okta_verify": settings}))
    client.begin()
    return client


def identified(*enrollments: Enrollment, **settings: Any) -> EngineClient:
    client = desk_with(*enrollments, **settings)
    move(client, "identify", identifier=MARY)
    return client


def move(client: EngineClient, path: str, **body: Any):
    reply = client.post(path, **body)
    assert problems(reply, ORIGIN) == []
    return reply


def choose(client: EngineClient, method: str):
    identity = client.state.authenticator_ids["okta_verify"]
    return move(client, "challenge", authenticator={"id": identity, "methodType": method})


def decided(client: EngineClient, decision: str, path: str = "authenticators/poll", **more: Any):
    client.state = decide(client.state, MARY, decision, **more)
    return move(client, path)


def remediation(client: EngineClient, name: str) -> dict[str, Any]:
    return next(row for row in client.last.body["remediation"]["value"] if row["name"] == name)


def in_play(client: EngineClient) -> dict[str, Any]:
    return client.last.body["currentAuthenticator"]["value"]


def has_signed_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


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
    assert enrolled[0]["profile"] == {"deviceName": "iPhone"}
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


# -- enrolling --------------------------------------------------------------------------------------------------------


def enrolling(channel: str | None = "qrcode", **settings: Any) -> EngineClient:
    client = desk_with(steps=(IDENTIFY, PASSWORD, ENROLL), **settings)
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    picked = {"id": client.state.authenticator_ids["okta_verify"]} | ({"channel": channel} if channel else {})
    move(client, "credential/enroll", authenticator=picked)
    return client


POLLED = ["enroll-poll", "select-enrollment-channel", "select-authenticator-enroll"]
ASKED = ["enrollment-channel-data", "select-enrollment-channel", "select-authenticator-enroll"]


def test_a_picture_is_shown_and_polled_for_until_the_phone_has_scanned_it():
    client = enrolling(None)
    assert client.offered == POLLED
    context = in_play(client)["contextualData"]
    assert context["selectedChannel"] == "qrcode"
    assert (context["qrcode"]["method"], context["qrcode"]["type"]) == ("embedded", "image/png")
    assert b64decode(context["qrcode"]["href"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert "relatesTo" not in remediation(client, "enroll-poll")
    assert remediation(client, "enroll-poll")["href"].endswith("/challenge/poll")
    before = client.last.body
    assert move(client, "challenge/poll").body == before
    decided(client, "enroll", "challenge/poll", device="Pixel 9")
    assert has_signed_in(client)
    enrolled = client.state.users[client.last.body["user"]["value"]["id"]].enrolled[-1]
    assert enrolled.methods == ("push", "totp", "signed_nonce")
    assert enrolled.secret["device"] == "Pixel 9"
    assert len(enrolled.secret["secret"]) == 32


def test_a_phone_that_was_enrolled_can_sign_in_with_its_codes():
    client = enrolling()
    decided(client, "enroll", "challenge/poll")
    secret = client.state.users[client.last.body["user"]["value"]["id"]].enrolled[-1].secret["secret"]
    client = identified(phone("totp", secret=secret))
    move(client, "challenge/answer", credentials={"totp": GOOGLE.code(secret, GOOGLE.step_at(client.at))})
    assert has_signed_in(client)


@pytest.mark.parametrize(
    ("channel", "field", "label", "address"),
    [("email", "email", "Email", "m@example.com"), ("sms", "phoneNumber", "Phone Number", "+15551234567")],
)
def test_a_link_goes_where_the_user_says_and_can_be_sent_again(channel, field, label, address):
    client = enrolling(channel)
    assert client.offered == ASKED
    assert remediation(client, "enrollment-channel-data")["value"][0] == {
        "name": field,
        "label": label,
        "required": True,
        "visible": True,
    }
    assert in_play(client)["contextualData"] == {"selectedChannel": channel}
    assert "resend" not in in_play(client)
    move(client, "challenge/send", **{field: address})
    assert client.offered == POLLED
    assert in_play(client)["contextualData"] == {"selectedChannel": channel, field: address}
    first = client.mail
    assert (first.to, first.channel) == (address, channel)
    assert first.link in first.body
    move(client, "challenge/resend")
    assert (client.offered, client.mail.link) == (POLLED, first.link)
    assert len(client.state.outbox) == 2
    decided(client, "enroll", "challenge/poll")
    assert has_signed_in(client)


def test_test_suites_find_the_link_where_they_look_for_it():
    client = enrolling("sms")
    move(client, "challenge/send", phoneNumber="+15551234567")
    assert client.mail.body == f"Click here to enroll Okta Verify : {client.mail.link}"
    client = enrolling("email")
    move(client, "challenge/send", email="m@example.com")
    assert f'id="push-verify-activation-link" href="{client.mail.link}"' in client.mail.body


@pytest.mark.parametrize(("channel", "body"), [("email", {"email": "nonsense"}), ("sms", {"phoneNumber": "12"})])
def test_what_is_no_address_is_refused(channel, body):
    client = enrolling(channel)
    assert move(client, "challenge/send", **body).status == 400
    assert (client.offered, client.state.outbox) == (ASKED, ())


def test_nothing_can_be_decided_before_there_is_a_link():
    client = enrolling("sms")
    with pytest.raises(NothingToDecide):
        decide(client.state, MARY, "enroll")


def test_the_channel_can_be_changed():
    client = enrolling()
    form = remediation(client, "select-enrollment-channel")["value"][0]
    assert form["label"] == "Okta Verify"
    fields = form["value"]["form"]["value"]
    assert [option["value"] for option in fields[1]["options"]] == ["qrcode", "email", "sms"]
    move(client, "credential/enroll", authenticator={"id": fields[0]["value"], "channel": "sms"})
    assert client.offered == ASKED
    move(client, "credential/enroll", authenticator={"id": fields[0]["value"], "channel": "qrcode"})
    assert client.offered == POLLED


def test_the_phone_at_hand_and_one_that_is_enrolled_elsewhere_are_channels_too():
    channels = ["qrcode", "samedevice", "devicebootstrap"]
    client = enrolling("samedevice", channels=channels, platform="WINDOWS", security_level="HIGH")
    same = in_play(client)["contextualData"]["samedevice"]
    assert (same["platform"], same["securityLevel"], same["orgUrl"]) == ("WINDOWS", "HIGH", ORIGIN)
    client = enrolling("devicebootstrap", channels=channels)
    assert in_play(client)["contextualData"] == {
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
    client = enrolling()
    reply = decided(client, decision, "challenge/poll")
    assert (reply.status, client.said, client.offered) == (200, [key], POLLED)
    decided(client, "enroll", "challenge/poll")
    assert has_signed_in(client)


def test_a_scenario_may_say_what_the_new_phone_does():
    client = enrolling("sms", enroll_decision="enroll")
    move(client, "challenge/send", phoneNumber="+15551234567")
    move(client, "challenge/poll")
    assert has_signed_in(client)


# -- FastPass ---------------------------------------------------------------------------------------------------------


def fastpass(**settings: Any) -> EngineClient:
    client = identified(phone("push", "signed_nonce"), **settings)
    choose(client, "signed_nonce")
    return client


def challenge(client: EngineClient) -> dict[str, Any]:
    return in_play(client)["contextualData"]["challenge"]["value"]


def test_fastpass_is_looked_for_on_loopback_ports_with_a_signed_request():
    client = fastpass(probe_timeout_ms=500, https_domain="https://a.example", local_network_help="https://help.example")
    assert client.offered == ["challenge-poll", "select-authenticator-authenticate"]
    assert [field["name"] for field in remediation(client, "challenge-poll")["value"]] == ["stateHandle"]
    value = challenge(client)
    assert value["challengeMethod"] == "LOOPBACK"
    assert (value["domain"], value["ports"]) == ("http://localhost", ["2000", "6511", "6512", "6513"])
    assert (value["probeTimeoutMillis"], value["httpsDomain"]) == (500, "https://a.example")
    assert value["chromeLocalNetworkAccessDetails"] == {"chromeLNAHelpLink": "https://help.example"}
    keys = KeySet.import_key_set({"keys": [public_jwk(key) for key in client.state.keys]})
    claims = jwt.decode(value["challengeRequest"], keys, algorithms=["RS256"]).claims
    assert claims["verificationUri"].startswith(f"{ORIGIN}/idp/authenticators/aut")
    assert in_play(client)["cancel"]["name"] == "cancel-polling"
    assert move(client, "authenticators/poll").body["currentAuthenticator"]["value"]["contextualData"]["challenge"][
        "value"
    ] == value  # fmt: skip


def test_the_app_answers_behind_the_pages_back():
    client = fastpass()
    decided(client, "approve")
    assert has_signed_in(client)
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert client.state.grants[code].subject.amr == ("okta_verify", "phr")


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
    client = fastpass()
    move(client, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert challenge(client)["challengeMethod"] == "CUSTOM_URI"
    move(client, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert client.offered == ["select-authenticator-authenticate"]


@pytest.mark.parametrize(
    "reason", [{"reason": "USER_CANCELED"}, {"reason": "OV_RETURNED_ERROR", "statusCode": 500}, {}]
)
def test_a_user_who_gives_up_is_shown_what_else_there_is(reason):
    client = fastpass()
    move(client, "authenticators/poll/cancel", **reason)
    assert client.offered == ["select-authenticator-authenticate"]


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
    client = fastpass(challenge_methods=[way], platform=platform)
    reply = decided(client, "biometrics")
    assert (reply.status, client.offered) == (status, offered)
    assert client.said == [f"oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.{kind}"]
    assert reply.body["user"]["value"]["identifier"] == MARY


@pytest.mark.parametrize("lone_choice", ["offered", "omitted"])
def test_an_app_that_says_no_leads_back_to_the_list(lone_choice):
    client = fastpass()
    client.scenario = replace(client.scenario, wire={"lone_choice": lone_choice})
    decided(client, "reject")
    assert (client.said, client.offered) == (
        ["api.authn.poll.error.push_rejected"],
        ["select-authenticator-authenticate"],
    )


def test_an_invalidated_device_is_the_end():
    client = fastpass()
    reply = decided(client, "invalid_device")
    assert (reply.status, client.said) == (400, ["core.auth.factor.signedNonce.error.invalidDevice"])


# -- before anybody is named ------------------------------------------------------------------------------------------


def probed(*, probe: Step = PROBE, **settings: Any) -> EngineClient:
    return desk_with(phone("push", "signed_nonce"), steps=(probe, IDENTIFY, VERIFY), **settings)


def test_the_device_is_asked_before_anything_else():
    client = probed()
    assert client.offered == ["device-challenge-poll"]
    poll = remediation(client, "device-challenge-poll")
    assert (poll["relatesTo"], poll["refresh"]) == (["authenticatorChallenge"], 2000)
    value = client.last.body["authenticatorChallenge"]["value"]
    assert (value["challengeMethod"], value["cancel"]["name"]) == ("LOOPBACK", "cancel-polling")
    assert "user" not in client.last.body
    move(client, "authenticators/poll")
    assert client.offered == ["device-challenge-poll"]


def test_whoever_answers_there_is_signed_in():
    client = probed()
    decided(client, "approve")
    assert has_signed_in(client)
    assert client.last.body["user"]["value"]["identifier"] == MARY


def test_without_an_app_the_sign_in_page_follows():
    client = probed()
    move(client, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert client.offered == ["identify"]
    move(client, "identify", identifier=MARY)
    assert client.offered[0] == "authenticator-verification-data"


def test_a_step_may_try_several_ways():
    client = probed(probe=Step(verb="probe", settings={"challenge_methods": ["LOOPBACK", "APP_LINK"]}))
    move(client, "authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK")
    value = client.last.body["authenticatorChallenge"]["value"]
    assert (value["challengeMethod"], value["cancel"]["name"]) == ("APP_LINK", "cancel-polling-transaction")


def test_cancelling_asks_the_device_of_the_new_transaction():
    client = probed()
    move(client, "cancel")
    assert client.offered == ["device-challenge-poll"]


@pytest.mark.parametrize("decision", ["timeout", "invalid_device", "reject"])
def test_an_app_that_does_not_vouch_for_anybody_ends_it(decision):
    client = probed()
    assert decided(client, decision).status in (200, 400, 404)
    assert client.offered == []
    move(client, "cancel")
    assert client.offered == ["device-challenge-poll"]


def test_an_app_that_nobody_answers_in_times_out():
    client = probed()
    client.at += 301
    assert move(client, "authenticators/poll").status == 404


def test_somebody_without_fastpass_cannot_answer_for_a_device():
    client = desk_with(steps=(PROBE, IDENTIFY, PASSWORD))
    reply = decided(client, "approve")
    assert (reply.status, client.said) == (400, ["core.auth.factor.signedNonce.error.invalidDevice"])


def test_the_sign_in_page_may_have_a_button_for_it():
    client = desk_with(phone("push", "signed_nonce"), launch=True)
    assert client.offered == ["identify", "launch-authenticator"]
    assert client.last.body["authenticatorChallenge"]["value"]["challengeMethod"] == "CUSTOM_URI"
    assert "cancel" not in client.last.body["authenticatorChallenge"]["value"]
    move(client, "authenticators/okta-verify/launch", rememberMe=True)
    assert client.offered == ["device-challenge-poll"]
    move(client, "authenticators/poll/cancel")
    assert client.offered == ["identify", "launch-authenticator"]
    move(client, "authenticators/okta-verify/launch")
    decided(client, "approve")
    assert has_signed_in(client)


def test_the_page_need_not_be_told_beforehand_how_the_button_works():
    client = desk_with(phone("push", "signed_nonce"), launch=True, launch_method="later")
    assert client.offered == ["identify", "launch-authenticator"]
    assert "authenticatorChallenge" not in client.last.body
    assert "relatesTo" not in remediation(client, "launch-authenticator")
    move(client, "authenticators/okta-verify/launch")
    assert client.last.body["authenticatorChallenge"]["value"]["challengeMethod"] == "LOOPBACK"


def test_an_org_may_insist_on_the_button_first():
    client = probed(probe=Step(verb="probe", settings={"button": True}))
    assert client.offered == ["launch-authenticator"]
    move(client, "authenticators/okta-verify/launch")
    assert client.offered == ["device-challenge-poll"]
    move(client, "authenticators/poll/cancel")
    assert client.offered == ["identify"]


# -- Apple's extension ------------------------------------------------------------------------------------------------

EXTENSION = Step(verb="probe", settings={"challenge_methods": ["APPLE_SSO_EXTENSION"]})


def href(client: EngineClient, name: str) -> str:
    return remediation(client, name)["href"].removeprefix(f"{ORIGIN}/idp/idx/")


def test_a_device_without_the_extension_ends_up_at_the_sign_in_page():
    client = probed(probe=EXTENSION)
    path = href(client, "device-apple-sso-extension")
    assert path.startswith("authenticators/sso_extension/transactions/ft")
    assert path.endswith("/verify")
    reply = move(client, path)
    assert reply.status == 401
    assert ("WWW-Authenticate", 'Oktadevicejwt realm="Okta Device"') in reply.headers
    assert remediation(client, "device-apple-sso-extension")["isSSOExtensionVerifyEndpointAlreadyCalled"] is True
    move(client, path)
    assert client.offered == ["cancel-transaction"]
    move(client, href(client, "cancel-transaction"))
    assert client.offered == ["identify"]


def test_a_device_with_the_extension_answers_the_call():
    client = probed(probe=EXTENSION)
    decided(client, "approve", href(client, "device-apple-sso-extension"))
    assert has_signed_in(client)


def test_the_extension_serves_a_known_user_too():
    client = fastpass(challenge_methods=["APPLE_SSO_EXTENSION"])
    assert client.offered == ["device-apple-sso-extension", "select-authenticator-authenticate"]
    assert challenge(client) == {"challengeMethod": "APPLE_SSO_EXTENSION"}
    path = href(client, "device-apple-sso-extension")
    move(client, path)
    move(client, path)
    move(client, href(client, "cancel-transaction"))
    assert client.offered == ["select-authenticator-authenticate"]
    choose(client, "signed_nonce")
    decided(client, "approve", path)
    assert has_signed_in(client)


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
