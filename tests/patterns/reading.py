"""Every regular expression in the code, found in the syntax tree, with how it is put to a text."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

TAKES_A_PATTERN = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
MODES = {"match": "match", "fullmatch": "fullmatch"}
"""Where a match has to begin and end; every other method looks for one anywhere."""
ALL_MODES = {*MODES.values(), "search"}
"""Of a compiled pattern that other files may use as they like."""


@dataclass(frozen=True)
class Pattern:
    """One use of one pattern.

    source: of the pattern; None if it can't be known without running the code
    mode: "match", "fullmatch" or "search"
    written: the expression in the code that stands for the pattern
    """

    file: str
    line: int
    written: str
    mode: str
    source: str | bytes | None
    flags: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.mode} {self.written}"


def patterns_in(source: str, file: str, module: ModuleType | None = None) -> list[Pattern]:
    """The patterns of one file. Those that are compiled count once for each way in which they are used.

    module: the file, imported, to know what the names in it stand for
    """
    tree = ast.parse(source)
    names = vars(module) if module else _constants(tree)
    called = _names_of_re(tree)
    used = _methods_called(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or (method := called.get(ast.unparse(node.func))) is None:
            continue
        argument = _argument(node, "pattern", 0)
        flags = _argument(node, "flags", {"compile": 1, "split": 3, "sub": 4, "subn": 4}.get(method, 2))
        value, number = _value(argument, names), _value(flags, names) if flags else 0
        modes = {MODES.get(method, "search")}
        if method == "compile":
            bound = _bound_to(tree, node)
            modes = used.get(bound, ALL_MODES) if bound.startswith("_") else ALL_MODES
            if isinstance(made := names.get(bound), re.Pattern):
                value, number = made.pattern, made.flags & ~re.UNICODE
        known = isinstance(value, str | bytes) and isinstance(number, int)
        written = ast.unparse(argument) if argument else ""
        for mode in sorted(modes):
            found.append(Pattern(file, node.lineno, written, mode, value if known else None, number if known else 0))
    return found


def all_patterns(*packages: Path) -> Iterator[Pattern]:
    """The patterns of all Python files of these packages."""
    for package in packages:
        root = package.parent
        for path in sorted(package.rglob("*.py")):
            source = path.read_text()
            if re.search(r"\bre\b", source) and "node_modules" not in path.parts:
                name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
                yield from patterns_in(source, str(path.relative_to(root)), importlib.import_module(name))


def _names_of_re(tree: ast.Module) -> dict[str, str]:
    """What the functions of `re` are called in this file, and which they are: `re.search`, `regex.search`, `search`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "re":
                    names |= {f"{alias.asname or 're'}.{method}": method for method in TAKES_A_PATTERN}
        elif isinstance(node, ast.ImportFrom) and node.module == "re":
            names |= {each.asname or each.name: each.name for each in node.names if each.name in TAKES_A_PATTERN}
    return names


def _methods_called(tree: ast.Module) -> dict[str, set[str]]:
    """How each name is used as a compiled pattern within the file: in which modes."""
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in TAKES_A_PATTERN:
            used.setdefault(node.value.id, set()).add(MODES.get(node.attr, "search"))
    return used


def _bound_to(tree: ast.Module, call: ast.Call) -> str:
    """The name that a compiled pattern is given, "" if it has none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is call:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                return target.id
    return ""


def _argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    named = next((each.value for each in call.keywords if each.arg == name), None)
    return named or (call.args[position] if len(call.args) > position else None)


def _constants(tree: ast.Module) -> dict[str, Any]:
    names: dict[str, Any] = {"re": re}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = _value(node.value, names)
    return names


def _value(node: ast.expr | None, names: dict[str, Any]) -> Any:
    """What an expression of constants and of names at the module's top stands for; None if it is any other."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
            return getattr(names.get(owner), attribute, None)
        case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right):
            sides = _value(left, names), _value(right, names)
            if None in sides:
                return None
            return sides[0] | sides[1] if isinstance(node.op, ast.BitOr) else sides[0] + sides[1]
        case ast.JoinedStr(values=values):
            parts = [_value(each.value if isinstance(each, ast.FormattedValue) else each, names) for each in values]
            return None if None in parts else "".join(map(str, parts))
    return None
