"""C-REF: refreshing tokens."""

from __future__ import annotations

from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.client_authentication import shown_credentials
from mock_okta_conformance.client.common_probes import at, raw, refused
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import described, each, is_form_post, last, once, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Move, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.scenarios import ROTATING
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

NEEDS = ("token.refresh",)
REFRESH: Move = ("refresh", {})


def refreshes(evidence: Evidence) -> tuple[Exchange, ...]:
    """The token requests that refresh."""
    return tuple(exchange for exchange in evidence.to("token") if exchange.values("grant_type") == ["refresh_token"])


def request_is_correct(evidence: Evidence) -> Finding:
    """A form with grant and token, the client's authentication, and no more scopes than were granted."""
    granted = set(str(evidence.to("token")[0].served.get("scope", "")).split()) if evidence.to("token") else set()
    wanted = (evidence.tenant.client_id, evidence.tenant.client_secret)

    def judge(exchange: Exchange) -> Finding:
        for finding in (is_form_post(exchange), once(exchange, "grant_type", "refresh_token")):
            if finding is not MET:
                return finding
        if shown_credentials(exchange) != wanted:
            need = "client id and secret" if wanted[1] else "the client id, and no secret"
            return missed(need, "the client does not authenticate as registered", exchange)
        extra = set(" ".join(exchange.values("scope")).split()) - granted
        return expect(not extra, "scopes that were granted", f"also {sorted(extra)}", exchange)

    found = refreshes(evidence)
    return each(found, judge, "") if found else stopped(evidence)


def newest_is_used(evidence: Evidence) -> Finding:
    """Each refresh sends the refresh token of the reply before it."""
    replies = evidence.to("token")
    if len(refreshes(evidence)) < 3:
        return stopped(evidence)
    newest = ""
    for exchange in replies:
        sent = "".join(exchange.values("refresh_token"))
        if sent and sent != newest:
            return missed("the newest refresh token", "an older one", exchange)
        newest = str(exchange.served.get("refresh_token") or newest)
    return MET


def old_one_is_kept(evidence: Evidence) -> Finding:
    """A reply without refresh token leaves the one that the client has."""
    found = refreshes(evidence)
    if not found:
        return stopped(evidence)
    if len(found) < 2:
        return missed("a second refresh, with the same token", described(evidence.last_view), found[0])
    first, second = ("".join(exchange.values("refresh_token")) for exchange in found[:2])
    return expect(first == second, "the same refresh token again", "another one", *found[:2])


def refusal_signs_out(evidence: Evidence) -> Finding:
    """One request; after it the client has no tokens and does not try again."""
    found = refreshes(evidence)
    if not found:
        return stopped(evidence)
    if len(found) > 1:
        return missed("one request", f"{len(found)} requests", *found[:2])
    view = evidence.doing("refresh")[0].view
    gone = view is not None and view.state in (ViewState.ERROR, ViewState.SIGNED_OUT) and not view.tokens
    return expect(gone, 'view "error" or "signedOut", without tokens', described(view), found[0])


def new_token_is_validated(evidence: Evidence) -> Finding:
    """A refreshed ID token about somebody else, or from elsewhere, is refused."""
    found = refreshes(evidence)
    if not found:
        return stopped(evidence)
    view = evidence.last_view
    refused = view is not None and view.state is ViewState.ERROR and not view.tokens
    return expect(refused, 'view "error", the new tokens are not used', described(view), last(found))


def failure_keeps_tokens(evidence: Evidence) -> Finding:
    """After a 503 the next refresh is tried with the same token, and works."""
    found = refreshes(evidence)
    if not found:
        return stopped(evidence)
    view = evidence.last_view
    worked = len(found) >= 2 and view is not None and view.state is ViewState.SUCCESS
    return expect(worked, "success at the second try", described(view), *found[:2])


def _probe(name: str, stimulus: str, *script: dict[str, object], count: int = 1, **more: object) -> Probe:
    moves = (*SIGN_IN, *(("script", entry) for entry in script), *(REFRESH,) * count)
    return Probe(id=f"T.ref.{name}", stimulus=stimulus, moves=moves, **more)  # type: ignore[arg-type]


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-REF-01",
        level=Level.MUST,
        text="A client refreshes with a form that authenticates it and asks for nothing beyond the grant.",
        sources=("RFC 6749 §6",),
        check=request_is_correct,
        probes=(
            _probe("plain", "none: an ordinary refresh"),
            _probe("confidential", "none: a refresh by a client with a secret", app="web", needs=("confidential",)),
        ),
        needs=NEEDS,
    ),
    Requirement(
        id="C-REF-02",
        level=Level.MUST,
        text="A client goes on with the refresh token that it got last.",
        sources=("RFC 6749 §6", "Okta docs: refresh tokens"),
        check=newest_is_used,
        probes=(_probe("rotated", "every reply brings another refresh token", scenario=ROTATING, count=3),),
        needs=NEEDS,
    ),
    Requirement(
        id="C-REF-03",
        level=Level.MUST,
        text="A client that gets no new refresh token keeps the one it has.",
        sources=("RFC 6749 §6",),
        check=old_one_is_kept,
        probes=(_probe("kept", "the reply has no refresh token", at("token", patch={"refresh_token": None}), count=2),),
        needs=NEEDS,
    ),
    Requirement(
        id="C-REF-05",
        level=Level.SHOULD,
        text="A client whose refresh token is refused drops its tokens and does not ask again.",
        sources=("okta-auth-js lib/oidc/renewTokensWithRefresh.ts",),
        check=refusal_signs_out,
        probes=(
            _probe(
                "refused",
                "token answers 400 invalid_grant to the refresh",
                refused("token", 400, "invalid_grant", "The refresh token is invalid or expired."),
            ),
        ),
        needs=NEEDS,
    ),
    Requirement(
        id="C-REF-06",
        level=Level.MUST,
        text="A client refuses a refreshed ID token with another sub, iss or aud.",
        sources=("OIDC Core §12.2",),
        check=new_token_is_validated,
        probes=(
            _probe(
                "other-sub",
                "the new ID token is about somebody else",
                at("token", id_token={"claims": {"sub": "00uSOMEBODYELSE00001"}}),
            ),
            _probe(
                "other-iss", "the new ID token has another issuer", at("token", id_token={"claims": {"iss": "$trap"}})
            ),
            _probe(
                "other-aud",
                "the new ID token is for another client",
                at("token", id_token={"claims": {"aud": "0oaANOTHERCLIENT0001"}}),
            ),
        ),
        needs=("idtoken.verify", *NEEDS),
    ),
    Requirement(
        id="C-REF-07",
        level=Level.SHOULD,
        text="A client keeps its tokens when a refresh fails at the server.",
        sources=("RFC 9110 §15.6",),
        check=failure_keeps_tokens,
        probes=(
            _probe(
                "503",
                "token answers 503 to the first refresh",
                raw("token", 503, {"errorCode": "E0000010", "errorSummary": "Service is in read only mode"}, once=True),
                count=2,
            ),
        ),
        needs=NEEDS,
    ),
)
