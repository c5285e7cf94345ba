"""The grant of a device without a keyboard, which polls until its user has signed in elsewhere.

Source: RFC 8628, sections 3.4 and 3.5; okta-oauth notes 3.3 and 3.6.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import device_requests
from mock_okta.engine.model import DeviceRequest
from mock_okta.engine.oauth import issued_tokens
from mock_okta.engine.oauth.grants.row import TokenRequest, use_up
from mock_okta.engine.oauth.scopes import granted_scopes
from mock_okta.engine.oauth.tokens import Granted

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def read_device_code(request: TokenRequest) -> Granted:
    """What the user has let the device have."""
    turn, code = request.turn, request.form.require("device_code")
    device = turn.state.device_requests.get(code)
    if device is None or device.asked.client_id != request.app.client_id:
        raise OAuthError("invalid_device_code")
    if device.asked.server != turn.request.server:
        raise OAuthError("mismatched_authorization_server")
    if turn.now >= device.expires_at:
        raise OAuthError("expired_token")
    if device.denied:
        raise OAuthError("device_access_denied")
    if not device.grant:
        raise _not_yet(turn, code, device)
    grant = turn.state.grants.get(device.grant)
    if grant is None or not issued_tokens.is_active(turn, grant):
        raise OAuthError("invalid_device_code")
    return Granted(grant, granted_scopes(turn.scenario, request.app, grant.asked))


def redeem_device_code(request: TokenRequest, granted: Granted) -> None:
    """The device has nothing to ask for any more."""
    request.turn.drop("device_requests", request.form.require("device_code"))
    use_up(request, granted)


def _not_yet(turn: Turn, code: str, device: DeviceRequest) -> OAuthError:
    """Asked before the interval is over or after; either way it begins anew.

    Whoever was hasty has to wait longer: "the interval MUST be increased by 5 seconds for this and all subsequent
    requests" (RFC 8628, section 3.5).
    """
    hasty = turn.now < device.asked_at + device.interval_s
    interval_s = device.interval_s + (device_requests.SLOWER_BY_S if hasty else 0)

    def asked(turn: Turn) -> None:
        turn.put("device_requests", code, replace(device, asked_at=turn.now, interval_s=interval_s))

    return OAuthError("slow_down" if hasty else "authorization_pending", state_change=asked)
