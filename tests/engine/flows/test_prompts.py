"""Prompts come once in a while: a grace period, the proposal of a passkey, and whether to stay signed in."""

import pytest
from msgspec import Struct

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, mary, scenario

DAY_S = 86_400


class Asked(Struct, frozen=True):
    """A step that asks something, the remediation it asks with, and what one answers who does not want it now."""

    step: Step
    offers: str
    path: str = "skip"
    body: dict = {}


def graced(**grace: object) -> Asked:
    return Asked(Step(verb="enroll", settings={"in_grace": {"google_otp": grace}}), "select-authenticator-enroll")


def promoted(**settings: int) -> Asked:
    return Asked(
        Step(verb="promote", authenticators=("webauthn",), settings=settings), "enroll-authenticator-promotion"
    )


def kept(**settings: int) -> Asked:
    step = Step(verb="keep_me_signed_in", settings=settings)
    return Asked(step, "keep-me-signed-in", "keep-me-signed-in", {"keepMeSignedIn": False})


EACH_WITH_ITS_INTERVAL = {
    "a grace period by skips": (graced(skips=9), DAY_S),
    "a grace period by days": (graced(days=9), DAY_S),
    "a grace period until a date": (graced(until="2030-12-31T00:00:00.000Z"), DAY_S),
    "a passkey": (promoted(), DAY_S),
    "a passkey each week": (promoted(cooldown_days=7), 7 * DAY_S),
    "a passkey after ten years": (promoted(cooldown_days=3650), 3650 * DAY_S),
    "to stay signed in": (kept(), DAY_S),
    "to stay signed in, each second": (kept(prompt_frequency_s=1), 1),
    "to stay signed in, each year": (kept(prompt_frequency_s=366 * DAY_S), 366 * DAY_S),
}
EACH_TIME = {"a passkey": promoted(cooldown_days=0), "to stay signed in": kept(prompt_frequency_s=0)}


def signed_in(asked: Asked, client: EngineClient | None = None, login: str = "mary@example.com") -> EngineClient:
    joe = mary(login="joe@example.com", profile={"email": "joe@example.com"})
    client = client or EngineClient(scenario(IDENTIFY, PASSWORD, asked.step, users=(mary(), joe)))
    client.begin()
    client.post("identify", identifier=login)
    client.answer("Abcd1234!")
    return client


def is_asked(client: EngineClient, asked: Asked) -> bool:
    assert client.offered or "successWithInteractionCode" in client.last.body
    return asked.offers in client.offered


def not_now(client: EngineClient, asked: Asked) -> None:
    assert is_asked(client, asked)
    client.post(asked.path, **asked.body)
    assert "successWithInteractionCode" in client.last.body


@pytest.mark.parametrize(("asked", "interval_s"), EACH_WITH_ITS_INTERVAL.values(), ids=EACH_WITH_ITS_INTERVAL)
def test_what_was_put_off_comes_again_after_its_interval(asked, interval_s):
    client = signed_in(asked)
    not_now(client, asked)
    client.at += interval_s - 1
    assert not is_asked(signed_in(asked, client), asked)
    client.at += 1
    assert is_asked(signed_in(asked, client), asked)


def test_the_interval_begins_anew_with_each_answer():
    asked = kept()
    client = signed_in(asked)
    for _ in range(3):
        not_now(client, asked)
        client.at += DAY_S - 1
        assert not is_asked(signed_in(asked, client), asked)
        client.at += 1
        signed_in(asked, client)
    assert is_asked(client, asked)


@pytest.mark.parametrize(("asked", "interval_s"), EACH_WITH_ITS_INTERVAL.values(), ids=EACH_WITH_ITS_INTERVAL)
def test_who_has_not_answered_is_asked_again(asked, interval_s):
    client = signed_in(asked)
    assert is_asked(client, asked)
    assert is_asked(signed_in(asked, client), asked)


@pytest.mark.parametrize(("asked", "interval_s"), EACH_WITH_ITS_INTERVAL.values(), ids=EACH_WITH_ITS_INTERVAL)
def test_another_user_is_asked_all_the_same(asked, interval_s):
    client = signed_in(asked)
    not_now(client, asked)
    assert is_asked(signed_in(asked, client, "joe@example.com"), asked)


@pytest.mark.parametrize("asked", EACH_TIME.values(), ids=EACH_TIME)
def test_an_interval_of_nothing_is_every_sign_in(asked):
    client = signed_in(asked)
    not_now(client, asked)
    assert is_asked(signed_in(asked, client), asked)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_passkey_is_proposed_until_it_was_skipped_so_often(limit):
    asked = promoted(skip_limit=limit, cooldown_days=0)
    client = signed_in(asked)
    for _ in range(limit):
        not_now(client, asked)
        signed_in(asked, client)
    assert not is_asked(client, asked)


def test_without_a_limit_it_is_proposed_for_ever():
    asked = promoted(cooldown_days=0)
    client = signed_in(asked)
    for _ in range(150):
        not_now(client, asked)
        signed_in(asked, client)
    assert is_asked(client, asked)


def test_a_yes_to_staying_signed_in_is_an_answer_too():
    client = signed_in(kept())
    client.post("keep-me-signed-in", keepMeSignedIn=True)
    assert not is_asked(signed_in(kept(), client), kept())
