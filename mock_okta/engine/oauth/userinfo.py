"""`GET` or `POST /v1/userinfo`: claims about the user of an access token.

Source: okta-oauth notes 5.1; RFC 6750, 2 (where the token may stand). Errors of RFC 6750 have no body.
"""

from __future__ import annotations

from mock_okta.engine.base.api_errors import JSON, ApiError
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.model.reading import FORM_TYPE
from mock_okta.engine.oauth import dpop, token_validation
from mock_okta.engine.oauth.claims import claims_of
from mock_okta.engine.oauth.forms import read_form
from mock_okta.engine.oauth.scopes import OPENID


def userinfo(turn: Turn) -> Reply:
    """Returns `sub`, and the claims of the token's scopes."""
    dpop.refuse_proof(dpop.proof_of(turn.request))
    found = token_validation.access_token(turn, _bearer_token(turn))
    if found is None:
        raise OAuthError("access_token_invalid")
    scope, user = found.standing.token.scope, found.standing.user
    if OPENID not in scope or user is None:  # a client that acts for itself has no scope of OpenID Connect
        raise OAuthError("openid_scope_insufficient")
    body = {"sub": user.id, **claims_of(user, scope)}
    return Reply(status=200, body=body, headers=(JSON,))


def _bearer_token(turn: Turn) -> str:
    """The token, which stands in the header or in a form, and in one of them only."""
    if any(name == "access_token" for name, _ in turn.request.query):
        raise OAuthError("access_token_in_query")
    in_header = _from_header(turn.request.headers.get("authorization", ""))
    in_body = _from_body(turn)
    if in_header and in_body:
        raise OAuthError("access_token_duplicate")
    text = in_header or in_body
    if text is None:
        raise OAuthError("access_token_missing")
    return text


def _from_header(header: str) -> str | None:
    """The credentials of a Bearer header; the scheme is in letters of any case (RFC 9110, 11.1)."""
    scheme, _, text = header.strip().partition(" ")
    return text.strip() or None if scheme.lower() == "bearer" else None


def _from_body(turn: Turn) -> str | None:
    """The token of a form; a body that is no form has none."""
    if FORM_TYPE not in turn.request.headers.get("content-type", "").lower():
        return None
    try:
        return read_form(turn).get("access_token")
    except ApiError:
        return None
