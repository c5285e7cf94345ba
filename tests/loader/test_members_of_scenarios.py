"""Whatever a scenario can say, the server looks at: a member that nobody reads could never act."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import fields

from mock_okta.engine.model import scenario

ROOT = Path(__file__).parent.parent.parent / "mock_okta"
MADE_OF = [
    each
    for each in vars(scenario).values()
    if isinstance(each, type) and issubclass(each, Struct) and each is not Struct
]


def read_in_the_server() -> set[str]:
    """The names of attributes that any part of the package looks at, but for the loader, which fills them."""
    files = (file for file in ROOT.rglob("*.py") if "loader" not in file.parts)
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("struct", MADE_OF, ids=lambda struct: struct.__name__)
def test_every_member_is_read(struct):
    assert {each.name for each in fields(struct)} - read_in_the_server() == set()
