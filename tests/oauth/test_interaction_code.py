"""The grant `interaction_code`."""

import base64
import hashlib

import pytest

from mock_okta.engine.gaps import GRANT_TYPES
from mock_okta.engine.model import AppType, UserStatus
from tests.oauth.counter import (
    CALLBACK,
    CODE,
    NOON,
    OTHER_SPA,
    SPA,
    VERIFIER,
    WEB,
    WEB_SECRET,
    Counter,
    basic,
    header,
    interaction,
    told,
)

INVALID_CODE = (400, "invalid_grant", "The interaction code is invalid or has expired.")
FAILED = (400, "invalid_grant", "PKCE verification failed.")


def test_a_code_becomes_tokens():
    reply = Counter().with_grant().redeem()
    assert reply.status == 200
    assert list(reply.body) == ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"]
    assert (reply.body["token_type"], reply.body["expires_in"]) == ("Bearer", 3600)
    assert header(reply, "Cache-Control") == "no-cache, no-store"
    assert header(reply, "X-Robots-Tag") == "noindex,nofollow"


def test_the_scope_comes_in_the_order_of_the_server():
    counter = Counter().with_grant(asked=interaction(scope=("email", "profile", "openid")))
    assert counter.redeem().body["scope"] == "openid profile email"


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
    body = Counter().with_grant(asked=interaction(scope=scope)).redeem().body
    assert ("id_token" in body, "refresh_token" in body) == (has_id_token, has_refresh_token)


def test_an_app_without_the_refresh_grant_is_granted_no_offline_access():
    counter = Counter().with_app(SPA, grant_types=("interaction_code",)).with_grant()
    body = counter.redeem().body
    assert body["scope"] == "openid profile email"
    assert "refresh_token" not in body


def test_a_request_of_which_no_scope_is_granted_gets_no_tokens():
    text = "Policy evaluation succeeded, but all the requested scopes were rejected."
    reply = Counter().with_grant(asked=interaction(scope=("device_sso", "interclient_access"))).redeem()
    assert told(reply) == (400, "access_denied", text)


def test_the_lifetime_of_access_tokens_is_a_setting():
    assert Counter().with_server(access_token_lifetime_s=300).with_grant().redeem().body["expires_in"] == 300


# -- once, in time ----------------------------------------------------------------------------------------------------


def test_a_code_works_once():
    counter = Counter().with_grant()
    assert counter.redeem().status == 200
    assert told(counter.redeem()) == INVALID_CODE


def test_the_second_use_revokes_what_the_first_one_got():
    counter = Counter()
    tokens = counter.tokens()
    assert counter.is_active(tokens["access_token"])
    counter.redeem()
    assert not counter.is_active(tokens["access_token"])
    assert told(counter.refresh(tokens["refresh_token"]))[2] == "The refresh token is invalid or expired."


def test_a_second_use_is_noticed_after_the_code_has_expired_too():
    counter = Counter()
    tokens = counter.tokens()
    counter.at = NOON + 120
    assert told(counter.redeem()) == INVALID_CODE
    assert not counter.is_active(tokens["access_token"])


def test_a_stranger_with_the_code_revokes_nothing():
    counter = Counter()
    tokens = counter.tokens()
    counter.redeem(client_id=OTHER_SPA)
    assert counter.is_active(tokens["access_token"])


@pytest.mark.parametrize(("at", "status"), [(NOON + 29.9, 200), (NOON + 30, 400), (NOON + 31, 400)])
def test_a_code_works_until_its_end(at, status):
    assert Counter(at=at).with_grant().redeem().status == status


@pytest.mark.parametrize("code", ["unknown", "x" * 10_000, "\u00e9", CODE.upper()])
def test_a_code_that_nobody_issued_is_invalid(code):
    assert told(Counter().with_grant().redeem(code)) == INVALID_CODE


@pytest.mark.parametrize("instead", [{}, {"code": CODE}, {"interaction_code": ""}])
def test_without_a_code_or_with_one_by_another_name_it_is_invalid(instead):
    reply = Counter().with_grant().redeem(**{"interaction_code": None} | instead)
    assert told(reply) == (400, "invalid_grant", "The interaction code is invalid or has expired.")


