"""`POST /v1/token`: from a grant to tokens.

Source: okta-oauth notes 3; the order of the checks is that of 3.6, which is inferred from the texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_okta.engine.base import gaps
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, Reply
from mock_okta.engine.oauth import device, dpop
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import Form, read_form
from mock_okta.engine.oauth.interaction_code import redeem_interaction_code
from mock_okta.engine.oauth.redirects import may_call_from
from mock_okta.engine.oauth.refresh import redeem_refresh_token

Redeem = Callable[[Turn, Form, App], dict[str, Any]]

GRANTS: dict[str, Redeem] = {
    "interaction_code": redeem_interaction_code,
    "refresh_token": redeem_refresh_token,
    device.GRANT_TYPE: device.redeem_device_code,
}
"""What each `grant_type` does with the request of a client that may use it: returns the body of the reply."""


def token(turn: Turn) -> Reply:
    """Redeems a grant and returns the token set."""
    form = read_form(turn)
    app = authenticate(turn, form).app
    redeem = _redeem(form, app)
    _check_origin(turn, app)
    dpop.refuse_proof(turn)
    return Reply(status=200, body=redeem(turn, form, app), headers=(JSON,))


def _redeem(form: Form, app: App) -> Redeem:
    """The row of `GRANTS` that the request asks for, if the app may."""
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise OAuthError("token_request_missing_grant_type", ", ".join(GRANTS))
    if grant_type not in GRANTS:
        gap = (gaps.header(f"grant-type {grant_type}"),) if grant_type in gaps.GRANT_TYPES else ()
        raise OAuthError("unsupported_grant_type", ", ".join(GRANTS), headers=gap)
    if grant_type not in app.grant_types:
        raise OAuthError("unauthorized_client", ", ".join(app.grant_types))
    return GRANTS[grant_type]


def _check_origin(turn: Turn, app: App) -> None:
    """A browser says where its page is from; that must be a place the app is registered for."""
    origin = turn.request.headers.get("origin")
    if origin is not None and not may_call_from(app, turn.scenario.trusted_origins, origin):
        raise OAuthError("illegal_origin_browser_request")
