"""Settings as their own readers: nobody reads as always there what may be left out."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_okta.engine.idx.settings import TEXT, WHOLE, Setting

ROOT = Path(__file__).parents[2]
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for file in sorted((ROOT / "mock_okta/engine/idx").rglob("*.py"))
    if file.stem != "__init__"
]


def readings(module: str) -> Iterator[tuple[int, Setting]]:
    """Where a module reads a setting as always there (`of`, `read`), by line."""
    loaded = importlib.import_module(module)
    for node in ast.walk(ast.parse(Path(loaded.__file__).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("of", "read"):
            found = loaded
            for name in ast.unparse(node.func.value).split("."):
                found = getattr(found, name, None)
            if isinstance(found, Setting):
                yield node.lineno, found


@pytest.mark.parametrize("module", MODULES)
def test_what_is_read_as_always_there_is_needed_or_drawn_or_has_a_default(module):
    assert [line for line, row in readings(module) if row.default is None and not row.needed and not row.drawn] == []


def test_a_setting_reads_what_is_said_and_its_default_where_nothing_is():
    length = Setting(name="length", kind=WHOLE, default=6, about="Digits.")
    assert (length.read({"length": 8}), length.read({}), length.find({})) == (8, 6, 6)


def test_a_setting_without_a_default_is_found_or_not_and_never_read_in_silence():
    script = Setting(name="script", kind=TEXT, about="An address.")
    assert script.find({}) is None
    with pytest.raises(KeyError, match="script"):
        script.read({})
