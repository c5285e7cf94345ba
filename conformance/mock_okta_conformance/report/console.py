"""The report for people: short, aligned, and what matters most comes last, where the eye is when the run ends."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from mock_okta_conformance.report.text import INDENT, LABEL, WIDTH, failure_text, warning_text
from mock_okta_conformance.results import DECIDED, Report, Result, Row
from mock_okta_conformance.verdicts import Outcome

MOST_OTHERS = 6
EXPLAINED = (Outcome.WARN, Outcome.BLOCKED, Outcome.FIXED, Outcome.FAIL, Outcome.ERROR)
LISTED = (Outcome.NOT_APPLICABLE, Outcome.NOT_OBSERVED, Outcome.KNOWN, Outcome.FLAKY)


def console_text(report: Report, *, exit_code: int, trace: str = "none", strict: bool = False) -> str:
    """The whole report as text.

    exit_code: what the command ends with; the last line says it in words
    trace: "none", "failed" or "all": whose exchanges are listed
    strict: warnings are told like failures
    """
    explained = _explained(report, trace, strict=strict)
    blocks = [*_lists(report), *explained, _table(report), *_stale(report), _summary(report, exit_code)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lists(report: Report) -> Iterator[str]:
    """Rows without a verdict of their own, by reason."""
    for outcome in LISTED:
        rows = [row for row in report.rows if row.outcome is outcome]
        if rows:
            yield _grouped(outcome, rows)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT * 2, break_long_words=False)


def _explained(report: Report, trace: str, *, strict: bool) -> Iterator[str]:
    """Warnings, then what is worse; blocked and broken rows by cause, for they tend to have one in common."""
    for outcome in EXPLAINED:
        rows = [row for row in report.rows if row.outcome is outcome]
        if outcome in (Outcome.BLOCKED, Outcome.ERROR) and rows:
            yield _grouped(outcome, rows)
            continue
        for row in rows:
            yield _explanation(row, report, trace, is_short=outcome is Outcome.WARN and not strict)
    if trace == "all":
        yield from (_traced(row.worst) for row in report.rows if row.outcome is Outcome.PASS and row.worst.trace)


def _explanation(row: Row, report: Report, trace: str, *, is_short: bool) -> str:
    shown = row.worst
    others = [result.scenario for result in row.results if result.outcome is shown.outcome and result is not shown]
    told = warning_text(row.requirement, shown) if is_short else ""
    lines = [told or failure_text(shown.outcome.value, row.requirement, shown, report)]
    if others:
        more = f" and {len(others) - MOST_OTHERS} more" if len(others) > MOST_OTHERS else ""
        lines.append(f"{INDENT}{'also in':<{LABEL}}{', '.join(others[:MOST_OTHERS])}{more}")
    if trace != "none" and shown.trace:
        lines.append(_traced(shown))
    return "\n".join(lines)


def _grouped(outcome: Outcome, rows: list[Row]) -> str:
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.worst.note or row.worst.finding.observed, []).append(row.requirement.id)
    lines = (_wrapped(f"{', '.join(ids)}: {reason}") for reason, ids in reasons.items())
    return "\n".join((f"{outcome.value} ({len(rows)})", *lines))


def _traced(result: Result) -> str:
    lines = (f"{INDENT}{INDENT}{title}" for title in result.trace)
    return "\n".join((f"{INDENT}exchanges of {result.scenario}", *lines))


def _table(report: Report) -> str:
    """How many rows of each level have each outcome; columns that are all zero are left out."""
    total = report.counts()
    columns = [outcome for outcome in Outcome if total[outcome]]
    widths = [max(len(outcome.value), 4) + 2 for outcome in columns]
    header = f"{'':<9}" + "".join(f"{c.value:>{w}}" for c, w in zip(columns, widths, strict=True))
    lines = [header]
    for level in report.levels:
        counts = report.counts(level)
        cells = (f"{counts[c] or '·':>{w}}" for c, w in zip(columns, widths, strict=True))
        lines.append(f"{level.value:<9}{''.join(cells)}")
    return "\n".join(lines)


def _stale(report: Report) -> Iterator[str]:
    if report.stale:
        yield "\n".join(("stale entries of known failures", *(f"{INDENT}{entry}" for entry in report.stale)))


def _summary(report: Report, exit_code: int) -> str:
    counts = report.counts()
    decided = sum(counts[outcome] for outcome in DECIDED)
    head = f"{report.subject}: {decided} of {len(report.rows)} requirements judged, {report.played} scenarios"
    head += f" in {report.duration_s:.1f} s, seed {report.seed}"
    notes = [f"note: {note}" for note in report.notes]
    return "\n".join((*notes, head, f"{ENDINGS[exit_code](report)} (exit code {exit_code})"))


def _not_met(report: Report) -> str:
    counts = report.counts()
    named = [
        f"{counts[outcome]} {outcome.value}"
        for outcome in (Outcome.FAIL, Outcome.FIXED, Outcome.BLOCKED, Outcome.WARN)
        if counts[outcome]
    ]
    if report.stale:
        named.append(f"{len(report.stale)} stale")
    return f"FAILED: {', '.join(named)}"


def _passed(report: Report) -> str:
    counts = report.counts()
    named = [
        f"{counts[o]} {words}"
        for o, words in ((Outcome.KNOWN, "known failures"), (Outcome.WARN, "warnings"))
        if counts[o]
    ]
    return f"PASSED with {' and '.join(named)}" if named else "PASSED"


ENDINGS: dict[int, Callable[[Report], str]] = {
    0: _passed,
    1: _not_met,
    3: lambda report: f"BROKEN: {report.counts()[Outcome.ERROR]} requirements could not be judged, see above",
    4: lambda report: "NOTHING RAN",
}
"""The last line, by exit code."""
