"""The endpoints of the authorization server: one row each.

The custom servers and the org server share them; `turn.request.server` is "" for the org server. Limits: 1000 for token
is recorded (trial org), 1200 documented for developer orgs.
"""

from __future__ import annotations

from mock_okta.engine.base.endpoint import ALL_OTHERS, Caching, CorsPolicy, Endpoint, RateLimit, of_both_servers
from mock_okta.engine.base.oauth_errors import as_challenge, as_envelope, as_json, as_page, at_interact
from mock_okta.engine.base.table import table
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

_OPENID = "/.well-known/openid-configuration"
_OAUTH = "/.well-known/oauth-authorization-server"

# fmt: off
ENDPOINTS: dict[str, Endpoint] = table("name", (
    Endpoint(name="openid-configuration", paths=(_OPENID, f"/oauth2/<server>{_OPENID}"), methods=("GET",),
             answer=openid_configuration, rate_limit=None, caching=Caching.DAY, errors=as_envelope,
             cors=CorsPolicy.OPEN, leads=False),
    # RFC 8414, section 3.1, puts the well-known part before the path of the issuer; OpenID Connect puts it after
    Endpoint(name="oauth-authorization-server", methods=("GET",),
             paths=(_OAUTH, f"{_OAUTH}/oauth2/<server>", f"/oauth2/<server>{_OAUTH}"),
             answer=oauth_authorization_server, rate_limit=None, caching=Caching.DAY, errors=as_envelope,
             cors=CorsPolicy.OPEN, leads=False),
    Endpoint(name="okta-organization", paths=("/.well-known/okta-organization",), methods=("GET",),
             answer=okta_organization, rate_limit=None, caching=Caching.DAY, errors=as_json,
             cors=CorsPolicy.OPEN, leads=False),
    Endpoint(name="interact", paths=of_both_servers("interact"), methods=("POST",),
             answer=interact, rate_limit=RateLimit("interact", 1200), caching=Caching.NEVER, errors=at_interact,
             cors=CorsPolicy.SESSION, leads=False),
    Endpoint(name="token", paths=of_both_servers("token"), methods=("POST",),
             answer=token, rate_limit=RateLimit("token", 1000), caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.CLIENT, leads=False, headers=(("X-Robots-Tag", "noindex,nofollow"),)),
    Endpoint(name="userinfo", paths=of_both_servers("userinfo"), methods=("GET", "POST"),
             answer=userinfo, rate_limit=RateLimit("userinfo", 1200), caching=Caching.NEVER, errors=as_challenge,
             cors=CorsPolicy.TRUSTED, leads=False),
    Endpoint(name="keys", paths=of_both_servers("keys"), methods=("GET",),
             answer=keys, rate_limit=None, caching=Caching.ROTATION, errors=as_envelope,
             cors=CorsPolicy.OPEN, leads=False),
    Endpoint(name="introspect", paths=of_both_servers("introspect"), methods=("POST",),
             answer=introspect, rate_limit=RateLimit("introspect", 1200), caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.TRUSTED, leads=False),
    Endpoint(name="revoke", paths=of_both_servers("revoke"), methods=("POST",),
             answer=revoke, rate_limit=RateLimit("revoke", 1200), caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.OPEN, leads=False),
    Endpoint(name="logout", paths=of_both_servers("logout"), methods=("GET", "POST"),
             answer=logout, rate_limit=RateLimit("logout", 1200), caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=False),
    Endpoint(name="device-authorization", paths=of_both_servers("device/authorize"), methods=("POST",),
             answer=device_authorize, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.TRUSTED, leads=False),
))
# fmt: on
