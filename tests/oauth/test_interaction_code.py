"""The grant `interaction_code`."""

import base64
import hashlib

import pytest

from mock_okta.engine.model import AppType, UserStatus
from mock_okta.engine.oauth.grants import GRANT_TYPES, served
from tests.oauth.oauth_client import (
    CALLBACK,
    CODE,
    NOON,
    OTHER_SPA,
    SPA,
    VERIFIER,
    WEB,
    WEB_SECRET,
    OAuthClient,
    asking,
    basic,
    header,
    returning,
    told,
)

INVALID_CODE = (400, "invalid_grant", "The interaction code is invalid or has expired.")
FAILED = (400, "invalid_grant", "PKCE verification failed.")


def test_a_code_becomes_tokens():
    reply = OAuthClient().with_grant().redeem()
    assert reply.status == 200
    assert list(reply.body) == ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"]
    assert (reply.body["token_type"], reply.body["expires_in"]) == ("Bearer", 3600)
    assert header(reply, "Cache-Control") == "no-cache, no-store"
    assert header(reply, "X-Robots-Tag") == "noindex,nofollow"


def test_the_scope_comes_in_the_order_of_the_server():
    client = OAuthClient().with_grant(asked=asking(scope=("email", "profile", "openid")))
    assert client.redeem().body["scope"] == "openid profile email"


@pytest.mark.parametrize(
    ("scope", "has_id_token", "has_refresh_token"),
    [
        (("openid",), True, False),
        (("offline_access",), False, True),
        (("openid", "offline_access"), True, True),
        (("profile",), False, False),
    ],
)
def test_the_scope_decides_which_tokens_there_are(scope, has_id_token, has_refresh_token):
    body = OAuthClient().with_grant(asked=asking(scope=scope)).redeem().body
    assert ("id_token" in body, "refresh_token" in body) == (has_id_token, has_refresh_token)


def test_an_app_without_the_refresh_grant_is_granted_no_offline_access():
    client = OAuthClient().with_app(SPA, grant_types=("interaction_code",)).with_grant()
    body = client.redeem().body
    assert body["scope"] == "openid profile email"
    assert "refresh_token" not in body


def test_a_request_of_which_no_scope_is_granted_gets_no_tokens():
    text = "Policy evaluation succeeded, but all the requested scopes were rejected."
    reply = OAuthClient().with_grant(asked=asking(scope=("device_sso", "interclient_access"))).redeem()
    assert told(reply) == (400, "access_denied", text)


def test_the_lifetime_of_access_tokens_is_a_setting():
    assert OAuthClient().with_server(access_token_lifetime_s=300).with_grant().redeem().body["expires_in"] == 300


# -- once, in time ----------------------------------------------------------------------------------------------------


def test_a_code_works_once():
    client = OAuthClient().with_grant()
    assert client.redeem().status == 200
    assert told(client.redeem()) == INVALID_CODE


def test_the_second_use_revokes_what_the_first_one_got():
    client = OAuthClient()
    tokens = client.tokens()
    assert client.is_active(tokens["access_token"])
    client.redeem()
    assert not client.is_active(tokens["access_token"])
    assert told(client.refresh(tokens["refresh_token"]))[2] == "The refresh token is invalid or expired."


def test_a_second_use_is_noticed_after_the_code_has_expired_too():
    client = OAuthClient()
    tokens = client.tokens()
    client.at = NOON + 120
    assert told(client.redeem()) == INVALID_CODE
    assert not client.is_active(tokens["access_token"])


def test_a_stranger_with_the_code_revokes_nothing():
    client = OAuthClient()
    tokens = client.tokens()
    client.redeem(client_id=OTHER_SPA)
    assert client.is_active(tokens["access_token"])


@pytest.mark.parametrize(("at", "status"), [(NOON + 29.9, 200), (NOON + 30, 400), (NOON + 31, 400)])
def test_a_code_works_until_its_end(at, status):
    assert OAuthClient(at=at).with_grant().redeem().status == status


