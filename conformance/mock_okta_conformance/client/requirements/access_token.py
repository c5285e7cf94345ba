"""C-AT: using the access token."""

from __future__ import annotations

from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.common_probes import USERINFO, at, raw
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import described, each, last, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import Finding, expect, missed

INVALID = 'Bearer error="invalid_token", error_description="The access token is invalid"'


def bearer_header_only(evidence: Evidence) -> Finding:
    """In the Authorization header, and not in the URL or the body."""

    def judge(exchange: Exchange) -> Finding:
        if any(name == "access_token" for name, _ in exchange.query) or "access_token" in exchange.sent:
            return missed("the token in the Authorization header only", "access_token as a parameter", exchange)
        scheme, _, token = exchange.request_headers.get("authorization", "").partition(" ")
        return expect(scheme == "Bearer" and token, "Authorization: Bearer", f"scheme “{scheme}”", exchange)

    return each(evidence.to("userinfo"), judge, "no userinfo request in this probe")


def other_subject_is_refused(evidence: Evidence) -> Finding:
    """What userinfo says about somebody else is not shown."""
    if not evidence.to("userinfo"):
        return stopped(evidence)
    view = evidence.last_view
    refused = view is not None and view.state is ViewState.ERROR and not view.claims
    return expect(refused, 'view "error" without claims', described(view), last(evidence.to("userinfo")))


def no_loop_on_401(evidence: Evidence) -> Finding:
    """A 401 leads to one refresh and one more try at most."""
    calls = evidence.to("userinfo")
    if not calls:
        return stopped(evidence)
    refreshes = [e for e in evidence.after(calls[0]) if e.endpoint == "token"]
    seen = f"{len(calls)} userinfo requests and {len(refreshes)} refreshes"
    return expect(len(calls) <= 2 and len(refreshes) <= 1, "at most one refresh and one more try", seen, *calls[:3])


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-AT-01",
        level=Level.MUST,
        text="A client presents the access token in the Authorization header only.",
        sources=("RFC 6750 §2.1", "RFC 9700 §4.3.2"),
        check=bearer_header_only,
        probes=(USERINFO,),
        needs=("userinfo",),
    ),
    Requirement(
        id="C-AT-02",
        level=Level.PROFILE,
        text="A client does not look into access tokens.",
        sources=("Okta docs: validate access tokens",),
        check=signs_in,
        probes=(
            Probe(
                id="T.at.opaque",
                stimulus="the access token is no JWT",
                script=(
                    at("token", patch={"access_token": "opaque~access.token-7f3a9c"}, id_token={"drop": ["at_hash"]}),
                ),
            ),
        ),
    ),
    Requirement(
        id="C-AT-03",
        level=Level.MUST,
        text="A client does not use userinfo whose sub is not the ID token's.",
        sources=("OIDC Core §5.3.2",),
        check=other_subject_is_refused,
        probes=(
            Probe(
                id="T.at.other-subject",
                stimulus="userinfo is about somebody else",
                script=(at("userinfo", patch={"sub": "00uSOMEBODYELSE00001"}),),
                moves=USERINFO.moves,
            ),
        ),
        needs=("userinfo",),
    ),
    Requirement(
        id="C-AT-04",
        level=Level.SHOULD,
        text="A client whose access token is refused refreshes once at most.",
        sources=("RFC 6750 §3.1",),
        check=no_loop_on_401,
        probes=(
            Probe(
                id="T.at.401",
                stimulus="userinfo answers 401 invalid_token, every time",
                script=(raw("userinfo", 401, "", {"WWW-Authenticate": INVALID}),),
                moves=(*SIGN_IN, ("userinfo", {})),
            ),
        ),
        needs=("userinfo",),
    ),
)
