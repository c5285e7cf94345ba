"""The report for machines: JSON, version 1, described by `schemas/report.json`."""

from __future__ import annotations

import json
from typing import Any

from mock_okta_conformance.results import Report, Result, Row

VERSION = 1


def json_document(report: Report, *, exit_code: int) -> dict[str, Any]:
    """The report as a JSON value."""
    return {
        "version": VERSION,
        "kind": report.kind,
        "subject": report.subject,
        "suite": report.suite,
        "seed": report.seed,
        "exitCode": exit_code,
        "scenariosPlayed": report.played,
        "durationS": round(report.duration_s, 3),
        "summary": {
            level.value: {outcome.value: count for outcome, count in sorted(report.counts(level).items())}
            for level in report.levels
        },
        "stale": list(report.stale),
        "notes": list(report.notes),
        "requirements": [_row(row, report) for row in report.rows],
    }


def json_text(report: Report, *, exit_code: int) -> str:
    """The document as text, with a newline at its end."""
    return json.dumps(json_document(report, exit_code=exit_code), indent=2, ensure_ascii=False) + "\n"


def _row(row: Row, report: Report) -> dict[str, Any]:
    requirement = row.requirement
    return {
        "id": requirement.id,
        "level": requirement.level.value,
        "text": requirement.text,
        "sources": list(requirement.sources),
        "outcome": row.outcome.value,
        "rerun": f"{report.rerun} --check {requirement.id} --seed {report.seed} --trace all".strip(),
        "results": [_result(result) for result in row.results],
    }


def _result(result: Result) -> dict[str, Any]:
    members = {
        "scenario": result.scenario,
        "basedOn": result.based_on,
        "outcome": result.outcome.value,
        "stimulus": result.stimulus,
        "expected": result.finding.expected,
        "observed": result.finding.observed,
        "at": list(result.finding.at),
        "note": result.note,
    }
    return {name: value for name, value in members.items() if value}
