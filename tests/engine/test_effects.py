"""A row of the table of effects is all that there is to say of one."""

from __future__ import annotations

import itertools
import json
from functools import cache
from typing import Any

import pytest

from mock_okta.engine import add_interventions
from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.model import Intervention
from mock_okta.engine.script.effect import Effect, Only, Part
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse_intervention
from mock_okta.loader.checks import effects as checks
from mock_okta.loader.document import Document
from tests.engine.engine_client import IDENTIFY, PASSWORD, VERIFIER, EngineClient, mary, scenario

SAMPLES: dict[str, list[Any]] = {
    "reply": [{"error": "E0000047", "retry_after_s": 3}],
    "raw": [{"status": 502, "body": {"kept": 1}}, {"body": "text"}],
    "patch": [{"x": 1}, [{"op": "add", "path": "/x", "value": 1}]],
    "headers": [{"X-Any": "1"}],
    "delay_ms": [5],
    "cut": ["truncate", "drop"],
    "expire": ["transaction"],
    "id_token": [{"claims": {"x": 1}}],
}
"""Values of every effect that each change something wherever there is something to change."""

GRAMMAR = {"type": "integer", "description": "Does something."}


def what_comes_of(effect, endpoint):
    """The transactions and the reply after a request to the endpoint, at which a script has this effect.

    endpoint: "idx/identify", with which a sign-in begins, or "token", with which it ends
    """
    return _what_comes_of(json.dumps(effect), endpoint)


@cache
def _what_comes_of(effect, endpoint):
    client = EngineClient(scenario(IDENTIFY, PASSWORD, users=(mary(),)))
    client.begin()
    if endpoint == "token":
        client.post("identify", identifier="mary@example.com")
        client.answer("Abcd1234!")
    entry = Intervention(at={"endpoint": endpoint}, effect=json.loads(effect))
    client.state = add_interventions(client.state, [entry])
    reply = redeem(client) if endpoint == "token" else client.post("identify", identifier="mary@example.com")
    return client.state.transactions, reply


def redeem(client):
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    return client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)


def problems_with(effect, endpoint):
    try:
        parse_intervention({"at": {"endpoint": endpoint}, **effect})
    except ScenarioError as refused:
        return [(problem.field, problem.message) for problem in refused.problems]
    return []


def test_there_is_a_sample_of_every_effect():
    assert set(SAMPLES) == set(EFFECTS)


@pytest.mark.parametrize("endpoint", ["idx/identify", "token"])
@pytest.mark.parametrize("name", EFFECTS)
def test_what_check_takes_changes_something_and_what_it_refuses_changes_nothing(name, endpoint):
    plain = what_comes_of({"delay_ms": 0}, endpoint)
    for value in SAMPLES[name]:
        alone = what_comes_of({name: value}, endpoint)
        taken = problems_with({name: value}, endpoint) == []
        assert (alone[1].unapplied == () and alone != plain) is taken


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(EFFECTS, 2)))
def test_of_two_effects_that_check_takes_together_each_does_what_it_does_alone(one, other):
    """And nothing is told to have been in vain. Of two that it refuses, one would be."""
    for endpoint, *values in itertools.product(("idx/identify", "token"), SAMPLES[one], SAMPLES[other]):
        both = dict(zip((one, other), values, strict=True))
        if problems_with(both, endpoint) == []:
            together = what_comes_of(both, endpoint)
            assert together[1].unapplied == ()
            assert together not in (what_comes_of({name: both[name]}, endpoint) for name in both)


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ({"reply": {"error": "E0000047"}, "raw": {}}, [("raw", "`reply` and `raw` each are the whole reply")]),
        (
            {"raw": {"body": {}}, "id_token": {"omit": True}},
            [("id_token", "`raw` is the whole reply, which has no ID token")],
        ),
        (
            {"reply": {"error": "E0000047"}, "id_token": {"omit": True}},
            [("id_token", "`reply` is the whole reply, which has no ID token")],
        ),
        ({"raw": {"body": "a"}, "patch": {"x": 1}}, [("patch", "`raw` has no JSON that a patch could change")]),
        ({"raw": {"body": [1]}, "patch": [{"op": "remove", "path": "/0"}]}, []),
        ({"cut": "drop", "patch": {"x": 1}}, [("patch", "nobody sees what `patch` does to a reply that is dropped")]),
        ({"cut": "drop", "headers": {}}, [("headers", "nobody sees what `headers` does to a reply that is dropped")]),
        ({"cut": "drop", "reply": {"error": "E0000047"}, "delay_ms": 1}, []),
        ({"cut": "truncate", "patch": {"x": 1}}, []),
        ({"expire": "code", "raw": {"status": 500}}, []),
    ],
)
def test_effects_that_get_in_each_others_way_are_refused(effect, told):
    assert problems_with(effect, "token" if "id_token" in effect else "idx/identify") == told


def test_a_patch_comes_after_an_id_token_has_been_changed():
    _, reply = what_comes_of({"patch": {"id_token": "patched"}, "id_token": {"claims": {"x": 1}}}, "token")
    assert (reply.body["id_token"], reply.unapplied) == ("patched", ())


def test_a_new_effect_is_held_against_the_others_by_what_its_row_says(monkeypatch):
    """Three whole replies; a change of a part that a whole reply does not have; a place where it can do nothing."""
    nowhere = Only(("keys",), "a request to {endpoint!r} has no keys, so this never happens", "use `keys`")
    rows = (
        Effect(name="redirect", grammar=GRAMMAR, replace=lambda *_: None, has=lambda value: (Part.HEADERS,)),
        Effect(name="shuffle", grammar=GRAMMAR, alter=lambda *_: None, changes=Part.JSON, only=nowhere),
    )
    monkeypatch.setattr(checks, "EFFECTS", EFFECTS | {row.name: row for row in rows})
    found = checked({"reply": {"error": "E0000047"}, "raw": {"body": {}}, "redirect": 1, "shuffle": 1, "cut": "drop"})
    assert found == [
        ("raw", "`reply` and `raw` each are the whole reply"),
        ("redirect", "`reply` and `redirect` each are the whole reply"),
        ("shuffle", "`redirect` has no JSON that a shuffle could change"),
        ("shuffle", "a request to 'token' has no keys, so this never happens"),
        ("shuffle", "nobody sees what `shuffle` does to a reply that is dropped"),
    ]


def checked(effect):
    document = Document("")
    checks.check_effects(document, (), effect, {"endpoint": "token"})
    return sorted((problem.field, problem.message) for problem in document.problems)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "the effect 'redirect' does nothing"),
        ({"replace": lambda *_: None}, "has to say what its reply has"),
        ({"alter": lambda *_: None, "has": lambda value: ()}, "has to say what its reply has"),
        ({"alter": lambda *_: None, "grammar": {}}, "has no description"),
    ],
)
def test_a_row_that_leaves_out_what_others_go_by_is_none(facts, said):
    with pytest.raises(ValueError, match=said):
        Effect(**{"name": "redirect", "grammar": GRAMMAR} | facts)
