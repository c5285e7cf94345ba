"""One row for each endpoint of the authorization server.

A function takes the turn and returns the reply, or raises a Refusal. The custom server and the org server share them;
`turn.request.server` is "" for the org server.
"""

from __future__ import annotations

from collections.abc import Callable

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.device_authorization import device_authorize
from mock_okta.engine.oauth.discovery import oauth_authorization_server, openid_configuration
from mock_okta.engine.oauth.interact import interact
from mock_okta.engine.oauth.introspect import introspect
from mock_okta.engine.oauth.key_set import keys
from mock_okta.engine.oauth.logout import logout
from mock_okta.engine.oauth.organization import okta_organization
from mock_okta.engine.oauth.revoke import revoke
from mock_okta.engine.oauth.token import token
from mock_okta.engine.oauth.userinfo import userinfo

ENDPOINTS: dict[str, Callable[[Turn], Reply]] = {
    "openid-configuration": openid_configuration,
    "oauth-authorization-server": oauth_authorization_server,
    "okta-organization": okta_organization,
    "interact": interact,
    "token": token,
    "userinfo": userinfo,
    "introspect": introspect,
    "keys": keys,
    "revoke": revoke,
    "logout": logout,
    "device-authorization": device_authorize,
}
