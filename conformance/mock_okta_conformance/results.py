"""What a run amounts to: a result for each requirement and probe, a row for each requirement, a report for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mock_okta_conformance.requirement import AnyRequirement, Level
from mock_okta_conformance.verdicts import Finding, Outcome, worst

SUITE = "2026.1"
"""The version of the requirements, as reports and drivers are told it."""

DECIDED = (Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.KNOWN, Outcome.FIXED, Outcome.FLAKY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One requirement judged on one probe.

    scenario: id of the probe, or what a server check was run on
    stimulus: what was odd about it
    note: why it is n/a, known, blocked and so on
    trace: titles of the exchanges of the probe
    """

    scenario: str
    outcome: Outcome
    finding: Finding
    stimulus: str = ""
    based_on: str = ""
    note: str = ""
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement and all its results."""

    requirement: AnyRequirement
    results: tuple[Result, ...]

    @property
    def outcome(self) -> Outcome:
        """The most serious of the results. A passive row is not unseen because some probes have nothing to see."""
        outcomes = [result.outcome for result in self.results]
        if self.requirement.is_passive:
            outcomes = [outcome for outcome in outcomes if outcome is not Outcome.NOT_OBSERVED] or outcomes
        return worst(outcomes)

    @property
    def worst(self) -> Result:
        """The first result with that outcome."""
        return next(result for result in self.results if result.outcome is self.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run.

    kind: "client" or "server"
    subject: what was tested, e.g. "okta-auth-js 8.0.1"
    rerun: the command line of this run, to which `--check ID` is added
    stale: entries of the list of known failures that do not fit any more
    """

    kind: str
    subject: str
    suite: str
    seed: int
    rows: tuple[Row, ...]
    rerun: str
    played: int = 0
    duration_s: float = 0.0
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self, level: Level | None = None) -> Counter[Outcome]:
        """How many rows have each outcome, of one level or of all."""
        return Counter(row.outcome for row in self.rows if level in (None, row.requirement.level))

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that occur, most binding first."""
        return tuple(level for level in Level if any(row.requirement.level is level for row in self.rows))


def weigh(finding: Finding, level: Level) -> Outcome:
    """The outcome of a finding for a requirement of this level: a miss of less than a MUST is a warning."""
    if finding.outcome is Outcome.FAIL and not level.fails:
        return Outcome.PASS if level is Level.INFO else Outcome.WARN
    return finding.outcome


def exit_code(report: Report, *, strict: bool = False, fail_on: str = "must") -> int:
    """0 all well · 1 a requirement is not met, or a known failure is stale · 3 something broke · 4 nothing ran.

    strict: warnings count as failures
    fail_on: "must" or "should"; the latter counts warnings of SHOULD rows as failures
    """
    outcomes = report.counts()
    if outcomes[Outcome.ERROR]:
        return 3
    failing = outcomes[Outcome.FAIL] + outcomes[Outcome.FIXED] + outcomes[Outcome.BLOCKED]
    if strict:
        failing += outcomes[Outcome.WARN]
    elif fail_on == "should":
        failing += report.counts(Level.SHOULD)[Outcome.WARN]
    if failing or report.stale:
        return 1
    return 0 if any(outcomes[outcome] for outcome in DECIDED) else 4


def with_outcome(result: Result, outcome: Outcome, note: str) -> Result:
    """The result under another word, and why."""
    return replace(result, outcome=outcome, note=note)


def ordered(rows: Iterable[Row], requirements: Iterable[AnyRequirement]) -> tuple[Row, ...]:
    """The rows in the order of the table."""
    place = {requirement.id: index for index, requirement in enumerate(requirements)}
    return tuple(sorted(rows, key=lambda row: place[row.requirement.id]))
