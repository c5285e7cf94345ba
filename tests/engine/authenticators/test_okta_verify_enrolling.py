"""Okta Verify: enrolled by picture, mail and text."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from mock_okta.engine.decisions import NothingToDecide, decide
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from tests.engine.authenticators.okta_verify import (
    ENROLL,
    MARY,
    decided,
    desk_with,
    has_signed_in,
    identified,
    in_play,
    move,
    phone,
    remediation,
)
from tests.engine.desk import IDENTIFY, ORIGIN, PASSWORD, Desk


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
