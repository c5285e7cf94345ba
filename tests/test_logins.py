"""Logins and addresses are compared in one place: `mock_okta/engine/model/logins.py`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.served_org import scenario, serve

ROOT = Path(__file__).parent.parent
HOME = "mock_okta/engine/model/logins.py"
OTHER_WORDS = ("engine/idx/authenticators/password_policy.py", "engine/idx/authenticators/question.py")
"""Modules that fold passwords and answers."""
NAMES = {"login", "identifier", "to"}
FILES = sorted(path for path in (ROOT / "mock_okta").rglob("*.py") if str(path.relative_to(ROOT)) != HOME)


def comparisons(source: str) -> Iterator[int]:
    """The lines in which a login or an address is compared by hand, or folded."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "casefold":
            yield node.lineno
        if isinstance(node, ast.Compare) and all(
            isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for op in node.ops
        ):
            operands = (node.left, *node.comparators)
            constant = any(isinstance(each, ast.Constant) for each in operands)
            if not constant and any(map(_is_login, operands)):
                yield node.lineno


def _is_login(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in NAMES
    asks = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and bool(node.args)
    return asks and isinstance(node.args[0], ast.Constant) and node.args[0].value in NAMES


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_logins_are_compared_in_one_place(file):
    if not str(file).endswith(OTHER_WORDS):
        assert list(comparisons(file.read_text())) == []


@pytest.mark.parametrize(
    "line",
    ["user.login == login", "x.casefold()", "to in (one, mail.to)", "a.get('login') != b", "login not in logins"],
)
def test_a_comparison_made_another_way_is_found(line):
    assert list(comparisons(line)) == [1]


def test_the_control_api_takes_a_login_in_any_case():
    at = serve(scenario())
    for method, path, body in (
        ("GET", "users/MARY@Example.com", None),
        ("PATCH", "users/MARY@Example.com", {"assigned": True}),
        ("POST", "tokens", {"user": "MARY@Example.com", "kind": "forgot"}),
        ("GET", "outbox?to=MARY@Example.com", None),
    ):
        assert at.control(method, f"tenants/default/{path}", body).status_code < 300
