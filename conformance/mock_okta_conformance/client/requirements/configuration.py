"""C-CFG: configuration, discovery, transport."""

from __future__ import annotations

import re

from mock_okta_conformance.client.common_probes import BASELINE, THREE_SIGN_INS, at
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import described, last, shows_error, signs_in
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

TRIED = re.compile(
    r"ENOTFOUND|EAI_AGAIN|getaddrinfo|resolve|name or service|fetch failed|failed to fetch|connect|unreachable"
    r"|timed out",
    re.IGNORECASE,
)
"""How failed look-ups and connections read in the languages that SDKs are written in."""


def plain_http_is_refused(evidence: Evidence) -> Finding:
    """Refused before anything is sent. A failed look-up of the host means that the client did try."""
    expected = "a configuration error, and no request"
    if evidence.exchanges:
        return missed(expected, "the request was sent in clear", evidence.exchanges[0])
    finding = shows_error(evidence)
    view = evidence.last_view
    if finding.outcome == "pass" and view and TRIED.search(f"{view.text} {view.error and view.error.type}"):
        return missed(expected, f"an attempt to connect: {described(view)}")
    return finding


def certificate_is_checked(evidence: Evidence) -> Finding:
    """Not a byte of HTTP reaches a server whose certificate nobody vouches for."""
    if evidence.trap:
        return missed("no request over this connection", f"{evidence.trap[0].method} {evidence.trap[0].path} is sent")
    return shows_error(evidence)


def endpoints_follow_the_issuer(evidence: Evidence) -> Finding:
    """All OAuth calls go below the issuer's own base, whatever the form of the issuer."""
    for exchange in evidence.oauth:
        wanted = f"{evidence.tenant.base}/v1/{exchange.endpoint}"
        if exchange.url.partition("?")[0] != wanted:
            return missed(wanted, exchange.url.partition("?")[0], exchange)
    return signs_in(evidence)


def foreign_metadata_is_refused(evidence: Evidence) -> Finding:
    """Metadata that names another issuer ends the sign-in."""
    if evidence.signed_in:
        return missed(
            'view "error", no tokens', described(evidence.last_view), last(evidence.to("openid-configuration"))
        )
    return shows_error(evidence)


def metadata_and_keys_are_cached(evidence: Evidence) -> Finding:
    """One fetch of each serves several sign-ins."""
    for endpoint in ("openid-configuration", "keys"):
        fetched = evidence.to(endpoint)
        if len(fetched) > 1:
            return missed(f"at most one request for {endpoint}", f"{len(fetched)} in three sign-ins", *fetched[:2])
    return signs_in(evidence)


def keys_are_not_fetched_again_and_again(evidence: Evidence) -> Finding:
    """Tokens with unknown keys cost a bounded number of requests."""
    fetched = len(evidence.to("keys"))
    return expect(fetched <= 3, "at most two requests for keys more than usual", f"{fetched} in five sign-ins")


def no_device_headers(evidence: Evidence) -> Finding:
    """A public client sends neither header."""
    for exchange in evidence.exchanges:
        for header in ("x-device-token", "x-forwarded-for"):
            if header in exchange.request_headers:
                return missed(f"no {header} from a public client", "the header is sent", exchange)
    return MET


UNKNOWN_KEYS = Probe(
    id="T.cfg.unknown-keys",
    stimulus="five ID tokens in a row are signed by a key that is not published",
    script=(at("token", id_token={"header": {"kid": "nobody-knows-this-key"}}),),
    moves=(*BASELINE.moves, *(("start", {}), *BASELINE.moves) * 4),
    needs=("idtoken.verify",),
)

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-CFG-01",
        level=Level.MUST,
        text="A client refuses an issuer that is plain http and not on this machine.",
        sources=("RFC 6750 §5.3", "RFC 6749 §3.1", "RFC 6749 §3.2"),
        check=plain_http_is_refused,
        probes=(
            Probe(
                id="T.cfg.plain-http",
                stimulus="the issuer is http://mock.test, which is not this machine",
                config={"issuer": "http://mock.test/oauth2/$tenant"},
                moves=(),
            ),
        ),
    ),
    Requirement(
        id="C-CFG-02",
        level=Level.MUST,
        text="A client sends nothing to a server whose certificate it has no reason to trust.",
        sources=("RFC 6750 §5.3", "RFC 9525"),
        check=certificate_is_checked,
        probes=(
            Probe(
                id="T.cfg.untrusted",
                stimulus="the issuer's certificate comes from an authority that nobody trusts",
                config={"issuer": "$untrusted"},
                moves=(),
                needs=("untrusted https",),
            ),
        ),
    ),
    Requirement(
        id="C-CFG-03",
        level=Level.PROFILE,
        text="A client finds the endpoints of the org server and of custom servers, with or without a final slash.",
        sources=("okta-idx-golang idx.go", "okta-idx-java BaseIDXClient.java", "Okta docs: authorization servers"),
        check=endpoints_follow_the_issuer,
        probes=(
            Probe(id="T.cfg.custom-server", stimulus="the issuer is a custom authorization server's"),
            Probe(id="T.cfg.org-server", stimulus="the issuer is the org server's", server="org"),
            Probe(id="T.cfg.slash", stimulus="the issuer ends with a slash", config={"issuer": "$issuer/"}),
        ),
    ),
    Requirement(
        id="C-CFG-04",
        level=Level.MUST,
        text="A client refuses metadata whose issuer is not the one it was configured with.",
        sources=("OIDC Discovery §4.3", "RFC 8414 §3.3"),
        check=foreign_metadata_is_refused,
        probes=(
            Probe(
                id="T.cfg.foreign-metadata",
                stimulus="the metadata and the ID token name another issuer",
                script=(
                    at("openid-configuration", patch={"issuer": "$trap"}),
                    at("token", id_token={"claims": {"iss": "$trap"}}),
                ),
            ),
        ),
        needs=("discovery",),
    ),
    Requirement(
        id="C-CFG-05",
        level=Level.SHOULD,
        text="A client keeps metadata and keys for a while, and bounds the requests that unknown keys cause.",
        sources=("Okta docs: validate ID tokens", "RFC 8725 §3.10"),
        check=lambda evidence: (
            metadata_and_keys_are_cached(evidence)
            if evidence.probe is THREE_SIGN_INS
            else keys_are_not_fetched_again_and_again(evidence)
        ),
        probes=(THREE_SIGN_INS, UNKNOWN_KEYS),
    ),
    Requirement(
        id="C-CFG-06",
        level=Level.PROFILE,
        text="A public client sends no X-Device-Token and no X-Forwarded-For.",
        sources=("okta-idx-java BaseIDXClient.java", "okta-idx-dotnet IdxClient.cs"),
        check=no_device_headers,
        probes=(
            Probe(
                id="T.cfg.device-token",
                stimulus="a public client is given a device token",
                config={"deviceToken": "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6", "forwardedFor": "192.0.2.7"},
            ),
        ),
        needs=("device-context",),
    ),
)
