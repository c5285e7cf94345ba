"""The requirements of servers judge the mock well, and every broken one badly, for the right reason."""

from __future__ import annotations

import pytest

from mock_okta_conformance.requirement import Requirement
from mock_okta_conformance.results import Report
from mock_okta_conformance.server.requirements import SERVER_REQUIREMENTS
from mock_okta_conformance.server.runner import run_server
from mock_okta_conformance.verdicts import Outcome
from tests.conformance.server.mutant import Mutant, org_of
from tests.conformance.server.mutants import SERVER_MUTANTS
from tests.conformance.wsgi_mock import WsgiMock

ALL_CLASSES = ("S", "U", "A", "L", "M")


def missed(report: Report) -> set[str]:
    """Rows whose check found a miss, however it is weighed: one of them is information only."""
    return {row.requirement.id for row in report.rows if row.worst.finding.outcome is Outcome.FAIL}


def explained(report: Report) -> str:
    return "\n".join(
        f"{row.outcome} {row.requirement.id}: expected {row.worst.finding.expected}, "
        f"observed {row.worst.finding.observed} {row.worst.note} {row.worst.finding.at}"
        for row in report.rows
        if row.worst.finding.outcome is not Outcome.PASS
    )


def judged(mock: WsgiMock, rows: tuple[Requirement, ...], mutant: Mutant | None = None) -> Report:
    org = org_of(mock, mutant)
    try:
        return run_server(rows, org, allowed=ALL_CLASSES)
    finally:
        org.close()


def test_the_mock_meets_every_requirement(mock: WsgiMock):
    report = judged(mock, SERVER_REQUIREMENTS)
    assert {row.outcome for row in report.rows} == {Outcome.PASS}, explained(report)


def test_every_requirement_has_a_mutant():
    broken = [mutant.breaks for mutant in SERVER_MUTANTS]
    assert sorted(broken) == sorted(row.id for row in SERVER_REQUIREMENTS)


@pytest.mark.parametrize("mutant", SERVER_MUTANTS, ids=lambda mutant: mutant.breaks)
def test_a_mutant_misses_what_it_breaks(mutant: Mutant, mock: WsgiMock):
    rows = tuple(row for row in SERVER_REQUIREMENTS if row.id in mutant.kills)
    report = judged(mock, rows, mutant)
    assert missed(report) == mutant.kills, f"a server that {mutant.how}:\n{explained(report)}"


@pytest.mark.slow
@pytest.mark.parametrize("mutant", SERVER_MUTANTS, ids=lambda mutant: mutant.breaks)
def test_a_mutant_misses_nothing_else(mutant: Mutant, mock: WsgiMock):
    report = judged(mock, SERVER_REQUIREMENTS, mutant)
    assert missed(report) == mutant.kills, f"a server that {mutant.how}:\n{explained(report)}"
