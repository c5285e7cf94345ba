"""`mock-okta check`: everything that is wrong in scenario files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

import click

from mock_okta import loader
from mock_okta.errors import Problem, ScenarioError


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(files: tuple[str, ...], as_json: bool) -> int:
    """Say everything that is wrong in scenario files.

    FILE is a path, or the name of a bundled scenario. The exit code is 1 if there is any problem.
    """
    problems = [problem for file in files for problem in _problems_of(file)]
    click.echo(_as_json(files, problems) if as_json else _as_text(files, problems))
    return 1 if problems else 0


def _problems_of(file: str) -> Iterable[Problem]:
    try:
        loader.check(file)
    except ScenarioError as error:
        return error.problems
    return ()


def _as_text(files: tuple[str, ...], problems: list[Problem]) -> str:
    found = _counted(len(problems), "problem") if problems else "no problems"
    return "\n".join([*map(str, problems), f"{_counted(len(files), 'file')}, {found}"])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _as_json(files: tuple[str, ...], problems: list[Problem]) -> str:
    report = {"ok": not problems, "files": list(files), "problems": [asdict(problem) for problem in problems]}
    return json.dumps(report, indent=2, ensure_ascii=False)
