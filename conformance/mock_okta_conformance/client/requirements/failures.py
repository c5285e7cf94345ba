"""C-ERR: failures of the network and the server, and rate limits."""

from __future__ import annotations

import re

from mock_okta_conformance.adapters.protocol import View, ViewState
from mock_okta_conformance.client.common_probes import IDENTIFY, at, raw
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import described, last, shows_error, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import Finding, expect, missed

MOST_TRIES = 4
LIMIT_WORDS = re.compile(r"rate.?limit|too many|E0000047|429", re.IGNORECASE)
HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
ENVELOPE = {
    "errorCode": "E0000047",
    "errorSummary": "API call exceeded rate limit due to too many requests.",
    "errorLink": "E0000047",
    "errorId": "oaeConformance0000000047",
    "errorCauses": [],
}


def limit_is_honoured(evidence: Evidence) -> Finding:
    """Either it is reported, or the client waits until the time it was told and asks at most four times."""
    tries = evidence.to("idx/identify")
    if not tries:
        return stopped(evidence)
    if len(tries) > MOST_TRIES:
        return missed(f"at most {MOST_TRIES} requests", f"{len(tries)} requests", tries[0], tries[-1])
    wait_s = evidence.probe.wait_s
    if len(tries) > 1 and tries[1].at - tries[0].at < 0.9 * wait_s:
        waited = f"after {tries[1].at - tries[0].at:.1f} s"
        return missed(f"no request for {wait_s} s", waited, *tries[:2])
    moment = next(moment for moment in evidence.moments if tries[-1] in moment.exchanges)
    reported = _reports_limit(moment.view)
    went_on = tries[-1].status == 200 and moment.view is not None and moment.view.state is ViewState.INPUT
    return expect(reported or went_on, "waiting, or an error about the rate limit", described(moment.view), *tries[:2])


def post_is_not_repeated(evidence: Evidence) -> Finding:
    """A request that was answered 5xx is sent once."""
    sent = evidence.to("idx/challenge/answer")
    if not sent:
        return stopped(evidence)
    return expect(len(sent) == 1, "one request", f"{len(sent)} requests", *sent[:2])


def error_names_the_status(evidence: Evidence) -> Finding:
    """The error says what happened, not how the parser felt about it."""
    if not any(exchange.status == 502 for exchange in evidence.exchanges):
        return stopped(evidence)
    view = evidence.last_view
    named = view is not None and "502" in f"{view.error.code if view.error else ''} {view.text}"
    return expect(named, "an error that names the status 502", described(view), last(evidence.exchanges))


def gives_up_in_time(evidence: Evidence) -> Finding:
    """The user is told of an error within the time allowed for one message."""
    hung = next((moment for moment in evidence.moments if moment.hung), None)
    if hung is not None:
        limit = f"{evidence.probe.reply_limit_s:g} s"
        return missed(f'view "error" within {limit}', f"no reply to “{hung.verb}” in {limit}", *hung.exchanges)
    return shows_error(evidence)


def works_in_spite_of_clocks(evidence: Evidence) -> Finding:
    """The client signs in though the clocks differ."""
    return signs_in(evidence)


def _reports_limit(view: View | None) -> bool:
    if view is None:
        return False
    error = f"{view.error.type} {view.error.code}" if view.error else ""
    keys = " ".join(message.key for message in view.messages)
    return bool(LIMIT_WORDS.search(f"{error} {keys} {view.text}"))


def _limited(name: str, stimulus: str, headers: dict[str, str], wait_s: int, **more: object) -> Probe:
    return Probe(
        id=f"T.err.429.{name}",
        stimulus=f"identify answers 429, {stimulus}",
        script=(raw("idx/identify", 429, ENVELOPE, headers, **more),),
        wait_s=wait_s,
        moves=(IDENTIFY,),
        timing=True,
    )


LIMITS = {"X-Rate-Limit-Limit": "600", "X-Rate-Limit-Remaining": "0"}

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-ERR-01",
        level=Level.SHOULD,
        text="A client that is rate limited reports it, or waits as told and asks a few times at most.",
        sources=("Okta docs: rate limits", "RFC 6585 §4", "RFC 9110 §10.2.3", "okta-mobile-swift APIRetry"),
        check=limit_is_honoured,
        probes=(
            _limited("reset", "with X-Rate-Limit-Reset", {**LIMITS, "X-Rate-Limit-Reset": "$in-2s"}, 2, once=True),
            _limited("retry-after", "with Retry-After: 2", {"Retry-After": "2"}, 2, once=True),
            _limited(
                "concurrency",
                "with limit and remaining 0",
                {"X-Rate-Limit-Limit": "0", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "$in-2s"},
                0,
                once=True,
            ),
            _limited("for-ever", "every time", {"Retry-After": "1"}, 1),
        ),
    ),
    Requirement(
        id="C-ERR-02",
        level=Level.SHOULD,
        text="A client does not repeat an IDX request on its own after a 5xx.",
        sources=("RFC 9110 §9.2.2",),
        check=post_is_not_repeated,
        probes=(
            Probe(
                id="T.err.503",
                stimulus="the answer is answered 503 the first time",
                script=(
                    raw("idx/challenge/answer", 503, {"errorCode": "E0000010", "errorSummary": "Read only"}, once=True),
                ),
            ),
        ),
    ),
    Requirement(
        id="C-ERR-03",
        level=Level.PROFILE,
        text="A client reports a 5xx that is not JSON by its status.",
        sources=("reasoned: gateways answer in HTML",),
        check=error_names_the_status,
        probes=(
            Probe(
                id="T.err.502.identify",
                stimulus="identify answers 502 with a page of HTML",
                script=(raw("idx/identify", 502, HTML, {"Content-Type": "text/html"}),),
                moves=(IDENTIFY,),
            ),
            Probe(
                id="T.err.502.token",
                stimulus="token answers 502 with a page of HTML",
                script=(raw("token", 502, HTML, {"Content-Type": "text/html"}),),
            ),
        ),
    ),
    Requirement(
        id="C-ERR-04",
        level=Level.PROFILE,
        text="A client gives up on a reply that does not come or breaks off.",
        sources=("reasoned: a user does not wait for ever",),
        check=gives_up_in_time,
        probes=(
            Probe(
                id="T.err.truncated",
                stimulus="the reply to identify breaks off half-way",
                script=(at("idx/identify", cut="truncate"),),
                moves=(IDENTIFY,),
                hang_is_evidence=True,
            ),
            Probe(
                id="T.err.dropped",
                stimulus="the connection is closed instead of a reply to identify",
                script=(at("idx/identify", cut="drop"),),
                moves=(IDENTIFY,),
                hang_is_evidence=True,
            ),
            Probe(
                id="T.err.silence",
                stimulus="identify is answered after 15 seconds, the client may take 12",
                script=(at("idx/identify", delay_ms=15_000),),
                moves=(IDENTIFY,),
                reply_limit_s=12.0,
                hang_is_evidence=True,
                needs=("real time",),
            ),
        ),
    ),
    Requirement(
        id="C-ERR-05",
        level=Level.SHOULD,
        text="A client works with a clock that is two minutes off.",
        sources=("okta-auth-js maxClockSkew", "okta-mobile-swift Date.nowCoordinated"),
        check=works_in_spite_of_clocks,
        probes=(
            Probe(
                id="T.err.clock-ahead",
                stimulus="the server's clock is two minutes ahead",
                moves=(("clock", {"advance_s": 120}), ("start", {}), *SIGN_IN),
            ),
        ),
    ),
)
