"""Enrolment with a grace period: what may be put off for some days, or some times, and then no more."""

import pytest

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, NOON, PASSWORD, EngineClient, scenario

DAY_S = 86_400


def enroll(**in_grace: dict) -> Step:
    return Step(verb="enroll", settings={"in_grace": in_grace})


def sign_in(client: EngineClient) -> EngineClient:
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def grace_of(client: EngineClient, key: str) -> dict | None:
    listed = {each["key"]: each for each in client.last.body["authenticators"]["value"]}
    return listed[key].get("gracePeriod")


def is_over(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def test_what_is_left_is_told_with_each_authenticator():
    steps = enroll(webauthn={"skips": 3}, google_otp={"days": 14})
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, steps)))
    assert grace_of(client, "webauthn") == {"type": "BY_SKIP_COUNT", "remainingSkips": 3}
    assert grace_of(client, "google_otp") == {"type": "BY_DATE_TIME", "expiry": "2027-01-29T08:00:00.000Z"}
    assert client.offered == ["select-authenticator-enroll", "skip"]


def test_the_days_begin_when_the_user_is_first_asked():
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll(google_otp={"days": 14}))))
    client.at += 13 * DAY_S
    assert grace_of(sign_in(client), "google_otp")["expiry"] == "2027-01-29T08:00:00.000Z"


@pytest.mark.parametrize(
    ("day", "offered"), [(13, ["select-authenticator-enroll", "skip"]), (14, ["select-authenticator-enroll"])]
)
def test_after_the_last_day_there_is_no_way_round(day, offered):
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll(google_otp={"days": 14}))))
    client.at = NOON + day * DAY_S
    assert sign_in(client).offered == offered


def test_it_can_be_skipped_as_often_as_is_said():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, enroll(webauthn={"skips": 2})))
    for left in (2, 1):
        assert grace_of(sign_in(client), "webauthn")["remainingSkips"] == left
        client.post("skip")
        assert is_over(client)
        client.at += DAY_S
    sign_in(client)
    assert (client.offered, grace_of(client, "webauthn")) == (["select-authenticator-enroll"], None)


def test_looking_again_does_not_count():
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll(webauthn={"skips": 2}))))
    client.post("introspect", stateHandle=client.handle)
    assert grace_of(client, "webauthn")["remainingSkips"] == 2


def test_what_is_required_anyhow_is_asked_for_first():
    step = Step(verb="enroll", authenticators=("security_question",), settings={"in_grace": {"webauthn": {"skips": 2}}})
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, step)))
    assert client.offered == ["select-authenticator-enroll"]
    assert [each["key"] for each in client.last.body["authenticators"]["value"]] == ["security_question"]


@pytest.mark.parametrize(
    ("before_s", "offered"), [(1, ["select-authenticator-enroll", "skip"]), (0, ["select-authenticator-enroll"])]
)
def test_it_may_end_at_a_time_that_is_the_same_for_everybody(before_s, offered):
    client = EngineClient(scenario(IDENTIFY, PASSWORD, enroll(google_otp={"until": "2030-12-31T00:00:00.000Z"})))
    client.at = 1_924_905_600 - before_s
    assert sign_in(client).offered == offered
    left = {"type": "BY_DATE_TIME", "expiry": "2030-12-31T00:00:00.000Z"}
    assert grace_of(client, "google_otp") == (left if before_s else None)


def test_what_was_put_off_is_not_asked_for_with_what_was_not():
    step = Step(verb="enroll", settings={"in_grace": {"webauthn": {"skips": 2}}})
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, step)))
    client.post("skip")
    both = enroll(webauthn={"skips": 2}, google_otp={"skips": 2})
    client.scenario = scenario(IDENTIFY, PASSWORD, both)
    sign_in(client)
    assert [each["key"] for each in client.last.body["authenticators"]["value"]] == ["google_otp"]
    client.post("skip")
    client.at += DAY_S
    sign_in(client)
    assert grace_of(client, "webauthn")["remainingSkips"] == 1
    assert grace_of(client, "google_otp")["remainingSkips"] == 1


def test_when_it_is_over_nobody_waits_for_the_next_day():
    client = sign_in(EngineClient(scenario(IDENTIFY, PASSWORD, enroll(webauthn={"skips": 1}))))
    client.post("skip")
    assert sign_in(client).offered == ["select-authenticator-enroll"]
