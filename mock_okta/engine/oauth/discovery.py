"""The two discovery documents, for custom servers and for the org server.

Recorded in 2026, in the order of the recording (okta-oauth notes 1.2, 1.3): they name endpoints and grants of Okta that
this server answers as gaps, because clients read the documents and not the gaps. The interaction code grant and its
endpoint stand in no document that was ever recorded.
"""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, Reply
from mock_okta.engine.oauth.grants import published
from mock_okta.engine.oauth.grants.row import Published
from mock_okta.engine.oauth.scopes import supported_scopes

Document = dict[str, Any]

RESPONSE_TYPES = ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"]
RESPONSE_MODES = ["query", "fragment", "form_post", "okta_post_message"]
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
ACCESS_TOKEN_CLAIMS = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"]
# fmt: off
ID_TOKEN_CLAIMS = [
    "iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce", "name", "nickname",
    "preferred_username", "given_name", "middle_name", "family_name", "email", "email_verified", "profile", "zoneinfo",
    "locale", "address", "phone_number", "picture", "website", "gender", "birthdate", "updated_at", "at_hash", "c_hash",
]
# fmt: on
REQUEST_OBJECT_ALGORITHMS = [f"{family}{bits}" for family in ("HS", "RS", "ES") for bits in (256, 384, 512)]
DPOP_ALGORITHMS = [f"{family}{bits}" for family in ("RS", "ES") for bits in (256, 384, 512)]

_OF_ID_TOKENS = (
    "userinfo_endpoint",
    "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
)


def openid_configuration(turn: Turn) -> Reply:
    """`/.well-known/openid-configuration` of either kind of server."""
    return Reply(status=200, body=_tailored(turn, _openid_document(turn)), headers=(JSON,))


def oauth_authorization_server(turn: Turn) -> Reply:
    """`/.well-known/oauth-authorization-server` (RFC 8414): the same without what is about ID tokens."""
    document = {name: value for name, value in _openid_document(turn).items() if name not in _OF_ID_TOKENS}
    document["response_types_supported"] = ["code", "token", *RESPONSE_TYPES[1:]]
    document["grant_types_supported"] = published(Published.EVERYWHERE, Published.OAUTH)
    document["claims_supported"] = ACCESS_TOKEN_CLAIMS
    if not turn.request.server:
        _make_org_document(document)
    return Reply(status=200, body=_tailored(turn, document), headers=(JSON,))


def _make_org_document(document: Document) -> None:
    """The org server does not say where its keys are, since nobody is to check its access tokens."""
    del document["jwks_uri"]
    document["grant_types_supported"] = published(Published.EVERYWHERE, Published.OAUTH, Published.ORG)
    document["frontchannel_logout_supported"] = True
    document["frontchannel_logout_session_supported"] = True
    document["identity_chaining_requested_token_types_supported"] = ["urn:ietf:params:oauth:token-type:id-jag"]


def _openid_document(turn: Turn) -> Document:
    server = turn.request.server

    def at(name: str) -> str:
        return turn.endpoint_of(server, name)

    return {
        "issuer": turn.issuer_of(server),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "registration_endpoint": turn.endpoint_of("", "clients"),
        "jwks_uri": at("keys"),
        "response_types_supported": RESPONSE_TYPES,
        "response_modes_supported": RESPONSE_MODES,
        "grant_types_supported": published(Published.EVERYWHERE),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "id_token_encryption_alg_values_supported": ["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"],
        "id_token_encryption_enc_values_supported": ["A256GCM"],
        "scopes_supported": list(supported_scopes(turn.scenario, server)),
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "claims_supported": ID_TOKEN_CLAIMS,
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": at("introspect"),
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint": at("revoke"),
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "end_session_endpoint": at("logout"),
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": REQUEST_OBJECT_ALGORITHMS,
        "device_authorization_endpoint": at("device/authorize"),
        "pushed_authorization_request_endpoint": at("par"),
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": REQUEST_OBJECT_ALGORITHMS,
        "dpop_signing_alg_values_supported": DPOP_ALGORITHMS,
    }


# ---------------------------------------------------------------------------------------------------------------------
# For one client
# ---------------------------------------------------------------------------------------------------------------------


def _tailored(turn: Turn, document: Document) -> Document:
    """The document as it is for the client in `?client_id=`, if there is one.

    Raises: OAuthError for a client that the org does not have
    """
    client_id = dict(turn.request.query).get("client_id")
    if client_id is None:
        return document
    app = turn.state.apps.get(client_id)
    if app is None:
        raise OAuthError("invalid_client_id_of_metadata")
    return {name: _for_client(name, value, app) for name, value in document.items()}


def _for_client(name: str, value: Any, app: App) -> Any:
    if name == "registration_endpoint":
        return f"{value}/{app.client_id}"
    if name == "jwks_uri":
        return f"{value}?client_id={app.client_id}"
    if name == "response_types_supported":
        return [each for each in value if each == "code" or "implicit" in app.grant_types]
    if name == "grant_types_supported":
        return [each for each in value if each in app.grant_types]
    if name == "token_endpoint_auth_methods_supported":
        return ["none" if app.client_secret is None else "client_secret_basic"]
    return value
