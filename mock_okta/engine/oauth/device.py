"""Devices without a keyboard: `POST /v1/device/authorize`, and the grant that they then poll for.

Source: RFC 8628; okta-oauth notes 3.3, 3.6 and 5.7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from mock_okta.engine.base import acr
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import device_requests
from mock_okta.engine.model import App, AuthorizationRequest, DeviceRequest, Reply
from mock_okta.engine.oauth import issued_tokens
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import Form, read_form
from mock_okta.engine.oauth.scopes import granted_scopes, requested_scopes
from mock_okta.engine.oauth.tokens import Granted, issue_tokens

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
DEFAULT_SERVER = "default"


def device_authorize(turn: Turn) -> Reply:
    """Gives a device the code that it polls with, and the one that it shows to its user."""
    form = read_form(turn)
    app = authenticate(turn, form).app
    if GRANT_TYPE not in app.grant_types:
        raise OAuthError("unauthorized_client", ", ".join(app.grant_types))
    issued = device_requests.issue(turn, _asked(turn, form, app))
    if issued is None:
        raise OAuthError("too_many_user_codes")
    code, request = issued
    page = f"{turn.request.origin}{activation_path(turn.request.server)}"
    body = {
        "device_code": code,
        "user_code": request.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': request.user_code})}",
        "expires_in": device_requests.LIFETIME_S,
        "interval": request.interval_s,
    }
    return Reply(status=200, body=body, headers=(JSON,))


def activation_path(server: str) -> str:
    """Where users go: Okta's `/activate` is the default tenant's here; other servers add their id to it."""
    return "/activate" if server in ("", DEFAULT_SERVER) else f"/activate/{server}"


def _asked(turn: Turn, form: Form, app: App) -> AuthorizationRequest:
    scope = requested_scopes(turn.scenario, turn.request.server, form.words("scope"))
    levels = acr.known_levels(form.words("acr_values"))
    return AuthorizationRequest(client_id=app.client_id, server=turn.request.server, scope=scope, acr_values=levels)


def redeem_device_code(turn: Turn, form: Form, app: App) -> dict[str, Any]:
    """The tokens, once the user has let the device in; the code is used up then."""
    code = form.require("device_code")
    request = turn.state.device_requests.get(code)
    if request is None or request.asked.client_id != app.client_id:
        raise OAuthError("invalid_device_code")
    if request.asked.server != turn.request.server:
        raise OAuthError("mismatched_authorization_server")
    if turn.now >= request.expires_at:
        raise OAuthError("expired_token")
    if request.denied:
        raise OAuthError("device_access_denied")
    if not request.grant:
        raise _not_yet(turn, code, request)
    grant = turn.state.grants.get(request.grant)
    if grant is None or not issued_tokens.is_active(turn, grant):
        raise OAuthError("invalid_device_code")
    scope = granted_scopes(turn.scenario, grant.asked.server, app, grant.asked.scope)
    if not scope:
        raise OAuthError("no_scope_allowed")
    turn.drop("device_requests", code)
    turn.put("grants", grant.key, replace(grant, redeemed=True))
    return issue_tokens(turn, Granted(grant, scope))


def _not_yet(turn: Turn, code: str, request: DeviceRequest) -> OAuthError:
    """Asked before the interval is over or after; either way it begins anew.

    Whoever was hasty has to wait longer: "the interval MUST be increased by 5 seconds for this and all subsequent
    requests" (RFC 8628, section 3.5).
    """
    hasty = turn.now < request.asked_at + request.interval_s
    interval_s = request.interval_s + (device_requests.SLOWER_BY_S if hasty else 0)

    def asked(turn: Turn) -> None:
        turn.put("device_requests", code, replace(request, asked_at=turn.now, interval_s=interval_s))

    return OAuthError("slow_down" if hasty else "authorization_pending", state_change=asked)
