"""Every scenario of the library, gone through at random: by what is offered, filled in rightly or wrongly.

Two visitors share each tenant, and in half of the runs an administrator changes users and decides things meanwhile.

Whoever fills in rightly what is offered is let through, but for scenarios that refuse people on purpose. A refusal does
not move the state, codes are good for one set of tokens, and the tenant next door knows nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mock_okta.engine import advance, bootstrap_tenant
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.vendors import PIN_CHANGED
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model import Reply, Request, Scenario, State, UserStatus
from mock_okta.keys import development_keys
from tests import library
from tests.depth import share
from tests.engine.administering import ACTS, CLOSED, breaches, users
from tests.engine.engine_client import ORIGIN, VERIFIER, EngineClient
from tests.engine.invariants import problems
from tests.engine.right_answers import RIGHT, RightAnswers, Unknown
from tests.engine.test_random_forms import filled

REFUSING = {verb for verb, row in STEP_KINDS.items() if row.ends or row.elsewhere} | {"promote"}
"""Steps that end flows on purpose, or go on elsewhere; and scenarios that propose a key ask for one that nobody has."""

FAILING = ("ends-with-a-message",)
"""Scenarios whose policy says that the server fails."""
NOT_SO = {
    MESSAGES["enroll.hotp.restricted"].text,  # set up by an administrator
    MESSAGES["enrollmentNotAllowed"].text,  # set up in the app
    PIN_CHANGED,  # and the next code is wanted
    MESSAGES["core.system.transaction_resource_not_found"].text,  # nobody has answered a push in time
    MESSAGES["core.auth.factor.signedNonce.error.invalidDevice"].text,  # offered to who has no such device
}
"""What is said to right answers that do not lead on."""
GONE = "errors.E0000079"
PROPOSAL = "enroll-authenticator-promotion"
"""A form whose answer does not count once the user has put the proposal off in another tab."""


def lets_everybody_through(scenario: Scenario) -> bool:
    """Whether right answers are all that it takes."""
    verbs = {step.verb for flow in scenario.flows.values() for step in flow}
    return not scenario.script and not verbs & REFUSING


class Library(RuleBasedStateMachine):
    """Two clients of one scenario's tenant, who take turns, and a tenant beside it."""

    why_not = ("invalid_grant",)
    """What may be said to a code that is not redeemed."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__()
        self.scenario = scenario
        self.lets_through = lets_everybody_through(scenario)
        self.engine = EngineClient(scenario)
        self.person = RightAnswers(self.engine)
        beside = EngineClient(scenario, self.engine.state, name="beside ")
        self.beside = (beside, RightAnswers(beside, key=self.person.key, used=self.person.used))
        self.other = bootstrap_tenant(scenario, tenant="other", seed="other", keys=development_keys())
        self.app = self.engine.state.apps[self.engine.state.client_ids[0]]
        self.codes: list[str] = []
        self.begin()

    @rule()
    def begin(self):
        with suppress(KeyError):  # a script may see to it that there is no handle
            self.engine.begin(client_id=self.app.client_id)

    @rule()
    def the_other_visitor_goes_on(self):
        """With the state as it is now, and the page as it was when they last looked."""
        (engine, person), self.beside = self.beside, (self.engine, self.person)
        engine.state, engine.at = self.engine.state, self.engine.at
        self.engine, self.person = engine, person
        if not engine.replies:
            self.begin()

    @rule(data=st.data(), times=st.integers(1, 5))
    def both_do_what_is_asked(self, data, times):
        """Side by side, so that the one finds done what the other has just done."""
        for _ in range(2 * times):
            self.do_right(data.draw)
            self.the_other_visitor_goes_on()

    # -- what is asked ------------------------------------------------------------------------------------------------

    @rule(data=st.data(), times=st.integers(1, 6))
    def do_what_is_asked(self, data, times):
        for _ in range(times):
            self.do_right(data.draw)
            self.person.decides()

    def do_right(self, draw):
        """Picks anything on offer and fills it in as somebody would who knows everything."""
        forms = [row for row in self.offered() if row["name"] not in ("select-identify", "unlock-account")]
        if not forms:
            self.begin()
            return
        form = draw(st.sampled_from(forms))
        self.engine.at += 31  # nobody is sent two texts in half a minute
        try:
            body = self.person.filled(form, lambda options: draw(st.sampled_from(options)))
        except Unknown:
            return
        if self.is_over():
            self.person.throws_away()
            self.begin()
            return
        as_seen = self.engine.is_as_seen
        reply = self.submit(form, body)
        thrown_away = self.person.throws_away()
        if as_seen and reply.status == 200:
            self.person.was_taken()
            assert not thrown_away or self.was_put_off(form), (form["name"], body, reply.body)
        locked = any(user.status is UserStatus.LOCKED_OUT for user in self.engine.state.users.values())
        if reply.status == 429 or locked:  # nor more than five in an hour; and wrong answers have their price
            self.begin()
        elif self.lets_through and not self.told() & NOT_SO and not self.is_gone(form):
            assert reply.status == 200, (form["name"], body, self.engine.said, reply.body)

    def was_put_off(self, form) -> bool:
        """Whether the form proposes something that the user has put off, in this tab or another."""
        return form["name"] == PROPOSAL and any(each.skips for each in self.engine.state.prompts.values())

    @rule(data=st.data())
    def do_something_like_it(self, data):
        """Fills in anything on offer, with whatever is of the right shape."""
        forms = self.offered()
        if forms:
            form = data.draw(st.sampled_from(forms))
            self.submit(form, filled(form["value"], data.draw))
            self.person.login = ""  # or whoever that was

    @rule(seconds=st.sampled_from([1, 31, 301]))
    def a_while_passes(self, seconds):
        """The first of the rules by its name, and so the simplest to Hypothesis, whose first run does nothing else."""
        self.engine.at += seconds

    @precondition(lambda self: self.can_answer_wrongly())
    @rule(data=st.data())
    def answer_wrongly(self, data):
        """A refusal shows the page as it stands now, or leads back to where the user is named; it never leads on.

        Where somebody has changed the user since the page was shown, it may lead on to where the user is, for nothing.
        """
        form = next(row for row in self.offered() if row["name"] == "challenge-authenticator")
        wrong = data.draw(st.sampled_from(self.person.wrong(form)))
        before, as_seen, stands = self.engine.state, self.engine.is_as_seen, self.offered_by_a_look()
        reply = self.submit(form, {"credentials": wrong})
        self.assert_nothing_was_proved(before)
        assert reply.status >= 400 or not as_seen
        if self.lets_through and reply.status >= 400:
            assert self.engine.offered in (stands, []) or self.engine.offered[0] == "identify"

    @precondition(lambda self: self.codes)
    @rule()
    def redeem_twice(self):
        """A code is good for one set of tokens."""
        code = self.codes.pop()
        client = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        known = {name: value for name, value in client.items() if value}
        fields = known | {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": VERIFIER}
        first = self.engine.form("token", **fields)
        again = self.engine.form("token", **fields)
        if not self.scenario.script:
            assert first.status == 200 or first.body["error"] in self.why_not, first.body
        assert first.status != 200 or (again.status, again.body["error"]) == (400, "invalid_grant")
        self.begin()

    @precondition(lambda self: self.offered())
    @rule()
    def ask_next_door(self):
        """Another tenant knows nothing of this one's transactions."""
        asked = json.dumps({"stateHandle": self.engine.handle}).encode()
        request = Request(
            method="POST", endpoint="idx/introspect", origin=ORIGIN, at=self.engine.at, chance="again", body=asked
        )
        state, reply = advance(self.scenario, self.other, request)
        assert "remediation" not in (reply.body if isinstance(reply.body, dict) else {})
        assert self.scenario.script or reply.status == 401
        assert state.users == self.other.users

    # -- how ----------------------------------------------------------------------------------------------------------

    def offered(self) -> list[dict[str, Any]]:
        body = self.engine.last.body if isinstance(self.engine.last.body, dict) else {}
        return [row for row in body.get("remediation", {"value": []})["value"] if "rel" in row]

    def offered_by_a_look(self) -> list[str]:
        """What the page offers now, which may be more than when it was shown; looking changes nothing."""
        looking = copy(self.engine)
        looking.replies = [*self.engine.replies]
        looking.post("introspect", stateHandle=self.engine.handle)
        return looking.offered

    def is_gone(self, form: dict[str, Any]) -> bool:
        """Whether the page does not offer that any more: the other visitor has used it up."""
        return self.engine.said == [GONE] and form not in self.offered()

    def told(self) -> set[str]:
        """The messages on top of the page."""
        return {each["message"] for each in self.engine.last.body.get("messages", {"value": []})["value"]}

    def can_answer_wrongly(self) -> bool:
        """Not where the phone or the mail has settled it already."""
        asked = any(row["name"] == "challenge-authenticator" for row in self.offered())
        transaction = self.engine.state.transactions.get(self.engine.handle) if asked else None
        challenge = transaction.challenge if transaction else None
        return asked and (challenge is None or challenge.decision is None)

    def is_over(self) -> bool:
        transaction = self.engine.state.transactions.get(self.engine.handle)
        return transaction is None or transaction.expires_at <= self.engine.at

    def submit(self, form: dict[str, Any], body: dict[str, Any]) -> Reply:
        before = self.engine.state
        reply = self.engine.post(form["href"].split("/idp/idx/")[1], **body)
        if reply.status >= 400:
            self.assert_nothing_was_gained(before)
        success = reply.body.get("successWithInteractionCode") if isinstance(reply.body, dict) else None
        if success:
            self.codes.append(next(f["value"] for f in success["value"] if f["name"] == "interaction_code"))
        return reply

    def assert_nothing_was_gained(self, before: State) -> None:
        """Whoever is refused has proved nothing more, and gets no code."""
        then = before.transactions.get(self.engine.handle)
        now = self.engine.state.transactions.get(self.engine.handle)
        if then is not None and now is not None:
            assert now.code is None
            if STAGES[now.stage].offers and self.lets_through:
                self.assert_nothing_was_proved(before)

    def assert_nothing_was_proved(self, before: State) -> None:
        """Whatever the reply says: also where the answer was not judged."""
        then = before.transactions.get(self.engine.handle)
        now = self.engine.state.transactions.get(self.engine.handle)
        if then is not None and now is not None:
            assert {*now.proofs} <= {*then.proofs}

    @invariant()
    def nobody_has_what_nobody_can_have(self):
        assert list(breaches(self.engine.state)) == []

    @invariant()
    def the_reply_would_break_no_client(self):
        reply = self.engine.last
        assert reply.status < 500 or self.scenario.script or self.scenario.name in FAILING
        if not self.scenario.script and isinstance(reply.body, dict) and "version" in reply.body:
            assert problems(reply, ORIGIN) == []


