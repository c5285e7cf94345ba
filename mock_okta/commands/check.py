"""`mock-okta check`: everything that is wrong in scenario files."""

from __future__ import annotations

import json

import click
from msgspec.structs import asdict

from mock_okta import loader
from mock_okta.errors import ConfigError, Problem, ScenarioError


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(files: tuple[str, ...], as_json: bool) -> int:
    """Say everything that is wrong in scenario files.

    FILE is a path, or the name of a bundled scenario. The exit code is 1 if there is any problem, and 2 if a file
    cannot be read; the others are checked all the same.
    """
    problems: list[Problem] = []
    unread: list[ConfigError] = []
    for file in files:
        try:
            loader.check(file)
        except ScenarioError as error:
            problems += error.problems
        except ConfigError as error:
            unread.append(error)
    if len(unread) < len(files):
        click.echo(_as_json(files, problems) if as_json else _as_text(files, problems))
    if unread:
        raise ConfigError("\n".join(map(str, unread)))
    return 1 if problems else 0


def _as_text(files: tuple[str, ...], problems: list[Problem]) -> str:
    found = _counted(len(problems), "problem") if problems else "no problems"
    return "\n".join([*map(str, problems), f"{_counted(len(files), 'file')}, {found}"])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _as_json(files: tuple[str, ...], problems: list[Problem]) -> str:
    report = {"ok": not problems, "files": list(files), "problems": [asdict(problem) for problem in problems]}
    return json.dumps(report, indent=2, ensure_ascii=False)
