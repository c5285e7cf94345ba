"""FastPass: Okta Verify on the device at hand, for a user and before anybody is named."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from msgspec.structs import replace

from mock_okta.engine.base.signing import public_jwk
from mock_okta.engine.model import Step
from tests.engine.authenticators.okta_verify import (
    MARY,
    PROBE,
    VERIFY,
    choose,
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
    return client_with(phone("push", "signed_nonce"), steps=(probe, IDENTIFY, VERIFY), **settings)


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
    client = client_with(steps=(PROBE, IDENTIFY, PASSWORD))
    reply = decided(client, "approve")
    assert (reply.status, client.said) == (400, ["core.auth.factor.signedNonce.error.invalidDevice"])


def test_the_sign_in_page_may_have_a_button_for_it():
    client = client_with(phone("push", "signed_nonce"), launch=True)
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
    client = client_with(phone("push", "signed_nonce"), launch=True, launch_method="later")
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
