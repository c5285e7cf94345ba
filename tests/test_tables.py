"""Tables of facts keep every row that is written: none is lost to another of its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mock_okta.engine.base.table
import mock_okta_conformance.tables
from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS
from mock_okta.engine.base.oauth_errors import OAuthErrorRow as Row
from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS

ROOT = Path(__file__).parent.parent
FILES = sorted(file for folder in ("mock_okta", "conformance") for file in (ROOT / folder).rglob("*.py"))


def tables_made_otherwise(source: str) -> Iterator[str]:
    """Module-level dicts that would swallow a double: comprehensions keyed by a member of a row, and literals."""
    for statement in ast.parse(source).body:
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Assign | ast.AnnAssign) and value is not None:
            yield from (
                f"line {node.lineno}: {ast.unparse(node)[:80]}"
                for node in ast.walk(value)
                if _is_keyed_by_its_rows(node) or _has_doubles(node)
            )


def _is_keyed_by_its_rows(node: ast.AST) -> bool:
    """`{row.name: row for ...}`, `{row["name"]: row for ...}`, `dict((row.name, row) for ...)`."""
    if isinstance(node, ast.DictComp):
        key, row = node.key, node.value
    elif isinstance(node, ast.GeneratorExp | ast.ListComp) and isinstance(node.elt, ast.Tuple):
        key, row = node.elt.elts[0], node.elt.elts[-1]
    else:
        return False
    return isinstance(key, ast.Attribute | ast.Subscript) and ast.unparse(key.value) == ast.unparse(row)


def _has_doubles(node: ast.AST) -> bool:
    keys = [ast.unparse(key) for key in node.keys if key is not None] if isinstance(node, ast.Dict) else []
    return len(set(keys)) < len(keys)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_table_of_rows_is_made_by_the_one_function_that_refuses_doubles(file):
    assert list(tables_made_otherwise(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "ROWS = {row.name: row for row in (1, 2)}",
        "ROWS: dict[str, Row] = {each['name']: each for each in OTHERS}",
        "ROWS = dict((row.name, row) for row in OTHERS)",
        "ROWS = Map([(row.name, row) for row in OTHERS])",
        "ROWS = {'a': 1, 'b': 2, 'a': 3}",
        "ROWS = {**OTHERS, KEY: 1, KEY: 2}",
    ],
)
def test_a_table_made_another_way_is_found(source):
    assert len(list(tables_made_otherwise(source))) == 1


@pytest.mark.parametrize("table", [mock_okta.engine.base.table.table, mock_okta_conformance.tables.table])
def test_a_table_refuses_two_rows_of_one_name(table):
    rows = (Row("one", 400, "invalid_request", "1"), Row("two", 400, "invalid_request", "2"))
    assert list(table("name", rows)) == ["one", "two"]
    with pytest.raises(ValueError, match="two rows of OAuthErrorRow have the error 'invalid_request'"):
        table("error", rows)


def test_a_script_that_says_access_denied_means_the_row_of_the_catalogue():
    """Okta's catalogue has 403; a device whose user turns it away is told 400 (RFC 8628, section 3.5)."""
    assert OAUTH_ERRORS["access_denied"].status == 403
    assert OAUTH_ERRORS["device_access_denied"].status == 400
    assert OAUTH_ERRORS["access_denied"].error == OAUTH_ERRORS["device_access_denied"].error == "access_denied"


def test_no_requirement_stands_twice():
    assert len({requirement.id for requirement in CLIENT_REQUIREMENTS}) == len(CLIENT_REQUIREMENTS)
