"""C-SEC: what must not leak. Passive: every secret of every probe is looked for."""

from __future__ import annotations

from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, missed, unseen


def nothing_is_printed(evidence: Evidence) -> Finding:
    """No secret in what the client prints, nor in the errors it shows."""
    if not evidence.secrets:
        return unseen("this run has no secrets")
    for moment in evidence.moments:
        shown = moment.view.text if moment.view else ""
        for secret, name in evidence.secrets.items():
            if secret in moment.noise:
                return missed("no secret in what is printed", f"the {name} is printed during “{moment.verb}”")
            if secret in shown:
                return missed("no secret in a message or an error", f"the {name} is in the text after “{moment.verb}”")
    return MET


def nothing_is_in_a_url(evidence: Evidence) -> Finding:
    """No secret stands in the address of a request."""
    if not evidence.secrets:
        return unseen("this run has no secrets")
    for exchange in (*evidence.exchanges, *evidence.trap):
        values = [value for _, value in exchange.query]
        for secret, name in evidence.secrets.items():
            if secret in values or (len(secret) >= 16 and secret in exchange.url):
                return missed("no secret in a URL", f"the {name} is in the URL", exchange)
    return MET


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-SEC-01",
        level=Level.MUST,
        text="A client puts no password, code, token, verifier, secret or handle into logs and error texts.",
        sources=("RFC 6819 §4.6.7", "RFC 9700 §4.3"),
        check=nothing_is_printed,
    ),
    Requirement(
        id="C-SEC-02",
        level=Level.MUST,
        text="A client puts none of them into a URL.",
        sources=("RFC 9700 §4.3", "RFC 6749 §2.3.1"),
        check=nothing_is_in_a_url,
    ),
)