class Administered(Library):
    """The same, while an administrator, a vendor or a phone does something now and then."""

    why_not = ("invalid_grant", "access_denied")

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.lets_through = False  # what is right on the page may be wrong by now
        self.closed: dict[str, UserStatus] = {}

    @rule(data=st.data())
    def the_administrator_acts(self, data):
        act = ACTS[data.draw(st.sampled_from(sorted(ACTS)))]
        user = data.draw(st.sampled_from(users(self.engine.state)))
        self.engine.state = act(self.scenario, self.engine.state, user, self.engine.at)
        self.closed = {each.id: each.status for each in users(self.engine.state) if each.status in CLOSED}

    @rule()
    def look_again(self):
        """A look at the page as it stands is never a failure."""
        self.engine.post("introspect", stateHandle=self.engine.handle)

    @invariant()
    def what_the_administrator_has_closed_stays_closed(self):
        assert {identity: self.engine.state.users[identity].status for identity in self.closed} == self.closed


def go_through(machine: type[Library], name: str, runs: int, moves: int) -> None:
    if machine is Administered and not library.scenario(name).users:
        return
    chosen = settings(max_examples=runs, stateful_step_count=moves, suppress_health_check=list(HealthCheck))
    made = partial(machine, library.scenario(name))
    if chosen.derandomize:  # from the code alone, which is the same for all scenarios: each gets moves of its own
        made = seed(crc32(name.encode()))(made)
    run_state_machine_as_test(made, settings=chosen)


@pytest.mark.parametrize("name", library.NAMES)
@pytest.mark.parametrize("machine", [Library, Administered])
def test_some_moves(machine, name):
    go_through(machine, name, runs=2, moves=max(15, share(30)))


@pytest.mark.slow
@pytest.mark.parametrize("name", library.NAMES)
@pytest.mark.parametrize("machine", [Library, Administered])
def test_many_moves(machine, name):
    go_through(machine, name, runs=12, moves=40)


def test_most_of_the_library_lets_everybody_through():
    letting = [name for name in library.NAMES if lets_everybody_through(library.scenario(name))]
    assert len(letting) >= 80


def test_every_authenticator_that_is_answered_on_a_form_can_be_answered_rightly():
    by_other_means = {"custom_app", "external_idp", "smart_card_idp"}  # on a phone, or at an identity provider
    assert {*AUTHENTICATORS} - {*RIGHT} == by_other_means
