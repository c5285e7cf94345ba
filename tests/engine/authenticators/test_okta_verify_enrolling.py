"""Okta Verify: enrolled by picture, mail and text."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from mock_okta.engine.control.phones import NothingToDecide, decide
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from tests.engine.authenticators.okta_verify import (
    ENROLL,
    MARY,
    client_with,
    decided,
    has_signed_in,
    identified,
    in_play,
    move,
    phone,
    remediation,
)
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient


def enrolling(channel: str | None = "qrcode", **settings: Any) -> EngineClient:
    client = client_with(steps=(IDENTIFY, PASSWORD, ENROLL), **settings)
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
    client.at += 30
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
