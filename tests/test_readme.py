"""The README is true: its examples run, its links lead somewhere, and it stays short."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mock_okta import loader

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)

APP = '''
import builtins

import httpx

from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.verbs import act


class MyApp:
    """An app as the README imagines it, made of the reference client."""

    def __init__(self, issuer, client_id, client_secret):
        settings = Settings(
            issuer=issuer,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri="http://localhost:8080/login/callback",
            scopes=("openid", "profile", "email"),
            http_on_loopback=True,
        )
        self.session = Client(settings, httpx.Client()).session()

    def sign_in(self, identifier, password):
        self.session.start()
        act(self.session, "identify", {"identifier": identifier})
        act(self.session, "answer password", {"password": password})
        act(self.session, "select email", {})

    def enter_code(self, code):
        act(self.session, "answer email", {"code": code})

    @property
    def user(self):
        return self.session.tokens.claims


builtins.MyApp = MyApp
'''


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def commands() -> list[list[str]]:
    """Every `mock-okta` command that the README shows, in a console or in the text."""
    shown = re.findall(r"^\$ (?:\.venv/bin/)?(mock-okta .*)$", README, flags=re.MULTILINE)
    shown += re.findall(r"`(mock-okta\s[^`]+)`", README)
    return [shlex.split(line) for line in shown]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_it_is_short():
    assert len(README.splitlines()) < 150


def test_a_server_runs_by_line_10_a_test_by_line_30_a_scenario_by_line_60():
    lines = README.splitlines()
    assert lines.index("mock-okta ready at http://127.0.0.1:6582") < 10
    assert lines.index("# test_sign_in.py") < 30
    assert lines.index("# bad-day.yaml") < 60


def test_its_python_test_passes(tmp_path):
    (tmp_path / "conftest.py").write_text(APP)
    (tmp_path / "test_sign_in.py").write_text(blocks("python")[0])
    arguments = ["-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    if "mock_okta" not in {entry.name for entry in _pytest_plugins()}:
        arguments += ["-p", "mock_okta.pytest_plugin"]
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import pytest; sys.exit(pytest.main({arguments!r}))"
    result = run("-c", path, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def _pytest_plugins():
    from importlib.metadata import entry_points

    return entry_points(group="pytest11")


def test_its_scenario_loads_and_its_walks_end_as_they_say(tmp_path):
    text = blocks("yaml")[0]
    assert loader.parse(text, "bad-day.yaml").walks
    (tmp_path / "bad-day.yaml").write_text(text)
    call = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from mock_okta.cli import main; sys.exit(main())"
    for command in ("check", "walk"):
        result = run("-c", call, command, "bad-day.yaml", cwd=tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_its_commands_exist(command, tmp_path):
    call = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from mock_okta.cli import main; sys.exit(main())"
    words = [word for word in command[1:3] if re.fullmatch(r"[a-z]+", word)]
    names = words if words[0] == "conform" else words[:1]
    result = run("-c", call, *names, "--help", cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_its_links_lead_somewhere(link):
    assert (ROOT / link).exists()
