"""C-JWK: the keys that ID tokens are verified with."""

from __future__ import annotations

from mock_okta_conformance.client.common_probes import at, raw
from mock_okta_conformance.client.es256_id_token import PUBLISHED
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import refuses_tokens, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import Finding

OTHER_KEY = {
    "kty": "RSA",
    "alg": "RS256",
    "kid": "another-key-of-this-server",
    "use": "sig",
    "e": "AQAB",
    "n": (
        "_cHE8IxHV6ZRY3pSUSaOMy4wgtOib-GPI8hYkPmL81e1-dH3fY9HeTQetYWfMhaqhapN5ctTm5riEm_BlCaQ-7maS7H8e9ebvflr"
        "p5Cpra02jnNUwmepko35425yTIgh2DPsor7i7jKWrGHmeQMlJtAsCUK4K-SvBIRYCXJ9G8ZwiebJ2AAZHYrS47ckzekVC62ihkGB"
        "LOchrtTpo8k4hy5tkpNzDESb1K5-8u2artOIFFJ912EMLxjfupozDiluF4Vjs9Deso8j1MyCDi8ta1AxUFyiJ1i8UqBhT26cBPOu"
        "COJF7GdVekvvngvVXhVdPtulSoDf2xmuSkXyIpZYzw"
    ),
}
"""A public key that no token of the mock verifies with."""

UNKNOWN_KEYS = (
    {"kty": "lattice", "kid": "from-the-future", "use": "sig", "matrix": [[1, 2], [3, 4]]},
    {"kty": "oct", "kid": "symmetric", "k": "GawgguFyGrWKav7AX4VKUg"},
    PUBLISHED,
)


def works_with_both_keys(evidence: Evidence) -> Finding:
    """Two sign-ins, signed with different keys, of one client object."""
    if len(evidence.to("token")) < 2:
        return stopped(evidence)
    return signs_in(evidence)


def odd_keys(evidence: Evidence) -> Finding:
    """Unknown keys are passed over; keys that cannot be read let nothing through."""
    return signs_in(evidence) if evidence.probe.is_acceptable else refuses_tokens(evidence)


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-JWK-01",
        level=Level.MUST,
        text="A client accepts a key that was published after it had fetched the keys.",
        sources=("OIDC Core §10.1.1",),
        check=works_with_both_keys,
        probes=(
            Probe(
                id="T.jwk.rotated",
                stimulus="the signing key has another kid at the second sign-in",
                script=(
                    at("token", id_token={"header": {"kid": "the-key-of-last-quarter"}}, once=True),
                    at(
                        "keys",
                        patch=[{"op": "replace", "path": "/keys/0/kid", "value": "the-key-of-last-quarter"}],
                        once=True,
                    ),
                ),
                moves=(*SIGN_IN, ("start", {}), *SIGN_IN),
            ),
        ),
        needs=("idtoken.verify",),
    ),
    Requirement(
        id="C-JWK-02",
        level=Level.MUST,
        text="A client passes over keys that it does not understand, and refuses tokens if it cannot read the keys.",
        sources=("RFC 7517 §4", "RFC 7517 §5"),
        check=odd_keys,
        probes=(
            Probe(
                id="T.jwk.unknown",
                stimulus="keys of unknown and other types are published first",
                script=(at("keys", patch=[{"op": "add", "path": "/keys/0", "value": key} for key in UNKNOWN_KEYS]),),
                is_acceptable=True,
            ),
            Probe(
                id="T.jwk.500",
                stimulus="the keys cannot be fetched",
                script=(raw("keys", 500, {"errorCode": "E0000009", "errorSummary": "Internal Server Error"}),),
            ),
        ),
        needs=("idtoken.verify",),
    ),
)
