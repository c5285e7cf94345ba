"""The requirements of clients judge the reference client well, and every broken one badly, for the right reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.adapters import CallableAdapter
from conformance.client.id_token import EXP
from conformance.client.probes import BASELINE, PASSIVE_PROBES
from conformance.client.table import CLIENT_REQUIREMENTS
from conformance.reference.adapter import Adapter as ReferenceAdapter
from conformance.requirement import Requirement
from conformance.results import Report
from conformance.runner import run_client
from conformance.verdicts import Outcome
from tests.conformance.breaking import Mutant
from tests.conformance.mutants.clients import CLIENT_MUTANTS
from tests.conformance.stage import IN_PROCESS, Stage

MISSED = (Outcome.FAIL, Outcome.WARN)


def missed(report: Report) -> set[str]:
    return {row.requirement.id for row in report.rows if any(result.outcome in MISSED for result in row.results)}


def explained(report: Report) -> str:
    lines = [
        f"{result.outcome} {row.requirement.id} {result.scenario}: expected {result.finding.expected}, "
        f"observed {result.finding.observed} {result.note}"
        for row in report.rows
        for result in row.results
        if result.outcome not in (Outcome.PASS, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE)
    ]
    return "\n".join(lines)


def test_the_reference_client_meets_every_requirement(stage: Stage):
    with stage.reference() as adapter:
        report = run_client(CLIENT_REQUIREMENTS, adapter, stage.control, surroundings=IN_PROCESS)
    assert {row.outcome for row in report.rows} == {Outcome.PASS}, explained(report)


def test_a_client_that_signs_in_with_one_call_is_judged_the_same(stage: Stage):
    """As okta-idx-golang and others do: several steps for one intent, and no look at the hints."""
    driver = ReferenceAdapter(transport=stage.transport)

    def handle(message):
        asked = {name: value for name, value in message.items() if name != "idx" or message.get("do") == "future-step"}
        reply = driver.handle(asked)
        for _ in range(2):
            shown = reply.get("view", {})
            goes_on = shown.get("state") == "input" and "password" in message.get("values", {})
            if message.get("do") != "identify" or not goes_on or shown.get("messages"):
                break
            reply = driver.handle(asked)
        return reply

    adapter = CallableAdapter(handle, origin="at once")
    report = run_client(CLIENT_REQUIREMENTS, adapter, stage.control, surroundings=IN_PROCESS)
    adapter.close()
    assert {row.outcome for row in report.rows} == {Outcome.PASS}, explained(report)


def test_every_requirement_has_a_mutant():
    broken = [mutant.breaks for mutant in CLIENT_MUTANTS]
    assert sorted(broken) == sorted(row.id for row in CLIENT_REQUIREMENTS)


def judged(mutant: Mutant, stage: Stage, rows: tuple[Requirement, ...], **surroundings: object) -> Report:
    with mutant.apply(stage) as adapter:
        return run_client(rows, adapter, stage.control, surroundings=replace(IN_PROCESS, **surroundings))


@pytest.mark.parametrize("mutant", CLIENT_MUTANTS, ids=lambda mutant: mutant.breaks)
def test_a_mutant_misses_what_it_breaks(mutant: Mutant, stage: Stage):
    """Only the scenarios of the requirements in question are played; the test below plays all."""
    rows = tuple(row for row in CLIENT_REQUIREMENTS if row.id in mutant.kills or row.is_passive)
    is_passive = any(row.id == mutant.breaks and row.is_passive for row in rows)
    report = judged(mutant, stage, rows, extra_probes=(*PASSIVE_PROBES, EXP) if is_passive else (BASELINE,))
    assert missed(report) == mutant.kills, f"a client that {mutant.how}:\n{explained(report)}"


@pytest.mark.slow
@pytest.mark.parametrize("mutant", CLIENT_MUTANTS, ids=lambda mutant: mutant.breaks)
def test_a_mutant_misses_nothing_else(mutant: Mutant, stage: Stage):
    """Of requirements that it should meet, the first scenario stands for its variants."""
    rows = (row if row.id in mutant.kills else replace(row, probes=row.probes[:1]) for row in CLIENT_REQUIREMENTS)
    report = judged(mutant, stage, tuple(rows))
    assert missed(report) == mutant.kills, f"a client that {mutant.how}:\n{explained(report)}"
