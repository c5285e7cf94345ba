"""Reports made by hand, with one row of each outcome."""

from __future__ import annotations

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.results import Report, Result, Row
from mock_okta_conformance.verdicts import MET, Finding, Outcome, missed, unseen

NONCE = Requirement(
    id="C-IDT-07",
    level=Level.MUST,
    text="A client that sent a nonce refuses an ID token without that nonce.",
    sources=("OIDC Core §3.1.3.7 (11)",),
    check=lambda evidence: MET,
)


def requirement(number: int, level: Level = Level.MUST, text: str = "A client does this.") -> Requirement:
    return Requirement(id=f"C-TEST-{number:02}", level=level, text=text, sources=("RFC 1 §1",), check=lambda e: MET)


def result(outcome: Outcome, finding: Finding = MET, *, scenario: str = "T.sign-in", note: str = "") -> Result:
    return Result(
        scenario=scenario,
        outcome=outcome,
        finding=finding,
        stimulus="none: an ordinary sign-in",
        based_on="1.1.1",
        note=note,
        trace=("request 1: GET /oauth2/default/v1/keys → 200",),
    )


WRONG_NONCE = Result(
    scenario="T.idt.nonce.other",
    outcome=Outcome.FAIL,
    finding=missed(
        'view "error", no userinfo call',
        'view "success" with tokens',
        "request 6: POST /oauth2/default/v1/token → 200",
    ),
    stimulus="ID token: nonce is another one",
    based_on="1.1.1",
)


def report(*rows: Row, stale: tuple[str, ...] = ()) -> Report:
    return Report(
        kind="client",
        subject="okta-auth-js 8.0.1",
        suite="2026.1",
        seed=7,
        rows=rows,
        rerun="mock-okta conform client --adapter okta-auth-js",
        played=3,
        duration_s=1.25,
        stale=stale,
    )


def one_of_each() -> Report:
    late = missed("at once", "after 3 s")
    return report(
        Row(requirement=NONCE, results=(WRONG_NONCE, result(Outcome.FAIL, late, scenario="T.idt.nonce.absent"))),
        Row(requirement=requirement(1), results=(result(Outcome.PASS),)),
        Row(requirement=requirement(2, Level.SHOULD), results=(result(Outcome.WARN, late),)),
        Row(requirement=requirement(3), results=(result(Outcome.KNOWN, late, note="it is slow"),)),
        Row(requirement=requirement(4), results=(result(Outcome.FIXED, note="listed as known: it is slow"),)),
        Row(requirement=requirement(5), results=(result(Outcome.NOT_APPLICABLE, note="does not declare dpop"),)),
        Row(requirement=requirement(6), results=(result(Outcome.NOT_OBSERVED, unseen("no token request")),)),
        Row(requirement=requirement(7), results=(result(Outcome.BLOCKED, unseen("x"), note="T.sign-in failed"),)),
        Row(requirement=requirement(8), results=(result(Outcome.FLAKY, late, note="met when played again"),)),
        Row(requirement=requirement(9), results=(result(Outcome.ERROR, unseen("x"), note="the check broke"),)),
    )
