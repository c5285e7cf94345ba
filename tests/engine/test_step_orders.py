"""Every order of steps that the grammar allows leads somebody who knows everything to an end, or `check` refuses it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product

import pytest
import yaml

from mock_okta.engine import advance
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model import Request, Scenario
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse
from tests.engine.engine_client import ORIGIN, EngineClient
from tests.engine.invariants import problems
from tests.engine.right_answers import RightAnswers, Unknown

NUMBER = "+15551234567"
USER = {
    "login": "mary@example.com",
    "password": "Abcd1234!",
    "profile": {"firstName": "Mary", "lastName": "Acme"},
    "enrolled": ["okta_email", {"phone_number": {"number": NUMBER}}, "google_otp"],
}
FLOWS = {
    "sign_in": ["identify", {"verify": "okta_password"}],
    "register": ["profile", {"enroll": "okta_password"}],
    "recover": ["identify", {"verify": "okta_email"}, "reset"],
    "unlock": ["identify", {"verify": "okta_email"}, "unlock"],
    "activate": [{"enroll": "okta_password"}],
}
"""Each flow at its plainest."""

EXAMPLES = tuple(yaml.safe_load(line)[0] for row in STEP_KINDS.values() for line, _ in row.examples)
"""The steps that the table in the docs shows: every kind that a file may use, and whichever comes later."""

STEPS_TO_PLAY = (
    *EXAMPLES,
    {"probe": {"button": True}},
    {"identify": None, "when": {"group": "nobody's"}},
    {"verify": "okta_password"},
    {"verify": "tac"},
    {"verify": {"one_of": ["okta_email", "phone_number"]}},
    {"verify": {"two_kinds": ["okta_email", "okta_password"]}},
    {"verify": {"two_kinds": ["okta_email", "phone_number"]}},
    {"verify": "phone_number", "when": {"group": "nobody's"}},
    {"enroll": "security_question"},
    {"enroll": "custom_otp"},
    {"enroll": {"optional": ["security_question"]}},
    "profile",
    {"profile": None, "when": {"group": "nobody's"}},
    {"profile": {"fields": ["nickName"]}},
    {"reset": "google_otp"},
    {"reset": "okta_email"},
    "sign_in",
    {"consent": {"kind": "granular"}},
    {"assure_device": {}},
    {"refuse": "oie.selfservice.user.unlock.not.allowed"},
    {"refuse": "security.access_denied", "when": {"group": "nobody's"}},
)
BEGINNINGS = {"register": "select-enroll-profile", "unlock": "unlock-account"}
ON_PURPOSE = {"device-enrollment", "dead-end", "safe-mode-stop"}
"""Pages that say how to go on elsewhere."""
MOST_MOVES = 25


def scenario_of(flow: str, steps: list, **more: object) -> Scenario | None:
    """The scenario whose flow has these steps; None where `check` refuses it, with a hint at each problem."""
    locked = {"status": "LOCKED_OUT"} if flow == "unlock" else {}
    locked = {"status": "STAGED"} if flow == "activate" else locked
    file = {"about": "x", "users": [USER | locked], **{"sign_in": FLOWS["sign_in"]}, flow: steps, **more}
    try:
        return parse(yaml.safe_dump(file))
    except ScenarioError as refused:
        problems_told = refused.problems
    assert all(problem.message and problem.hint for problem in problems_told)
    return None


class Mary(RightAnswers):
    """Who says that she is Mary wherever she is asked."""

    def _named(self, one_of):
        self.login = USER["login"]
        return self.login


class Visit:
    """Somebody who knows everything and takes the first way on, whatever is asked."""

    def __init__(self, scenario: Scenario, flow: str) -> None:
        self.client = EngineClient(scenario)
        self.person = Mary(self.client)
        self.refused = False
        if flow == "activate":
            self.client.state, token = issue_token(
                self.client.state, USER["login"], "activation", at=self.client.at, chance="token"
            )
            self.client.begin(client_id=self.client.web_client, activation_token=token)
        else:
            self.client.begin()
        if flow in BEGINNINGS and BEGINNINGS[flow] in self.client.offered:
            self._submit(self._form(BEGINNINGS[flow]))
        elif flow == "recover":
            self._submit(self._form("identify"))
            self.client.post("recover")
            self.refused = self.client.last.status >= 400

    def ends(self) -> str:
        """Where it ends; what is on the page where it does not. Fails with whatever breaks a client."""
        for _ in range(MOST_MOVES):
            assert self.client.last.status < 500
            assert problems(self.client.last, ORIGIN) == []
            page = self.client.state.transactions[self.client.handle]
            if STAGES[page.stage].ends or page.stage in ON_PURPOSE or self.refused:
                return "refused" if self.refused else page.stage
            if page.stage == "identity-verification":
                self._come_back()
            elif not self._move():
                return f"stuck at {page.stage}: {self.client.offered} {self.client.said}"
        return f"round and round at {page.stage}"

    def _move(self) -> bool:
        self.person.decides()
        first, *others = self.client.last.body.get("remediation", {"value": [{}]})["value"]
        for form in (first, *sorted(others, key=lambda each: each["name"] != "skip")):  # one key is made once
            if "rel" in form:
                self.client.at += 31
                try:
                    self._submit(form)
                except Unknown:
                    continue
                return True
        return False

    def _submit(self, form: dict) -> None:
        body = self.person.filled(form, lambda options: options[0])
        reply = self.client.post(form["href"].split("/idp/idx/")[1], **body)
        self.refused = reply.status >= 400 and bool(self.client.said) and self.client.said != ["errors.E0000079"]

    def _form(self, name: str) -> dict:
        return next(row for row in self.client.last.body["remediation"]["value"] if row["name"] == name)

    def _come_back(self) -> None:
        handle = self.client.handle
        self.client.send(
            "identity-verification",
            f"stateTokenExternalId={handle}&decision=verified".encode(),
            content_type="application/x-www-form-urlencoded",
        )
        asked = json.dumps({"stateHandle": handle}).encode()
        request = Request(
            method="POST",
            endpoint="idx/introspect",
            origin=ORIGIN,
            at=self.client.at,
            chance=f"back {len(self.client.replies)}",
            body=asked,
        )
        self.client.state, self.client.last = advance(self.client.scenario, self.client.state, request)
        self.client.replies.append(self.client.last)


def orders(flow: str, count: int, places: Iterable[int]) -> list[list]:
    """The steps of the flow with so many others, at each of these places."""
    plain = FLOWS[flow]
    found = []
    for others in product(STEPS_TO_PLAY, repeat=count):
        for place in places:
            found.append([*plain[:place], *others, *plain[place:]])
    return found


def dead_ends(flow: str, count: int, places: Iterable[int] = (1,), **more: object) -> list[str]:
    """What orders of steps lead nowhere."""
    found = []
    for steps in orders(flow, count, places):
        scenario = scenario_of(flow, steps, **more)
        if scenario is None:
            continue
        try:
            end = Visit(scenario, flow).ends()
        except (Exception, AssertionError) as error:
            end = f"stuck: {error!r}"
        if "stuck" in end or "round" in end:
            found.append(f"{flow} {steps}: {end}")
    return found


def test_every_verb_of_the_grammar_is_played():
    verbs = {step if isinstance(step, str) else next(iter(step)) for step in EXAMPLES}
    assert verbs == {verb for verb, row in STEP_KINDS.items() if not row.implied}


@pytest.mark.parametrize("flow", FLOWS)
def test_one_more_step_after_the_beginning_leads_to_an_end(flow):
    assert dead_ends(flow, 1) == []


def test_one_more_step_leads_to_an_end_where_the_account_is_named_first():
    assert dead_ends("unlock", 1, wire={"unlock": "identifier_first"}) == []


@pytest.mark.slow
@pytest.mark.parametrize("flow", FLOWS)
def test_one_more_step_anywhere_leads_to_an_end(flow):
    assert dead_ends(flow, 1, range(len(FLOWS[flow]) + 1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("flow", FLOWS)
def test_two_more_steps_after_the_beginning_lead_to_an_end(flow):
    assert dead_ends(flow, 2) == []
