"""The halves of the suite don't know each other, and what both share knows neither."""

from __future__ import annotations

import ast
from importlib import resources
from pathlib import Path

import pytest

PACKAGE = "mock_okta_conformance"
ROOT = Path(str(resources.files(PACKAGE)))
SHARED = ""
MAY_IMPORT = {
    SHARED: set(),
    "adapters": {SHARED},
    "client": {SHARED, "adapters"},
    "client.requirements": {SHARED, "adapters", "client"},
    "server": {SHARED},
    "server.requirements": {SHARED, "server"},
    "report": {SHARED},
    "reference": {SHARED},
    "walks": {SHARED, "reference"},
}


def folder_of(module: str) -> str:
    """The longest name of a folder that a module of the suite begins with, e.g. "client.requirements"."""
    return max((name for name in MAY_IMPORT if f"{module}.".startswith(f"{name}.")), key=len, default=SHARED)


def forbidden_imports(source: str, folder: str) -> list[str]:
    """The modules of the suite that a file of this folder imports and may not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        modules = [name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(f"{PACKAGE}.")]
        found += [name for name in modules if folder_of(name) not in MAY_IMPORT[folder] | {folder}]
    return found


def test_every_folder_with_code_has_its_rule():
    drivers = ROOT / "drivers"
    folders = {file.parent.relative_to(ROOT) for file in ROOT.rglob("*.py") if drivers not in file.parents}
    assert {".".join(folder.parts) for folder in folders} == set(MAY_IMPORT)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_it_may(folder):
    files = sorted(ROOT.joinpath(*folder.split(".")).glob("*.py"))
    assert {file.name: found for file in files if (found := forbidden_imports(file.read_text(), folder))} == {}


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        (SHARED, "from mock_okta_conformance.client.probe import Probe"),
        (SHARED, "import mock_okta_conformance.report.text"),
        ("adapters", "from mock_okta_conformance.client import player"),
        ("client", "from mock_okta_conformance.server.org import Org"),
        ("client", "from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS"),
        ("client.requirements", "from mock_okta_conformance.report.text import headline"),
        ("server", "from mock_okta_conformance.adapters.protocol import Hello"),
        ("server", "from mock_okta_conformance.server.requirements import token"),
        ("server.requirements", "from mock_okta_conformance.client.judging import once"),
        ("report", "from mock_okta_conformance.client.evidence import Evidence"),
        ("reference", "from mock_okta_conformance.adapters import Adapter"),
        ("walks", "from mock_okta_conformance import client"),
    ],
)
def test_an_import_that_runs_up_or_across_is_found(folder, line):
    assert len(forbidden_imports(line, folder)) == 1
