"""C-IDT: validating the ID token."""

from __future__ import annotations

from typing import Any

from mock_okta_conformance.client.common_probes import at
from mock_okta_conformance.client.es256_id_token import PUBLISHED
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import described, last, refuses_tokens, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.requirements.keys import OTHER_KEY
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import Finding, expect, missed, unseen

VERIFIES = ("idtoken.verify",)


def nonce_is_checked(evidence: Evidence) -> Finding:
    """The token is refused, provided that the client sent a nonce at all."""
    if not any(exchange.values("nonce") for exchange in evidence.to("interact")):
        return unseen("the client sent no nonce")
    return refuses_tokens(evidence)


def unknown_key_is_refused(evidence: Evidence) -> Finding:
    """The token is refused, after at most one more request for keys."""
    fetched = evidence.to("keys")
    if len(fetched) > 2:
        return missed("at most one more request for keys", f"{len(fetched)} requests", fetched[-1])
    return refuses_tokens(evidence)


def attacker_keys_are_left_alone(evidence: Evidence) -> Finding:
    """The token is refused, and nothing is fetched from where its header points."""
    if evidence.trap:
        return missed("no request to the address in the header", f"{evidence.trap[0].method} {evidence.trap[0].url}")
    return refuses_tokens(evidence)


def malformed_is_an_error(evidence: Evidence) -> Finding:
    """A token that cannot be read is refused with an error, not a crash."""
    if not evidence.to("token"):
        return stopped(evidence)
    return refuses_tokens(evidence)


def valid_is_accepted_and_invalid_refused(evidence: Evidence) -> Finding:
    """A token that is odd but valid signs the user in; any other is refused."""
    if evidence.probe.is_acceptable:
        finding = signs_in(evidence)
        seen = described(evidence.last_view)
        return expect(
            finding.outcome == "pass", 'view "success": this token is valid', seen, last(evidence.to("token"))
        )
    return refuses_tokens(evidence)


def _token(
    name: str, stimulus: str, *, params: dict[str, Any] | None = None, is_acceptable: bool = False, **change: Any
) -> Probe:
    return Probe(
        id=f"T.idt.{name}",
        stimulus=f"ID token: {stimulus}",
        script=(at("token", id_token=change),),
        params=params or {},
        is_acceptable=is_acceptable,
        needs=VERIFIES,
    )


def _malformed(name: str, stimulus: str, text: str) -> Probe:
    script = (at("token", patch={"id_token": text}),)
    return Probe(id=f"T.idt.{name}", stimulus=f"ID token: {stimulus}", script=script, needs=VERIFIES)


AUD_LIST = _token(
    "aud.list-with", "aud is a list of this client alone", is_acceptable=True, claims={"aud": ["$client_id"]}
)
EXP_LEEWAY = _token("exp.30s", "exp was 30 seconds ago", is_acceptable=True, shift={"exp": -3630, "iat": -3630})
ONE_KEY_NO_KID = Probe(
    id="T.idt.kid.absent-one-key",
    stimulus="ID token: the header has no kid, and one key is published",
    script=(
        at("token", id_token={"header": {"kid": None}}),
        at("keys", patch=[{"op": "remove", "path": "/keys/1"}]),
    ),
    is_acceptable=True,
    needs=VERIFIES,
)

