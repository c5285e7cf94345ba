"""`POST /v1/token`: from a grant to tokens.

Source: okta-oauth notes 3; the order of the checks is that of 3.6, which is inferred from the texts.
"""

from __future__ import annotations

from mock_okta.engine.base import gaps
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, Reply
from mock_okta.engine.oauth import dpop, grants
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import read_form
from mock_okta.engine.oauth.grants.row import Read, Redeem, TokenRequest
from mock_okta.engine.oauth.redirects import may_call_from
from mock_okta.engine.oauth.tokens import issue_tokens


def token(turn: Turn) -> Reply:
    """Redeems a grant and returns the token set."""
    form = read_form(turn)
    request = TokenRequest(turn, form, authenticate(turn, form), dpop.proof_of(turn.request))
    read, redeem = _grant_type(request)
    _check_origin(turn, request.app)
    dpop.refuse_proof(request.proof)
    granted = read(request)
    redeem(request, granted)
    return Reply(status=200, body=issue_tokens(turn, granted), headers=(JSON,))


def _grant_type(request: TokenRequest) -> tuple[Read, Redeem]:
    """How the grant is read and redeemed that the request asks for, if the client may."""
    name = request.form.get("grant_type")
    if name is None:
        raise OAuthError("token_request_missing_grant_type", ", ".join(grants.served()))
    row = grants.GRANT_TYPES.get(name)
    if row is None or row.read is None:
        headers = (gaps.header(grants.gap_of(row)),) if row and row.endpoint == "token" else ()
        raise OAuthError("unsupported_grant_type", ", ".join(grants.served()), headers=headers)
    grants.require(request.client, name)
    return row.read, row.redeem


def _check_origin(turn: Turn, app: App) -> None:
    """A browser says where its page is from; that must be a place the app is registered for."""
    origin = turn.request.headers.get("origin")
    if origin is not None and not may_call_from(app, turn.scenario.trusted_origins, origin):
        raise OAuthError("illegal_origin_browser_request")
