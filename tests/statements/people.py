"""Whoever the statements are about: somebody who signs in, and the tokens that the app gets for it."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.model import Enrollment, Reply, Step, User
from tests.engine.engine_client import IDENTIFY, PASSWORD, VERIFIER, EngineClient, mary, scenario
from tests.engine.flows.visitor import Visitor

CONSENT = Step(verb="consent")
RESET = Step(verb="reset")
UNLOCK = Step(verb="unlock")


def enroll(*authenticators: str, optional: tuple[str, ...] = ()) -> Step:
    """A step that has these set up."""
    return Step(verb="enroll", authenticators=authenticators, optional=optional)


def verify(*authenticators: str) -> Step:
    """A step that asks for any one of these."""
    return Step(verb="verify", choice="one_of", authenticators=authenticators)


def holding(*enrollments: Enrollment, **changes: Any) -> User:
    """Mary with further authenticators."""
    return mary(enrolled=(*mary().enrolled, *enrollments), **changes)


def a_visitor(*steps: Step, **changes: Any) -> Visitor:
    """Mary in a browser, at the sign-in page."""
    client = Visitor(scenario(*steps, **changes))
    client.begin()
    return client


def typed(client: EngineClient, password: str = "Abcd1234!", **more: Any) -> Reply:
    """The reply to Mary's name and her password."""
    client.post("identify", identifier="mary@example.com", **more)
    reply = client.answer(password)
    keep_cookies(client)
    return reply


def begin_and_type(client: EngineClient, password: str = "Abcd1234!", **asked: Any) -> Reply:
    """The same after another beginning, with the parameters asked for; no cookie is kept."""
    client.begin(**asked)
    client.post("identify", identifier="mary@example.com")
    return client.answer(password)


def keep_cookies(client: EngineClient) -> None:
    """Keeps what the last reply has set, in a browser."""
    if isinstance(client, Visitor):
        for name, value in client.last.headers:
            if name == "Set-Cookie":
                client.keep(value)


def signed_in(*steps: Step, **changes: Any) -> Visitor:
    """Mary in a browser, signed in with her password."""
    client = a_visitor(*(steps or (IDENTIFY, PASSWORD)), **changes)
    typed(client)
    return client


def is_over(client: EngineClient) -> bool:
    """Whether the sign-in has succeeded."""
    return "successWithInteractionCode" in client.last.body


def tokens_of(client: EngineClient, **fields: str) -> dict[str, Any]:
    """What the public client gets for the code of the last reply."""
    values = client.last.body["successWithInteractionCode"]["value"]
    code = next(each["value"] for each in values if each["name"] == "interaction_code")
    form = {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": VERIFIER}
    reply = client.form("token", **form, **fields)
    assert reply.status == 200, reply.body
    return reply.body


def header_values(reply: Reply, name: str) -> list[str]:
    """Every value of a header of the reply."""
    return [value for each, value in reply.headers if each.lower() == name.lower()]
