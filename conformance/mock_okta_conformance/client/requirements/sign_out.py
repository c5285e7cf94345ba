"""C-OUT: signing out."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.client_authentication import basic_header, shown_credentials
from mock_okta_conformance.client.common_probes import raw
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import described, each, is_form_post, last, once, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Move, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

SIGN_OUT: Move = ("signOut", {})
NEEDS = ("token.revoke",)


def both_are_revoked(evidence: Evidence) -> Finding:
    """The refresh token first, for its revocation takes access tokens along, then the access token."""
    if not evidence.doing("signOut"):
        return stopped(evidence)
    reply = evidence.to("token")[-1].served if evidence.to("token") else {}
    names = {reply.get("refresh_token"): "refresh token", reply.get("access_token"): "access token"}
    revoked = [names.get("".join(exchange.values("token")), "something else") for exchange in evidence.to("revoke")]
    wanted = ["refresh token", "access token"]
    return expect(
        revoked == wanted, "refresh token, then access token", f"{revoked or 'nothing'}", *evidence.to("revoke")
    )


def revocation_is_correct(evidence: Evidence) -> Finding:
    """A form POST with the token and the client's identification."""
    wanted = (evidence.tenant.client_id, evidence.tenant.client_secret)

    def judge(exchange: Exchange) -> Finding:
        for finding in (is_form_post(exchange), once(exchange, "token")):
            if finding is not MET:
                return finding
        shown = shown_credentials(exchange)
        if evidence.tenant.client_secret is None and basic_header(exchange) is not None:
            shown = shown[0], None
        need = "client id and secret" if wanted[1] else "the client id"
        return expect(shown == wanted, need, "the client does not identify itself as registered", exchange)

    found = evidence.to("revoke")
    return each(found, judge, "") if found else stopped(evidence)


def local_state_is_cleared(evidence: Evidence) -> Finding:
    """The client holds itself for signed out, whatever the server says."""
    if not evidence.to("revoke"):
        return stopped(evidence)
    view = evidence.doing("signOut")[-1].view
    out = view is not None and view.state is ViewState.SIGNED_OUT and not view.tokens and not view.stored
    return expect(out, 'view "signedOut", nothing stored', described(view), last(evidence.to("revoke")))


def logout_is_complete(evidence: Evidence) -> Finding:
    """The address that the browser is sent to has the hint, the return address and a state."""
    moment = next(iter(evidence.doing("signOut")), None)
    if moment is None or moment.view is None:
        return stopped(evidence)
    address = urlsplit(moment.view.redirect or "")
    if not address.path.endswith("/v1/logout"):
        return missed("a redirect to the logout endpoint", described(moment.view))
    sent = parse_qs(address.query)
    absent = [name for name in ("id_token_hint", "post_logout_redirect_uri", "state") if not sent.get(name)]
    return expect(not absent, "id_token_hint, post_logout_redirect_uri and state", f"without {', '.join(absent)}")


PLAIN = Probe(id="T.out.plain", stimulus="none: an ordinary sign-out", moves=(*SIGN_IN, SIGN_OUT), based_on="0.1.3")

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-OUT-01",
        level=Level.SHOULD,
        text="A client that signs out revokes the refresh token and then the access token.",
        sources=("RFC 7009 §1", "okta-auth-js lib/core/mixin.ts", "Okta docs: revoke tokens"),
        check=both_are_revoked,
        probes=(PLAIN,),
        needs=NEEDS,
    ),
    Requirement(
        id="C-OUT-02",
        level=Level.MUST,
        text="A client revokes with a form that names the token and identifies the client.",
        sources=("RFC 7009 §2.1",),
        check=revocation_is_correct,
        probes=(
            PLAIN,
            Probe(
                id="T.out.confidential",
                stimulus="none: a sign-out of a client with a secret",
                moves=PLAIN.moves,
                app="web",
                needs=("confidential",),
                based_on="0.1.3",
            ),
        ),
        needs=NEEDS,
    ),
    Requirement(
        id="C-OUT-03",
        level=Level.PROFILE,
        text="A client is signed out locally even if revocation fails.",
        sources=("reasoned: the user asked to leave",),
        check=local_state_is_cleared,
        probes=(
            Probe(
                id="T.out.500",
                stimulus="revoke answers 500",
                script=(raw("revoke", 500, {"errorCode": "E0000009", "errorSummary": "Internal Server Error"}),),
                moves=PLAIN.moves,
                based_on="0.1.3",
            ),
        ),
        needs=NEEDS,
    ),
    Requirement(
        id="C-OUT-04",
        level=Level.SHOULD,
        text="A client that signs out by redirect sends id_token_hint, post_logout_redirect_uri and state.",
        sources=("OIDC RP-Initiated Logout §2",),
        check=logout_is_complete,
        probes=(
            Probe(
                id="T.out.redirect",
                stimulus="none: a sign-out by redirect",
                config={"postLogoutRedirectUri": "http://localhost:8080"},
                moves=PLAIN.moves,
                based_on="0.1.3",
            ),
        ),
        needs=("logout",),
    ),
)