@pytest.mark.parametrize("grant", ["interaction_code", "refresh_token"])
def test_a_proof_of_dpop_is_refused_and_uses_nothing_up(grant):
    counter = Counter().with_grant()
    fields = {"client_id": SPA, "grant_type": grant, "interaction_code": CODE, "code_verifier": VERIFIER}
    if grant == "refresh_token":
        fields["refresh_token"] = counter.redeem().body["refresh_token"]
    refused = counter.post("token", fields, dpop="e30.e30.e30")
    assert told(refused) == (400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.")
    assert header(refused, "X-Mock-Okta-Gap") == "dpop"
    assert counter.post("token", fields).status == 200


# -- one client, one server, one verifier -----------------------------------------------------------------------------


def test_a_code_of_another_client_is_refused():
    assert told(Counter().with_grant().redeem(client_id=OTHER_SPA)) == (
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )


@pytest.mark.parametrize("server", ["", "another"])
def test_a_code_of_another_server_is_refused(server):
    text = "The grant was issued for another authorization server."
    assert told(Counter().with_grant().redeem(server=server)) == (400, "invalid_request", text)


def test_a_redirect_uri_may_be_repeated():
    assert Counter().with_grant().redeem(redirect_uri=CALLBACK).status == 200


def test_a_different_redirect_uri_is_refused():
    reply = Counter().with_grant().redeem(redirect_uri=CALLBACK + "/")
    text = "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    assert told(reply) == (400, "invalid_grant", text)


def test_a_verifier_is_required():
    text = "PKCE code verifier is required by the application."
    assert told(Counter().with_grant().redeem(code_verifier=None)) == (400, "invalid_request", text)


@pytest.mark.parametrize("verifier", ["x", VERIFIER + "x", VERIFIER[:-1], VERIFIER.upper(), "\u00e9" * 43])
def test_a_wrong_verifier_is_refused(verifier):
    assert told(Counter().with_grant().redeem(code_verifier=verifier)) == FAILED


@pytest.mark.parametrize("verifier", ["short", "x" * 42, "x" * 129, "+" * 43])
def test_a_verifier_against_the_rules_fails_even_if_its_hash_fits(verifier):
    fitting = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    counter = Counter().with_grant(asked=interaction(code_challenge=fitting))
    assert told(counter.redeem(code_verifier=verifier)) == FAILED


def test_a_refused_request_leaves_the_code_unused():
    counter = Counter().with_grant()
    counter.redeem(code_verifier="wrong")
    assert counter.redeem().status == 200


# -- the user ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [UserStatus.DEPROVISIONED, UserStatus.SUSPENDED])
def test_an_account_that_was_stopped_meanwhile_gets_no_tokens(status):
    assert told(Counter().with_grant().with_mary(status=status).redeem()) == INVALID_CODE


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
    reply = Counter().with_grant().with_mary(**user).with_app(SPA, **app).redeem()
    if is_assigned:
        assert reply.status == 200
    else:
        assert told(reply) == (400, "access_denied", "User is not assigned to the client application.")


# -- the request ------------------------------------------------------------------------------------------------------


def test_a_confidential_client_shows_its_secret():
    counter = Counter().with_grant(asked=interaction(client_id=WEB))
    assert told(counter.redeem(client_id=WEB))[:2] == (401, "invalid_client")
    assert counter.redeem(client_id=WEB, client_secret=WEB_SECRET).status == 200


def test_a_confidential_client_may_use_the_header():
    counter = Counter().with_grant(asked=interaction(client_id=WEB))
    fields = {"grant_type": "interaction_code", "interaction_code": CODE, "code_verifier": VERIFIER}
    assert counter.post("token", fields, authorization=basic(WEB, WEB_SECRET)).status == 200


def test_everything_may_stand_in_the_query():
    """okta-idx-golang, with an empty secret."""
    query = {
        "client_id": SPA,
        "client_secret": "",
        "grant_type": "interaction_code",
        "interaction_code": CODE,
        "code_verifier": VERIFIER,
    }
    assert Counter().with_grant().request("token", query=tuple(query.items())).status == 200
    assert told(Counter().strict().with_grant().request("token", query=tuple(query.items())))[0] == 400


def test_a_grant_type_is_required_and_the_refusal_names_those_that_are_served():
    status, error, said = told(Counter().redeem(grant_type=None))
    before, _, named = said.rstrip("]").partition("[")
    assert (status, error) == (400, "invalid_request")
    assert before == "The token request must specify a 'grant_type'. Valid values: "
    assert {"interaction_code", "refresh_token"} <= {*named.split(", ")}
    for each in named.split(", "):
        assert told(Counter().redeem(grant_type=each))[1] != "unsupported_grant_type"


def test_a_grant_type_that_nobody_has_is_refused():
    reply = Counter().redeem(grant_type="wishful_thinking")
    assert told(reply)[:2] == (400, "unsupported_grant_type")
    assert header(reply, "X-Mock-Okta-Gap") is None


@pytest.mark.parametrize("grant", GRANT_TYPES)
def test_a_grant_type_that_only_okta_has_is_called_a_gap(grant):
    reply = Counter().redeem(grant_type=grant)
    assert told(reply)[:2] == (400, "unsupported_grant_type")
    assert header(reply, "X-Mock-Okta-Gap") == f"grant-type {grant}"


def test_the_app_needs_the_grant_type():
    counter = Counter().with_app(SPA, grant_types=("refresh_token",)).with_grant()
    assert told(counter.redeem()) == (
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
    counter = Counter().with_grant().with_app(SPA, **app).with_scenario(trusted_origins=("https://trusted.example",))
    fields = {
        "grant_type": "interaction_code",
        "client_id": SPA,
        "interaction_code": CODE,
        "code_verifier": VERIFIER,
    }
    reply = counter.post("token", fields, origin=origin)
    if is_allowed:
        assert reply.status == 200
    else:
        text = "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri."
        assert told(reply) == (400, "invalid_request", text)


def test_a_native_app_with_a_scheme_of_its_own_has_no_origin():
    counter = Counter().with_app(SPA, type=AppType.NATIVE, redirect_uris=("com.example:/callback",))
    asked = interaction(redirect_uri="com.example:/callback")
    assert counter.with_grant(asked=asked).redeem().status == 200
