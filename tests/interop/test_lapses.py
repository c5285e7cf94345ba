"""What okta-auth-js is known to miss: found by the suite, and seen again without it."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
from pathlib import Path

import pytest

from mock_okta import MockOkta
from mock_okta_conformance.adapters import open_adapter
from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS
from mock_okta_conformance.client.runner import run_client
from mock_okta_conformance.control import Control, Untrusted
from mock_okta_conformance.known import apply_known, read_known
from mock_okta_conformance.report.console import console_text
from mock_okta_conformance.results import exit_code
from tests.interop.running import ROOT

SCRIPTS = sorted(path for path in (Path(__file__).parent / "lapses").glob("*.mjs") if path.name != "org.mjs")
KNOWN = read_known(ROOT / "conformance" / "mock_okta_conformance" / "drivers" / "okta-auth-js" / "known.yaml")
ENDS_WITHIN_S = 60

pytestmark = pytest.mark.interop


def requirement_of(script: Path) -> str:
    found = re.match(r"// (C-[A-Z]+-\d\d): ", script.read_text())
    assert found, f"{script.name} does not begin with the id of a requirement"
    return found[1]


def test_every_known_lapse_has_a_script_and_every_script_a_known_lapse():
    assert sorted(requirement_of(script) for script in SCRIPTS) == sorted(entry.check for entry in KNOWN)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_lapse_is_seen_without_the_suite(script: Path, node: str, node_modules: Path):
    """The script brings a server of its own; it uses neither the mock nor the suite."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OKTA_", "NODE_"))}
    ended = subprocess.run(
        [node, str(script)], env=env, capture_output=True, text=True, timeout=ENDS_WITHIN_S, check=False
    )
    assert ended.returncode == 0, f"{script.name}:\n{ended.stdout}{ended.stderr}"
    assert "LAPSE: " in ended.stdout


@pytest.mark.slow
def test_the_suite_finds_exactly_the_known_lapses(node: str):
    """A verdict that moves, for a new version of the SDK or of the suite, is seen here."""
    adapter = open_adapter("okta-auth-js")
    try:
        with MockOkta() as plain, MockOkta(https=True) as secure:
            control = Control(plain.base_url, untrusted=Untrusted(secure.issuer, secure.journal))
            report = run_client(CLIENT_REQUIREMENTS, adapter, control)
            control.close()
    finally:
        adapter.close()
    judged = apply_known(report, KNOWN, datetime.date.today())
    assert exit_code(judged) == 0, console_text(judged, exit_code=exit_code(judged))
