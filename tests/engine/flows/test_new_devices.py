"""Behavior detection: what none of a user's last sign-ins had is new."""

import pytest

from mock_okta.engine.idx.past_sign_ins import BEHAVIORS, MOST_PAST
from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, mary, scenario


def asked_of(behavior: str, **org: object) -> EngineClient:
    """A client whose users prove a second factor where this is new."""
    more = Step(verb="verify", authenticators=("okta_email",), when={behavior: True})
    joe = mary(login="joe@example.com", profile={"email": "joe@example.com"})
    return EngineClient(scenario(IDENTIFY, PASSWORD, more, users=(mary(), joe), org=org))


def signs_in(client: EngineClient, place: str, *, finishes: bool = True, login: str = "mary@example.com") -> bool:
    """Signs in from that device and address, ten seconds later; whether more than the password was asked for."""
    client.at += 10  # no more than 30 mails go to an address in a minute
    client.headers, client.address = {"x-device-token": place}, place
    client.begin(client_id=client.web_client)
    client.post("identify", identifier=login)
    client.answer("Abcd1234!")
    is_new = "successWithInteractionCode" not in client.last.body
    if is_new and finishes:
        client.select("Email")
        assert "successWithInteractionCode" in client.answer(client.mail.code).body
    return is_new


@pytest.mark.parametrize("behavior", BEHAVIORS)
def test_it_is_new_until_a_sign_in_has_succeeded(behavior):
    client = asked_of(behavior)
    assert signs_in(client, "10.0.0.1", finishes=False)
    assert signs_in(client, "10.0.0.1")
    assert not signs_in(client, "10.0.0.1")


@pytest.mark.parametrize("behavior", BEHAVIORS)
def test_each_user_has_their_own(behavior):
    client = asked_of(behavior)
    signs_in(client, "10.0.0.1")
    assert signs_in(client, "10.0.0.1", login="joe@example.com")
    assert not signs_in(client, "10.0.0.1")


@pytest.mark.parametrize("past", [1, 2, 5, MOST_PAST])
@pytest.mark.parametrize("behavior", BEHAVIORS)
def test_so_many_sign_ins_are_looked_at(behavior, past):
    client = asked_of(behavior, behavior_detection={behavior: past})
    signs_in(client, "10.0.0.1")
    for _ in range(past - 1):
        signs_in(client, "10.0.0.2")
    assert not signs_in(client, "10.0.0.1")
    for _ in range(past):
        signs_in(client, "10.0.0.2")
    assert signs_in(client, "10.0.0.1")


@pytest.mark.parametrize("row", BEHAVIORS.values(), ids=BEHAVIORS)
def test_twenty_devices_and_fifty_addresses_where_nothing_is_said(row):
    assert row.past == {"new_device": 20, "new_ip": 50}[row.name]
    client = asked_of(row.name)
    for number in range(row.past + 1):
        assert signs_in(client, f"10.0.1.{number}")
    assert not signs_in(client, "10.0.1.1")
    assert signs_in(client, "10.0.1.0")


@pytest.mark.parametrize("behavior", BEHAVIORS)
def test_where_none_is_looked_at_all_is_new(behavior):
    client = asked_of(behavior, behavior_detection={behavior: 0})
    assert signs_in(client, "10.0.0.1")
    assert signs_in(client, "10.0.0.1")


def test_a_browser_is_known_by_its_cookie():
    client = asked_of("new_device")
    for cookie, new in (("DT=one", True), ("DT=one", False), ("DT=two", True)):
        client.headers = {"cookie": cookie}
        client.begin()
        client.post("identify", identifier="mary@example.com")
        client.answer("Abcd1234!")
        assert ("successWithInteractionCode" not in client.last.body) is new
        if new:
            client.select("Email")
            client.answer(client.mail.code)


def test_who_has_no_cookie_is_new_each_time():
    client = asked_of("new_device")
    for _ in range(2):
        client.begin()
        client.post("identify", identifier="mary@example.com")
        assert "successWithInteractionCode" not in client.answer("Abcd1234!").body
        client.select("Email")
        client.answer(client.mail.code)
