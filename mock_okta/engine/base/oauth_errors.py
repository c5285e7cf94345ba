"""OAuth errors: one row each, thrown by name, rendered as the endpoint that was asked renders its errors.

Names, statuses and texts: oauth2-error-codes.json of okta-developer-docs, release 2026.08.1 (`internalErrorCode`,
`statusCode`, `errorDescription`); its export prints the first placeholder as the word `en`, here it is `{0}` again.
Rows marked "docs", "recorded" or "inferred" are not in that file. Which surface has which form: okta-oauth notes 6.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from mock_okta.engine.base.api_errors import JSON, ApiErrorRow, envelope
from mock_okta.engine.base.error_page import error_page
from mock_okta.engine.base.refusal import Refusal, StateChange, filled
from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply

Headers = tuple[tuple[str, str], ...]

_NOT_FOR_DESCRIPTIONS = re.compile(r"[^ !#-\[\]-~]")
"""RFC 6749, section 5.2: printable ASCII without `"` and the backslash. Parameters may come from the client."""


class OAuthErrorRow(Struct, frozen=True):
    """One error of the catalogue.

    name: what the catalogue calls it; unlike `error`, no two rows share it
    usual: parameters for the placeholders of `description`, used when a script names the error without any
    """

    name: str
    status: int
    error: str
    description: str
    usual: tuple[str, ...] = ()


class OAuthError(Refusal):
    """A refusal by an endpoint of the authorization server.

    name: a key of `OAUTH_ERRORS`
    params: for the placeholders of its description
    headers: to go out besides those of the form
    """

    def __init__(self, name: str, *params: str, headers: Headers = (), state_change: StateChange | None = None) -> None:
        super().__init__(name)
        self.row = OAUTH_ERRORS[name]
        self.description = _NOT_FOR_DESCRIPTIONS.sub(" ", filled(self.row.description, params or self.row.usual))
        self.headers = headers
        self.state_change = state_change

    def as_reply(self, turn: Turn, form: ErrorForm) -> Reply:
        return form(self, turn)


ErrorForm = Callable[[OAuthError, Turn], Reply]
"""How an endpoint writes an OAuth error."""


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def as_json(error: OAuthError, turn: Turn) -> Reply:
    """RFC 6749, section 5.2."""
    body = {"error": error.row.error, "error_description": error.description}
    return Reply(status=error.row.status, body=body, headers=(JSON, *error.headers))


_OF_BEARER_TOKENS = ("invalid_request", "invalid_token", "insufficient_scope")
"""RFC 6750, section 3.1. Whatever else is said at userinfo has a body (seen: `server_error` for too many groups)."""


_OF_BOUND_TOKENS = ("invalid_dpop_proof", "use_dpop_nonce")
"""RFC 9449, section 7.1: the same for tokens bound to a key, always with 401 (okta-oauth notes 5.9, resource nonce)."""


def as_challenge(error: OAuthError, turn: Turn) -> Reply:
    """RFC 6750, section 3: all is said in the header, the body is empty (okta-oauth notes 5.1)."""
    if error.row.error not in _OF_BEARER_TOKENS + _OF_BOUND_TOKENS:
        return as_json(error, turn)
    scheme, status = ("DPoP", 401) if error.row.error in _OF_BOUND_TOKENS else ("Bearer", error.row.status)
    challenge = f'{scheme} error="{error.row.error}", error_description="{error.description}"'
    return Reply(status=status, headers=(("WWW-Authenticate", challenge), *error.headers))


def as_page(error: OAuthError, turn: Turn) -> Reply:
    """A page for whoever looks at the browser (okta-oauth notes 5.5)."""
    return error_page(error.row.status, error.row.error, error.description)


def at_interact(error: OAuthError, turn: Turn) -> Reply:
    """JSON, but for a client that nobody knows: that is said in the envelope, with 400 (recorded; idx notes 6.2)."""
    if error.row.name != "invalid_client_id":
        return as_json(error, turn)
    return envelope(ApiErrorRow(error.row.error, 400, error.description), turn)


def as_envelope(error: OAuthError, turn: Turn) -> Reply:
    """The envelope of the other APIs with an OAuth code in it, as recorded on discovery (okta-oauth notes 1.1)."""
    return envelope(ApiErrorRow(error.row.error, error.row.status, error.description), turn)


# fmt: off
OAUTH_ERRORS: dict[str, OAuthErrorRow] = table("name", (
    # Any endpoint that takes a client's credentials (okta-oauth notes 3.2)
    OAuthErrorRow("multiple_client_credentials", 401, "invalid_request",
                  "Cannot supply multiple client credentials. Use one of the following: credentials in the "
                  "Authorization header, credentials in the post body, or a client_assertion in the post body."),
    OAuthErrorRow("client_credentials_in_query", 400, "invalid_request",
                  "Client credentials cannot be supplied via query parameters."),
    OAuthErrorRow("client_assertion_type_invalid", 400, "invalid_request", "The client_assertion_type is invalid."),
    OAuthErrorRow("missing_client_credentials", 401, "invalid_client", "No client credentials found."),
    OAuthErrorRow("invalid_basic_auth_creds", 401, "invalid_client",
                  "Found Authentication header but was not valid client credentials."),
    OAuthErrorRow("invalid_client_id", 401, "invalid_client", "Invalid value for 'client_id' parameter."),
    OAuthErrorRow("invalid_client_secret", 401, "invalid_client",
                  "The client secret supplied for a confidential client is invalid."),
    OAuthErrorRow("invalid_client", 401, "invalid_client",
                  "Client authentication failed. Either the client or the client credentials are invalid."),
    OAuthErrorRow("invalid_token_endpoint_auth_method", 401, "invalid_client",
                  "Client authentication failed. Either the client or the client credentials are invalid."),
    OAuthErrorRow("client_assertion_invalid_issuer", 401, "invalid_client",
                  "The issuer claim for client_assertion is not a valid client_id."),
    OAuthErrorRow("client_assertion_invalid_subject", 401, "invalid_client",
                  "The subject claim for client_assertion is not a valid client_id."),
    OAuthErrorRow("client_assertion_invalid_audience", 401, "invalid_client",
                  "The audience claim for client_assertion must be the endpoint invoked for the request."),
    OAuthErrorRow("client_assertion_expiration_required", 401, "invalid_client",
                  "The client_assertion must contain the 'exp' claim as seconds since epoch."),
    OAuthErrorRow("client_assertion_expired_token", 401, "invalid_client", "The client_assertion token is expired."),
    OAuthErrorRow("client_assertion_expires_too_far_in_future", 401, "invalid_client",
                  "The client_assertion token has an expiration too far into the future."),
    OAuthErrorRow("client_assertion_invalid_signature", 401, "invalid_client",
                  "The client_assertion signature is invalid."),
    OAuthErrorRow("client_assertion_invalid_jwt", 401, "invalid_client", "The parsing of the client_assertion failed."),
    OAuthErrorRow("client_assertion_invalid_kid", 401, "invalid_client", "The client_assertion JWT kid is invalid."),
    OAuthErrorRow("client_assertion_invalid_signature_algorithm", 401, "invalid_client",
                  "The client_assertion JWT signature algorithm is invalid."),
    OAuthErrorRow("client_assertion_invalid_secret_length", 401, "invalid_client",
                  "The client secret is too short to verify a JWT HMAC."),
    OAuthErrorRow("client_assertion_jwks_not_configured", 401, "invalid_client",
                  "The client does not have a JWKSet configured, but the client_assertion requires one."),
    OAuthErrorRow("jwks_uri_error", 401, "invalid_client", "Error retrieving the client JWKSet from jwks_uri."),
    OAuthErrorRow("invalid_request", 400, "invalid_request", "Invalid request"),
    OAuthErrorRow("duplicate_oauth_params", 400, "invalid_request",
                  "The request contained multiple parameters with the same name."),
    # /v1/interact (notes 2.4)
    OAuthErrorRow("oie_not_enabled_for_interact", 400, "access_denied",
                  "The requested feature (Interaction Code flow) isn't enabled in this environment. Ensure that"
                  " you have Okta Identity Engine enabled and the Interaction Code flow enabled for this "
                  "application and authorization server."),
    OAuthErrorRow("feature_not_enabled_access_denied", 400, "access_denied",
                  "The requested feature is not enabled in this environment."),
    OAuthErrorRow("unauthorized_client", 400, "unauthorized_client",
                  "The client is not authorized to use the provided grant type. Configured grant types: [{0}].",
                  ("authorization_code, refresh_token",)),
    OAuthErrorRow("pkce_challenge_required", 400, "invalid_request",
                  "PKCE code challenge is required to use the interaction code flow."),
    # recorded: orgs before mid-2022
    OAuthErrorRow("pkce_missing_challenge_none", 400, "invalid_request",
                  "PKCE code challenge is required when the token endpoint authentication method is 'NONE'."),
    OAuthErrorRow("pkce_missing_challenge", 400, "invalid_request",
                  "PKCE code challenge is required by the application."),
    OAuthErrorRow("pkce_unsupported_code_challenge_method", 400, "invalid_request",
                  "PKCE code challenge method is not supported. Valid values: [{0}]", ("S256",)),
    OAuthErrorRow("pkce_invalid_challenge", 400, "invalid_request", "PKCE code challenge contains illegal characters."),
    OAuthErrorRow("illegal_redirect_uri", 400, "invalid_request",
                  "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."),
    OAuthErrorRow("illegal_redirect_uri_enhanced", 400, "invalid_request",
                  "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: {0}",
                  ("https://acme-admin.okta.example/admin/app/oidc_client",)),
    OAuthErrorRow("missing_scopes", 400, "invalid_scope", "No scopes were requested."),
    OAuthErrorRow("no_matching_scope", 400, "invalid_scope",
                  "One or more scopes are not configured for the authorization server resource."),
    OAuthErrorRow("openid_scope_required", 400, "invalid_scope",
                  "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."),
    OAuthErrorRow("invalid_state", 400, "invalid_request",
                  "The authentication request has an invalid 'state' parameter."),
    OAuthErrorRow("invalid_max_age", 400, "invalid_request",
                  "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."),
    OAuthErrorRow("invalid_device_token", 400, "invalid_request",
                  "The request has a deviceToken with length greater than {0}.", ("32",)),
    OAuthErrorRow("invalid_activation_token", 400, "invalid_request", "The activation token is invalid"),
    OAuthErrorRow("invalid_application_type_for_interact", 400, "invalid_request",
                  "Only confidential clients can use the activation token flow"),
    OAuthErrorRow("invalid_recovery_token", 400, "invalid_request", "The recovery token is invalid"),
    OAuthErrorRow("unmet_authentication_requirements", 400, "unmet_authentication_requirements",
                  "Unable to meet the authentication requirements imposed by 'acr_values' parameter."),
    OAuthErrorRow("mfa_attestation_interact_requires_client_credentials", 400, "invalid_request",
                  "The client authentication is required for MFA attestation request."),
    OAuthErrorRow("mfa_attestation_login_hint_required", 400, "invalid_request",
                  "'login_hint' is required for MFA attestation."),
    OAuthErrorRow("mfa_attestation_idp_not_allowed", 400, "invalid_request",
                  "'idp' cannot be specified for MFA attestation."),
    OAuthErrorRow("mfa_attestation_prompt_not_allowed", 400, "invalid_request",
                  "'prompt' value cannot be specified for MFA attestation."),
    OAuthErrorRow("mfa_attestation_invalid_scope", 400, "invalid_scope",
                  "'scope' must be 'openid' for MFA attestation."),
    OAuthErrorRow("mfa_attestation_cannot_use_custom_as", 403, "access_denied",
                  "MFA attestation requests cannot use a custom authorization server."),
    OAuthErrorRow("unsupported_mfa_attestation", 403, "access_denied", "'acr_values' not supported."),
    OAuthErrorRow("no_matching_policy", 401, "access_denied",
                  "Policy evaluation failed for this request, please check the policy configurations."),
    OAuthErrorRow("access_denied", 403, "access_denied",
                  "The resource owner or authorization server denied the request."),
    # /v1/token: the request (notes 3.6)
    OAuthErrorRow("token_request_missing_grant_type", 400, "invalid_request",
                  "The token request must specify a 'grant_type'. Valid values: [{0}]",
                  ("authorization_code, interaction_code, refresh_token",)),
    OAuthErrorRow("missing_token_request_parameter", 400, "invalid_request",
                  "The required parameter '{0}' is missing.", ("interaction_code",)),
    OAuthErrorRow("unsupported_grant_type", 400, "unsupported_grant_type",
                  "The authorization grant type is not supported by the authorization server. Configured grant "
                  "types: [{0}].", ("authorization_code, refresh_token",)),
    OAuthErrorRow("unsupported_grant_type_client_creds_org_as", 400, "unsupported_grant_type",
                  "'client_credentials' grant type can only be used with a custom authorization server."),
    OAuthErrorRow("unsupported_grant_type_browser_request", 400, "unauthorized_client",
                  "Browser requests to the token endpoint may only use the authorization_code grant_type."),
    OAuthErrorRow("unsupported_scope_browser_request", 400, "invalid_scope",
                  "Browser requests to the token endpoint may not include the offline_access scope."),
    OAuthErrorRow("unsupported_auth_method_browser_request", 401, "invalid_client",
                  "Browser requests to the token endpoint must use Proof Key for Code Exchange."),
    OAuthErrorRow("illegal_origin_browser_request", 400, "invalid_request",
                  "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri."),
    OAuthErrorRow("not_trusted_origin_browser_request", 400, "invalid_request",
                  "Browser requests to the token endpoint must be made from one of the registered Trusted Origins."),
    OAuthErrorRow("org_authorization_server_only_client", 400, "unauthorized_client",
                  "This client cannot use a custom authorization server."),
    OAuthErrorRow("invalid_authorization_server", 400, "invalid_request", "The authorization server id is invalid."),
    # /v1/token: the grant (notes 3.5, 3.6)
    OAuthErrorRow("invalid_interaction_code", 400, "invalid_grant", "The interaction code is invalid or has expired."),
    OAuthErrorRow("interaction_code_unsatisfiable", 400, "invalid_grant",
                  "Additional user authentication is required but the assurance requirements cannot be met with"
                  " the allowed authenticators. Check the authenticator and assurance configuration for the "
                  "user and client."),
    OAuthErrorRow("invalid_authorization_code", 400, "invalid_grant",
                  "The authorization code is invalid or has expired."),
    OAuthErrorRow("invalid_refresh_token", 400, "invalid_grant", "The refresh token is invalid or expired."),
    OAuthErrorRow("mismatched_authorization_server", 400, "invalid_request",
                  "The grant was issued for another authorization server."),
    OAuthErrorRow("mismatched_client", 400, "invalid_grant",
                  "The grant was issued to another client. Please make sure the 'client_id' matches the one "
                  "used at the authorize request."),
    OAuthErrorRow("mismatched_redirect_uri", 400, "invalid_grant",
                  "The 'redirect_uri' does not match the redirection URI used in the authorization request."),
    OAuthErrorRow("pkce_missing_verifier", 400, "invalid_request",
                  "PKCE code verifier is required by the application."),
    OAuthErrorRow("pkce_missing_challenge_verifier_present", 400, "invalid_request",
                  "PKCE code challenge should be specified in the authorize request for code verification."),
    OAuthErrorRow("pkce_verification_failed", 400, "invalid_grant", "PKCE verification failed."),
    OAuthErrorRow("pkce_verification_failed_with_reason", 400, "invalid_grant",
                  "PKCE verification failed: {0}.", ("code_verifier does not match code_challenge",)),
    OAuthErrorRow("user_not_assigned", 400, "access_denied", "User is not assigned to the client application."),
    OAuthErrorRow("user_rate_limited", 429, "invalid_grant", "API call exceeded rate limit due to too many requests."),
    OAuthErrorRow("interaction_required", 400, "interaction_required",
                  "Your client is configured to use the interaction code flow and user interaction is required "
                  "to complete the request."),
    OAuthErrorRow("consent_required", 400, "consent_required",
                  "The following scopes require user consent: [{0}].", ("email, profile",)),
    OAuthErrorRow("disallowed_network_zone", 403, "access_denied",
                  "The request is made from outside the client's permitted network zones."),
    OAuthErrorRow("mfa_required", 403, "mfa_required",
                  "Verify with an additional authenticator to complete the sign-in process."),
    OAuthErrorRow("password_expired", 403, "access_denied", "The user's password is expired."),
    OAuthErrorRow("invalid_password_credentials", 400, "invalid_grant", "The credentials provided were invalid."),
    OAuthErrorRow("expired_password_credentials", 400, "invalid_grant", "Password has expired."),
    OAuthErrorRow("password_auth_denied_mfa", 400, "invalid_grant",
                  "Resource owner password credentials cannot be used with MFA enabled."),
    OAuthErrorRow("password_auth_denied_policy", 400, "invalid_grant",
                  "Resource owner password credentials authentication denied by sign on policy."),
    OAuthErrorRow("invalid_device_code", 400, "invalid_grant", "The device code is invalid or has expired."),
    OAuthErrorRow("authorization_pending", 400, "authorization_pending",
                  "The device authorization is pending. Please try again later."),
    # docs: /device/authorize (notes 5.7), and the page where its code is typed
    OAuthErrorRow("too_many_user_codes", 429, "too_many_user_codes",
                  "Too many user codes generated. Please try again later."),
    OAuthErrorRow("invalid_user_code", 400, "invalid_user_code", "The user code is invalid or has expired."),
    OAuthErrorRow("slow_down", 400, "slow_down", "Slow down the polling frequency. Please try again later."),
    OAuthErrorRow("expired_token", 400, "expired_token", "The device code has expired."),
    # Back from an identity provider, as parameters of the app's address (notes 7)
    OAuthErrorRow("unknown_idp", 400, "invalid_request", "Identity provider is not valid."),
    OAuthErrorRow("social_transaction_expired", 403, "access_denied", "Social transaction expired."),
    OAuthErrorRow("user_canceled_request", 403, "access_denied", "User canceled the social login request."),
    OAuthErrorRow("login_failed", 403, "access_denied", "Login failed."),
    OAuthErrorRow("get_social_profile_error", 500, "server_error", "Could not fetch social profile."),
    OAuthErrorRow("user_match_error", 403, "access_denied", "Could not match social profile to an Okta user."),
    OAuthErrorRow("link_disabled", 403, "access_denied", "User linking was disabled."),
    OAuthErrorRow("jit_disabled", 403, "access_denied", "User creation was disabled."),
    OAuthErrorRow("jit_denied", 403, "access_denied", "User creation was denied by the callout service."),
    OAuthErrorRow("jit_failure", 400, "jit_failure", "Unable to create the user."),
    OAuthErrorRow("jit_failure_missing_fields", 400, "jit_failure_missing_fields",
                  "Unable to create the user. The following required properties are missing: '{0}'.", ("lastName",)),
    OAuthErrorRow("jit_failure_invalid_login_format", 400, "jit_failure_invalid_login_format",
                  "Unable to create the user. Username is not an email address or contains invalid characters."),
    OAuthErrorRow("jit_failure_values_not_match_pattern", 400, "jit_failure_values_not_match_pattern",
                  "Unable to create the user. Properties don't match required pattern. Invalid fields: {0}.",
                  ("email",)),
    OAuthErrorRow("jit_failure_values_too_long", 400, "jit_failure_values_too_long",
                  "Unable to create the user. Exceeded max length for properties. Invalid fields: {0}.",
                  ("firstName",)),
    OAuthErrorRow("jit_failure_invalid_locale", 400, "jit_failure_invalid_locale",
                  "Unable to create the user. The locale property is invalid."),
    OAuthErrorRow("invalid_user_status_error", 403, "access_denied", "User status is invalid."),
    # inferred: RFC 8628, section 3.5, has it with the status of RFC 6749, section 5.2, not that of the catalogue
    OAuthErrorRow("device_access_denied", 400, "access_denied",
                  "The resource owner or authorization server denied the request."),
    # /v1/token: the scope (notes 3.5, 3.6)
    OAuthErrorRow("refresh_scopes_denied", 400, "access_denied",
                  "Some of the scopes requested for the refresh request were not granted in the original "
                  "authorize request. Denied scopes: {0}.", ("offline_access",)),
    OAuthErrorRow("scope_denied", 400, "access_denied",
                  "Some of the requested scopes were denied by the policy. Denied scopes: [{0}].",
                  ("offline_access",)),
    OAuthErrorRow("no_scope_allowed", 400, "access_denied",
                  "Policy evaluation succeeded, but all the requested scopes were rejected."),
    OAuthErrorRow("no_default_scopes", 400, "invalid_scope",
                  "The authorization server resource does not have any configured default scopes, 'scope' must "
                  "be provided."),
    OAuthErrorRow("invalid_scope", 400, "invalid_scope",
                  "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the "
                  "resource owner."),
    OAuthErrorRow("openid_not_allowed_client_creds", 400, "invalid_scope",
                  "Cannot request 'openid' scopes using client credentials."),
    OAuthErrorRow("too_many_groups_in_groups_claim", 400, "server_error",
                  "The groups claim matched too many groups and must be configured to match fewer groups."),
    # DPoP (notes 5.9)
    OAuthErrorRow("use_dpop_nonce", 400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof."),
    OAuthErrorRow("invalid_dpop_proof", 400, "invalid_dpop_proof", "The DPoP proof JWT is invalid."),
    OAuthErrorRow("invalid_dpop_proof_missing_header", 400, "invalid_dpop_proof",
                  "The DPoP proof JWT header is missing."),
    OAuthErrorRow("invalid_dpop_proof_invalid_public_key_binding", 400, "invalid_dpop_proof",
                  "Invalid DPoP Public Key binding in refresh token"),
    # /v1/introspect, /v1/revoke (notes 5.2, 5.3)
    OAuthErrorRow("request_missing_token", 400, "invalid_request", "The 'token' parameter is required."),
    # /v1/userinfo: in WWW-Authenticate, without a body (notes 5.1)
    OAuthErrorRow("access_token_missing", 401, "invalid_request", "The access token is missing."),
    OAuthErrorRow("access_token_in_query", 400, "invalid_request",
                  "The access token cannot be presented in a query string."),
    OAuthErrorRow("access_token_duplicate", 400, "invalid_request",
                  "The access token cannot be specified in both the Authorization header and the request-body."),
    # docs: userinfo, without the full stop of the catalogue
    OAuthErrorRow("access_token_invalid", 401, "invalid_token", "The access token is invalid"),
    OAuthErrorRow("token_expired", 401, "invalid_token", "The token has expired."),
    OAuthErrorRow("access_token_revoked", 401, "invalid_token", "The access token has been revoked."),
    OAuthErrorRow("invalid_token", 401, "invalid_token", "The token is invalid."),
    # docs: userinfo
    OAuthErrorRow("openid_scope_insufficient", 403, "insufficient_scope",
                  "The access token must provide access to at least one of these scopes - profile, email, "
                  "address or phone"),
    # /v1/logout: on a page (notes 5.5)
    OAuthErrorRow("illegal_post_logout_redirect_uri", 400, "invalid_request",
                  "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings."),
    OAuthErrorRow("id_token_invalid", 401, "invalid_token", "The id token is invalid."),
    # inferred: its text on a page that is never a 401
    OAuthErrorRow("invalid_id_token_hint", 400, "invalid_token", "The id token is invalid."),
    OAuthErrorRow("id_token_does_not_match_session", 400, "id_token_does_not_match_session",
                  "The ID token subject does not match the current session's user."),
    # Discovery documents with ?client_id=, in the envelope (notes 1.1)
    # recorded
    OAuthErrorRow("invalid_client_id_of_metadata", 400, "invalid_client", "Invalid value for `client_id` parameter."),
    # Anywhere
    OAuthErrorRow("temporarily_unavailable", 400, "temporarily_unavailable",
                  "The authorization server is currently unable to handle the request due to a temporary "
                  "overloading or maintenance of the server."),
    OAuthErrorRow("server_error", 500, "server_error",
                  "The authorization server encountered an unexpected condition that prevented it from "
                  "fulfilling the request."),
))
# fmt: on
