"""Mary at a desk, with phones and computers that have Okta Verify."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.decisions import decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import IDENTIFY, ORIGIN, Desk, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("okta_verify",))
ENROLL = Step(verb="enroll", authenticators=("okta_verify",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_verify"))
PROBE = Step(verb="probe")
SECRET = "JBSWY3DPEHPK3PXP"


def phone(*methods: str, **secret: Any) -> Enrollment:
    return Enrollment(authenticator="okta_verify", methods=methods, secret={"secret": SECRET, **secret})


def desk_with(*enrollments: Enrollment, steps: tuple[Step, ...] = (IDENTIFY, VERIFY), **settings: Any) -> Desk:
    user = mary(enrolled=(*mary().enrolled, *enrollments))
    desk = Desk(scenario(*steps, users=(user,), authenticators={"okta_verify": settings}))
    desk.begin()
    return desk


def identified(*enrollments: Enrollment, **settings: Any) -> Desk:
    desk = desk_with(*enrollments, **settings)
    move(desk, "identify", identifier=MARY)
    return desk


def move(desk: Desk, path: str, **body: Any):
    reply = desk.post(path, **body)
    assert problems(reply, ORIGIN) == []
    return reply


def choose(desk: Desk, method: str):
    identity = desk.state.authenticator_ids["okta_verify"]
    return move(desk, "challenge", authenticator={"id": identity, "methodType": method})


def decided(desk: Desk, decision: str, path: str = "authenticators/poll", **more: Any):
    desk.state = decide(desk.state, MARY, decision, **more)
    return move(desk, path)


def remediation(desk: Desk, name: str) -> dict[str, Any]:
    return next(row for row in desk.last.body["remediation"]["value"] if row["name"] == name)


def in_play(desk: Desk) -> dict[str, Any]:
    return desk.last.body["currentAuthenticator"]["value"]


def has_signed_in(desk: Desk) -> bool:
    return "successWithInteractionCode" in desk.last.body
