"""The command line as a whole: help, version, usage errors, and how errors end a command."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import mock_okta
from mock_okta import cli
from mock_okta.errors import ConfigError, MockOktaError, Problem, ScenarioError

ROOT = Path(__file__).parents[2]


def test_every_command_module_is_listed():
    files = (ROOT / "mock_okta" / "commands").glob("[a-z]*.py")
    assert {file.stem for file in files if "\ndef command(" in file.read_text()} <= set(cli.COMMANDS)


def test_help_lists_the_commands(capsys):
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(about in said for about in cli.COMMANDS.values())


def test_help_imports_no_command():
    code = (
        "import sys; from mock_okta.cli import main; main(['--help']);"
        "sys.exit(any(name.startswith(('mock_okta.commands.', 'mock_okta.engine', 'yaml', 'flask', 'jsonschema'))"
        " for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=False).returncode == 0


def test_the_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"mock-okta {mock_okta.__version__}\n"


@pytest.mark.parametrize("arguments", [["chek"], ["--verison"], ["check", "--jsn"]])
def test_a_usage_error_is_exit_2(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "Error: " in capsys.readouterr().err


def test_an_unknown_command_is_told_with_the_nearest_one(capsys):
    cli.main(["chek"])
    assert "unknown command 'chek'; did you mean 'check'?" in capsys.readouterr().err


def ending(monkeypatch, outcome):
    """Makes `mock-okta demo` end like this."""

    @click.command()
    def command():
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(cli.importlib, "import_module", lambda name: SimpleNamespace(command=command))
    return cli.main(["demo"])


USAGE = "Usage: mock-okta demo [OPTIONS]\nTry 'mock-okta demo --help' for help.\n"
TITLE = Problem("b", 1, "", "title")
TYPO = Problem("a", 2, "f", "typo", "h")


class AdapterBroke(MockOktaError):
    exit_code = 3


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (None, 0, ""),
        (4, 4, ""),
        (ConfigError("the port 6582 is taken"), 2, "the port 6582 is taken\n"),
        (ScenarioError([TITLE, TYPO]), 2, "a:2: f: typo\n  hint: h\nb:1: title\n"),
        (AdapterBroke("the driver died"), 3, "the driver died\n"),
        (KeyboardInterrupt(), 130, "\n"),
        (click.UsageError("not both"), 2, f"{USAGE}\nError: not both\n"),
    ],
    ids=["nothing", "a number", "configuration", "scenario", "a harness", "interrupted", "usage"],
)  # fmt: skip
def test_how_a_command_ends(monkeypatch, capsys, outcome, code, said):
    assert ending(monkeypatch, outcome) == code
    assert capsys.readouterr().err == said


def test_a_mistake_of_ours_stays_a_traceback(monkeypatch):
    with pytest.raises(ZeroDivisionError):
        ending(monkeypatch, ZeroDivisionError())
