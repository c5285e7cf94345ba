"""How often something goes out to one recipient: whatever it is, and whoever asks for it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import mock_okta
from mock_okta.engine.idx.sending import SENDING_LIMITS
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Enrollment, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, EngineClient, flow_scenario, mary

PHONE = Enrollment(authenticator="phone_number", secret={"number": "+15551232342"})
TEXT = Step(verb="verify", authenticators=("phone_number",))
FLOWS = {"sign_in": (IDENTIFY, EMAIL), "recover": (IDENTIFY, EMAIL, Step(verb="reset"))}
MINUTE_S = 60


def at_the_mail(client: EngineClient, login: str = "mary@example.com") -> EngineClient:
    client.begin()
    client.post("identify", identifier=login)
    client.select("Email")
    return client


def test_thirty_mails_a_minute_go_to_one_address():
    client = at_the_mail(EngineClient(flow_scenario(FLOWS)))
    assert [client.post("challenge/resend").status for _ in range(29)] == [200] * 29
    last = client.mail
    assert (client.post("challenge/resend").status, client.said) == (429, ["tooManyRequests"])
    assert (len(client.state.outbox), client.mail) == (30, last)
    assert "successWithInteractionCode" in client.answer(last.code).body


def test_signing_in_anew_brings_no_further_mail():
    client = EngineClient(flow_scenario(FLOWS))
    assert [at_the_mail(client).last.status for _ in range(31)] == [200] * 30 + [429]
    assert client.offered[0] == "authenticator-verification-data"
    client.at += MINUTE_S
    assert client.select("Email").status == 200


def test_the_oldest_mail_of_a_minute_makes_room_for_another():
    client = EngineClient(flow_scenario(FLOWS, authenticators={"okta_email": {"max_per_minute": 2}}))
    at_the_mail(client)
    client.at += 50
    assert client.post("challenge/resend").status == 200
    client.at += 9
    assert client.post("challenge/resend").status == 429
    client.at += 1
    assert client.post("challenge/resend").status == 200
    assert client.post("challenge/resend").status == 429


def test_other_addresses_and_mails_about_something_else_have_a_count_of_their_own():
    joe = mary(
        login="joe@example.com",
        enrolled=(Enrollment(authenticator="okta_email", secret={"email": "joe@example.com"}),),
    )
    either = Step(verb="verify", authenticators=("okta_email", "okta_password"), choice="one_of")
    client = EngineClient(
        flow_scenario(
            {**FLOWS, "sign_in": (IDENTIFY, either)},
            users=(mary(), joe),
            authenticators={"okta_email": {"max_per_minute": 1}},
        )
    )
    at_the_mail(client)
    assert at_the_mail(client, "joe@example.com").mail.to == "joe@example.com"
    assert at_the_mail(client).last.status == 429
    client.select("Password")
    client.post("recover")
    assert client.select("Email").status == 200
    assert client.mail.subject == "Account password reset"


def test_a_text_is_a_text_whoever_asks_for_it():
    """A code to the phone, and within half a minute a link that sets up Okta Verify on it."""
    enroll = Step(verb="enroll", authenticators=("okta_verify",))
    user = mary(enrolled=(PHONE,))
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, TEXT, enroll)}, users=(user,)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Phone", methodType="sms")
    client.answer(client.mail.code)
    client.select("Okta Verify", channel="sms")
    client.post("challenge/send", phoneNumber="+1 555 123 2342")
    assert (client.last.status, client.said) == (429, ["errors.E0000109"])
    client.at += 30
    assert client.post("challenge/send", phoneNumber="+1 555 123 2342").status == 200
    assert client.mail.link is not None


def test_what_no_answer_depends_on_is_left_out_beyond_the_limit_and_nobody_hears_of_it():
    activate = {"activate": (Step(verb="enroll", authenticators=("okta_password",)),)}
    rules = {"okta_email": {"max_per_minute": 2}}
    client = EngineClient(flow_scenario(activate, users=(mary(status=UserStatus.STAGED),), authenticators=rules))
    said = []
    for number in range(4):
        client.state, token = issue_token(
            client.state, "mary@example.com", "activation", at=client.at, chance=f"token {number}", lifetime_s=0
        )
        secret = client.state.apps[client.web_client].client_secret
        client.begin(client_id=client.web_client, client_secret=secret, activation_token=token)
        client.post("request-activation")
        said.append((client.last.status, client.said))
    assert said == [(200, ["idx.request.activation.email"])] * 4
    assert len(client.state.outbox) == 2


def told(
    login: str, steps: tuple[Step, ...], pick: tuple[str, dict[str, str]], **org: Any
) -> list[tuple[int, Any, Any]]:
    """What a client hears that has codes sent again and again to a login, in two sign-ins."""
    users = (mary(enrolled=(*mary().enrolled, PHONE)),)
    client = EngineClient(
        flow_scenario({"sign_in": steps}, users=users, org={"user_enumeration_prevention": True}, **org)
    )
    replies = []
    for later_s in (0, 1):
        client.at += later_s
        client.begin()
        client.post("identify", identifier=login)
        client.select(pick[0], **pick[1])
        replies.append((client.last.status, client.said, client.offered))
        if "challenge-authenticator" in client.offered:
            for later_s in (10, 20, 0, 31):
                client.at += later_s
                client.post("challenge/resend")
                replies.append((client.last.status, client.said, client.offered))
    return replies


@pytest.mark.parametrize(
    ("steps", "pick"),
    [
        ((IDENTIFY, EMAIL), ("Email", {})),
        ((IDENTIFY, TEXT), ("Phone", {"methodType": "sms"})),
        ((IDENTIFY, TEXT), ("Phone", {"methodType": "voice"})),
    ],
    ids=["mail", "text", "call"],
)
def test_an_identifier_that_no_user_has_meets_the_same_limits(steps, pick):
    rules = {"okta_email": {"max_per_minute": 2}, "phone_number": {"max_per_hour": 3}}
    nobody = told("nobody@example.com", steps, pick, authenticators=rules)
    assert nobody == told("mary@example.com", steps, pick, authenticators=rules)
    assert 429 in [status for status, _, _ in nobody]


def test_nothing_goes_out_but_by_the_rows_of_limits():
    """`Turn.send` is called in one module, so that nobody forgets them."""
    engine = Path(mock_okta.__file__).parent / "engine"
    calls = [
        path.relative_to(engine).as_posix()
        for path in engine.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "turn.send"
    ]
    assert set(calls) == {"idx/sending.py"}


def test_every_channel_has_a_limit_and_the_one_that_looks_back_furthest_comes_last():
    for channel in ("email", "sms", "voice"):
        rows = [row for row in SENDING_LIMITS if row.channel == channel]
        spans = [row.within_s if isinstance(row.within_s, int) else row.within_s.most for row in rows]
        assert spans == sorted(spans)
        assert rows
