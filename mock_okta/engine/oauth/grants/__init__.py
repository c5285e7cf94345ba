"""The grants: one row for each `grant_type` that Okta has, and one module for each that is served here.

The rows are in the order of the recorded discovery documents. What else there is to know of grant types follows from
them: what the documents name, what an app can be given, what is a gap, what the token endpoint takes and from whom.
Source: okta-oauth notes 1.2, 1.3, 3.3.
"""

from __future__ import annotations

from collections.abc import Iterable

from mock_okta.engine.base.gaps import Gap
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.table import table
from mock_okta.engine.oauth.client_auth import Client
from mock_okta.engine.oauth.grants.client_credentials import read_client_credentials, redeem_client_credentials
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE, read_device_code, redeem_device_code
from mock_okta.engine.oauth.grants.interaction_code import read_interaction_code
from mock_okta.engine.oauth.grants.refresh_token import read_refresh_token, redeem_refresh_token
from mock_okta.engine.oauth.grants.row import GrantType, Published

# fmt: off
GRANT_TYPES: dict[str, GrantType] = table("name", (
    GrantType(name="interaction_code", about="a sign-in in the app's own pages",
              read=read_interaction_code, assignable=True),
    GrantType(name="authorization_code", about="a sign-in by redirect",
              published=Published.EVERYWHERE, assignable=True),
    GrantType(name="implicit", about="a sign-in by redirect, without a code",
              published=Published.EVERYWHERE, assignable=True, endpoint="authorize"),
    GrantType(name="refresh_token", about="tokens that have expired",
              read=read_refresh_token, redeem=redeem_refresh_token, published=Published.EVERYWHERE, assignable=True),
    GrantType(name="password", about="a login and a password",
              published=Published.EVERYWHERE, assignable=True),
    GrantType(name="client_credentials", about="a service, on nobody's behalf",
              read=read_client_credentials, redeem=redeem_client_credentials, confidential=True,
              published=Published.OAUTH, assignable=True),
    GrantType(name=DEVICE_CODE, about="a device without a keyboard",
              read=read_device_code, redeem=redeem_device_code, published=Published.EVERYWHERE, assignable=True),
    GrantType(name="urn:openid:params:grant-type:ciba", about="a sign-in on another device (CIBA)",
              published=Published.EVERYWHERE),
    GrantType(name="urn:okta:params:oauth:grant-type:otp", about="a login and a one-time code",
              published=Published.EVERYWHERE),
    GrantType(name="http://auth0.com/oauth/grant-type/mfa-otp", about="a one-time code after a password",
              published=Published.EVERYWHERE),
    GrantType(name="urn:okta:params:oauth:grant-type:oob", about="a login and a push or a message",
              published=Published.EVERYWHERE),
    GrantType(name="http://auth0.com/oauth/grant-type/mfa-oob", about="a push or a message after a password",
              published=Published.EVERYWHERE),
    GrantType(name="urn:ietf:params:oauth:grant-type:token-exchange", about="another token (RFC 8693)",
              published=Published.ORG, assignable=True),
    GrantType(name="urn:ietf:params:oauth:grant-type:saml2-bearer", about="a SAML assertion (RFC 7522)"),
    GrantType(name="urn:ietf:params:oauth:grant-type:jwt-bearer", about="a signed JWT (RFC 7523)"),
    GrantType(name="urn:okta:params:oauth:grant-type:webauthn", about="a login and a passkey"),
    GrantType(name="urn:okta:params:oauth:grant-type:mfa-webauthn", about="a passkey after a password"),
))
# fmt: on


def served() -> tuple[str, ...]:
    """The grant types that the token endpoint takes."""
    return tuple(row.name for row in GRANT_TYPES.values() if row.read is not None)


def published(*documents: Published) -> list[str]:
    """The grant types that a discovery document names."""
    return [row.name for row in GRANT_TYPES.values() if row.published in documents]


def require(client: Client, name: str) -> None:
    """Refuses a client that may not use this grant type.

    Raises: OAuthError unauthorized_client
    """
    allowed = [each for each in client.app.grant_types if _may_use(client, each)]
    if name not in allowed:
        raise OAuthError("unauthorized_client", ", ".join(allowed))


def _may_use(client: Client, name: str) -> bool:
    row = GRANT_TYPES.get(name)
    return row is None or client.is_confidential or not row.confidential


# ---------------------------------------------------------------------------------------------------------------------
# What is missing
# ---------------------------------------------------------------------------------------------------------------------


def gap_of(row: GrantType) -> Gap:
    """What is told to who asks for a grant that is not served: the refusal of a server that does not have it."""
    return Gap(
        name=f"grant-type {row.name}",
        about=f"issues tokens for {row.about}",
        within=(row.endpoint,),
        status=400,
        advertised=(row.name,),
    )


def gaps() -> Iterable[Gap]:
    """The grants that the token endpoint of Okta takes and this one does not."""
    return (gap_of(row) for row in GRANT_TYPES.values() if row.read is None and row.endpoint == "token")
