"""What Okta serves and this server does not: one row each, whether a whole path or a part of an endpoint.

A client that meets one is told so by the header `X-Mock-Okta-Gap`, and so is whoever reads `GET /__mock__/gaps`:
nothing that is missing looks like a mistake of the client's. Source of the paths: okta-oauth notes 1, 5 and 8.
"""

from __future__ import annotations

from msgspec import Struct

from mock_okta.engine.base.api_errors import API_ERRORS, JSON, envelope_body
from mock_okta.engine.base.endpoint import of_both_servers
from mock_okta.engine.base.table import table
from mock_okta.engine.model import Reply

HEADER = "X-Mock-Okta-Gap"
NOT_IMPLEMENTED = 501
LIST = "GET /__mock__/gaps"


class Gap(Struct, frozen=True, kw_only=True):
    """One thing that is missing.

    name: as the header has it
    about: what Okta does there, as the end of "Okta …"
    paths: rules of paths that are answered 501, written as those of an `Endpoint`
    within: the endpoints of which it is a part; they answer all other requests
    status: of the answer; an error of Okta's own where a client knows one
    advertised: members of the discovery documents, or values in them, that stand for it: Okta's documents are sent as
        they were recorded
    """

    name: str
    about: str
    paths: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    status: int = NOT_IMPLEMENTED
    advertised: tuple[str, ...] = ()


def _below(*roots: str) -> tuple[str, ...]:
    return tuple(f"{root}{end}" for root in roots for end in ("", "/", "/<path:rest>"))


# fmt: off
OF_AUTHORIZATION_SERVER: tuple[Gap, ...] = (
    Gap(name="authorize", about="signs in by redirect: authorization code, implicit and hybrid flows",
        within=("authorize",),
        advertised=("code", "token", "id_token", "code id_token", "code token", "id_token token", "code id_token token",
                    "implicit", "query", "fragment", "form_post", "okta_post_message", "request_parameter_supported",
                    "request_object_signing_alg_values_supported")),
    Gap(name="pushed-authorization", about="takes authorization requests beforehand (RFC 9126)",
        paths=of_both_servers("par"), advertised=("pushed_authorization_request_endpoint",)),
    Gap(name="backchannel-authentication", about="signs in on another device (CIBA)",
        paths=of_both_servers("bc/authorize"),
        advertised=("backchannel_token_delivery_modes_supported",
                    "backchannel_authentication_request_signing_alg_values_supported")),
    Gap(name="client-registration", about="registers clients (RFC 7591)", paths=_below("/oauth2/v1/clients"),
        advertised=("registration_endpoint",)),
    Gap(name="direct-authentication", about="signs in without a browser, by the MFA grants",
        paths=(*of_both_servers("primary-authenticate"), *of_both_servers("challenge"))),
    Gap(name="global-token-revocation", about="revokes every token of a user",
        paths=("/oauth2/v1/global-token-revocation",)),
    Gap(name="client-assertion", about="takes a signed JWT instead of a client secret (RFC 7523)",
        within=("interact", "token", "introspect", "revoke", "device-authorization"), status=401,
        advertised=("client_secret_jwt", "private_key_jwt")),
    Gap(name="dpop", about="binds tokens to a key of the client (RFC 9449)",
        within=("interact", "token", "userinfo"), status=400,
        advertised=("dpop_signing_alg_values_supported",)),
    Gap(name="encrypted-id-tokens", about="encrypts ID tokens for apps that are set up so",
        advertised=("id_token_encryption_alg_values_supported", "id_token_encryption_enc_values_supported")),
    Gap(name="front-channel-logout", about="tells other apps that the user has signed out",
        advertised=("frontchannel_logout_supported", "frontchannel_logout_session_supported")),
    Gap(name="identity-chaining", about="exchanges tokens across domains (ID-JAG)",
        advertised=("identity_chaining_requested_token_types_supported",)),
)

