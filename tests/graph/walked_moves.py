"""Which pages and moves the walks of a scenario pass, in the words of its graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import forms, remediations
from mock_okta.engine.model import Reply, Request, Scenario, State, Transaction
from mock_okta.graph.pages import Move, Page, name_on_wire, on_page, page_of
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play

NOW = 1_800_000_000.0
ORIGIN = "http://localhost:6582"
IDX = "idx/"


@dataclass
class Passed:
    """What was passed, each with the walk that passed it first."""

    walk: str = ""
    pages: dict[Page, str] = field(default_factory=dict)
    moves: dict[Move, str] = field(default_factory=dict)

    def advance(self, scenario: Scenario, state: State, request: Request) -> tuple[State, Reply]:
        """The engine, watched."""
        after, reply = advance(scenario, state, request)
        turn = Turn(scenario, after, request)
        for handle, transaction in after.transactions.items():
            if state.transactions.get(handle) is not transaction:
                self.pages.setdefault(page_of(turn, transaction), self.walk)
        for move in _moves(Turn(scenario, state, request), turn):
            self.moves.setdefault(move, self.walk)
        return after, reply


def _moves(before: Turn, after: Turn) -> Iterator[Move]:
    """What a request has submitted, if it has."""
    path = before.request.endpoint.removeprefix(IDX)
    if path in (before.request.endpoint, "introspect"):
        return
    given = _given(before.request)
    source = before.state.transactions.get(str(given.get("stateHandle")))
    if source is None or before.now >= source.expires_at:
        return
    began_anew = after.state.interactions.get(source.interaction_handle, "")
    target = after.state.transactions.get(source.handle) or after.state.transactions.get(began_anew)
    name = _submitted(before, source, path, given)
    if target is not None and name:
        yield Move(page_of(before, source), name, page_of(after, target))


def _given(request: Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _submitted(turn: Turn, transaction: Transaction, path: str, given: dict[str, Any]) -> str:
    if path.startswith("authenticators/sso_extension/"):
        path = f"{remediations.SSO_EXTENSION}/{path.split('/', 4)[4]}"
    try:
        return name_on_wire(remediations.submitted(turn, transaction, path, given)[0])
    except forms.Unreadable:
        return next((name_on_wire(row) for row in on_page(turn, transaction) if row.path == path), "")


def passed(scenario: Scenario) -> Passed:
    """All that the walks of a scenario pass."""
    seen = Passed()
    for walk in scenario.walks:
        seen.walk = walk.name
        org = Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW, advance=seen.advance)
        tenant = org.create(scenario, id="walked", seed="graph")
        world = EngineWorld(tenant, transport := EngineTransport(org))
        adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
        assert play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=scenario.name) is None
    return seen
