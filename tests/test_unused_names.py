"""What a module defines, somebody uses."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from tests.test_sizes import FILES, ROOT

CALLED_FROM_OUTSIDE = ("__", "pytest", "test", "Test")
"""How the names begin that Python and pytest look for."""


def unused(modules: Mapping[str, str]) -> Iterator[str]:
    """The names on top of modules, given by path and source, that no other statement and no other module reads."""
    trees = {path: ast.parse(source) for path, source in modules.items()}
    taken = set[str | tuple[str, str]]()
    reads = dict[ast.stmt, set[str]]()
    for tree in trees.values():
        for statement in tree.body:
            reads[statement] = set()
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    reads[statement].add(node.id)
                elif isinstance(node, ast.Attribute):  # a member of whatever module
                    taken.add(node.attr)
                elif isinstance(node, ast.ImportFrom):
                    taken |= {(str(node.module).split(".")[-1], each.name) for each in node.names}
    for path, tree in trees.items():
        module = path.removesuffix(".py").removesuffix("/__init__").split("/")[-1]
        read = Counter(name for statement in tree.body for name in reads[statement])
        for statement in tree.body:
            for name in _defined(statement):
                is_read = read[name] > (name in reads[statement])
                if not is_read and not taken & {(module, name), name} and not name.startswith(CALLED_FROM_OUTSIDE):
                    yield f"{path}: {name}"


def _defined(statement: ast.stmt) -> set[str]:
    """The names that a statement gives; what a decorator has is its decorator's."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set() if statement.decorator_list else {statement.name}
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return set()
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def test_every_name_on_top_of_a_module_is_used():
    assert [*unused({str(file.relative_to(ROOT)): file.read_text() for file in FILES})] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("A = 1", ["a.py: A"]),
        ("A: int = 1", ["a.py: A"]),
        ("A, B = 1, 2\nprint(B)", ["a.py: A"]),
        ("def f():\n    f()", ["a.py: f"]),
        ("class C:\n    def new(self):\n        return C()", ["a.py: C"]),
        ("A = 1\ndef f():\n    return A", ["a.py: f"]),
        ("A = 1\nprint(A)", []),
        ("def test_it():\n    pass", []),
        ("@fixture\ndef f():\n    pass", []),
    ],
)
def test_a_name_that_nobody_uses_is_found(source, found):
    assert [*unused({"a.py": source, "b.py": "from c import A"})] == found


@pytest.mark.parametrize("use", ["from a import A", "from x.a import A as B", "import a\nprint(a.A)"])
def test_a_name_that_another_module_takes_is_used(use):
    assert [*unused({"x/a.py": "A = 1", "b.py": use})] == []
