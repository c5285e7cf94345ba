"""No pattern goes back again and again, whatever the text: recheck judges each that the syntax tree holds.

A pattern that needs the square of a text's length for some text lets one client stop the server for all others.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_okta.schema import intervention_schema, scenario_schema
from tests.interop.conftest import needed
from tests.interop.toolchain import find_node, install_packages
from tests.patterns.javascript import Untranslatable, in_javascript
from tests.patterns.reading import Pattern, all_patterns, patterns_in

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGES = (ROOT / "mock_okta", ROOT / "conformance" / "mock_okta_conformance")

UNREADABLE = {
    ("mock_okta/loader/grammar.py", "exact"): "patterns of the schema of scenarios, which are judged below",
}
"""Patterns that are not known before the code runs, by file and expression, each with the reason why that is right."""

Judge = Callable[[Iterable[Pattern]], dict[Pattern, str]]


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Maps each pattern that some text makes go back to how bad that is."""
    node = needed(find_node)
    needed(lambda: install_packages(HERE))

    def judged(patterns: Iterable[Pattern]) -> dict[Pattern, str]:
        translated = {each: in_javascript(each.source, each.flags, each.mode) for each in patterns}
        asked = sorted(set(translated.values()))
        done = subprocess.run(
            [node, HERE / "judge.mjs"], input=json.dumps(asked), capture_output=True, text=True, timeout=600, check=True
        )
        verdicts: dict[tuple[str, str], dict[str, Any]] = dict(zip(asked, json.loads(done.stdout), strict=True))
        return {
            each: f"{verdict['complexity']}: {verdict['attack']}{verdict['error']}"
            for each, question in translated.items()
            if (verdict := verdicts[question])["status"] != "safe"
        }

    return judged


def code_with(*lines: str) -> list[Pattern]:
    return patterns_in("\n".join(("import re", *lines)), "planted.py")


def patterns_of_schema(schema: Any) -> Iterator[Pattern]:
    """JSON Schema puts patterns to texts by search."""
    if isinstance(schema, dict):
        if isinstance(pattern := schema.get("pattern"), str):
            yield Pattern("the schema", 0, repr(pattern), "search", pattern)
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from patterns_of_schema(each)


@pytest.mark.slow
@pytest.mark.interop
def test_no_pattern_goes_back_again_and_again(judge):
    found = [*all_patterns(*PACKAGES)]
    found += [*patterns_of_schema(scenario_schema()), *patterns_of_schema(intervention_schema())]
    assert len(found) > 50
    assert judge(each for each in found if each.source is not None) == {}


def test_every_pattern_can_be_read_in_the_code_or_has_a_reason():
    unread = {(each.file, each.written) for each in all_patterns(*PACKAGES) if not each.source}
    assert unread == set(UNREADABLE)


@pytest.mark.interop
def test_a_planted_pattern_that_goes_back_is_found(judge):
    planted = code_with(
        '_COMPILED = re.compile(r"[^@]+@[^@]+\\.[^@]+")',
        "def is_address(text): return _COMPILED.fullmatch(text)",
        'def without_tags(text): return re.sub("<[^>]*>", "", text)',
        """def strings(body): return re.compile(rb'"(?:[^"\\\\]|\\\\.)*"', re.DOTALL).sub(b"", body)""",
        'def nested(text): return re.match(pattern="(a+)+$", string=text)',
        'PART = "[a-z]+"',
        'def joined(text): return re.search(f"({PART}|-)*" + "!", text)',
    )
    assert {each.line for each in judge(planted)} == {2, 4, 5, 6, 8}


@pytest.mark.interop
def test_patterns_that_never_go_back_pass(judge):
    planted = code_with(
        '_CODE = re.compile(r"\\A(?P<one>[0-9]{6})(?:x(?P=one))?\\Z")',
        "def is_code(text): return _CODE.match(text)",
        'def strings(body): return re.sub(r\'"[^"\\\\]*(?:\\\\.[^"\\\\]*)*\', "", body)',
        'def words(text): return re.findall(r"(?a:\\w)+" if False else r"(?<![a-z])[a-z]++", text)',
        'def lines(text): return re.split(r"\\r?\\n", text)',
    )
    assert judge(each for each in planted if each.source) == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('_P = re.compile("a", re.I); _P.match("")', [("match", "a", re.IGNORECASE)]),
        ('P = re.compile("a")', [("fullmatch", "a", 0), ("match", "a", 0), ("search", "a", 0)]),
        ('re.split("a", x, flags=re.S)', [("search", "a", re.DOTALL)]),
        ('from re import fullmatch as fits; fits("a" + "b", x)', [("fullmatch", "ab", 0)]),
        ('import re as r; r.finditer(rb"a", x)', [("search", b"a", 0)]),
        ("re.search(given, x)", [("search", None, 0)]),
        ('re.search(f"a{given}", x)', [("search", None, 0)]),
    ],
)
def test_a_pattern_is_found_however_it_is_written(line, expected):
    assert [(each.mode, each.source, each.flags) for each in code_with(line)] == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"a.b", r"a[^\n]b"),
        (r"(?s)a.b", r"a[\s\S]b"),
        (rb"[^\w-]{2,}?", r"(?:[^\w\u002d]){2,}?"),
        (r"(?P<x>a|bc)(?P=x)", r"(?<g1>(?:a|bc))\k<g1>"),
        (r"\Aab\Z", r"^ab$"),
        (r"ab$", r"ab(?=\n?$)"),
        (r"a*+b", r"(?=(?<a1>(?:a){0,}))\k<a1>b"),
        (r"(?>a|b)c(?!d)", r"(?=(?<a1>[ab]))\k<a1>c(?!d)"),
    ],
)
def test_a_pattern_is_put_into_javascript_with_all_that_makes_it_go_back(pattern, expected):
    assert in_javascript(pattern, 0, "search")[0] == expected


def test_what_javascript_has_not_is_refused_rather_than_passed():
    for pattern in (r"(a)(?(1)b|c)", r"(?i:a)b", r"\bword\b"):
        with pytest.raises(Untranslatable):
            in_javascript(pattern, 0, "search")
