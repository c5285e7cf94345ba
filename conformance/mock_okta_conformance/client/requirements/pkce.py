"""C-PKCE: proof key for code exchange."""

from __future__ import annotations

import base64
import hashlib
import re

from mock_okta_conformance.client.common_probes import THREE_SIGN_INS, TWENTY_STARTS, refused
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import alphabet_of, bits, each
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen

VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
NO_TOKEN_REQUEST = "no code was redeemed in this probe"


def redemptions(evidence: Evidence) -> tuple[Exchange, ...]:
    """The token requests that redeem a code."""
    return tuple(exchange for exchange in evidence.to("token") if "refresh_token" not in exchange.values("grant_type"))


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(verifier)) without padding (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def verifier_is_well_formed(evidence: Evidence) -> Finding:
    """A verifier has 43 to 128 unreserved characters."""

    def judge(exchange: Exchange) -> Finding:
        verifier = "".join(exchange.values("code_verifier"))
        good = VERIFIER.fullmatch(verifier)
        return expect(good, "43 to 128 characters of A-Z a-z 0-9 - . _ ~", f"{len(verifier)} characters", exchange)

    return each(redemptions(evidence), judge, NO_TOKEN_REQUEST)


def method_is_s256(evidence: Evidence) -> Finding:
    """code_challenge_method is always S256."""

    def judge(exchange: Exchange) -> Finding:
        sent = exchange.values("code_challenge_method")
        return expect(sent == ["S256"], "code_challenge_method S256", f"{sent or 'absent'}", exchange)

    return each(evidence.to("interact"), judge, "no interact request in this probe")


def challenge_fits_the_verifier(evidence: Evidence) -> Finding:
    """The verifier redeemed belongs to a challenge sent before."""

    def judge(exchange: Exchange) -> Finding:
        wanted = challenge_of("".join(exchange.values("code_verifier")))
        sent = [value for earlier in evidence.to("interact") for value in earlier.values("code_challenge")]
        return expect(
            wanted in sent, "a challenge equal to BASE64URL(SHA256(verifier))", f"challenges {sent}", exchange
        )

    return each(redemptions(evidence), judge, NO_TOKEN_REQUEST)


def challenges_differ(evidence: Evidence) -> Finding:
    """No challenge, hence no verifier, is used for two transactions."""
    sent = [value for exchange in evidence.to("interact") for value in exchange.values("code_challenge")]
    return expect(
        len(set(sent)) == len(sent) > 0, f"{len(sent)} different challenges", f"{len(set(sent))} different ones"
    )


def verifier_has_entropy(evidence: Evidence) -> Finding:
    """A verifier holds 256 bits, as far as alphabet and length can tell."""
    verifiers = ["".join(exchange.values("code_verifier")) for exchange in redemptions(evidence)]
    if not verifiers:
        return unseen(NO_TOKEN_REQUEST)
    found = bits(verifiers)
    seen = f"about {found:.0f} bits: {min(map(len, verifiers))} characters of an alphabet of {alphabet_of(verifiers)}"
    return expect(found >= 256, "256 bits or more", seen, redemptions(evidence)[0])


def no_downgrade(evidence: Evidence) -> Finding:
    """A refused S256 is not followed by anything weaker."""
    for exchange in evidence.to("interact"):
        if exchange.values("code_challenge_method") != ["S256"]:
            return missed(
                "no interact without S256", f"{exchange.values('code_challenge_method') or 'absent'}", exchange
            )
    return expect(not evidence.idx and not evidence.signed_in, "the refusal ends the transaction", "it goes on")


def verifier_stays_home(evidence: Evidence) -> Finding:
    """The verifier is nowhere but in the body of the token request."""
    verifiers = {value for exchange in redemptions(evidence) for value in exchange.values("code_verifier")}
    if not verifiers:
        return unseen(NO_TOKEN_REQUEST)
    for exchange in evidence.exchanges:
        body = "" if exchange.endpoint == "token" else str(exchange.request_body)
        if any(verifier in exchange.url or verifier in body for verifier in verifiers):
            return missed("code_verifier only in the body of the token request", "it is sent here too", exchange)
    printed = "".join(moment.noise + (moment.view.text if moment.view else "") for moment in evidence.moments)
    leaked = any(verifier in printed for verifier in verifiers)
    return missed("code_verifier in no log", "it is printed by the client") if leaked else MET


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-PKCE-01",
        level=Level.MUST,
        text="A code verifier has 43 to 128 unreserved characters.",
        sources=("RFC 7636 §4.1",),
        check=verifier_is_well_formed,
    ),
    Requirement(
        id="C-PKCE-02",
        level=Level.MUST,
        text="A client uses the challenge method S256.",
        sources=("RFC 7636 §4.2", "RFC 9700 §2.1.1"),
        check=method_is_s256,
    ),
    Requirement(
        id="C-PKCE-03",
        level=Level.MUST,
        text="A code challenge is the unpadded base64url form of the verifier's SHA-256.",
        sources=("RFC 7636 §4.2", "RFC 7636 App. A"),
        check=challenge_fits_the_verifier,
    ),
    Requirement(
        id="C-PKCE-04",
        level=Level.MUST,
        text="A client makes a new verifier for every transaction.",
        sources=("RFC 7636 §4.1", "RFC 9700 §2.1.1"),
        check=challenges_differ,
        probes=(TWENTY_STARTS,),
    ),
    Requirement(
        id="C-PKCE-05",
        level=Level.SHOULD,
        text="A code verifier holds 256 bits of entropy.",
        sources=("RFC 7636 §7.1",),
        check=verifier_has_entropy,
        probes=(THREE_SIGN_INS,),
    ),
    Requirement(
        id="C-PKCE-06",
        level=Level.MUST,
        text="A client whose S256 is refused does not fall back to plain.",
        sources=("RFC 7636 §7.2",),
        check=no_downgrade,
        probes=(
            Probe(
                id="T.pkce.refused",
                stimulus="interact refuses the challenge method",
                script=(
                    refused("interact", 400, "invalid_request", "The challenge method S256 cannot be used.", once=True),
                ),
                moves=(),
            ),
        ),
    ),
    Requirement(
        id="C-PKCE-07",
        level=Level.MUST,
        text="A code verifier is sent in the body of the token request and nowhere else.",
        sources=("RFC 7636 §4.5", "RFC 9700 §4.3"),
        check=verifier_stays_home,
    ),
)
