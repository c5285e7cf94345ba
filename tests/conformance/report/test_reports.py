"""What people, machines and CI systems get to read."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from mock_okta_conformance.report.console import console_text
from mock_okta_conformance.report.junit import junit_text
from mock_okta_conformance.report.machine import json_text
from mock_okta_conformance.results import Row, exit_code
from mock_okta_conformance.verdicts import MET, Outcome, missed
from tests.conformance.report.example_reports import NONCE, WRONG_NONCE, one_of_each, report, requirement, result

FIVE_PARTS = """\
FAIL C-IDT-07 MUST  A client that sent a nonce refuses an ID token without that nonce.       [OIDC Core §3.1.3.7 (11)]
  scenario   T.idt.nonce.other (based on 1.1.1), okta-auth-js 8.0.1, suite 2026.1, seed 7
  stimulus   ID token: nonce is another one
  expected   view "error", no userinfo call
  observed   view "success" with tokens   (request 6: POST /oauth2/default/v1/token → 200)
  rerun      mock-okta conform client --adapter okta-auth-js --check C-IDT-07 --seed 7 --trace all

           fail
MUST          1

okta-auth-js 8.0.1: 1 of 1 requirements judged, 3 scenarios in 1.2 s, seed 7
FAILED: 1 fail (exit code 1)
"""

EVERYTHING = """\
n/a (1)
  C-TEST-05: does not declare dpop

not observed (1)
  C-TEST-06: no token request

known (1)
  C-TEST-03: it is slow

flaky (1)
  C-TEST-08: met when played again

WARN C-TEST-02 SHOULD  A client does this.                                                                  [RFC 1 §1]
  scenario   T.sign-in: none: an ordinary sign-in
  observed   after 3 s

blocked (1)
  C-TEST-07: T.sign-in failed

FIXED C-TEST-04 MUST  A client does this.                                                                   [RFC 1 §1]
  scenario   T.sign-in (based on 1.1.1), okta-auth-js 8.0.1, suite 2026.1, seed 7
  stimulus   none: an ordinary sign-in
  expected   A client does this.
  observed   listed as known: it is slow
  rerun      mock-okta conform client --adapter okta-auth-js --check C-TEST-04 --seed 7 --trace all

FAIL C-IDT-07 MUST  A client that sent a nonce refuses an ID token without that nonce.       [OIDC Core §3.1.3.7 (11)]
  scenario   T.idt.nonce.other (based on 1.1.1), okta-auth-js 8.0.1, suite 2026.1, seed 7
  stimulus   ID token: nonce is another one
  expected   view "error", no userinfo call
  observed   view "success" with tokens   (request 6: POST /oauth2/default/v1/token → 200)
  rerun      mock-okta conform client --adapter okta-auth-js --check C-IDT-07 --seed 7 --trace all
  also in    T.idt.nonce.absent

error (1)
  C-TEST-09: the check broke

            n/a  pass  not observed  flaky  known  warn  blocked  fixed  fail  error
MUST          1     1             1      1      1     ·        1      1     1      1
SHOULD        ·     ·             ·      ·      ·     1        ·      ·     ·      ·

okta-auth-js 8.0.1: 6 of 10 requirements judged, 3 scenarios in 1.2 s, seed 7
BROKEN: 1 requirements could not be judged, see above (exit code 3)
"""


def test_a_failure_is_told_in_five_parts():
    failed = report(Row(requirement=NONCE, results=(WRONG_NONCE,)))
    assert console_text(failed, exit_code=exit_code(failed)) == FIVE_PARTS


def test_what_matters_most_comes_last():
    everything = one_of_each()
    assert console_text(everything, exit_code=exit_code(everything)) == EVERYTHING


def test_strict_tells_warnings_in_full():
    text = console_text(one_of_each(), exit_code=1, strict=True)
    assert "--check C-TEST-02" in text


@pytest.mark.parametrize(("trace", "shown"), [("none", 0), ("failed", 2), ("all", 3)])
def test_a_trace_lists_exchanges(trace, shown):
    text = console_text(one_of_each(), exit_code=1, trace=trace)
    assert text.count("    request 1: GET /oauth2/default/v1/keys → 200") == shown


def test_stale_entries_are_named():
    text = console_text(report(Row(requirement=NONCE, results=(result(Outcome.PASS),)), stale=("C-X-1",)), exit_code=1)
    assert "stale entries of known failures\n  C-X-1" in text
    assert text.endswith("FAILED: 1 stale (exit code 1)\n")


def test_the_json_report_keeps_to_its_schema():
    schema = json.loads(resources.files("mock_okta_conformance").joinpath("schemas/report.json").read_text())
    document = json.loads(json_text(one_of_each(), exit_code=3))
    jsonschema.Draft202012Validator(schema).validate(document)
    nonce = document["requirements"][0]
    assert (nonce["outcome"], nonce["results"][0]["observed"]) == ("fail", 'view "success" with tokens')
    assert document["summary"]["SHOULD"] == {"warn": 1}


def suite_of(text: str) -> ET.Element:
    suite = ET.fromstring(text).find("testsuite")
    assert suite is not None
    return suite


def test_the_junit_report_counts_like_a_ci_system():
    suite = suite_of(junit_text(one_of_each()))
    cases = suite.findall("testcase")
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "10",
        "failures": "3",
        "errors": "1",
        "skipped": "4",
    }
    assert len(cases) == 10
    assert len(suite.findall("testcase/failure")) == 3
    assert len(suite.findall("testcase/skipped")) == 4
    failure = cases[0].find("failure")
    assert (failure.get("type"), failure.get("message")) == ("fail", 'view "success" with tokens')
    assert failure.text.startswith("FAIL C-IDT-07 MUST")


def test_warnings_fail_in_junit_only_with_strict():
    assert suite_of(junit_text(one_of_each(), strict=True)).get("failures") == "4"


def test_no_character_breaks_the_xml():
    odd = replace(WRONG_NONCE, finding=missed("\x00 & <b>", "]]> \x1b[31m \ud83d"))
    case = suite_of(junit_text(report(Row(requirement=NONCE, results=(odd,))))).find("testcase/failure")
    assert case.get("message") == "]]> \ufffd[31m \ufffd"


def test_only_passes_pass():
    good = report(Row(requirement=requirement(1), results=(result(Outcome.PASS, MET),)))
    assert console_text(good, exit_code=exit_code(good)).endswith("PASSED (exit code 0)\n")
    known = report(Row(requirement=requirement(1), results=(result(Outcome.KNOWN),)))
    assert console_text(known, exit_code=exit_code(known)).endswith("PASSED with 1 known failures (exit code 0)\n")
    assert console_text(report(), exit_code=exit_code(report())).endswith("NOTHING RAN (exit code 4)\n")