@pytest.mark.parametrize("code", ["unknown", "x" * 10_000, "\u00e9", CODE.upper()])
def test_a_code_that_nobody_issued_is_invalid(code):
    assert told(OAuthClient().with_grant().redeem(code)) == INVALID_CODE


@pytest.mark.parametrize("instead", [{}, {"code": CODE}, {"interaction_code": ""}])
def test_without_a_code_or_with_one_by_another_name_it_is_invalid(instead):
    reply = OAuthClient().with_grant().redeem(**{"interaction_code": None} | instead)
    assert told(reply) == (400, "invalid_grant", "The interaction code is invalid or has expired.")


@pytest.mark.parametrize("grant", ["interaction_code", "refresh_token"])
def test_a_proof_of_dpop_is_refused_and_uses_nothing_up(grant):
    client = OAuthClient().with_grant()
    fields = {"client_id": SPA, "grant_type": grant, "interaction_code": CODE, "code_verifier": VERIFIER}
    if grant == "refresh_token":
        fields["refresh_token"] = client.redeem().body["refresh_token"]
    refused = client.post("token", fields, dpop="e30.e30.e30")
    assert told(refused) == (400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.")
    assert header(refused, "X-Mock-Okta-Gap") == "dpop"
    assert client.post("token", fields).status == 200


# -- one client, one server, one verifier -----------------------------------------------------------------------------


def test_a_code_of_another_client_is_refused():
    assert told(OAuthClient().with_grant().redeem(client_id=OTHER_SPA)) == (
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )


@pytest.mark.parametrize("server", ["", "another"])
def test_a_code_of_another_server_is_refused(server):
    text = "The grant was issued for another authorization server."
    assert told(OAuthClient().with_grant().redeem(server=server)) == (400, "invalid_request", text)


def test_a_redirect_uri_may_be_repeated():
    assert OAuthClient().with_grant().redeem(redirect_uri=CALLBACK).status == 200


def test_a_different_redirect_uri_is_refused():
    reply = OAuthClient().with_grant().redeem(redirect_uri=CALLBACK + "/")
    text = "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    assert told(reply) == (400, "invalid_grant", text)


def test_a_verifier_is_required():
    text = "PKCE code verifier is required by the application."
    assert told(OAuthClient().with_grant().redeem(code_verifier=None)) == (400, "invalid_request", text)


@pytest.mark.parametrize("verifier", ["x", VERIFIER + "x", VERIFIER[:-1], VERIFIER.upper(), "\u00e9" * 43])
def test_a_wrong_verifier_is_refused(verifier):
    assert told(OAuthClient().with_grant().redeem(code_verifier=verifier)) == FAILED


@pytest.mark.parametrize("verifier", ["short", "x" * 42, "x" * 129, "+" * 43])
def test_a_verifier_against_the_rules_fails_even_if_its_hash_fits(verifier):
    fitting = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    client = OAuthClient().with_grant(redirection=returning(code_challenge=fitting))
    assert told(client.redeem(code_verifier=verifier)) == FAILED


def test_a_refused_request_leaves_the_code_unused():
    client = OAuthClient().with_grant()
    client.redeem(code_verifier="wrong")
    assert client.redeem().status == 200


# -- the user ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [UserStatus.DEPROVISIONED, UserStatus.SUSPENDED])
def test_an_account_that_was_stopped_meanwhile_gets_no_tokens(status):
    assert told(OAuthClient().with_grant().with_mary(status=status).redeem()) == INVALID_CODE


@pytest.mark.parametrize(
    ("user", "app", "is_assigned"),
    [
        ({"assigned": False}, {}, False),
        ({}, {"assigned_to": ("somebody",)}, False),
        ({}, {"assigned_to": ("mary@example.com",)}, True),
        ({}, {"assigned_to": ("staff",)}, True),
    ],
)
def test_only_assigned_users_get_tokens(user, app, is_assigned):
    reply = OAuthClient().with_grant().with_mary(**user).with_app(SPA, **app).redeem()
    if is_assigned:
        assert reply.status == 200
    else:
        assert told(reply) == (400, "access_denied", "User is not assigned to the client application.")


# -- the request ------------------------------------------------------------------------------------------------------


def test_a_confidential_client_shows_its_secret():
    client = OAuthClient().with_grant(asked=asking(client_id=WEB))
    assert told(client.redeem(client_id=WEB))[:2] == (401, "invalid_client")
    assert client.redeem(client_id=WEB, client_secret=WEB_SECRET).status == 200


def test_a_confidential_client_may_use_the_header():
    client = OAuthClient().with_grant(asked=asking(client_id=WEB))
    fields = {"grant_type": "interaction_code", "interaction_code": CODE, "code_verifier": VERIFIER}
    assert client.post("token", fields, authorization=basic(WEB, WEB_SECRET)).status == 200


def test_everything_may_stand_in_the_query():
    """okta-idx-golang, with an empty secret."""
    query = {
        "client_id": SPA,
        "client_secret": "",
        "grant_type": "interaction_code",
        "interaction_code": CODE,
        "code_verifier": VERIFIER,
    }
    assert OAuthClient().with_grant().request("token", query=tuple(query.items())).status == 200
    assert told(OAuthClient().strict().with_grant().request("token", query=tuple(query.items())))[0] == 400


def test_a_grant_type_is_required():
    assert told(OAuthClient().redeem(grant_type=None)) == (
        400,
        "invalid_request",
        f"The token request must specify a 'grant_type'. Valid values: [{', '.join(served())}]",
    )


def test_a_grant_type_that_nobody_has_is_refused():
    reply = OAuthClient().redeem(grant_type="wishful_thinking")
    assert told(reply)[:2] == (400, "unsupported_grant_type")
    assert header(reply, "X-Mock-Okta-Gap") is None


def test_a_grant_type_that_only_okta_has_is_called_a_gap():
    missing = next(row.name for row in GRANT_TYPES.values() if row.read is None)
    reply = OAuthClient().redeem(grant_type=missing)
    assert told(reply)[:2] == (400, "unsupported_grant_type")
    assert header(reply, "X-Mock-Okta-Gap") == f"grant-type {missing}"


def test_the_app_needs_the_grant_type():
    client = OAuthClient().with_app(SPA, grant_types=("refresh_token",)).with_grant()
    assert told(client.redeem()) == (
        400,
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. Configured grant types: [refresh_token].",
    )


@pytest.mark.parametrize(
    ("origin", "app", "is_allowed"),
    [
        ("https://app.example", {}, True),
        ("https://APP.example", {}, True),
        ("https://trusted.example", {}, True),
        ("https://app.example:8443", {}, False),
        ("http://localhost:3000", {}, False),
        ("http://localhost:3000", {"loopback_redirects": True}, True),
        ("http://localhost.example", {"loopback_redirects": True}, False),
        ("null", {"loopback_redirects": True}, False),
        ("", {}, False),
        ("http://[", {"redirect_uris": ("http://[", "com.example:/callback")}, False),
    ],
)
def test_a_browser_must_come_from_a_page_of_the_app(origin, app, is_allowed):
    client = OAuthClient().with_grant().with_app(SPA, **app).with_scenario(trusted_origins=("https://trusted.example",))
    fields = {
        "grant_type": "interaction_code",
        "client_id": SPA,
        "interaction_code": CODE,
        "code_verifier": VERIFIER,
    }
    reply = client.post("token", fields, origin=origin)
    if is_allowed:
        assert reply.status == 200
    else:
        text = "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri."
        assert told(reply) == (400, "invalid_request", text)


def test_a_native_app_with_a_scheme_of_its_own_has_no_origin():
    client = OAuthClient().with_app(SPA, type=AppType.NATIVE, redirect_uris=("com.example:/callback",))
    redirection = returning(redirect_uri="com.example:/callback")
    assert client.with_grant(redirection=redirection).redeem().status == 200
