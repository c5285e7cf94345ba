"""Between a page and its answer anything may happen: another tab goes on, an administrator changes the user, time goes.

Every page that any walk of the library comes to is answered after each of these, by the answer of the walk. The answer
is no failure, neither is looking at the page before or after it, and nobody comes to more than an administrator allows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine import advance
from mock_okta.engine.model import Reply, Request, Scenario, State
from tests.depth import thinned
from tests.engine.administering import ACTS, CLOSED, ORIGIN, Act, breaches, every_user
from tests.engine.invariants import problems
from tests.recorded import recorded


class Answer(Struct, frozen=True):
    """The answer to a page, and the tenant as it was then."""

    scenario: Scenario
    state: State
    request: Request
    handle: str

    @property
    def kind(self) -> tuple[Any, ...]:
        """What kind of page it is, and of answer."""
        page = self.state.transactions[self.handle]
        asked = page.challenge
        about = (asked.authenticator, asked.purpose, asked.method) if asked else ()
        return (page.stage, page.flow, about, self.request.endpoint, ",".join(sorted(_members(self.request.body))))


def _members(body: bytes) -> Mapping[str, Any]:
    """What a body says; some walks send what is no JSON."""
    try:
        value = json.loads(body)
    except ValueError:
        value = {}
    return value if isinstance(value, dict) else {}


def _handle_of(request: Request) -> str:
    """The handle of the page that a request answers; "" if it answers none."""
    query = dict(request.query)
    if request.endpoint.startswith("idx/") and request.endpoint != "idx/introspect":
        return str(_members(request.body).get("stateHandle", ""))
    if request.endpoint in ("identity-provider", "identity-verification"):
        return query.get("stateToken", query.get("stateTokenExternalId", ""))
    return ""


@cache
def answers() -> tuple[Answer, ...]:
    """All answers of all walks; the scripts that break replies on purpose are left out."""
    return tuple(
        Answer(recording.scenario, move.before, move.request, handle)
        for recording in recorded()
        if not recording.scenario.script
        for move in recording.moves
        if (handle := _handle_of(move.request)) in move.before.transactions
    )


@cache
def kinds() -> tuple[Answer, ...]:
    """One answer of each kind."""
    return tuple({answer.kind: answer for answer in answers()}.values())


def look(answer: Answer, state: State) -> Reply:
    body = json.dumps({"stateHandle": answer.handle}).encode()
    headers = {"content-type": "application/json"}
    asked = replace(
        answer.request, method="POST", endpoint="idx/introspect", headers=headers, query=(), body=body, chance="look"
    )
    return advance(answer.scenario, state, asked)[1]


def complaints(answer: Answer, act: Act) -> Iterator[str]:
    """What goes wrong with the answer after the act."""
    try:
        state = every_user(answer.scenario, answer.state, act, answer.request.at)
        closed = {user.id: user.status for user in state.users.values() if user.status in CLOSED}
        yield from _of(answer, "a look before", look(answer, state))
        for time in ("the answer", "the answer again"):
            state, reply = advance(answer.scenario, state, replace(answer.request, chance=time))
            yield from _of(answer, time, reply)
        yield from _of(answer, "a look after", look(answer, state))
    except Exception as error:
        yield f"{answer.scenario.name}: {answer.kind}: {error!r}"
        return
    yield from (f"{answer.scenario.name}: {answer.kind}: {each}" for each in breaches(state))
    for identity, status in closed.items():
        if state.users[identity].status is not status:
            yield f"{answer.scenario.name}: {answer.kind}: a user who was {status} is not any more"
        if any(
            grant.subject.user_id == identity
            for grant in state.grants.values()
            if answer.state.grants.get(grant.key) is None
        ):
            yield f"{answer.scenario.name}: {answer.kind}: a user who was {status} has signed in"


def _of(answer: Answer, what: str, reply: Reply) -> Iterator[str]:
    found = problems(reply, ORIGIN) if reply.body and isinstance(reply.body, dict) and "version" in reply.body else []
    if reply.status >= 500 and answer.scenario.name != "ends-with-a-message":
        found = [str(reply.status), *found]
    yield from (f"{answer.scenario.name}: {answer.kind}: {what}: {each}" for each in found)


def test_the_walks_come_to_pages_of_many_kinds():
    assert len(answers()) > 1000
    assert len({answer.kind[0] for answer in kinds()}) > 35


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_is_no_failure_after_an_administrator(act):
    some = thinned(kinds(), number=[*ACTS].index(act))
    found = [each for answer in some for each in complaints(answer, ACTS[act])]
    assert not found, "\n".join(found[:20])


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_no_answer_of_any_walk_is_a_failure_after_an_administrator(act):
    found = [each for answer in answers() for each in complaints(answer, ACTS[act])]
    assert not found, "\n".join(found[:20])


def in_another_tab(answer: Answer) -> State:
    """The tenant after the same answer to the same page in another tab."""
    page = answer.state.transactions[answer.handle]
    twin = replace(page, handle=f"{answer.handle[:-4]}twin", interaction_handle="")
    state = replace(answer.state, transactions=answer.state.transactions.set(twin.handle, twin))
    body = answer.request.body.replace(answer.handle.encode(), twin.handle.encode())
    query = tuple((name, value.replace(answer.handle, twin.handle)) for name, value in answer.request.query)
    state, reply = advance(answer.scenario, state, replace(answer.request, body=body, query=query, chance="twin"))
    assert not [*_of(answer, "the other tab", reply)]
    return state


def test_an_answer_is_no_failure_after_the_same_in_another_tab():
    found = []
    for answer in thinned(answers()):
        found += complaints(replace(answer, state=in_another_tab(answer)), lambda scenario, state, user, at: state)
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("seconds", [-3600, 61, 299, 3600, 86_400])
def test_an_answer_is_no_failure_at_another_time(seconds):
    found = []
    for answer in kinds():
        later = replace(answer, request=replace(answer.request, at=answer.request.at + seconds))
        found += complaints(later, lambda scenario, state, user, at: state)
    assert not found, "\n".join(found[:20])
