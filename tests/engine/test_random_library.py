"""Anybody who goes through any scenario of the library by what is offered, and fills it in rightly, is let through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conformance.walks.totp import code_at
from mock_okta import loader
from mock_okta.engine import advance, found_tenant
from mock_okta.engine.model import Request, Scenario, Step, UserStatus
from mock_okta.keys import development_keys
from tests.engine.desk import ORIGIN, VERIFIER, Desk
from tests.engine.invariants import problems

FILLABLE = ("okta_password", "okta_email", "phone_number", "security_question", "google_otp", "tac")
"""Authenticators that can be proved and acquired here without a device."""
REFUSING = ("refuse", "message", "assure_device", "hold", "enroll_device", "verify_identity", "probe", "promote")
"""Steps that end flows on purpose, or go on elsewhere."""
NEW_PASSWORDS = [f"Efgh5678!{number}" for number in range(40)]
NUMBER = "+15551230000"


def _is_plain(scenario: Scenario) -> bool:
    """Whether right answers are all that it takes."""
    steps = [step for flow in scenario.flows.values() for step in flow]
    keys = {key for step in steps for key in _keys(step)}
    held = {each.authenticator for user in scenario.users for each in user.enrolled}
    refuses = any(step.verb in REFUSING for step in steps)
    return not scenario.script and not scenario.org and not refuses and keys | held <= set(FILLABLE)


def _keys(step: Step) -> Iterator[str]:
    yield from (*step.authenticators, *step.optional, *step.settings.get("in_grace", ()))


@cache
def plain_scenarios() -> tuple[str, ...]:
    return tuple(name for name in loader.bundled() if _is_plain(loader.load(name)))


class Library(RuleBasedStateMachine):
    """A client that does what is asked, a tenant beside it, and now and then a wrong answer."""

    @initialize(name=st.sampled_from(plain_scenarios()))
    def open(self, name):
        self.scenario = loader.load(name)
        self.desk = Desk(self.scenario)
        self.other = found_tenant(self.scenario, tenant="other", seed="other", keys=development_keys())
        self.codes: list[str] = []
        self.app = self.desk.state.apps[self.desk.state.client_ids[0]]
        self.begin()

    @rule()
    def begin(self):
        self.desk.begin(client_id=self.app.client_id)
        self.user = None

    # -- right answers ------------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def do_what_is_asked(self, data):
        """Picks anything on offer and fills it in as somebody would who knows everything."""
        forms = [row for row in self._offered() if row["name"] not in ("select-identify", "unlock-account")]
        if not forms:
            self.begin()
            return
        form = data.draw(st.sampled_from(forms))
        body = self._filled(form, data.draw)
        if body is None:
            return
        self.desk.at += 31  # nobody is sent two texts in half a minute
        reply = self.desk.post(form["href"].split("/idp/idx/")[1], **body)
        locked = any(user.status is UserStatus.LOCKED_OUT for user in self.desk.state.users.values())
        if reply.status == 429 or locked:  # nor more than five in an hour; and wrong answers have their price
            self.begin()
            return
        assert reply.status == 200, (self.scenario.name, form["name"], body, self.desk.said, reply.body)
        success = reply.body.get("successWithInteractionCode")
        if success:
            self.codes.append(next(f["value"] for f in success["value"] if f["name"] == "interaction_code"))

    def _offered(self) -> list[dict[str, Any]]:
        return [row for row in self.desk.last.body.get("remediation", {"value": []})["value"] if "rel" in row]

    def _filled(self, form: dict[str, Any], draw: Any) -> dict[str, Any] | None:
        fields = {field["name"]: field for field in form["value"]}
        body: dict[str, Any] = {}
        if "identifier" in fields:
            self.user = draw(st.sampled_from(self._users() or [None]))
            if self.user is None:
                return None
            body["identifier"] = self.user.login
        if "authenticator" in fields:
            body["authenticator"] = self._choice(fields["authenticator"], draw)
        if "userProfile" in fields:
            body["userProfile"] = {
                field["name"]: self._attribute(field, draw) for field in fields["userProfile"]["form"]["value"]
            }
        body |= {name: True for name, field in fields.items() if field.get("type") == "boolean"}
        if "optedScopes" in fields:
            scopes = fields["optedScopes"]["form"]["value"]
            body["optedScopes"] = {scope["name"]: not scope["mutable"] or draw(st.booleans()) for scope in scopes}
        if "credentials" in fields:
            credentials = self._credentials(form, fields["credentials"])
            if credentials is None:
                return None
            body["credentials"] = credentials
        return body

    def _users(self) -> list[Any]:
        fine = (user for user in self.desk.state.users.values() if user.status is UserStatus.ACTIVE and user.assigned)
        return sorted(fine, key=lambda user: user.login)

    def _choice(self, field: dict[str, Any], draw: Any) -> dict[str, Any]:
        inner = field["form"]["value"] if "form" in field else None
        if inner is None:
            inner = draw(st.sampled_from(field["options"]))["value"]["form"]["value"]
        chosen = {}
        for each in inner:
            if each.get("options"):
                chosen[each["name"]] = draw(st.sampled_from(each["options"]))["value"]
            elif "value" in each:
                chosen[each["name"]] = each["value"]
            elif each["name"] == "phoneNumber":
                chosen["phoneNumber"] = NUMBER
        return chosen

    def _attribute(self, field: dict[str, Any], draw: Any) -> Any:
        if field.get("options"):
            return self._option(field, draw)
        if field.get("type") == "boolean":
            return draw(st.booleans())
        if field["name"] in ("email", "login", "secondEmail"):
            return f"ada{len(self.desk.state.users)}@x.example"
        return "Ada"[: field.get("maxLength", 3)]

    def _option(self, field: dict[str, Any], draw: Any) -> Any:
        value = draw(st.sampled_from(field["options"]))["value"]
        while isinstance(value, dict):  # a choice says first how it is shown
            field = value["form"]["value"][0] if "form" in value else value
            value = draw(st.sampled_from(field["options"]))["value"] if field.get("options") else field.get("value")
        return value

    def _credentials(self, form: dict[str, Any], field: dict[str, Any]) -> dict[str, Any] | None:
        transaction = self.desk.state.transactions[self.desk.handle]
        user = self.desk.state.users.get(transaction.user_id or "") or self.user
        challenge = transaction.challenge
        if form["name"] == "enroll-profile":
            return {"passcode": NEW_PASSWORDS[0]}
        if form["name"] == "identify":
            return {"passcode": user.enrollment("okta_password").secret["password"]} if user else None
        if challenge is None or user is None:
            return None
        renews = challenge.purpose in ("enroll", "reset")
        held = next((each for each in user.enrolled if each.id == challenge.enrollment_id), None)
        match challenge.authenticator:
            case "okta_password" if renews:
                return {"passcode": NEW_PASSWORDS[len(self.desk.replies) % len(NEW_PASSWORDS)]}
            case "okta_password":
                return {"passcode": held.secret["password"]} if held else None
            case "okta_email" | "phone_number":
                return {"passcode": challenge.code}
            case "google_otp":
                secret = challenge.data.get("sharedSecret") if renews else held and held.secret["secret"]
                self.desk.at += 30  # a code works once
                return {"passcode": code_at(secret, self.desk.at)} if secret else None
            case "security_question" if renews:
                return {"questionKey": "custom", "question": "Whose?", "answer": "Mine"}
            case "security_question":
                fixed = {each["name"]: each["value"] for each in field["form"]["value"] if "value" in each}
                return fixed | {"answer": held.secret["answer"]}
            case "tac":
                return {"passcode": held.secret["code"]} if held else None
        return None

    # -- what must not happen -----------------------------------------------------------------------------------------

    @precondition(lambda self: any(row["name"] == "challenge-authenticator" for row in self._offered()))
    @rule()
    def answer_wrongly(self):
        """A refusal shows the same page, or leads back to where the user is named; it never leads on."""
        before = self.desk.offered
        asked = json.dumps(next(row for row in self._offered() if row["name"] == "challenge-authenticator"))
        wrong = {"questionKey": "custom", "answer": "nobody's"} if '"answer"' in asked else {"passcode": "nobody's"}
        reply = self.desk.post("challenge/answer", credentials=wrong)
        assert reply.status >= 400
        assert self.desk.offered in (before, []) or self.desk.offered[0] == "identify"

    @precondition(lambda self: self.codes)
    @rule()
    def redeem_twice(self):
        """A code is good for one set of tokens."""
        code = self.codes.pop()
        client = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        known = {name: value for name, value in client.items() if value}
        fields = known | {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": VERIFIER}
        first = self.desk.form("token", **fields)
        assert first.status == 200 or first.body["error"] == "invalid_grant", first.body
        again = self.desk.form("token", **fields)
        assert (again.status, again.body["error"]) == (400, "invalid_grant")
        self.begin()

    @rule()
    def ask_next_door(self):
        """Another tenant knows nothing of this one's transactions."""
        asked = json.dumps({"stateHandle": self.desk.handle}).encode()
        request = Request(method="POST", endpoint="idx/introspect", origin=ORIGIN, at=self.desk.at, body=asked)
        state, reply = advance(self.scenario, self.other, request)
        assert (reply.status, "remediation" in reply.body) == (401, False)
        assert state.users == self.other.users

    @invariant()
    def the_reply_would_break_no_client(self):
        reply = self.desk.last
        assert reply.status < 500
        if self.desk.last.body and "version" in self.desk.last.body:
            assert problems(reply, ORIGIN) == []


Library.TestCase.settings = settings(
    max_examples=200, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestSixThousandMoves(Library.TestCase):
    """200 runs of 30 moves."""


class ALongWay(Library):
    """The same for longer."""


ALongWay.TestCase.settings = settings(
    max_examples=600, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
class TestTwentyFourThousandMoves(ALongWay.TestCase):
    """600 runs of 40 moves."""


def test_most_of_the_library_is_walked():
    assert len(plain_scenarios()) >= 40
