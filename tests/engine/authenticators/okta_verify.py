"""Mary at a client, with phones and computers that have Okta Verify."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.control.phones import decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, EngineClient, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("okta_verify",))
ENROLL = Step(verb="enroll", authenticators=("okta_verify",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_verify"))
PROBE = Step(verb="probe")
SECRET = "JBSWY3DPEHPK3PXP"


def phone(*methods: str, **secret: Any) -> Enrollment:
    return Enrollment(authenticator="okta_verify", methods=methods, secret={"secret": SECRET, **secret})


def client_with(
    *enrollments: Enrollment, steps: tuple[Step, ...] = (IDENTIFY, VERIFY), **settings: Any
) -> EngineClient:
    user = mary(enrolled=(*mary().enrolled, *enrollments))
    client = EngineClient(scenario(*steps, users=(user,), authenticators={"okta_verify": settings}))
    client.begin()
    return client


def identified(*enrollments: Enrollment, **settings: Any) -> EngineClient:
    client = client_with(*enrollments, **settings)
    move(client, "identify", identifier=MARY)
    return client


def move(client: EngineClient, path: str, **body: Any):
    reply = client.post(path, **body)
    assert problems(reply, ORIGIN) == []
    return reply


def choose(client: EngineClient, method: str):
    identity = client.state.authenticator_ids["okta_verify"]
    return move(client, "challenge", authenticator={"id": identity, "methodType": method})


def decided(client: EngineClient, decision: str, path: str = "authenticators/poll", **more: Any):
    client.state = decide(client.state, MARY, decision, **more)
    return move(client, path)


def remediation(client: EngineClient, name: str) -> dict[str, Any]:
    return next(row for row in client.last.body["remediation"]["value"] if row["name"] == name)


def in_play(client: EngineClient) -> dict[str, Any]:
    return client.last.body["currentAuthenticator"]["value"]


def has_signed_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body
