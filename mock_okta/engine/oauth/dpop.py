"""Tokens bound to a key (DPoP, RFC 9449), which this server does not issue yet.

Nobody is to believe that their proofs were checked, so whoever begins with DPoP hears that the proof does not do, where
Okta would judge it (okta-oauth notes 3.6 and 5.9), and in a header why. With the gap goes this module.
"""

from __future__ import annotations

from mock_okta.engine.base import gaps
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.model import Request
from mock_okta.engine.oauth.forms import Form

SCHEME = "dpop"
_MISSING = gaps.header(gaps.OWN["dpop"])


def proof_of(request: Request) -> str | None:
    """The proof of possession that came with a request, as it came; a token by the scheme that goes with one asks too.

    Returns: None without one
    """
    scheme, _, _ = request.headers.get("authorization", "").strip().partition(" ")
    return request.headers.get("dpop", "" if scheme.lower() == SCHEME else None)


def refuse_proof(proof: str | None) -> None:
    """Refuses a request that brings a proof.

    Raises: OAuthError invalid_dpop_proof
    """
    if proof is not None:
        raise OAuthError("invalid_dpop_proof", headers=(_MISSING,))


def refuse_key(form: Form) -> None:
    """Refuses to bind what is begun to a key (`dpop_jkt`, RFC 9449, section 10).

    Raises: OAuthError invalid_dpop_proof
    """
    if form.get("dpop_jkt") is not None:
        raise OAuthError("invalid_dpop_proof", headers=(_MISSING,))
