"""C-TOK: redeeming the interaction code."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.client.client_authentication import shown_credentials
from mock_okta_conformance.client.common_probes import at, raw, refused
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import (
    described,
    each,
    is_form_post,
    last,
    once,
    refuses_tokens,
    shows_error,
    signs_in,
    stopped,
)
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.requirements.id_token import BAD_ID_TOKENS
from mock_okta_conformance.client.requirements.pkce import NO_TOKEN_REQUEST, redemptions
from mock_okta_conformance.client.scenarios import ODD_SECRET
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen

CODE_LIFETIME_S = 60


def parameters_are_in_the_body(evidence: Evidence) -> Finding:
    """The token request is a form POST without a query."""

    def judge(exchange: Exchange) -> Finding:
        if exchange.query:
            return missed("no query", f"parameters {[name for name, _ in exchange.query]} in the URL", exchange)
        return is_form_post(exchange)

    return each(evidence.to("token"), judge, NO_TOKEN_REQUEST)


def redemption_is_complete(evidence: Evidence) -> Finding:
    """grant_type, interaction_code and code_verifier once each, and the client id in the body or the Basic header."""

    def judge(exchange: Exchange) -> Finding:
        finding = once(exchange, "grant_type", "interaction_code", "code_verifier")
        if finding is not MET:
            return finding
        grant = exchange.values("grant_type")[0]
        if grant != "interaction_code":
            return missed("grant_type interaction_code", f"grant_type {grant}", exchange)
        shown = shown_credentials(exchange)[0]
        return expect(shown == evidence.tenant.client_id, "the client id", f"{shown or 'none'}", exchange)

    return each(redemptions(evidence), judge, NO_TOKEN_REQUEST)


def code_is_redeemed_once(evidence: Evidence) -> Finding:
    """A code is sent in one token request, whatever the answer."""
    codes = [value for exchange in redemptions(evidence) for value in exchange.values("interaction_code")]
    if not codes:
        return unseen(NO_TOKEN_REQUEST)
    return expect(
        len(set(codes)) == len(codes),
        "one request for each code",
        f"{len(codes)} requests for {len(set(codes))} codes",
        *redemptions(evidence)[:2],
    )


def code_is_redeemed_in_time(evidence: Evidence) -> Finding:
    """The code is redeemed within its lifetime."""
    issued = {ion.interaction_code(e.served): e for e in evidence.idx if ion.interaction_code(e.served)}

    def judge(exchange: Exchange) -> Finding:
        origin = issued.get("".join(exchange.values("interaction_code")))
        if origin is None:
            return missed("a code that was served", "another one", exchange)
        waited = exchange.at - origin.at
        return expect(
            waited < CODE_LIFETIME_S, f"within {CODE_LIFETIME_S} s", f"after {waited:.0f} s", origin, exchange
        )

    return each(redemptions(evidence), judge, NO_TOKEN_REQUEST)


def token_address_is_the_offered_one(evidence: Evidence) -> Finding:
    """The href of the success document, which is the issuer's token endpoint."""
    wanted = f"{evidence.tenant.base}/v1/token"

    def judge(exchange: Exchange) -> Finding:
        address = exchange.url.partition("?")[0]
        return expect(address == wanted, wanted, address, exchange)

    return each(evidence.to("token"), judge, NO_TOKEN_REQUEST)


def refusal_ends_it(evidence: Evidence) -> Finding:
    """The code of the error is shown, and nothing is repeated."""
    requests = evidence.to("token")
    if not requests:
        return stopped(evidence)
    if len(requests) > 1:
        return missed("one token request", f"{len(requests)} requests", *requests[:2])
    view = evidence.last_view
    said = f"{view.error.code if view.error else ''} {view.text}" if view else ""
    finding = shows_error(evidence)
    return (
        finding
        if finding is not MET
        else expect("invalid_grant" in said, "the code invalid_grant in the error", described(view), requests[0])
    )


def odd_secret_arrives(evidence: Evidence) -> Finding:
    """The secret decodes to what the client was configured with."""
    wanted = (evidence.tenant.client_id, evidence.tenant.client_secret)

    def judge(exchange: Exchange) -> Finding:
        exact = shown_credentials(exchange) == wanted
        return expect(exact, "client id and secret as configured", "something else after decoding", exchange)

    return each(evidence.to("token"), judge, NO_TOKEN_REQUEST)


def redirect_is_not_followed(evidence: Evidence) -> Finding:
    """Nothing of the token request reaches the other origin."""
    if not evidence.to("token"):
        return stopped(evidence)
    if evidence.trap:
        return missed("no request at the other origin", f"{evidence.trap[0].method} {evidence.trap[0].url}")
    return expect(not evidence.signed_in, "an error", described(evidence.last_view), last(evidence.to("token")))


def narrower_scope_is_honoured(evidence: Evidence) -> Finding:
    """The scopes that the client reports are those that were granted."""
    finding = signs_in(evidence)
    view = evidence.last_view
    if finding is not MET or view is None:
        return finding
    scope = view.tokens.get("scope")
    if scope is None:
        return unseen("the driver does not tell which scopes the client believes it has")
    return expect(str(scope).split() == ["openid"], 'scopes "openid"', f'scopes "{scope}"', last(evidence.to("token")))


def nothing_is_kept(evidence: Evidence) -> Finding:
    """After a refused redemption there is no success, there are no tokens, and nothing is called with them."""
    finding = refuses_tokens(evidence)
    view = evidence.last_view
    if finding is MET and view is not None and view.stored:
        return missed("nothing stored", f"stored: {', '.join(view.stored)}", last(evidence.to("token")))
    return finding


