"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (".ci", "benchmarks", "conformance", "mock_okta", "tests")
NOT_OURS = {"build", "node_modules", "__pycache__"}
FOUND = (file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
FILES = sorted(file for file in FOUND if not NOT_OURS & {*file.relative_to(ROOT).parts})
LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 50


def too_long(source: str) -> Iterator[str]:
    """What is longer than it may be, with its length; a decorator is a line of its function, as is a docstring."""
    if len(source.splitlines()) > LINES_OF_A_FILE:
        yield f"the file: {len(source.splitlines())}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min(each.lineno for each in (node, *node.decorator_list))
            length = (node.end_lineno or first) - first + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{node.name}: {length}"


def test_no_file_and_no_function_is_too_long():
    assert {str(file.relative_to(ROOT)): found for file in FILES if (found := [*too_long(file.read_text())])} == {}


def test_all_folders_with_code_are_looked_at():
    assert {file.relative_to(ROOT).parts[0] for file in FILES} == {*FOLDERS}
    assert {file.parent.name for file in ROOT.glob("*/*.py")} - NOT_OURS <= {*FOLDERS}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n" * 501, ["the file: 501"]),
        ("x = 1\n" * 500, []),
        ("def f():\n" + "    x = 1\n" * 50, ["f: 51"]),
        ("def f():\n" + "    x = 1\n" * 49, []),
        ("class A:\n    @one\n    async def f():\n" + "        x = 1\n" * 49, ["f: 51"]),
        ("def f():\n    def g():\n" + "        x = 1\n" * 50, ["f: 52", "g: 51"]),
    ],
)
def test_what_is_too_long_is_found(source, said):
    assert [*too_long(source)] == said
