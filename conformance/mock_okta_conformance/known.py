"""Known failures: requirements that the client or server misses, and everybody knows.

    known:
      - check: C-IDT-07
        scenario: "T.idt.nonce.*"      # optional, default "*"
        reason: the nonce is dropped before the ID token is verified
        issue: https://example.com/issues/7    # optional
        until: 2026-12-31                      # optional; expired entries excuse nothing
    flaky:
      - check: C-ERR-01
        reason: the machine is slow

A known failure that fails is `known`. One that passes is `fixed`, and one that fits nothing is stale: both fail the
run, so that the list never says more than is true.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from mock_okta_conformance.errors import SetupError, nearest
from mock_okta_conformance.requirement import AnyRequirement
from mock_okta_conformance.results import Report, Result, Row, with_outcome
from mock_okta_conformance.verdicts import Outcome

FILE_NAME = "conform-known.yaml"
MEMBERS = ("check", "scenario", "reason", "issue", "until")
MISSED = (Outcome.FAIL, Outcome.WARN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list. `is_flaky`: it may fail or pass."""

    check: str
    scenario: str
    reason: str
    until: datetime.date | None = None
    is_flaky: bool = False

    def is_about(self, row: Row, result: Result) -> bool:
        """Whether this entry speaks of that result."""
        return fnmatchcase(row.requirement.id, self.check) and fnmatchcase(result.scenario, self.scenario)

    @property
    def title(self) -> str:
        """How reports name it."""
        return self.check if self.scenario == "*" else f"{self.check} in {self.scenario}"


def read_known(path: Path) -> tuple[Entry, ...]:
    """The entries of the file.

    Raises: SetupError naming the file, the entry and what is wrong with it
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SetupError(f"{path}: cannot be read: {error}") from error
    if not isinstance(document, Mapping):
        raise SetupError(f"{path}: a mapping with `known:` and `flaky:` is wanted")
    for name in document:
        if name not in ("known", "flaky"):
            raise SetupError(f"{path}: {name}: unknown section{nearest(str(name), ('known', 'flaky'))}")
    for section, listed in document.items():
        if not isinstance(listed, list | None):
            raise SetupError(f"{path}: {section}: a list of entries is wanted")
    return tuple(
        _entry(line, f"{path}: {section}[{index}]", is_flaky=section == "flaky")
        for section in ("known", "flaky")
        for index, line in enumerate(document.get(section) or ())
    )


def check_known(entries: Iterable[Entry], requirements: Iterable[AnyRequirement]) -> None:
    """Makes sure that every entry is about some requirement that there is.

    Raises: SetupError naming the nearest
    """
    ids = [row.id for row in requirements]
    for entry in entries:
        if not any(fnmatchcase(id, entry.check) for id in ids):
            raise SetupError(f"known failures: {entry.check!r} matches no requirement{nearest(entry.check, ids)}")


def _entry(line: Any, where: str, *, is_flaky: bool) -> Entry:
    if not isinstance(line, Mapping):
        raise SetupError(f"{where}: a mapping with `check:` and `reason:` is wanted")
    for name in line:
        if name not in MEMBERS:
            raise SetupError(f"{where}: {name}: unknown member{nearest(str(name), MEMBERS)}")
    for name in ("check", "reason"):
        if not isinstance(line.get(name), str) or not line[name].strip():
            raise SetupError(f"{where}: {name}: missing")
    until = line.get("until")
    if until is not None and not isinstance(until, datetime.date):
        raise SetupError(f"{where}: until: {until!r} is no date such as 2026-12-31")
    scenario = str(line.get("scenario", "*"))
    return Entry(check=line["check"], scenario=scenario, reason=line["reason"], until=until, is_flaky=is_flaky)


def apply_known(report: Report, entries: tuple[Entry, ...], today: datetime.date) -> Report:
    """The report with known failures under their word, and the entries that do not fit listed."""
    live = tuple(entry for entry in entries if entry.until is None or entry.until >= today)
    used: set[Entry] = set()
    rows = tuple(_applied(row, live, used) for row in report.rows)
    ids = {row.requirement.id for row in rows}
    stale = [f"{entry.title}: expired on {entry.until}" for entry in entries if entry not in live]
    stale += [
        f"{entry.title}: fits no result of this run"
        for entry in live
        if entry not in used and not entry.is_flaky and any(fnmatchcase(id, entry.check) for id in ids)
    ]
    return replace(report, rows=rows, stale=(*report.stale, *stale))


def _applied(row: Row, entries: tuple[Entry, ...], used: set[Entry]) -> Row:
    return Row(
        requirement=row.requirement,
        results=_without_fixed_siblings(tuple(_judged(row, result, entries, used) for result in row.results)),
    )


def _judged(row: Row, result: Result, entries: tuple[Entry, ...], used: set[Entry]) -> Result:
    entry = next((entry for entry in entries if entry.is_about(row, result)), None)
    if entry is None or result.outcome not in (*MISSED, Outcome.PASS, Outcome.FLAKY):
        return result
    used.add(entry)
    if entry.is_flaky:
        return with_outcome(result, Outcome.FLAKY, entry.reason) if result.outcome in MISSED else result
    if result.outcome in MISSED:
        return with_outcome(result, Outcome.KNOWN, entry.reason)
    return with_outcome(result, Outcome.FIXED, f"listed as known: {entry.reason}")


def _without_fixed_siblings(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """An entry for all scenarios of a row is not stale because some of them pass, as long as one fails."""
    if not any(result.outcome is Outcome.KNOWN for result in results):
        return results
    return tuple(
        with_outcome(result, Outcome.PASS, "") if result.outcome is Outcome.FIXED else result for result in results
    )
