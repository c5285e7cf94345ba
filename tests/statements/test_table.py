"""The table of statements and the tests that play them name each other."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HEADING = re.compile(r"^### .*`(tests/statements/\w+\.py)`$")
NUMBER = re.compile(r"OKTA-\d+")
NOT_YET = "not yet"


@cache
def sections() -> dict[str, dict[str, tuple[str, str]]]:
    """For each module of tests, what its table says: by the name of the test, the source and what was seen at first."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    module = ""
    for line in (ROOT / "docs/statements.md").read_text(encoding="utf-8").splitlines():
        if heading := HEADING.match(line):
            module = heading[1]
            found[module] = {}
        elif line.startswith("| ") and line.endswith("` |"):
            source, _, seen, test = (cell.strip() for cell in line.strip("|").split(" | "))
            assert test.strip("`") not in found[module], f"{test} is played by two rows"
            found[module][test.strip("`")] = (source, seen)
    return found


@cache
def played(module: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return {each.name: each for each in functions if each.name.startswith("test_")}


def is_expected_to_fail(test: ast.FunctionDef) -> bool:
    """Whether the test, or one of its rows, is marked so."""
    return any("pytest.mark.xfail(" in ast.unparse(each) for each in test.decorator_list)


MODULES = sorted(
    f"tests/statements/{each.name}" for each in Path(__file__).parent.glob("test_*.py") if each != Path(__file__)
)


def test_every_module_has_its_table():
    assert sorted(sections()) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_every_statement_has_its_test_and_every_test_its_statement(module):
    assert set(sections()[module]) == set(played(module))


@pytest.mark.parametrize("module", MODULES)
def test_a_test_names_the_numbers_of_its_statement(module):
    numbers = {name: set(NUMBER.findall(source)) for name, (source, _) in sections()[module].items()}
    assert numbers == {
        name: set(NUMBER.findall(ast.get_docstring(test) or "")) for name, test in played(module).items()
    }


@pytest.mark.parametrize("module", MODULES)
def test_what_is_not_right_yet_is_what_is_expected_to_fail(module):
    admitted = {name for name, (_, seen) in sections()[module].items() if NOT_YET in seen}
    assert admitted == {name for name, test in played(module).items() if is_expected_to_fail(test)}
