"""C-INT: starting a transaction at `/v1/interact`."""

from __future__ import annotations

from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.client_authentication import shown_credentials
from mock_okta_conformance.client.common_probes import BASELINE, CONFIDENTIAL, TWENTY_STARTS, raw, refused
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import bits, described, each, is_form_post, last, once
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen

NO_INTERACT = "no interact request in this probe"
PARAMETERS = ("client_id", "scope", "redirect_uri", "code_challenge", "code_challenge_method", "state")


def interact_is_complete(evidence: Evidence) -> Finding:
    """A form POST with every parameter once, and the redirect URI as registered."""

    def judge(exchange: Exchange) -> Finding:
        for finding in (is_form_post(exchange), once(exchange, *PARAMETERS)):
            if finding is not MET:
                return finding
        sent, wanted = exchange.values("redirect_uri")[0], evidence.configured("redirectUri")
        return expect(sent == wanted, f"redirect_uri {wanted}", f"redirect_uri {sent}", exchange)

    return each(evidence.to("interact"), judge, NO_INTERACT)


def values_are_encoded(evidence: Evidence) -> Finding:
    """Decoding the form gives back what the client was configured with."""

    def judge(exchange: Exchange) -> Finding:
        wanted = {"redirect_uri": evidence.configured("redirectUri"), "scope": set(evidence.tenant.scopes)}
        sent = {"redirect_uri": exchange.values("redirect_uri"), "scope": exchange.values("scope")}
        decoded = {"redirect_uri": "".join(sent["redirect_uri"]), "scope": set(" ".join(sent["scope"]).split(" "))}
        return expect(decoded == wanted, f"{wanted}", f"{decoded}", exchange)

    return each(evidence.to("interact"), judge, NO_INTERACT)


def no_secret_from_a_public_client(evidence: Evidence) -> Finding:
    """Neither a value nor an empty parameter nor the word null."""
    if evidence.tenant.client_secret is not None:
        return unseen("this probe's client has a secret")

    def judge(exchange: Exchange) -> Finding:
        names = {name for name, _ in exchange.query} | set(exchange.sent)
        return expect("client_secret" not in names, "no client_secret", "client_secret is sent", exchange)

    return each((*evidence.to("interact"), *evidence.to("token")), judge, NO_INTERACT)


def confidential_client_authenticates(evidence: Evidence) -> Finding:
    """The secret goes along with interact and token, in the body or the Basic header."""
    wanted = (evidence.tenant.client_id, evidence.tenant.client_secret)

    def judge(exchange: Exchange) -> Finding:
        if any(value == evidence.tenant.client_secret for _, value in exchange.query):
            return missed("no secret in the URL", "client_secret in the query", exchange)
        shown = shown_credentials(exchange)
        return expect(shown == wanted, "client id and secret in the body or the Basic header", _told(shown), exchange)

    return each((*evidence.to("interact"), *evidence.to("token")), judge, NO_INTERACT)


def state_is_unguessable(evidence: Evidence) -> Finding:
    """No two transactions share a state, and each holds 128 bits or more."""
    return _fresh(evidence, "state", 128)


def nonce_is_fresh(evidence: Evidence) -> Finding:
    """Every transaction has a nonce of its own."""
    return _fresh(evidence, "nonce", 0)


def parameters_pass_through(evidence: Evidence) -> Finding:
    """What the app asked for arrives unchanged; what it did not ask for is absent."""
    asked = evidence.moments[0].values.get("params", {})

    def judge(exchange: Exchange) -> Finding:
        for name, parameter in PASSED.items():
            wanted = [str(asked[name])] if name in asked else []
            if exchange.values(parameter) != wanted:
                return missed(f"{parameter} {wanted}", f"{parameter} {exchange.values(parameter)}", exchange)
        return MET

    return each(evidence.to("interact"), judge, NO_INTERACT)


def interact_error_is_shown(evidence: Evidence) -> Finding:
    """The error is shown with its code, and the client goes no further."""
    seen = (*evidence.exchanges, *evidence.strays)
    further = [exchange for exchange in seen if exchange.is_idx or exchange.endpoint == "token"]
    if further:
        return missed("no request after the failed interact", f"it goes on to {further[0].endpoint}", further[0])
    view, failed = evidence.last_view, last(evidence.to("interact"))
    if view is None or view.state is not ViewState.ERROR:
        return missed('view "error"', described(view), failed)
    code = (failed.served.get("error") or failed.served.get("errorCode")) if failed else None
    said = f"{view.error.code if view.error else ''} {view.text}"
    return expect(not code or str(code) in said, f'the code "{code}" in the error', described(view), failed)


def _fresh(evidence: Evidence, parameter: str, least_bits: int) -> Finding:
    values = [value for exchange in evidence.to("interact") for value in exchange.values(parameter)]
    started = len(evidence.to("interact"))
    if len(values) < started or not started:
        return missed(f"a {parameter} with every interact", f"{len(values)} in {started} requests")
    if len(set(values)) < len(values):
        return missed(f"{len(values)} different values of {parameter}", f"{len(set(values))} different ones")
    found = bits(values)
    return expect(
        found >= least_bits, f"{least_bits} bits or more", f"about {found:.0f} bits: {len(values[0])} characters"
    )


