"""What an org may still ask, or say, once enough was proved."""

import pytest

from mock_okta.engine.idx.sessions import IDLE_S
from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, scenario
from tests.engine.flows.visitor import Visitor

KEEP = Step(verb="keep_me_signed_in")
UNAVAILABLE = "idx.error.server.safe.mode.enrollment.unavailable"


def signed_in(client: EngineClient, **begin) -> EngineClient:
    client.begin()
    client.post("identify", identifier="mary@example.com", **begin)
    client.answer("Abcd1234!")
    return client


def is_over(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def test_who_stays_signed_in_keeps_the_cookie_though_the_window_closes():
    client = signed_in(Visitor(scenario(IDENTIFY, PASSWORD, KEEP)))
    assert client.offered == ["keep-me-signed-in"]
    client.post("keep-me-signed-in", keepMeSignedIn=True)
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    assert f"Max-Age={IDLE_S};" in cookie


def test_who_does_not_has_one_for_this_browser_window():
    client = signed_in(Visitor(scenario(IDENTIFY, PASSWORD, KEEP)))
    client.post("keep-me-signed-in", keepMeSignedIn=False)
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    assert "Max-Age" not in cookie


def test_who_ticked_the_box_is_not_asked():
    assert is_over(signed_in(EngineClient(scenario(IDENTIFY, PASSWORD, KEEP)), rememberMe=True))


def test_in_safe_mode_what_is_optional_can_only_be_skipped():
    enroll = Step(verb="enroll", optional=("security_question",))
    client = signed_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll, org={"safe_mode": True})))
    assert (client.said, client.offered) == ([UNAVAILABLE], ["skip"])
    client.post("skip")
    assert is_over(client)


def test_in_safe_mode_there_is_no_way_round_what_is_required():
    enroll = Step(verb="enroll", authenticators=("security_question",))
    client = signed_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll, org={"safe_mode": True})))
    assert (client.said, client.offered) == ([UNAVAILABLE], [])
    assert client.post("skip").status == 400
    assert "cancel" in client.last.body
    client.post("cancel")
    assert client.offered == ["identify"]


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, {"name": "oda", "platform": "IOS", "signInUrl": ORIGIN}),
        (
            {"platform": "ANDROID", "challenge_method": "LOOPBACK"},
            {"name": "oda", "platform": "ANDROID", "signInUrl": ORIGIN, "challengeMethod": "LOOPBACK"},
        ),
        (
            {"kind": "mdm", "vendor": "AirWatch", "enrollment_link": "https://mdm.example.com"},
            {
                "name": "mdm",
                "platform": "IOS",
                "vendor": "AirWatch",
                "enrollmentLink": "https://mdm.example.com",
            },
        ),
    ],
)
def test_a_device_that_is_not_managed_gets_no_further(settings, shown):
    client = signed_in(EngineClient(scenario(IDENTIFY, PASSWORD, Step(verb="enroll_device", settings=settings))))
    assert client.last.body["deviceEnrollment"] == {"type": "object", "value": shown}
    assert client.offered == []
    client.post("cancel")
    assert client.offered == ["identify"]
