"""Who may import whom. Each rule names the folder that it protects."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

IMPURE = {
    "asyncio", "concurrent", "datetime.now", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "select", "shutil", "signal", "socket", "subprocess", "tempfile", "threading", "time", "urllib.request",
    "uuid",
}  # fmt: skip
"""Standard modules that reach the clock, chance, files or the network."""

PURE_LIBRARIES = {"cryptography", "fido2", "immutables", "joserfc", "jsonpatch", "segno"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "now", "today", "utcnow"}


@dataclass(frozen=True)
class Import:
    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def files_of(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def imports_of(file: Path) -> list[Import]:
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [Import(file, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno} has a relative import"
            found += [Import(file, node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def is_below(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def breaches_of_purity(file: Path) -> list[str]:
    """What the engine may not do: everything but the standard library's pure part and a few pure libraries."""
    found = []
    for each in imports_of(file):
        allowed = is_below(each.module, "mock_okta.engine", *PURE_LIBRARIES) or (
            each.module.split(".")[0] in sys.stdlib_module_names and not is_below(each.module, *IMPURE)
        )
        if not allowed:
            found.append(str(each))
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in IMPURE_CALLS:
                found.append(f"{file.relative_to(ROOT)}:{node.lineno} calls {name}()")
    return found


@pytest.mark.parametrize("file", files_of("mock_okta/engine"), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_engine_is_pure(file):
    assert breaches_of_purity(file) == []


@pytest.mark.parametrize("line", ["import flask", "import time", "from random import random", "from os import path"])
def test_the_rule_of_purity_catches_a_breach(tmp_path, line, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    breach = tmp_path / "breach.py"
    breach.write_text(f"{line}\n")
    assert len(breaches_of_purity(breach)) == 1


def importers(folder: str, *modules: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Imports of `modules` inside a folder, but for files below the allowed places."""
    places = tuple(ROOT / place for place in allowed)
    return [
        str(each)
        for file in files_of(folder)
        if not any(file == place or place in file.parents for place in places)
        for each in imports_of(file)
        if is_below(each.module, *modules)
    ]


def test_flask_is_for_the_web_layer_only():
    allowed = ("mock_okta/web", "mock_okta/serving.py", "mock_okta/serving")
    assert importers("mock_okta", "flask", "werkzeug", allowed=allowed) == []


def test_yaml_is_for_the_loader_only():
    assert importers("mock_okta", "yaml", allowed=("mock_okta/loader", "mock_okta/commands")) == []


def test_only_commands_know_the_conformance_suite():
    assert importers("mock_okta", "conformance", allowed=("mock_okta/commands",)) == []


def test_the_conformance_suite_knows_the_mock_in_one_place_only():
    assert importers("conformance", "mock_okta", allowed=("conformance/walks/engine_transport.py",)) == []


def test_nobody_imports_commands_or_the_command_line():
    allowed = ("mock_okta/cli.py", "mock_okta/__main__.py", "mock_okta/commands")
    assert importers("mock_okta", "mock_okta.cli", "mock_okta.commands", allowed=allowed) == []
    assert importers("conformance", "mock_okta.cli", "mock_okta.commands") == []


def test_nobody_imports_tests():
    assert importers("mock_okta", "tests") == importers("conformance", "tests") == []
