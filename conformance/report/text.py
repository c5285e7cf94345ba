"""Pieces of text that every report has."""

from __future__ import annotations

from conformance.requirement import Requirement
from conformance.results import Report, Result

INDENT = "  "
LABEL = 11
WIDTH = 118


def headline(word: str, requirement: Requirement) -> str:
    """The first line of a failure: word, id, level, sentence, and the sources in brackets."""
    left = f"{word.upper()} {requirement.id} {requirement.level}  {requirement.text}"
    sources = f"[{'; '.join(requirement.sources)}]"
    if len(left) + 2 + len(sources) <= WIDTH:
        return f"{left}{sources:>{WIDTH - len(left)}}"
    return f"{left}\n{sources:>{WIDTH}}"


def failure_text(word: str, requirement: Requirement, result: Result, report: Report) -> str:
    """The failure in its five parts: scenario, stimulus, expected, observed, rerun."""
    parts = {
        "scenario": f"{_scenario(result)}, {report.subject}, suite {report.suite}, seed {report.seed}",
        "stimulus": result.stimulus or "none",
        "expected": result.finding.expected or requirement.text,
        "observed": _observed(result),
        "rerun": f"{report.rerun} --check {requirement.id} --seed {report.seed} --trace all".strip(),
    }
    if result.note and result.note not in parts["observed"]:
        parts["note"] = result.note
    lines = (f"{INDENT}{label:<{LABEL}}{_hung(text)}" for label, text in parts.items())
    return "\n".join((headline(word, requirement), *lines))


def _scenario(result: Result) -> str:
    return f"{result.scenario} (based on {result.based_on})" if result.based_on else result.scenario or "all"


def _observed(result: Result) -> str:
    where = f"   ({'; '.join(result.finding.at)})" if result.finding.at else ""
    return f"{result.finding.observed or result.note}{where}"


def _hung(text: str) -> str:
    """Further lines of a text under its first one."""
    return text.replace("\n", "\n" + " " * (len(INDENT) + LABEL))
