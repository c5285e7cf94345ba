"""FastPass: Okta Verify on the device at hand, for a user and before anybody is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from mock_okta.engine.model import Step
from mock_okta.engine.oauth.signing import public_jwk
from tests.engine.authenticators.okta_verify import (
    MARY,
    PROBE,
    VERIFY,
    choose,
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
