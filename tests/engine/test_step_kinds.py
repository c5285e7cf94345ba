"""A step's facts stand in its row: nobody else in the engine asks what its verb is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mock_okta.engine.idx.step_kinds.table import STEP_KINDS

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.joinpath("mock_okta/engine").rglob("*.py"))
LOOKED_UP = {"STEP_KINDS[step.verb]", "_step_kinds()[step.verb]", "Step(verb=kind.verb)"}
"""Where a verb leads to its row, and a row to a step of its kind."""


def questions(source: str) -> list[str]:
    """Where `verb` of something is read, but to look up a row."""
    tree = ast.parse(source)
    inner = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, (ast.Subscript, ast.Call)) and ast.unparse(outer) in LOOKED_UP
        for node in ast.walk(outer)
    }
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "verb" and id(node) not in inner
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_engine_looks_at_a_verb_only_to_find_its_row(file):
    assert questions(file.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "if step.verb == 'verify': pass",
        "found[0].verb in ('add', 'promote')",
        "match step.verb:\n    case 'reset': pass",
        "{'add': 1}.get(step.verb)",
        "verb = step.verb",
        "STEP_KINDS[step.verb] if step.verb != 'renew' else None",
    ],
)
def test_a_comparison_is_found(source):
    assert len(questions(source)) == 1


@pytest.mark.parametrize("row", STEP_KINDS.values(), ids=lambda row: row.verb)
def test_a_row_says_what_files_may_say_of_it(row):
    assert row.implied == (not row.examples)
    assert all(line.startswith(f"- {row.verb}") for line, _ in row.examples)
    assert row.alone or row.bare or row.settings
    assert row.lasts_until in {"", *(each.name for each in row.settings)}
    assert row.password_page is None or "with_password" in {each.name for each in row.settings}