def _served(name: str, stimulus: str, **effect: object) -> Probe:
    return Probe(id=f"T.tok.{name}", stimulus=stimulus, script=(at("token", **effect),))


def _refusal(name: str, text: str) -> Probe:
    return Probe(
        id=f"T.tok.{name}",
        stimulus=f"token answers 400 invalid_grant, “{text}”",
        script=(refused("token", 400, "invalid_grant", text),),
    )


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-TOK-01",
        level=Level.MUST,
        text="A client posts the token request as a form, with nothing in the URL.",
        sources=("RFC 6749 §2.3.1", "RFC 6749 §3.2", "RFC 6749 §4.1.3"),
        check=parameters_are_in_the_body,
    ),
    Requirement(
        id="C-TOK-02",
        level=Level.PROFILE,
        text="A client redeems with grant_type, interaction_code, client id and code_verifier, once each.",
        sources=("Okta docs: interaction code flow", "okta-auth-js lib/oidc/endpoints/token.ts"),
        check=redemption_is_complete,
    ),
    Requirement(
        id="C-TOK-03",
        level=Level.MUST,
        text="A client redeems a code once, even if the answer is an error.",
        sources=("RFC 6749 §4.1.2",),
        check=code_is_redeemed_once,
        probes=(
            Probe(
                id="T.tok.500",
                stimulus="token answers 500 the first time",
                script=(raw("token", 500, {"error": "server_error", "error_description": "Try later."}, once=True),),
            ),
            Probe(id="T.tok.once", stimulus="none: an ordinary sign-in"),
        ),
    ),
    Requirement(
        id="C-TOK-04",
        level=Level.PROFILE,
        text="A client redeems a code within 60 seconds.",
        sources=("Okta docs: interaction code flow",),
        check=code_is_redeemed_in_time,
    ),
    Requirement(
        id="C-TOK-05",
        level=Level.PROFILE,
        text="A client redeems a code at the token endpoint of its issuer.",
        sources=("okta-mobile-swift and okta-mobile-kotlin: successWithInteractionCode.href",),
        check=token_address_is_the_offered_one,
    ),
    Requirement(
        id="C-TOK-06",
        level=Level.SHOULD,
        text="A client whose code is refused shows invalid_grant and tries no further.",
        sources=("RFC 6749 §5.2", "okta-signin-widget error-token-invalid-grant-pkce.json"),
        check=refusal_ends_it,
        probes=(
            _refusal("bad-code", "The interaction code is invalid or has expired."),
            _refusal("bad-verifier", "PKCE verification failed."),
        ),
    ),
    Requirement(
        id="C-TOK-07",
        level=Level.MUST,
        text="A confidential client's secret arrives exactly, whatever characters it has.",
        sources=("RFC 6749 §2.3.1",),
        check=odd_secret_arrives,
        probes=(
            Probe(
                id="T.tok.odd-secret",
                stimulus="the client secret holds : % + and a space",
                scenario=ODD_SECRET,
                app="web",
            ),
        ),
        needs=("confidential",),
    ),
    Requirement(
        id="C-TOK-08",
        level=Level.PROFILE,
        text="A client does not take the token request to another origin.",
        sources=("RFC 9700 §4.12",),
        check=redirect_is_not_followed,
        probes=(
            Probe(
                id="T.tok.redirect",
                stimulus="token answers 307 to another origin",
                script=(raw("token", 307, "", {"Location": "$elsewhere/v1/token"}),),
            ),
        ),
    ),
    Requirement(
        id="C-TOK-09",
        level=Level.MUST,
        text="A client refuses a token type that it does not know.",
        sources=("RFC 6749 §7.1",),
        check=refuses_tokens,
        probes=(_served("mac", 'token_type is "mac"', patch={"token_type": "mac"}),),
    ),
    Requirement(
        id="C-TOK-10",
        level=Level.MUST,
        text="A client takes token_type in any case, does without expires_in, and ignores members it does not know.",
        sources=("RFC 6749 §5.1",),
        check=signs_in,
        probes=(
            _served("lower-case", 'token_type is "bearer"', patch={"token_type": "bearer"}),
            _served("no-expires-in", "expires_in is absent", patch={"expires_in": None}),
            _served("extra", "the token reply has members that nobody knows", patch={"x_extra": {"a": [1, 2]}}),
        ),
    ),
    Requirement(
        id="C-TOK-11",
        level=Level.MUST,
        text="A client that is granted less than it asked for reports what it was granted.",
        sources=("RFC 6749 §5.1",),
        check=narrower_scope_is_honoured,
        probes=(_served("narrower", 'the granted scope is "openid"', patch={"scope": "openid"}),),
    ),
    Requirement(
        id="C-TOK-12",
        level=Level.MUST,
        text="A client that asked for openid refuses a token reply without ID token.",
        sources=("OIDC Core §3.1.3.3",),
        check=refuses_tokens,
        probes=(_served("no-id-token", "the token reply has no id_token", patch={"id_token": None}),),
    ),
    Requirement(
        id="C-TOK-13",
        level=Level.MUST,
        text="A client keeps and uses nothing of a token reply that does not verify.",
        sources=("OIDC Core §3.1.3.5", "OIDC Core §3.1.3.7"),
        check=nothing_is_kept,
        probes=BAD_ID_TOKENS,
        needs=("idtoken.verify",),
    ),
)
