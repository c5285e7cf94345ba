"""`POST /v1/device/authorize`: a device without a keyboard begins a sign-in that its user makes elsewhere.

Source: RFC 8628, sections 3.1 and 3.2; okta-oauth notes 5.7.
"""

from __future__ import annotations

from urllib.parse import urlencode

from mock_okta.engine.base import acr
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import device_requests
from mock_okta.engine.model import App, AuthorizationRequest, Reply
from mock_okta.engine.oauth import grants
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import Form, read_form
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from mock_okta.engine.oauth.scopes import requested_scopes

DEFAULT_SERVER = "default"


def device_authorize(turn: Turn) -> Reply:
    """Gives a device the code that it polls with, and the one that it shows to its user."""
    form = read_form(turn)
    client = authenticate(turn, form)
    grants.require(client, DEVICE_CODE)
    issued = device_requests.issue(turn, _asked(turn, form, client.app))
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