ISS = (
    _token("iss.other", "iss is another issuer", claims={"iss": "$trap"}),
    _token("iss.slash", "iss has a slash more", claims={"iss": "$issuer/"}),
    _token("iss.case", "iss is in capitals", claims={"iss": "HTTP://LOCALHOST/OAUTH2/DEFAULT"}),
)
AUD = (
    _token("aud.other", "aud is another client", claims={"aud": "0oaANOTHERCLIENT0001"}),
    AUD_LIST,
    _token("aud.list-without", "aud is a list without this client", claims={"aud": ["0oaANOTHERCLIENT0001"]}),
)
AZP = (
    _token("aud.extra", "aud has a second audience", claims={"aud": ["$client_id", "0oaANOTHERCLIENT0001"]}),
    _token("azp.other", "azp is another client", claims={"azp": "0oaANOTHERCLIENT0001"}),
)
EXP = _token("exp.1h", "exp was an hour ago", shift={"exp": -7200, "iat": -7200})
EXP_15M = _token("exp.15min", "exp was 15 minutes ago", shift={"exp": -4500, "iat": -4500})
IAT = _token("iat.future", "iat is an hour ahead", shift={"iat": 3600, "exp": 3600})
NONCE = (
    _token("nonce.other", "nonce is another one", claims={"nonce": "somebody-elses-nonce"}),
    _token("nonce.absent", "nonce is absent", drop=["nonce"]),
)
SIGNATURE = (
    _token("signature.other-key", "signed with another key", signature="other_key"),
    _token("signature.broken", "the signature is broken", signature="broken"),
)
ALG_NONE = _token("alg.none", "not signed, alg is none", alg="none")
CONFUSED = (
    _token("alg.hs256", "HS256, keyed with the public key", alg="HS256"),
    _token("alg.header", "the header says HS256 over an RS256 signature", header={"alg": "HS256"}),
)
UNREGISTERED = Probe(
    id="T.idt.alg.es256",
    stimulus="ID token: ES256, with the EC key published",
    script=(at("keys", patch=[{"op": "add", "path": "/keys/0", "value": PUBLISHED}]),),
    moves=(("script", at("token", patch={"id_token": "$es256-id-token"})), *SIGN_IN),
    needs=VERIFIES,
)
KID = _token("kid.unknown", "the kid is of no published key", header={"kid": "nope"})
SEVERAL_KEYS_NO_KID = Probe(
    id="T.idt.kid.absent-several-keys",
    stimulus="ID token: the header has no kid, and several keys are published",
    script=(
        at("token", id_token={"header": {"kid": None}}),
        at("keys", patch=[{"op": "add", "path": "/keys/0", "value": OTHER_KEY}]),
    ),
    needs=VERIFIES,
)
CRIT = _token("header.crit", "the header has an unknown critical extension", header={"crit": ["x-odd"], "x-odd": True})
STEERED = (
    _token("header.jku", "jku points to another server's keys", header={"jku": "$trap/v1/keys"}, signature="other_key"),
    _token("header.x5u", "x5u points to another server", header={"x5u": "$trap/v1/keys"}, signature="other_key"),
    _token("header.jwk", "the header brings a key of its own", header={"jwk": OTHER_KEY}, signature="other_key"),
)
REQUIRED = tuple(
    _token(f"{claim}.absent", f"{claim} is absent", drop=[claim]) for claim in ("sub", "iat", "exp", "aud", "iss")
)
AT_HASH = _token("at-hash", "at_hash is of another access token", claims={"at_hash": "c2l4dGVlbi1ieXRlcyE"})
MAX_AGE = {"maxAge": 600}
AUTH_TIME = (
    _token("auth-time.old", "auth_time is two hours ago, max_age was 600", params=MAX_AGE, shift={"auth_time": -7200}),
    _token("auth-time.absent", "auth_time is absent, max_age was 600", params=MAX_AGE, drop=["auth_time"]),
)
ACR_VALUES = {"acrValues": "urn:okta:loa:1fa:pwd"}
ACR = (
    _token("acr.other", "acr is not the one asked for", params=ACR_VALUES, claims={"acr": "urn:okta:loa:0fa:any"}),
    _token("acr.absent", "acr is absent though it was asked for", params=ACR_VALUES, drop=["acr"]),
)
MALFORMED = (
    _malformed("malformed.two-parts", "two parts", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0"),
    _malformed("malformed.base64", "no base64", "%%%.%%%.%%%"),
    _malformed("malformed.json", "no JSON inside", "bm90IGpzb24.bm90IGpzb24.c2ln"),
)
BAD_ID_TOKENS = (ISS[0], AUD[0], EXP, IAT, *SIGNATURE, ALG_NONE, KID)
"""What every client that verifies refuses; C-TOK-13 asks what becomes of the rest of the reply."""

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-IDT-01",
        level=Level.MUST,
        text="A client refuses an ID token whose iss is not its issuer, to the letter.",
        sources=("OIDC Core §3.1.3.7 (2)",),
        check=refuses_tokens,
        probes=ISS,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-02",
        level=Level.MUST,
        text="A client accepts an ID token exactly if its aud is or contains the client id.",
        sources=("OIDC Core §3.1.3.7 (3)",),
        check=valid_is_accepted_and_invalid_refused,
        probes=AUD,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-03",
        level=Level.SHOULD,
        text="A client refuses an ID token that is meant for somebody else too.",
        sources=("OIDC Core §3.1.3.7 (3)", "OIDC Core §3.1.3.7 (4)", "OIDC Core §3.1.3.7 (5)"),
        check=refuses_tokens,
        probes=AZP,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-04",
        level=Level.MUST,
        text="A client refuses an expired ID token.",
        sources=("OIDC Core §3.1.3.7 (9)",),
        check=refuses_tokens,
        probes=(EXP,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-05",
        level=Level.SHOULD,
        text="A client allows clocks to differ by seconds, not by a quarter of an hour.",
        sources=("OIDC Core §3.1.3.7 (9)",),
        check=valid_is_accepted_and_invalid_refused,
        probes=(EXP_LEEWAY, EXP_15M),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-06",
        level=Level.SHOULD,
        text="A client refuses an ID token issued far in the future.",
        sources=("OIDC Core §3.1.3.7 (10)", "okta-mobile-kotlin ±600 s", "okta-mobile-swift ±300 s"),
        check=refuses_tokens,
        probes=(IAT,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-07",
        level=Level.MUST,
        text="A client that sent a nonce refuses an ID token without that nonce.",
        sources=("OIDC Core §3.1.3.7 (11)",),
        check=nonce_is_checked,
        probes=NONCE,
        needs=("idtoken.verify", "nonce"),
    ),
    Requirement(
        id="C-IDT-08",
        level=Level.SHOULD,
        text="A client refuses an ID token whose signature does not verify.",
        sources=("OIDC Core §3.1.3.7 (6)", "Okta docs: validate ID tokens"),
        check=refuses_tokens,
        probes=SIGNATURE,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-09",
        level=Level.MUST,
        text="A client refuses an unsigned ID token.",
        sources=("OIDC Core §2", "OIDC Core §3.1.3.7 (7)", "RFC 8725 §3.2"),
        check=refuses_tokens,
        probes=(ALG_NONE,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-10",
        level=Level.MUST,
        text="A client does not let the token's header choose another algorithm.",
        sources=("RFC 8725 §3.1",),
        check=refuses_tokens,
        probes=CONFUSED,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-11",
        level=Level.SHOULD,
        text="A client accepts the algorithm that is registered for it, and no other.",
        sources=("OIDC Core §3.1.3.7 (7)",),
        check=refuses_tokens,
        probes=(UNREGISTERED,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-12",
        level=Level.MUST,
        text="A client that does not find the key looks once more at most, and refuses.",
        sources=("OIDC Core §10.1.1", "Okta docs: validate ID tokens"),
        check=unknown_key_is_refused,
        probes=(KID,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-13",
        level=Level.MUST,
        text="A client accepts an ID token without kid if one key is published, and refuses it if there are several.",
        sources=("OIDC Core §10.1",),
        check=valid_is_accepted_and_invalid_refused,
        probes=(ONE_KEY_NO_KID, SEVERAL_KEYS_NO_KID),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-14",
        level=Level.MUST,
        text="A client takes no key from a token's header, and refuses critical extensions that it does not know.",
        sources=("RFC 7515 §4.1.11", "RFC 8725 §3.10"),
        check=attacker_keys_are_left_alone,
        probes=(CRIT, *STEERED),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-15",
        level=Level.MUST,
        text="A client refuses an ID token without sub, iat, exp, aud or iss.",
        sources=("OIDC Core §2",),
        check=refuses_tokens,
        probes=REQUIRED,
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-16",
        level=Level.PROFILE,
        text="A client refuses an ID token whose at_hash is not of the access token beside it.",
        sources=("OIDC Core §3.1.3.8", "okta-auth-js, okta-mobile-swift and okta-mobile-kotlin do"),
        check=refuses_tokens,
        probes=(AT_HASH,),
        needs=VERIFIES,
    ),
    Requirement(
        id="C-IDT-17",
        level=Level.SHOULD,
        text="A client that asked for max_age refuses an ID token whose auth_time is older or absent.",
        sources=("OIDC Core §3.1.3.7 (13)",),
        check=refuses_tokens,
        probes=AUTH_TIME,
        needs=("idtoken.verify", "token-bootstrap"),
    ),
    Requirement(
        id="C-IDT-18",
        level=Level.SHOULD,
        text="A client that asked for acr_values refuses an ID token with another acr or none.",
        sources=("OIDC Core §3.1.3.7 (12)", "okta-auth-js lib/oidc/util/validateClaims.ts"),
        check=refuses_tokens,
        probes=ACR,
        needs=("idtoken.verify", "token-bootstrap"),
    ),
    Requirement(
        id="C-IDT-19",
        level=Level.SHOULD,
        text="A client reports a malformed ID token as an error.",
        sources=("RFC 7519 §7.2",),
        check=malformed_is_an_error,
        probes=MALFORMED,
    ),
)
