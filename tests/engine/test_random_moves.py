"""Random moves, ten thousand of them in CI: whatever a client does, the engine stays on its feet."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from mock_okta.engine.idx.remediations import PATHS
from mock_okta.engine.model import State, Step, Transaction
from tests.depth import examples, share
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

SCENARIOS = (
    scenario(IDENTIFY, PASSWORD),
    scenario(IDENTIFY, PASSWORD, EMAIL),
    scenario(Step(verb="identify", settings={"with_password": True}), EMAIL),
    scenario(IDENTIFY, Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_password"))),
    scenario(IDENTIFY, PASSWORD, EMAIL, org={"user_enumeration_prevention": True}),
    scenario(IDENTIFY, EMAIL, wire={"lone_email": "select", "user": "id", "authenticator_key": "omitted"}),
    scenario(IDENTIFY, PASSWORD, users=(mary(assigned=False),), wire={"wrong_password": "restarts"}),
    flow_scenario({"sign_in": (IDENTIFY, PASSWORD, Step(verb="enroll", optional=("phone_number", "google_otp")))}),
    flow_scenario({"sign_in": (IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("security_question", "duo")))}),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
PASSCODES = st.sampled_from(["Abcd1234!", "wrong", "000000", "", " ", "\ud83d\ude00"]) | st.text(max_size=10)
IDENTIFIERS = st.sampled_from(["mary@example.com", "nobody@example.com", "MARY@EXAMPLE.COM"]) | st.text(max_size=10)
PATH = st.sampled_from(sorted({*PATHS, "introspect", "nonsense", ""}))


class RandomClient(RuleBasedStateMachine):
    """A client that does sensible and senseless things in any order."""

    moves = 0
    """Of all runs."""

    @initialize(chosen=st.sampled_from(SCENARIOS))
    def begin(self, chosen):
        self.client = EngineClient(chosen)
        self.client.begin()
        self.moved = True

    @rule()
    def begin_again(self):
        self.client.begin()

    @rule(identifier=IDENTIFIERS, passcode=PASSCODES)
    def identify(self, identifier, passcode):
        self.client.post("identify", identifier=identifier, credentials={"passcode": passcode})

    @rule(passcode=PASSCODES)
    def answer(self, passcode):
        self.client.answer(passcode)

    @precondition(lambda self: self.client.state.outbox)
    @rule()
    def answer_with_the_mailed_code(self):
        self.client.answer(self.client.mail.code)

    @rule(label=st.sampled_from(["Email", "Password"]))
    def select(self, label):
        ids = self.client.state.authenticator_ids
        self.client.post("challenge", authenticator={"id": ids["okta_email" if label == "Email" else "okta_password"]})

    @rule(path=st.sampled_from(["challenge/resend", "challenge/poll", "recover", "cancel"]))
    def act(self, path):
        self.client.post(path)

    @rule(seconds=st.sampled_from([1, 60, 299, 300, 7200]))
    def wait(self, seconds):
        self.client.at += seconds

    @rule(path=PATH, body=JSON)
    def post_any_json(self, path, body):
        self.client.send(f"idx/{path}", json.dumps(body).encode(), content_type="application/json")

    @rule(path=PATH, body=st.dictionaries(st.sampled_from(["identifier", "credentials", "authenticator"]), JSON))
    def post_any_members(self, path, body):
        self.client.post(path, **body)

    @rule(path=PATH, body=st.binary(max_size=50))
    def post_any_bytes(self, path, body):
        self.client.send(f"idx/{path}", body)

    @invariant()
    def the_reply_would_break_no_client(self):
        RandomClient.moves += 1
        reply = self.client.last
        assert reply.status < 500
        assert problems(reply, ORIGIN) == []
        _encodable(reply.body)

    @invariant()
    def introspection_agrees_with_the_last_page(self):
        body = self.client.last.body
        if not isinstance(body, dict) or "stateHandle" not in body:
            return
        before = self.client.state
        page = self.client.post("introspect", stateToken=body["stateHandle"]).body
        self.client.replies.pop()
        self.client.last = self.client.replies[-1]
        assert in_no_time(self.client.state) == in_no_time(before)
        if page.get("remediation"):
            assert [row["name"] for row in page["remediation"]["value"]] == self.client.offered


def in_no_time(state: State) -> dict[str, Transaction]:
    """The transactions, whenever they end: a look at one prolongs it."""
    return {handle: replace(each, expires_at=0.0) for handle, each in state.transactions.items()}


def _encodable(body: Any) -> None:
    json.dumps(body, ensure_ascii=False).encode("utf-8")


RandomClient.TestCase.settings = settings(
    examples(320), stateful_step_count=50, suppress_health_check=list(HealthCheck)
)


class TestRandomMoves(RandomClient.TestCase):
    """320 runs of up to 50 moves; some end early, where nothing fits any more."""

    def runTest(self):
        RandomClient.moves = 0
        super().runTest()
        assert RandomClient.moves >= share(10_000)