def _told(shown: tuple[str | None, str | None]) -> str:
    return f"client id {'shown' if shown[0] else 'missing'}, secret {'wrong' if shown[1] else 'missing'}"


PASSED = {
    "acrValues": "acr_values",
    "maxAge": "max_age",
    "loginHint": "login_hint",
    "activationToken": "activation_token",
    "recoveryToken": "recovery_token",
}
"""Members of `start.params`, and the parameters that they become."""


def _failing(name: str, stimulus: str, intervention: dict[str, object]) -> Probe:
    return Probe(id=f"T.int.{name}", stimulus=f"interact answers {stimulus}", script=(intervention,), moves=())


UNKNOWN_CLIENT = {
    "errorCode": "invalid_client",
    "errorSummary": "Invalid value for 'client_id' parameter.",
    "errorLink": "invalid_client",
    "errorId": "oaeSomething",
    "errorCauses": [],
}
"""What orgs answer, in the envelope of their APIs (okta-idx-java issue 500: its users read "null:null")."""

FAILURES = (
    _failing(
        "invalid-request", "400 invalid_request", refused("interact", 400, "invalid_request", "Something is amiss.")
    ),
    _failing("invalid-client", "401 invalid_client", refused("interact", 401, "invalid_client", "Unknown client.")),
    _failing("unknown-client", "400 invalid_client in Okta's envelope", raw("interact", 400, UNKNOWN_CLIENT)),
    _failing(
        "unauthorized-client",
        "400 unauthorized_client",
        refused("interact", 400, "unauthorized_client", "This grant type is not for you."),
    ),
    _failing("access-denied", "400 access_denied", refused("interact", 400, "access_denied", "Not switched on.")),
    _failing("no-handle", "200 without an interaction_handle", raw("interact", 200, {})),
    _failing(
        "html", "200 with a page of HTML", raw("interact", 200, "<html>hello</html>", {"Content-Type": "text/html"})
    ),
)

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-INT-01",
        level=Level.MUST,
        text="A client starts with a form that names itself, its scopes, its redirect URI, a challenge and a state.",
        sources=("RFC 7636 §4.3", "Okta docs: interaction code flow", "okta-auth-js lib/idx/interact.ts"),
        check=interact_is_complete,
    ),
    Requirement(
        id="C-INT-02",
        level=Level.MUST,
        text="A client percent-encodes the values of its forms.",
        sources=("RFC 6749 App. B",),
        check=values_are_encoded,
        probes=(
            Probe(
                id="T.int.encoding",
                stimulus="the redirect URI has a query of its own",
                config={"redirectUri": "http://localhost:8080/login/callback?x=1&y=a%20b"},
            ),
        ),
    ),
    Requirement(
        id="C-INT-03",
        level=Level.MUST,
        text="A public client sends no client_secret, not even an empty one.",
        sources=("RFC 6749 §2.3.1", "Okta docs: interaction code"),
        check=no_secret_from_a_public_client,
    ),
    Requirement(
        id="C-INT-04",
        level=Level.MUST,
        text="A confidential client authenticates at interact and token, and never in the URL.",
        sources=("RFC 6749 §2.3.1", "Okta docs: interaction code"),
        check=confidential_client_authenticates,
        probes=(CONFIDENTIAL,),
        needs=("confidential",),
    ),
    Requirement(
        id="C-INT-05",
        level=Level.MUST,
        text="A client makes a state that cannot be guessed, new for every transaction.",
        sources=("RFC 6749 §10.10", "RFC 6749 §10.12"),
        check=state_is_unguessable,
        probes=(TWENTY_STARTS,),
    ),
    Requirement(
        id="C-INT-06",
        level=Level.SHOULD,
        text="A client sends a nonce, new for every transaction.",
        sources=("OIDC Core §3.1.2.1", "RFC 9700 §2.1.1"),
        check=nonce_is_fresh,
        probes=(TWENTY_STARTS,),
        needs=("nonce",),
    ),
    Requirement(
        id="C-INT-07",
        level=Level.PROFILE,
        text="A client passes acr_values, max_age, login_hint and tokens unchanged, and only when it is asked to.",
        sources=("okta-auth-js lib/idx/interact.ts", "okta-idx-dotnet IdxClient.cs"),
        check=parameters_pass_through,
        probes=(
            Probe(
                id="T.int.parameters",
                stimulus="the app asks for acr_values, max_age and login_hint",
                params={"acrValues": "urn:okta:loa:1fa:any", "maxAge": 3600, "loginHint": "mary+test@acme.example"},
                moves=(),
            ),
            BASELINE,
        ),
        needs=("token-bootstrap",),
    ),
    Requirement(
        id="C-INT-08",
        level=Level.MUST,
        text="A client shows the code of a failed interact, and stops there.",
        sources=("RFC 6749 §5.2",),
        check=interact_error_is_shown,
        probes=FAILURES,
    ),
)