OF_ORG: tuple[Gap, ...] = (
    # What browsers visit
    Gap(name="hosted-sign-in", about="shows its own sign-in page",
        paths=(*_below("/login", "/signin", "/account-linking"), "/oauth2/v1/authorize/redirect",
               "/oauth2/<server>/v1/authorize/redirect")),
    Gap(name="sign-out", about="signs the browser out and shows its sign-in page", paths=("/login/signout",)),
    Gap(name="session-cookie-redirect", about="makes a session cookie of a session token",
        paths=("/login/sessionCookieRedirect",)),
    Gap(name="step-up", about="asks a browser that is signed in for more proof", paths=("/login/step-up/redirect",)),
    Gap(name="account-links", about="takes the links of its own mails: activation, recovery",
        paths=_below("/tokens", "/welcome", "/reset_password", "/reset-password")),
    Gap(name="device-fingerprint", about="frames a page that computes a fingerprint of the browser",
        paths=_below("/auth/services")),
    Gap(name="dashboard", about="shows the dashboard of apps",
        paths=("/app/UserHome", *_below("/enduser", "/home", "/user"))),
    Gap(name="admin-console", about="shows its console to administrators", paths=_below("/admin")),
    Gap(name="saml", about="signs in to apps by SAML, and comes back from SAML identity providers",
        paths=("/app/<app>/<instance>/sso/saml", "/app/<app>/<instance>/sso/saml/metadata", *_below("/sso/saml2"))),
    Gap(name="app-sign-in", about="signs in to apps in other ways than OpenID Connect", paths=_below("/app")),
    Gap(name="social-callback", about="comes back from social identity providers; here `/sso/idps` stands for them",
        paths=("/oauth2/v1/authorize/callback", "/oauth2/<server>/v1/authorize/callback")),
    Gap(name="okta-verify-app", about="talks to the Okta Verify app",
        paths=_below("/auth/okta-verify", "/idp/authenticators")),
    Gap(name="device-trust-connector", about="asks a connector about the state of a device",
        paths=_below("/idp/device")),
    Gap(name="duo-frame", about="frames a page of Duo", paths=_below("/js/sections/duo")),
    # Other APIs
    Gap(name="authn", about="signs in by its Classic API", paths=_below("/api/v1/authn")),
    Gap(name="sessions", about="manages sessions by id", paths=_below("/api/v1/sessions")),
    Gap(name="management-api", about="manages users, apps and policies",
        paths=_below("/api/v1", "/governance/api", "/iam", "/integrations/api", "/privileged-access/api",
                     "/device-access/api", "/attack-protection/api", "/security/api", "/workflows/api")),
    Gap(name="myaccount", about="lets users manage their own accounts", paths=_below("/idp/myaccount")),
    Gap(name="webfinger", about="tells which identity provider an account has (RFC 7033)",
        paths=("/.well-known/webfinger",)),
    Gap(name="app-associations", about="says which mobile apps and sites belong to the org",
        paths=("/.well-known/apple-app-site-association", "/.well-known/assetlinks.json", "/.well-known/webauthn")),
    Gap(name="shared-signals", about="sends security events (SSF)",
        paths=("/.well-known/ssf-configuration",)),
    Gap(name="app-authenticator", about="tells Okta Verify and other authenticators how to enrol",
        paths=("/.well-known/app-authenticator-configuration",)),
)
# fmt: on

OWN: dict[str, Gap] = table("name", (*OF_AUTHORIZATION_SERVER, *OF_ORG))
"""All but the grants, which follow from the table of grants; all of them are in `engine.gaps`."""


def header(gap: Gap) -> tuple[str, str]:
    """The header by which an answer says that it is what it is because of this gap."""
    return HEADER, gap.name


def missing(gap: Gap, error_id: str) -> Reply:
    """The answer 501 in Okta's envelope, whose cause says what is missing and where all that is stands."""
    body = envelope_body(API_ERRORS["E0000015"], error_id)
    said = f"Okta {gap.about}; mock-okta does not yet (gap '{gap.name}', see {LIST})"
    body["errorCauses"] = [{"errorSummary": said}]
    return Reply(status=NOT_IMPLEMENTED, body=body, headers=(JSON, header(gap)))
