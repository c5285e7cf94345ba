"""How long a sign-in waits for its user: from each reply on, and as long as what was sent can be used."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from mock_okta.engine.control.email_links import open_link
from mock_okta.engine.control.phones import decide
from mock_okta.engine.model import Enrollment, State, Step, User, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, mary, scenario

QUARTER_S = 900
EITHER = Step(verb="verify", authenticators=("okta_email", "okta_password"), choice="one_of")
PUSH = Step(verb="verify", authenticators=("okta_verify",))


def at_the_mail(**settings: int) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, EMAIL, authenticators={"okta_email": settings}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    return client


def ends_in(client: EngineClient) -> float:
    """Seconds from now to `expiresAt` of the last reply."""
    return datetime.fromisoformat(client.last.body["expiresAt"]).timestamp() - client.at


def has_signed_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


POLLS = [("challenge/poll", {}), ("introspect", {}), ("challenge/answer", {"credentials": {"passcode": "wrong"}})]


@pytest.mark.parametrize(("path", "body"), POLLS, ids=["a poll", "an introspection", "a wrong code"])
def test_each_reply_gives_five_minutes_more(path, body):
    client = at_the_mail()
    assert ends_in(client) == 300
    for _ in range(4):
        client.at += 240
        client.post(path, **body, stateHandle=client.handle)
        assert client.last.status in (200, 401)
        assert ends_in(client) == 300
    client.at += 300
    client.post(path, **body, stateHandle=client.handle)
    assert (client.last.status, client.said) == (401, ["idx.session.expired"])


def test_a_sign_in_lives_as_long_as_the_code_that_was_mailed_for_it():
    client = at_the_mail(code_lifetime_s=QUARTER_S)
    assert ends_in(client) == QUARTER_S
    client.at += QUARTER_S - 1
    client.answer(client.mail.code)
    assert has_signed_in(client)


def test_a_poll_for_a_code_that_lasts_longer_gives_that_time_again():
    client = at_the_mail(code_lifetime_s=QUARTER_S)
    client.at += 4
    client.post("challenge/poll")
    assert ends_in(client) == QUARTER_S


def test_the_code_itself_ends_when_it_says_however_often_the_page_is_polled():
    client = at_the_mail(code_lifetime_s=QUARTER_S)
    for _ in range(4):
        client.at += 225
        client.post("challenge/poll")
    assert client.answer(client.mail.code).status == 401
    client.post("challenge/resend")
    client.answer(client.mail.code)
    assert has_signed_in(client)


def test_the_link_in_a_mail_works_as_long_as_its_code():
    client = at_the_mail(code_lifetime_s=QUARTER_S)
    client.headers["cookie"] = f"DT={client.state.transactions[client.handle].browser.device}"
    client.at += QUARTER_S - 1
    client.state, reply = open_link(
        client.scenario, client.state, client.mail.link, at=client.at, chance="opened", origin=ORIGIN
    )
    assert reply.status == 200
    client.post("challenge/poll")
    assert "idx.return.link.expired" not in str(client.last.body)


def test_a_short_code_does_not_make_the_page_short():
    client = at_the_mail(code_lifetime_s=1)
    assert ends_in(client) == 300
    client.at += 1
    assert client.answer(client.mail.code).status == 401


def test_a_push_that_nobody_answers_is_over_after_five_minutes_and_the_page_tells():
    phone = Enrollment(authenticator="okta_verify", methods=("push",))
    client = EngineClient(scenario(IDENTIFY, PUSH, users=(mary(enrolled=(phone,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    if "challenge-poll" not in client.offered:
        client.select("Okta Verify", methodType="push")
    for _ in range(74):
        client.at += 4
        client.post("authenticators/poll")
        assert client.offered[0] == "challenge-poll"
    client.at += 4
    client.post("authenticators/poll")
    assert client.said == ["core.system.transaction_resource_not_found"]


def test_a_push_is_waited_for_while_the_page_polls():
    phone = Enrollment(authenticator="okta_verify", methods=("push",))
    client = EngineClient(scenario(IDENTIFY, PUSH, users=(mary(enrolled=(phone,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    if "challenge-poll" not in client.offered:
        client.select("Okta Verify", methodType="push")
    client.at += 299
    client.state = decide(client.state, "mary@example.com", "approve")
    client.post("authenticators/poll")
    assert has_signed_in(client)


def test_who_is_not_known_yet_has_two_hours_from_the_beginning():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    client.begin()
    client.at += 7199
    client.post("introspect", stateHandle=client.handle)
    assert ends_in(client) == 1
    client.at += 1
    assert client.post("introspect", stateHandle=client.handle).status == 401


def test_who_has_to_begin_anew_after_hours_of_polling_gets_a_page_that_can_be_used():
    client = EngineClient(scenario(IDENTIFY, EITHER))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    while client.at < NOON + 7200:
        client.at += 240
        client.post("challenge/poll")
    user = client.state.users[client.state.transactions[client.handle].user_id]
    client.state = _suspended(client, user)
    client.answer(client.mail.code)
    assert (client.said, client.offered[0]) == (["errors.E0000004"], "identify")
    assert client.post("identify", identifier="mary@example.com").status == 200


def _suspended(client: EngineClient, user: User) -> State:
    changed = replace(user, status=UserStatus.SUSPENDED)
    return replace(client.state, users=client.state.users.set(user.id, changed))


def test_a_code_for_tokens_is_not_prolonged_by_looking_at_it():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert ends_in(client) == 60
    client.at += 30
    client.post("introspect", stateHandle=client.handle)
    assert ends_in(client) == 30
