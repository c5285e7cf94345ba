"""The list of known failures never says more than is true."""

from __future__ import annotations

import datetime

import pytest

from mock_okta_conformance.errors import SetupError
from mock_okta_conformance.known import apply_known, read_known
from mock_okta_conformance.results import Row, exit_code
from mock_okta_conformance.verdicts import Outcome, missed
from tests.conformance.report.example_reports import NONCE, report, requirement, result

TODAY = datetime.date(2026, 6, 1)
LATE = missed("at once", "after 3 s")


def listed(tmp_path, text: str):
    path = tmp_path / "conform-known.yaml"
    path.write_text(text)
    return read_known(path)


def judged(tmp_path, text: str, *results):
    return apply_known(report(Row(requirement=NONCE, results=results)), listed(tmp_path, text), TODAY)


def outcomes(judged_report):
    return [each.outcome for each in judged_report.rows[0].results]


def test_a_known_failure_that_fails_is_known(tmp_path):
    found = judged(tmp_path, "known: [{check: C-IDT-07, reason: slow}]", result(Outcome.FAIL, LATE))
    assert (outcomes(found), found.rows[0].worst.note, exit_code(found)) == ([Outcome.KNOWN], "slow", 0)


def test_a_known_failure_that_passes_is_fixed_and_fails_the_run(tmp_path):
    found = judged(tmp_path, "known: [{check: C-IDT-07, reason: slow}]", result(Outcome.PASS))
    assert (outcomes(found), exit_code(found)) == ([Outcome.FIXED], 1)


def test_an_entry_for_all_scenarios_may_pass_in_some(tmp_path):
    both = (result(Outcome.PASS, scenario="T.a"), result(Outcome.FAIL, LATE, scenario="T.b"))
    found = judged(tmp_path, "known: [{check: C-IDT-07, reason: slow}]", *both)
    assert (outcomes(found), exit_code(found)) == ([Outcome.PASS, Outcome.KNOWN], 0)


def test_an_entry_for_one_scenario_excuses_no_other(tmp_path):
    both = (result(Outcome.FAIL, LATE, scenario="T.a"), result(Outcome.FAIL, LATE, scenario="T.b"))
    found = judged(tmp_path, "known: [{check: C-IDT-07, scenario: T.a, reason: slow}]", *both)
    assert (outcomes(found), exit_code(found)) == ([Outcome.KNOWN, Outcome.FAIL], 1)


def test_an_entry_that_fits_nothing_is_stale_and_fails_the_run(tmp_path):
    found = judged(tmp_path, "known: [{check: C-IDT-07, scenario: T.zzz, reason: slow}]", result(Outcome.PASS))
    assert (found.stale, exit_code(found)) == (("C-IDT-07 in T.zzz: fits no result of this run",), 1)


def test_an_entry_for_what_was_not_asked_for_is_left_alone(tmp_path):
    found = judged(tmp_path, "known: [{check: C-REF-01, reason: slow}]", result(Outcome.PASS))
    assert (found.stale, exit_code(found)) == ((), 0)


def test_an_expired_entry_excuses_nothing(tmp_path):
    text = "known: [{check: C-IDT-07, reason: slow, until: 2026-05-31}]"
    found = judged(tmp_path, text, result(Outcome.FAIL, LATE))
    assert (outcomes(found), found.stale) == ([Outcome.FAIL], ("C-IDT-07: expired on 2026-05-31",))


def test_a_flaky_one_may_fail_or_pass(tmp_path):
    text = "flaky: [{check: C-IDT-07, reason: slow}]"
    assert outcomes(judged(tmp_path, text, result(Outcome.FAIL, LATE))) == [Outcome.FLAKY]
    assert outcomes(judged(tmp_path, text, result(Outcome.PASS))) == [Outcome.PASS]


def test_a_driver_that_broke_is_not_excused(tmp_path):
    found = judged(tmp_path, "known: [{check: 'C-*', reason: slow}]", result(Outcome.ERROR))
    assert (outcomes(found), exit_code(found)) == ([Outcome.ERROR], 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("known: [{chek: C-1, reason: x}]", "known.0.: chek: unknown member .did you mean 'check'"),
        ("known: [{check: C-1}]", "known.0.: reason: missing"),
        ("known: [C-1]", "known.0.: a mapping with `check:` and `reason:` is wanted"),
        ("know: []", "know: unknown section .did you mean 'known'"),
        ("known: [{check: C-1, reason: x, until: soon}]", "until: 'soon' is no date such as 2026-12-31"),
        ("- a", "a mapping with `known:` and `flaky:` is wanted"),
        ("known: [", "cannot be read"),
    ],
)
def test_a_wrong_list_is_explained(tmp_path, text, said):
    with pytest.raises(SetupError, match=said):
        listed(tmp_path, text)


def test_several_rows_are_judged_apart(tmp_path):
    rows = (
        Row(requirement=requirement(1), results=(result(Outcome.FAIL, LATE),)),
        Row(requirement=requirement(2), results=(result(Outcome.FAIL, LATE),)),
    )
    found = apply_known(report(*rows), listed(tmp_path, "known: [{check: C-TEST-01, reason: slow}]"), TODAY)
    assert [row.outcome for row in found.rows] == [Outcome.KNOWN, Outcome.FAIL]
