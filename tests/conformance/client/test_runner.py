"""How a run weighs, blocks, blames and orders."""

from __future__ import annotations

import pytest

from mock_okta_conformance.adapters import CallableAdapter
from mock_okta_conformance.client.common_probes import BASELINE
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS
from mock_okta_conformance.client.runner import run_client
from mock_okta_conformance.reference.adapter import Adapter as ReferenceAdapter
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.results import Report, exit_code
from mock_okta_conformance.verdicts import MET, Outcome, expect, missed
from tests.conformance.client.mutant import requests
from tests.conformance.wsgi_mock import IN_PROCESS, WsgiMock

ODD = Probe(id="T.odd", stimulus="nothing odd")


def row(check, *, level=Level.MUST, probes=(ODD,), needs=(), number=1) -> Requirement:
    return Requirement(
        id=f"C-TEST-{number:02}", level=level, text="A client is judged.", sources=("x",), check=check, probes=probes,
        needs=needs,
    )  # fmt: skip


def run(mock: WsgiMock, *rows: Requirement, adapter=None) -> Report:
    if adapter is not None:
        return run_client(rows, adapter, mock.control, surroundings=IN_PROCESS)
    with mock.reference() as reference:
        return run_client(rows, reference, mock.control, surroundings=IN_PROCESS)


def only(report: Report):
    return report.rows[0]


@pytest.mark.parametrize(
    ("level", "outcome", "code"),
    [(Level.MUST, Outcome.FAIL, 1), (Level.SHOULD, Outcome.WARN, 0), (Level.PROFILE, Outcome.WARN, 0)],
)
def test_a_miss_weighs_as_much_as_its_level(mock, level, outcome, code):
    report = run(mock, row(lambda evidence: missed("a", "b"), level=level))
    assert (only(report).outcome, exit_code(report)) == (outcome, code)


def test_strict_makes_failures_of_warnings_and_fail_on_should_of_some(mock):
    profile = run(mock, row(lambda evidence: missed("a", "b"), level=Level.PROFILE))
    should = run(mock, row(lambda evidence: missed("a", "b"), level=Level.SHOULD))
    assert (exit_code(profile, strict=True), exit_code(profile, fail_on="should")) == (1, 0)
    assert exit_code(should, fail_on="should") == 1


def test_what_the_client_does_not_declare_is_not_applicable_and_says_so(mock):
    report = run(mock, row(lambda evidence: MET, needs=("dpop",)))
    assert (only(report).outcome, only(report).worst.note) == (
        Outcome.NOT_APPLICABLE,
        "the client does not declare dpop",
    )
    assert exit_code(report) == 4


def test_a_check_that_breaks_is_an_error_and_no_verdict(mock):
    report = run(mock, row(lambda evidence: 1 / 0))
    assert only(report).outcome is Outcome.ERROR
    assert "the check broke: ZeroDivisionError" in only(report).worst.note
    assert exit_code(report) == 3


def test_a_driver_that_says_it_is_broken_is_an_error(mock):
    driver = ReferenceAdapter(transport=mock.transport)

    def handle(message):
        return {"fault": "no licence"} if message["op"] == "act" else driver.handle(message)

    report = run(mock, row(lambda evidence: MET), adapter=CallableAdapter(handle, origin="x"))
    assert only(report).outcome is Outcome.ERROR
    assert "the adapter says it is broken: no licence" in only(report).worst.note


def test_a_failed_sign_in_blocks_the_rest(mock):
    def no_password(out):
        if out.body and "credentials" in out.body:
            out.body["credentials"] = {"passcode": "wrong"}

    with requests(no_password, "idx")(mock) as adapter:
        report = run(mock, row(lambda evidence: MET), adapter=adapter)
    assert only(report).outcome is Outcome.BLOCKED
    assert only(report).worst.note.startswith('T.sign-in failed: view "input"')
    assert exit_code(report) == 1


def test_the_worst_result_stands_for_a_row_and_all_are_kept(mock):
    other = Probe(id="T.other", stimulus="nothing odd either")
    judged = row(lambda evidence: expect(evidence.probe is ODD, "a", "b"), probes=(ODD, other))
    report = run(mock, judged)
    assert [result.outcome for result in only(report).results] == [Outcome.PASS, Outcome.FAIL]
    assert only(report).worst.scenario == "T.other"


def test_a_passive_row_is_judged_on_every_probe(mock):
    seen = row(lambda evidence: MET, probes=(), number=1)
    report = run(mock, seen, row(lambda evidence: MET, number=2))
    assert {"T.odd", BASELINE.id, "T.sign-in.email"} <= {result.scenario for result in report.rows[0].results}


def test_a_miss_by_the_clock_that_is_not_repeated_is_flaky(mock):
    timed = Probe(id="T.timed", stimulus="none", timing=True)
    verdicts = iter([missed("a", "b"), MET])
    report = run(mock, row(lambda evidence: next(verdicts), probes=(timed,)))
    assert (only(report).outcome, exit_code(report)) == (Outcome.FLAKY, 0)


def test_declared_but_unsupported_is_a_failure(mock):
    driver = ReferenceAdapter(transport=mock.transport)

    def handle(message):
        return {"unsupported": "refresh"} if message.get("do") == "refresh" else driver.handle(message)

    rows = tuple(r for r in CLIENT_REQUIREMENTS if r.id == "C-REF-02")
    report = run(mock, *rows, adapter=CallableAdapter(handle, origin="x"))
    assert (only(report).outcome, only(report).worst.note) == (Outcome.FAIL, "declared but unsupported: refresh")


def test_secrets_are_masked_before_anybody_sees_them(mock):
    def telling(evidence):
        token = evidence.to("token")[0].served["access_token"]
        return missed("a", f"{token} and {evidence.moments[-1].values['password']}")

    observed = only(run(mock, row(telling))).worst.finding.observed
    assert observed == "‹access token› and ‹password›"


def test_a_seed_decides_the_order(mock):
    rows = tuple(r for r in CLIENT_REQUIREMENTS if r.id in ("C-INT-08", "C-MSG-07"))
    orders = []
    for seed in (1, 1, 2):
        played = []
        with mock.reference() as adapter:
            run_client(
                rows, adapter, mock.control, seed=seed, surroundings=IN_PROCESS,
                progress=lambda done, total, what, played=played: played.append(what),
            )  # fmt: skip
        orders.append(played)
    assert orders[0] == orders[1] != orders[2]
    assert all(order[0] == BASELINE.id for order in orders)


@pytest.mark.parametrize("capabilities", [{"public"}, {"confidential"}, {"public", "confidential"}])
def test_whichever_app_a_client_can_be_its_refresh_tokens_rotate_where_a_probe_says_so(mock, capabilities):
    driver = ReferenceAdapter(transport=mock.transport)

    def handle(message):
        reply = driver.handle(message)
        if "capabilities" in reply:
            kept = [each for each in reply["capabilities"] if each not in {"public", "confidential"} - capabilities]
            return {**reply, "capabilities": kept}
        return reply

    def all_different(evidence):
        sent = [exchange.served["refresh_token"] for exchange in evidence.to("token")]
        return expect(len(set(sent)) == len(sent) == 4, "four refresh tokens", f"{sent}")

    (rotating,) = (r for r in CLIENT_REQUIREMENTS if r.id == "C-REF-02")
    report = run(mock, row(all_different, probes=rotating.probes), adapter=CallableAdapter(handle, origin="x"))
    assert only(report).outcome is Outcome.PASS
