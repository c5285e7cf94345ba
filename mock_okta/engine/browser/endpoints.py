"""The pages and redirects that a browser visits: one row each."""

from __future__ import annotations

from mock_okta.engine.base.endpoint import ALL_OTHERS, Caching, CorsPolicy, Endpoint, of_both_servers
from mock_okta.engine.base.oauth_errors import as_json, as_page
from mock_okta.engine.base.table import table
from mock_okta.engine.browser.activate import activate
from mock_okta.engine.browser.authorize import authorize
from mock_okta.engine.browser.email_link import email_link
from mock_okta.engine.browser.identity_provider import identity_provider
from mock_okta.engine.browser.identity_verification import identity_verification
from mock_okta.engine.browser.okta_verify_link import okta_verify_link
from mock_okta.engine.browser.own_session import own_session, refreshed_session
from mock_okta.engine.browser.token_redirect import token_redirect

# fmt: off
ENDPOINTS: dict[str, Endpoint] = table("name", (
    Endpoint(name="authorize", paths=of_both_servers("authorize"), methods=("GET", "POST"),
             answer=authorize, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=False),
    Endpoint(name="activate", paths=("/activate", "/activate/<server>"), methods=("GET", "POST"),
             answer=activate, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="email-link", paths=("/email/verify/<path:rest>",), methods=("GET", "POST"),
             answer=email_link, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="okta-verify-link", paths=("/auth/push/link",), methods=("GET", "POST"),
             answer=okta_verify_link, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="token-redirect", paths=("/login/token/redirect",), methods=("GET",),
             answer=token_redirect, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="identity-verification", paths=("/idp/identity-verification",), methods=("GET", "POST"),
             answer=identity_verification, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="identity-provider", paths=("/sso/idps/<path:rest>",), methods=("GET", "POST"),
             answer=identity_provider, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_page,
             cors=CorsPolicy.TRUSTED, leads=True),
    Endpoint(name="own-session", paths=("/api/v1/sessions/me",), methods=("GET", "DELETE"),
             answer=own_session, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.SESSION, leads=True),
    Endpoint(name="own-session-refresh", paths=("/api/v1/sessions/me/lifecycle/refresh",), methods=("POST",),
             answer=refreshed_session, rate_limit=ALL_OTHERS, caching=Caching.NEVER, errors=as_json,
             cors=CorsPolicy.SESSION, leads=True),
))
# fmt: on
