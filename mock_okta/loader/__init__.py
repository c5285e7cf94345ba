"""Scenario files: where they are, and how they become scenarios.

A file that people wrote is checked in full and every problem in it is told at once. A bundled one was checked before it
was shipped, so the judge of the grammar (70 ms of imports) is loaded only for files of other people.

`document` reads YAML, `grammar` and `consistency` judge it, `build` makes the scenario.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.model import Intervention, Scenario
from mock_okta.errors import ConfigError, Problem, ScenarioError, did_you_mean
from mock_okta.loader import build, document
from mock_okta.loader.document import Document

__all__ = ["bundled", "bundled_path", "check", "check_user_changes", "load", "parse", "parse_intervention"]

_PACKAGE = Path(__file__).parent.parent
_SUFFIXES = (".yaml", ".yml")
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
LONGEST_SHOWN = 80
"""Of a name that somebody got wrong, in characters."""

_RESERVED = ("default", "v1")
"""Ids of authorization servers that mean something else: the first scenario, and the org server's own paths."""


def load(path_or_name: str | Path) -> Scenario:
    """The scenario in a file, or the bundled one of that name.

    Raises: ConfigError if there is no such file or name; ScenarioError with all problems of the file
    """
    path = _find(path_or_name)
    if str(path) in _library().values():
        return build.scenario(path.stem, document.read(_bytes_of(path), str(path), trusted=True).value)
    return check(path_or_name)


def check(path_or_name: str | Path) -> Scenario:
    """The same as `load`, but bundled scenarios are judged like any others."""
    path = _find(path_or_name)
    return parse(_bytes_of(path), str(path))


def parse(text: str | bytes, file: str = "<text>") -> Scenario:
    """The scenario that a YAML text describes. Its name is that of the file, without the suffix.

    file: how problems name the text
    Raises: ScenarioError with all problems of the text; whatever the text is, no other exception
    """
    from mock_okta.loader import consistency, grammar  # late: see above

    read = document.read(text, file)
    name = _name_of(read)
    grammar.check_scenario(read)
    consistency.check_consistency(read)
    if read.problems:
        raise ScenarioError(read.problems)
    return build.scenario(name, read.value)


def parse_intervention(value: Any, *, logins: Iterable[str] | None = None) -> Intervention:
    """One entry of `script:` given as JSON, as a running server takes it.

    logins: of the users whom the entry may name; None where anybody may come
    Raises: ScenarioError with all problems of the entry
    """
    from mock_okta.loader import grammar
    from mock_okta.loader.checks import script

    read = Document("<script>", value)
    _check_json(read)
    grammar.check_intervention(read)
    if isinstance(value, dict):
        script.check_entry(read, (), value, logins)
    if read.problems:
        raise ScenarioError(read.problems)
    return build.intervention(value)


def check_user_changes(value: Any) -> None:
    """Judges what a running server is to change of a user: members of a user as in a scenario file.

    Raises: ScenarioError with all problems
    """
    from mock_okta.loader import grammar  # late: see above

    read = Document("", value)
    _check_json(read)
    grammar.check_user_changes(read)
    if read.problems:
        raise ScenarioError(replace(problem, line=0) for problem in read.problems)


def _check_json(read: Document) -> None:
    """A value from elsewhere must be one that can go out again: Python's reader of JSON takes more than JSON."""
    try:
        json.dumps(read.value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        hint = "leave out NaN, infinities and halves of surrogate pairs"
        raise ScenarioError([Problem(read.file, 1, "", "this has a value that JSON does not", hint)]) from None


def bundled() -> tuple[str, ...]:
    """The names of the bundled scenarios, in alphabetical order. No file is read."""
    return tuple(_library())


def bundled_path(name: str) -> Path:
    """The file of a bundled scenario.

    Raises: ConfigError naming the nearest match
    """
    library = _library()
    if name not in library:
        hint = did_you_mean(name, library) or f"there are: {', '.join(library)}"
        shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
        raise ConfigError(f"unknown scenario {shown!r}; {hint}")
    return Path(library[name])


@cache
def _library() -> dict[str, str]:
    """The files by name: inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE / "scenarios"
    root = inside if inside.is_dir() else _PACKAGE.parent / "scenarios"
    files = ((folder, file) for folder, _, files in os.walk(root) for file in files if file.endswith(".yaml"))
    return dict(sorted((file.removesuffix(".yaml"), os.path.join(folder, file)) for folder, file in files))


def _find(path_or_name: str | Path) -> Path:
    """A text with neither suffix nor directory is a name."""
    path = Path(path_or_name)
    if isinstance(path_or_name, Path) or path.suffix in _SUFFIXES or path.name != path_or_name:
        return path
    return bundled_path(path_or_name)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(document.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"cannot read the scenario {str(path)!r}: {reason}") from error


def _name_of(read: Document) -> str:
    """The name of the file, which is served as `/oauth2/NAME` and so must be fit for an address."""
    if Path(read.file).suffix not in _SUFFIXES:
        return "scenario"
    name = Path(read.file).stem
    if not re.fullmatch(_NAME, name) or name in _RESERVED:
        message = f"{name!r} cannot be the name of a scenario, which is part of its address"
        hint = f"name the file with letters, digits and '-', and not {' or '.join(_RESERVED)}"
        read.add(Problem(read.file, 1, "", message, hint))
    return name
