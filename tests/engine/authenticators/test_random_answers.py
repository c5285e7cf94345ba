"""Whatever a page asks for, filled in from its own form, with right and wrong values: no answer breaks anything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.duo import answer_of_duo
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta.engine.idx.authenticators.yubikey import SAMPLE_KEY, typed_by
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import Enrollment, Step
from tests.depth import examples
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.invariants import problems

SECRET = "JBSWY3DPEHPK3PXP"
HELD: dict[str, dict[str, Any]] = {
    "phone_number": {"number": "+15551232342"},
    "security_question": {"question": "disliked_food", "answer": "Okra"},
    "google_otp": {"secret": SECRET},
    "custom_otp": {"secret": SECRET},
    "yubikey_token": SAMPLE_KEY,
    "onprem_mfa": {"pin_change": True},
    "rsa_token": {},
    "symantec_vip": {},
    "duo": {},
    "tac": {"code": "Xy12"},
    "nfc_pin": {"pin": "1234"},
}
EVERYTHING = mary(enrolled=(*mary().enrolled, *(Enrollment(authenticator=key, secret=HELD[key]) for key in HELD)))
TO_PROVE = Step(verb="verify", choice="one_of", authenticators=tuple(HELD))
TO_ACQUIRE = tuple(key for key in HELD if AUTHENTICATORS[key].enroll)
TAPPED = {"nfc_pin": {"decision": "tapped"}}
SCENARIOS = (
    flow_scenario({"sign_in": (IDENTIFY, TO_PROVE)}, users=(EVERYTHING,), authenticators=TAPPED),
    flow_scenario({"sign_in": (IDENTIFY, TO_PROVE)}, users=(EVERYTHING,), org={"user_enumeration_prevention": True}),
    flow_scenario({"sign_in": (IDENTIFY, PASSWORD, Step(verb="enroll", optional=TO_ACQUIRE))}, authenticators=TAPPED),
    flow_scenario({"sign_in": (IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=TO_ACQUIRE))}),
    flow_scenario({"sign_in": (IDENTIFY, PASSWORD, Step(verb="reset", authenticators=("google_otp",)))}),
)

GUESSES = (
    "mary@example.com", "nobody@example.com", "Abcd1234!", "+15551232342", "bogus", "Okra", "123456", "654321", "1234",
    "Xy12", GOOGLE.code(SECRET, GOOGLE.step_at(NOON)), typed_by(SAMPLE_KEY, 1), "<b>tag</b>", "\U0001f600", " ",
    "x" * 300,
)  # fmt: skip
VALUES = st.sampled_from(GUESSES) | st.text(max_size=8)

RIGHT = {"identifier": "mary@example.com", "phoneNumber": "+15551230000", "nextPasscode": "654321", "answer": "Okra"}
RIGHT_CODES = {
    "okta_password": "Abcd1234!",
    "google_otp": GOOGLE.code(SECRET, GOOGLE.step_at(NOON)),
    "yubikey_token": typed_by(SAMPLE_KEY, 1),
    "onprem_mfa": "123456",
    "rsa_token": "123456",
    "symantec_vip": "123456",
    "tac": "Xy12",
    "nfc_pin": "1234",
}


class AnsweringClient(RuleBasedStateMachine):
    """A client that fills in what it is offered."""

    @initialize(chosen=st.sampled_from(SCENARIOS))
    def begin(self, chosen):
        self.client = EngineClient(chosen)
        self.client.begin()

    @rule(data=st.data(), times=st.integers(1, 6))
    def answer_what_is_asked(self, data, times):
        for _ in range(times):
            self.answer_once(data)

    def answer_once(self, data):
        offered = self.client.last.body.get("remediation", {"value": []})["value"]
        if not offered:
            self.client.begin()
            return
        remediation = data.draw(st.sampled_from(offered), label="remediation")
        body = self.filled(remediation["value"], data)
        path = remediation["href"].split("/idp/idx/")[1]
        before = self.client.state
        reply = self.client.post(path, **body)
        if reply.status >= 400 and self.client.handle in before.transactions:
            self.assert_still_there(before)

    def assert_still_there(self, before):
        """A refused user has proved nothing more, and is where they can go on."""
        then, now = before.transactions[self.client.handle], self.client.state.transactions[self.client.handle]
        assert set(now.proofs) <= set(then.proofs)
        assert now.code is None
        assert STAGES[now.stage].offers

    def filled(self, fields, data):
        body = {}
        for field in fields:
            if field.get("mutable") is False:
                body[field["name"]] = field["value"]
            elif "form" in field:
                body[field["name"]] = self.filled(field["form"]["value"], data)
            elif "options" in field:
                chosen = data.draw(st.sampled_from(field["options"]), label=field["name"])["value"]
                nested = isinstance(chosen, dict)
                body[field["name"]] = self.filled(chosen["form"]["value"], data) if nested else chosen
            elif field.get("type") == "boolean":
                body[field["name"]] = data.draw(st.booleans())
            elif data.draw(st.integers(0, 9), label="given") > 0:
                body[field["name"]] = data.draw(st.just(self.right(field["name"])) | VALUES, label=field["name"])
        return body

    def right(self, name):
        """What is probably right in a field of this name."""
        body = self.client.last.body
        current = body.get("currentAuthenticatorEnrollment", body.get("currentAuthenticator", {"value": {}}))["value"]
        context = current.get("contextualData", {})
        if "sharedSecret" in context:
            return GOOGLE.code(context["sharedSecret"], GOOGLE.step_at(self.client.at))
        if "signedToken" in context:
            return answer_of_duo(self.client.scenario, context["signedToken"], NOON)
        mailed = self.client.mail.code if self.client.state.outbox else "000000"
        return RIGHT.get(name) or RIGHT_CODES.get(current.get("key"), mailed)

    @rule(path=st.sampled_from(["challenge/resend", "authenticators/poll", "skip", "cancel"]))
    def act(self, path):
        self.client.post(path)

    @rule(seconds=st.sampled_from([1, 30, 60]))
    def wait(self, seconds):
        self.client.at += seconds

    @invariant()
    def the_reply_would_break_no_client(self):
        reply = self.client.last
        assert reply.status < 500
        assert problems(reply, ORIGIN) == []
        json.dumps(reply.body, ensure_ascii=False).encode("utf-8")


AnsweringClient.TestCase.settings = settings(
    examples(60), stateful_step_count=40, suppress_health_check=list(HealthCheck)
)


class TestRandomAnswers(AnsweringClient.TestCase):
    """60 runs of 40 moves."""
