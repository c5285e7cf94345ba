"""Pieces of text that every report has."""

from __future__ import annotations

from mock_okta_conformance.requirement import AnyRequirement
from mock_okta_conformance.results import Report, Result

INDENT = "  "
LABEL = 11
WIDTH = 118


def headline(word: str, requirement: AnyRequirement) -> str:
    """The first line of a failure: word, id, level, sentence, and the sources in brackets."""
    left = f"{word.upper()} {requirement.id} {requirement.level}  {requirement.text}"
    sources = f"[{'; '.join(requirement.sources)}]"
    if len(left) + 2 + len(sources) <= WIDTH:
        return f"{left}{sources:>{WIDTH - len(left)}}"
    return f"{left}\n{sources:>{WIDTH}}"


def warning_text(requirement: AnyRequirement, result: Result) -> str:
    """A warning in two or three lines: what is missed, where, and what was seen."""
    seen = f"{_label('observed')}{_observed(result)}"
    return f"{headline('warn', requirement)}\n{_label('scenario')}{result.scenario}: {result.stimulus}\n{seen}"


def failure_text(word: str, requirement: AnyRequirement, result: Result, report: Report) -> str:
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
    lines = (f"{_label(label)}{_hung(text)}" for label, text in parts.items())
    return "\n".join((headline(word, requirement), *lines))


def _scenario(result: Result) -> str:
    return f"{result.scenario} (based on {result.based_on})" if result.based_on else result.scenario or "all"


def _label(name: str) -> str:
    return f"{INDENT}{name:<{LABEL}}"


def _observed(result: Result) -> str:
    """What was seen, and in which exchanges; on lines of their own if they do not fit beside it."""
    seen = result.finding.observed or result.note
    where = f"({'; '.join(result.finding.at)})" if result.finding.at else ""
    fits = len(_label("")) + len(seen) + 3 + len(where) <= WIDTH
    return f"{seen}   {where}" if where and fits else _hung(f"{seen}\n{where}") if where else seen


def _hung(text: str) -> str:
    """Further lines of a text under its first one."""
    return text.replace("\n", "\n" + " " * (len(INDENT) + LABEL))
