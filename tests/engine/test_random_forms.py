"""A client that submits whatever is offered, filled in any way, while somebody decides on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mock_okta.engine.control.phones import decide, open_decisions
from mock_okta.engine.model import Enrollment, Scenario, Step
from mock_okta_conformance.reference.soft_key import NoKey, SoftKey
from tests.depth import examples
from tests.engine.authenticators.test_webauthn import enrollment_of
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, mary, scenario
from tests.engine.invariants import problems, walk

MARY = "mary@example.com"
SECRET = "JBSWY3DPEHPK3PXP"


def _everything() -> tuple[Enrollment, ...]:
    key = SoftKey(origin="http://localhost:8080")
    return (
        Enrollment(authenticator="okta_verify", secret={"secret": SECRET}),
        Enrollment(authenticator="okta_verify", methods=("push",), secret={"secret": SECRET, "device": "Pixel 9"}),
        Enrollment(authenticator="custom_app"),
        enrollment_of(key),
        enrollment_of(key, number=1),
    )


def _scenario(*steps: Step, **changes: Any) -> Scenario:
    user = mary(enrolled=(*mary().enrolled, *_everything()))
    return scenario(*steps, **{"users": (user,)} | changes)


def _verify(*keys: str) -> Step:
    return Step(verb="verify", choice="one_of", authenticators=keys)


def _enroll(*keys: str, optional: tuple[str, ...] = ()) -> Step:
    return Step(verb="enroll", authenticators=keys, optional=optional)


ALL_WAYS = ["LOOPBACK", "CUSTOM_URI", "UNIVERSAL_LINK", "APP_LINK", "CHROME_DTC", "APPLE_SSO_EXTENSION"]
CHANNELS = ["qrcode", "email", "sms", "samedevice", "devicebootstrap"]

SCENARIOS = (
    _scenario(IDENTIFY, _verify("okta_verify", "webauthn", "custom_app", "okta_email")),
    _scenario(IDENTIFY, _verify("okta_verify"), authenticators={"okta_verify": {"number_challenge": True}}),
    _scenario(IDENTIFY, _verify("okta_verify"), authenticators={"okta_verify": {"challenge_methods": ALL_WAYS}}),
    _scenario(IDENTIFY, _verify("custom_app"), wire={"custom_app": "custom_push"}),
    _scenario(IDENTIFY, _verify("okta_verify"), authenticators={"okta_verify": {"auto_challenge": "absent"}}),
    _scenario(IDENTIFY, _verify("okta_verify", "webauthn"), org={"user_enumeration_prevention": True}),
    _scenario(Step(verb="probe"), IDENTIFY, PASSWORD, authenticators={"okta_verify": {"launch": True}}),
    _scenario(Step(verb="probe", settings={"challenge_methods": ["APPLE_SSO_EXTENSION"]}), IDENTIFY, PASSWORD),
    _scenario(Step(verb="probe", settings={"button": True}), IDENTIFY, PASSWORD),
    _scenario(
        IDENTIFY, PASSWORD, authenticators={"webauthn": {"autofill": True, "passkey_button": True, "launch": True}}
    ),
    scenario(IDENTIFY, PASSWORD, _enroll("okta_verify"), authenticators={"okta_verify": {"channels": CHANNELS}}),
    scenario(IDENTIFY, PASSWORD, _enroll(optional=("okta_verify", "webauthn", "phone_number"))),
    scenario(IDENTIFY, PASSWORD, Step(verb="promote", authenticators=("webauthn",))),
)

TEXTS = st.sampled_from([MARY, "+15551234567", "Abcd1234!", "AAAA", "123456", ""]) | st.text(max_size=8)


def submittable(body: Any) -> list[dict[str, Any]]:
    """Every form of a reply, wherever it stands."""
    return [
        node for _, node in walk(body) if isinstance(node, dict) and node.get("rel") and "/idp/idx/" in node["href"]
    ]


def filled(fields: list[dict[str, Any]], draw: Any) -> dict[str, Any]:
    """A form filled in: what is fixed as it is, choices from what is offered, the rest with anything of its type."""
    return dict(_filled(fields, draw))


def _filled(fields: list[dict[str, Any]], draw: Any) -> Iterator[tuple[str, Any]]:
    for field in fields:
        nested = field.get("form") or (field["value"].get("form") if isinstance(field.get("value"), dict) else None)
        options = field.get("options")
        if field.get("mutable") is False and not nested:
            yield field["name"], field["value"]
        elif nested:
            yield field["name"], filled(nested["value"], draw)
        elif options:
            picked = draw(st.sampled_from(options))["value"]
            if isinstance(picked, dict) and "form" not in picked:  # a choice of a profile says first how it is shown
                picked = draw(st.sampled_from(picked["value"]["options"]))["value"]
            if field.get("required") or isinstance(picked, dict) or draw(st.booleans()):
                inner = picked["form"]["value"] if isinstance(picked, dict) else None
                yield field["name"], filled(inner, draw) if inner is not None else picked
        elif field.get("type") == "boolean":
            yield field["name"], draw(st.booleans())
        else:
            yield field["name"], draw(TEXTS)


class RandomForms(RuleBasedStateMachine):
    """Sensible things in any order, now and then with nonsense in them."""

    @initialize(chosen=st.sampled_from(SCENARIOS), signs_in=st.booleans())
    def begin(self, chosen, signs_in):
        self.client = EngineClient(chosen)
        self.key = SoftKey(origin="http://localhost:8080")
        for number in range(2):
            enrollment_of(self.key, number=number)
        self.client.begin()
        if signs_in:
            self.client.post("identify", identifier=MARY)
            self.client.answer("Abcd1234!")

    @rule(data=st.data())
    def submit(self, data):
        forms = [form for form in submittable(self.client.last.body) if form["name"] != "cancel"]
        if not forms:
            self.client.begin()
            return
        form = data.draw(st.sampled_from(forms))
        self.client.post(form["href"].split("/idp/idx/")[1], **filled(form["value"], data.draw))

    @rule()
    def cancel(self):
        self.client.post("cancel")

    @rule()
    def identify(self):
        self.client.post("identify", identifier=MARY)

    @rule()
    def answer_with_the_password(self):
        self.client.answer("Abcd1234!")

    @rule(path=st.sampled_from(["challenge/answer", "challenge/answer/webauthn-autofillui", "credential/enroll"]))
    def touch_the_key(self, path):
        try:
            credentials = self.key.answer_to(self.client.last.body if isinstance(self.client.last.body, dict) else {})
        except NoKey:
            return
        self.client.post(path, credentials=credentials)

    @rule(data=st.data())
    def decide_and_poll(self, data):
        words = open_decisions(self.client.state, MARY)
        if words:
            self.client.state = decide(self.client.state, MARY, data.draw(st.sampled_from(words)))
        self.client.post(data.draw(st.sampled_from(["authenticators/poll", "challenge/poll"])))

    @rule(method=st.sampled_from(["push", "signed_nonce"]))
    def choose_okta_verify(self, method):
        identity = self.client.state.authenticator_ids["okta_verify"]
        self.client.post("challenge", authenticator={"id": identity, "methodType": method})

    @rule(key=st.sampled_from(["okta_verify", "webauthn"]), channel=st.sampled_from(CHANNELS))
    def choose_to_enroll(self, key, channel):
        more = {"channel": channel} if key == "okta_verify" else {}
        self.client.post("credential/enroll", authenticator={"id": self.client.state.authenticator_ids[key], **more})

    @rule(seconds=st.sampled_from([30, 299, 301]))
    def wait(self, seconds):
        self.client.at += seconds

    @invariant()
    def the_reply_would_break_no_client(self):
        reply = self.client.last
        assert reply.status < 500
        assert problems(reply, ORIGIN) == []
        json.dumps(reply.body, ensure_ascii=False).encode()

    @invariant()
    def introspection_agrees_with_the_last_page(self):
        body = self.client.last.body
        if not isinstance(body, dict) or "remediation" not in body:
            return
        transaction = self.client.state.transactions.get(body["stateHandle"])
        if transaction is not None and transaction.challenge is not None and transaction.challenge.decision:
            return  # and introspection goes on from there
        client = replace(self.client, replies=[*self.client.replies])
        page = client.post("introspect", stateToken=body["stateHandle"]).body
        if page.get("remediation"):
            assert [row["name"] for row in page["remediation"]["value"]] == self.client.offered


RandomForms.TestCase.settings = settings(examples(150), stateful_step_count=40, suppress_health_check=list(HealthCheck))


class TestRandomForms(RandomForms.TestCase):
    """150 runs of 40 moves, six thousand forms."""
