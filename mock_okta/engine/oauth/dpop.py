"""Tokens bound to a key (DPoP, RFC 9449), which this server does not issue yet.

Nobody is to believe that their proofs were checked, so whoever begins with DPoP hears that the proof does not do, where
Okta would judge it (okta-oauth notes 3.6 and 5.9), and in a header why. With the gap goes this module.
"""

from __future__ import annotations

from mock_okta.engine.base import gaps
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.oauth.forms import Form

SCHEME = "dpop"


def refuse_proof(turn: Turn) -> None:
    """Refuses a request that brings a proof, or a token by the scheme that goes with one.

    Raises: OAuthError invalid_dpop_proof
    """
    scheme = turn.request.headers.get("authorization", "").strip().partition(" ")[0]
    if "dpop" in turn.request.headers or scheme.lower() == SCHEME:
        raise OAuthError("invalid_dpop_proof", headers=(gaps.header("dpop"),))


def refuse_key(form: Form) -> None:
    """Refuses to bind what is begun to a key (`dpop_jkt`, RFC 9449, section 10).

    Raises: OAuthError invalid_dpop_proof
    """
    if form.get("dpop_jkt") is not None:
        raise OAuthError("invalid_dpop_proof", headers=(gaps.header("dpop"),))
