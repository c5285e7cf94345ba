"""Whatever a walk submits, an entry of a script can be about, and `check` knows that it can."""

from __future__ import annotations

import json
from functools import cache

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Intervention
from mock_okta.engine.script.occasions import Occasion
from mock_okta.errors import ScenarioError
from mock_okta.loader import bundled_path, parse
from mock_okta.schema.words import IDX_ENDPOINTS
from tests.recorded import Move, recorded

ANY = (Intervention(at={}, effect={}),)
"""Where there is no script, nobody asks what a request is about."""


@cache
def submissions() -> list[tuple[str, Move, Occasion]]:
    """What is asked of the Identity Engine in the walks of scenarios that have no script: where, and what about."""
    moves = ((each.scenario, move) for each in recorded() if not each.scenario.script for move in each.moves)
    asked = ((scenario, move) for scenario, move in moves if move.request.endpoint.startswith("idx/"))
    turns = (
        (scenario.name, move, Turn(scenario, replace(move.before, script=ANY), move.request))
        for scenario, move in asked
    )
    return [(name, move, idx.occasion(turn, move.request.endpoint[len("idx/") :])) for name, move, turn in turns]


def test_what_a_page_has_taken_was_the_submission_of_something():
    """But for introspection, which submits nothing."""
    taken = [(move, occasion) for _, move, occasion in submissions() if move.reply.status < 300]
    unnamed = {move.request.endpoint for move, occasion in taken if occasion.remediation is None}
    assert unnamed == {"idx/introspect"}


def test_an_entry_that_is_about_what_a_walk_submits_is_taken():
    entries: dict[str, list[dict[str, object]]] = {}
    for name, _, occasion in submissions():
        facts = {fact: getattr(occasion, fact) for fact in ("endpoint", "remediation", "authenticator", "user")}
        at = {fact: value for fact, value in facts.items() if value is not None}
        if occasion.endpoint in IDX_ENDPOINTS:
            entries.setdefault(name, []).append({"at": {**at, "attempt": 1}, "delay_ms": 1})
    refused = {}
    for name, script in entries.items():
        try:
            parse(f"{bundled_path(name).read_text()}\nscript: {json.dumps(script)}\n", f"{name}.yaml")
        except ScenarioError as error:
            refused[name] = str(error)
    assert refused == {}
