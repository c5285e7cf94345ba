"""Runs server requirements: one check after another against one issuer, and nothing that was not allowed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from mock_okta_conformance.errors import ConformError, SetupError
from mock_okta_conformance.masking import masked_finding
from mock_okta_conformance.requirement import Level
from mock_okta_conformance.results import SUITE, Report, Result, Row, weigh
from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.server.steps import NotHere, Stuck, Throttled
from mock_okta_conformance.verdicts import Finding, Outcome, blocked, unseen

CLASSES = {
    "S": "safe on any org",
    "U": "signs throw-away users in",
    "A": "needs an org that was prepared for it",
    "L": "may lock, throttle or wait",
    "M": "for the mock only",
}
DEFAULT_CLASSES = ("S", "U")
Progress = Callable[[int, int, str], None]


def run_server(
    requirements: Iterable[ServerRequirement],
    org: Org,
    *,
    allowed: Iterable[str] = DEFAULT_CLASSES,
    rerun: str = "",
    seed: int = 0,
    progress: Progress = lambda done, total, what: None,
) -> Report:
    """The report of one run. Order is that of the table; a seed is only carried for the report's sake."""
    started = time.monotonic()
    rows = tuple(requirements)
    classes = frozenset(allowed)
    judged: list[Row] = []
    limit: Finding | None = None
    for done, row in enumerate(rows):
        progress(done, len(rows), row.id)
        try:
            result = _result(row, org, classes, limit)
        except Throttled as throttled:
            limit = blocked(str(throttled))
            result = _result(row, org, classes, limit)
        judged.append(Row(requirement=row, results=(result,)))
    return Report(
        kind="server",
        subject=org.issuer,
        suite=SUITE,
        seed=seed,
        rows=tuple(judged),
        rerun=rerun,
        played=sum(1 for row in judged if row.outcome not in (Outcome.NOT_APPLICABLE, Outcome.NOT_OBSERVED)),
        duration_s=time.monotonic() - started,
    )


def _result(row: ServerRequirement, org: Org, classes: frozenset[str], limit: Finding | None) -> Result:
    """The verdict on one row. `limit`: what stopped the run before it, if anything did."""
    if row.run not in classes:
        note = f"class {row.run} ({CLASSES[row.run]}) was not allowed"
        return Result(scenario="", outcome=Outcome.NOT_OBSERVED, finding=unseen(note), note=note)
    offers = org.profile.offers | ({"client"} if org.profile.offers & {"web", "browser"} else set())
    missing = sorted(set(row.needs) - offers)
    if missing:
        note = f"the org profile has no {', '.join(missing)}"
        return Result(scenario="", outcome=Outcome.NOT_APPLICABLE, finding=unseen(note), note=note)
    first = len(org.answers)
    finding = masked_finding(limit or _found(row, org), dict(org.secrets()))
    outcome = weigh(finding, Level.SHOULD if org.profile.is_real and row.level is Level.OKTA else row.level)
    return Result(
        scenario=f"class {row.run}",
        outcome=outcome,
        finding=finding,
        stimulus="plain requests",
        note=_note(outcome, finding, is_real=org.profile.is_real and row.level is Level.OKTA),
        trace=tuple(answer.title for answer in org.answers[first:]),
    )


def _found(row: ServerRequirement, org: Org) -> Finding:
    try:
        found: Finding = row.check(org)
    except NotHere as reason:
        return unseen(str(reason))
    except (Stuck, SetupError) as obstacle:
        return blocked(str(obstacle))
    except ConformError as error:
        return Finding(outcome=Outcome.ERROR, observed=str(error))
    except Throttled:
        raise
    except Exception as error:  # a check that breaks is a fault of the suite, and must not pass for a verdict
        return Finding(outcome=Outcome.ERROR, observed=f"the check broke: {type(error).__name__}: {error}")
    return found


def _note(outcome: Outcome, finding: Finding, *, is_real: bool) -> str:
    if outcome in (Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.ERROR):
        return finding.observed
    return "differs from what we know of Okta" if outcome is Outcome.WARN and is_real else ""
