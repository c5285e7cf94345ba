"""Whatever stands in a file, it is a scenario or a list of problems that people can act on; never another exception."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_okta.engine.model import Intervention, Scenario
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse, parse_intervention
from mock_okta.schema import scenario_schema
from tests import library
from tests.depth import examples

TEXTS = {name: library.text(name) for name in library.NAMES}
VALUES = [library.document(name) for name in library.NAMES]

YAML_SIGNS = st.sampled_from([*"[]{}:,-?!&*|>%@`\"'#<\n\t ~", "- ", ": ", "<<: ", "!!str ", "&a ", "*a ", "---\n"])


def words_of(schema: Any) -> list[str]:
    """Every key and every word that the grammar knows."""
    if isinstance(schema, list):
        return [word for each in schema for word in words_of(each)]
    if not isinstance(schema, dict):
        return []
    here = [*schema.get("properties", {}), *(word for word in schema.get("enum", []) if isinstance(word, str))]
    return here + [word for each in schema.values() for word in words_of(each)]


WORDS = sorted({*words_of(scenario_schema()), "mary@example.com", "$outbox.code", "", "x", "default"})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.sampled_from(list(scenario_schema()["properties"])), JSON, max_size=6)


def outcome(text: str | bytes) -> Scenario | None:
    """The scenario, or None after a look at the problems."""
    try:
        return parse(text)
    except ScenarioError as error:
        assert_helpful(error)
        return None


def assert_helpful(error: ScenarioError) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.line >= 1
        assert problem.message
        assert problem.hint
        assert "\n" not in problem.message + problem.hint + problem.field
        assert len(str(problem)) < 2000


@given(st.text())
def test_any_text_is_a_scenario_or_problems(text):
    assert outcome(text) is None or parse(text).about


@given(st.binary())
def test_any_bytes_are_a_scenario_or_problems(text):
    assert outcome(text) is None or parse(text).about


@given(st.lists(YAML_SIGNS | st.sampled_from(WORDS), max_size=40).map("".join))
def test_anything_that_looks_like_yaml_is_a_scenario_or_problems(text):
    assert outcome(f"about: x\n{text}") is None or parse(f"about: x\n{text}").about


@given(DOCUMENTS)
def test_any_values_under_known_keys_are_a_scenario_or_problems(value):
    text = json.dumps(value)
    assert outcome(text) is None or parse(text).about


@st.composite
def changed_scenarios(draw: st.DrawFn) -> Any:
    """A bundled scenario in which one value is another."""
    value = json.loads(json.dumps(draw(st.sampled_from(VALUES))))
    parent, key = value, draw(st.sampled_from(list(value)))
    while isinstance(parent[key], (dict, list)) and parent[key] and draw(st.booleans()):
        parent = parent[key]
        key = draw(st.sampled_from(list(parent) if isinstance(parent, dict) else range(len(parent))))
    parent[key] = draw(JSON)
    return value


@given(changed_scenarios())
@examples(300)
def test_any_change_to_a_good_scenario_makes_a_scenario_or_problems(value):
    text = json.dumps(value)
    assert outcome(text) is None or parse(text).about


@given(st.sampled_from(list(TEXTS.values())), st.integers(0, 3000), st.integers(0, 20), st.text(max_size=3))
def test_any_slip_of_the_hand_in_a_good_file_makes_a_scenario_or_problems(text, start, length, typed):
    slipped = text[:start] + typed + text[start + length :]
    assert outcome(slipped) is None or parse(slipped).about


@given(JSON | st.dictionaries(st.sampled_from(WORDS), JSON))
def test_any_value_is_an_intervention_or_problems(value):
    try:
        assert isinstance(parse_intervention(value), Intervention)
    except ScenarioError as error:
        assert_helpful(error)
