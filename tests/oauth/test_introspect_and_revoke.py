"""`POST /v1/introspect` and `POST /v1/revoke`."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.model import UserStatus
from tests.oauth.oauth_client import ISSUER, MARY, NOON, OTHER_SPA, SPA, WEB, WEB_SECRET, OAuthClient, told

INACTIVE = {"active": False}


@pytest.fixture
def client():
    return OAuthClient()


@pytest.fixture
def tokens(client):
    return client.tokens()


def introspect(client, token, **fields):
    reply = client.post("introspect", {"client_id": SPA, "token": token, **fields})
    assert reply.status == 200
    return reply.body


def must_revoke(client, token, **fields):
    reply = client.post("revoke", {"client_id": SPA, "token": token, **fields})
    assert (reply.status, reply.body) == (200, None)


# -- introspect -------------------------------------------------------------------------------------------------------


def test_an_access_token_is_described_in_the_recorded_order(client, tokens):
    body = introspect(client, tokens["access_token"])
    assert list(body) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id", "uid",
        "auth_time",
    ]  # fmt: skip
    assert (body["active"], body["scope"]) == (True, "openid profile email offline_access")
    assert body["username"] == body["sub"] == "mary@example.com"
    assert (body["iat"], body["exp"]) == (NOON, NOON + 3600)
    assert (body["aud"], body["iss"]) == ("api://default", ISSUER)
    assert (body["token_type"], body["client_id"], body["uid"]) == ("Bearer", SPA, MARY)


def test_a_refresh_token_is_described(client, tokens):
    body = introspect(client, tokens["refresh_token"])
    assert list(body) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id", "uid",
    ]  # fmt: skip
    assert (body["jti"], body["exp"]) == ("oarFamily00000000000", NOON + 604_800)


def test_an_id_token_is_described(client, tokens):
    body = introspect(client, tokens["id_token"])
    assert list(body)[:9] == ["active", "username", "exp", "iat", "sub", "aud", "iss", "jti", "client_id"]
    assert (body["sub"], body["aud"], body["amr"]) == (MARY, SPA, ["pwd", "mfa", "email"])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "device_secret", "nonsense"])
def test_the_hint_is_only_a_hint(client, tokens, kind, hint):
    assert introspect(client, tokens[kind], token_type_hint=hint)["active"] is True


@pytest.mark.parametrize("token", ["x", "a.b.c", "\u00e9", "x" * 200_000, "eyJ.eyJ.x", "AT.x"])
def test_what_is_no_token_is_inactive(client, token):
    assert introspect(client, token) == INACTIVE


@pytest.mark.parametrize(
    ("kind", "lifetime_s"), [("access_token", 3600), ("refresh_token", 604_800), ("id_token", 3600)]
)
def test_a_token_is_active_until_its_end(client, tokens, kind, lifetime_s):
    client.at = NOON + lifetime_s - 1
    assert introspect(client, tokens[kind])["active"] is True
    client.at = NOON + lifetime_s
    assert introspect(client, tokens[kind]) == INACTIVE


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_a_token_of_another_server_is_inactive(client, tokens, kind):
    assert not client.is_active(tokens[kind], server="")


def test_resource_servers_may_ask_about_access_tokens_of_other_clients(client, tokens):
    assert client.is_active(tokens["access_token"], client_id=OTHER_SPA)
    assert not client.is_active(tokens["refresh_token"], client_id=OTHER_SPA)
    assert not client.is_active(tokens["id_token"], client_id=OTHER_SPA)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_tokens_of_a_stopped_account_are_inactive(client, tokens, kind):
    client.with_mary(status=UserStatus.SUSPENDED)
    assert introspect(client, tokens[kind]) == INACTIVE


def test_an_id_token_of_somebody_who_is_gone_is_inactive(client, tokens):
    client.state = replace(client.state, users=client.state.users.delete(MARY))
    for token in tokens.values():
        assert introspect(client, str(token)) == INACTIVE


def test_a_replaced_refresh_token_is_active_for_its_leeway(client, tokens):
    client.refresh(tokens["refresh_token"])
    assert introspect(client, tokens["refresh_token"])["active"] is True
    client.at = NOON + 31
    assert introspect(client, tokens["refresh_token"]) == INACTIVE


# -- revoke -----------------------------------------------------------------------------------------------------------


def test_a_refresh_token_takes_the_access_tokens_with_it(client, tokens):
    second = client.refresh(tokens["refresh_token"]).body
    must_revoke(client, second["refresh_token"])
    assert introspect(client, second["refresh_token"]) == INACTIVE
    assert introspect(client, tokens["access_token"]) == INACTIVE
    assert introspect(client, second["access_token"]) == INACTIVE
    assert told(client.refresh(tokens["refresh_token"]))[2] == "The refresh token is invalid or expired."


def test_an_access_token_goes_alone(client, tokens):
    second = client.refresh(tokens["refresh_token"]).body
    must_revoke(client, tokens["access_token"])
    assert introspect(client, tokens["access_token"]) == INACTIVE
    assert introspect(client, second["access_token"])["active"] is True
    assert client.refresh(second["refresh_token"]).status == 200


def test_an_id_token_cannot_be_revoked(client, tokens):
    must_revoke(client, tokens["id_token"])
    assert introspect(client, tokens["id_token"])["active"] is True


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_tokens_of_another_client_are_left_alone(client, tokens, kind):
    must_revoke(client, tokens[kind], client_id=OTHER_SPA)
    assert introspect(client, tokens[kind])["active"] is True


def test_a_confidential_client_revokes_with_its_secret(client, tokens):
    must_revoke(client, tokens["access_token"], client_id=WEB, client_secret=WEB_SECRET)
    assert introspect(client, tokens["access_token"])["active"] is True


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "\u00e9"])
def test_a_token_that_nobody_knows_is_revoked_just_as_well(client, token):
    must_revoke(client, token, token_type_hint="refresh_token")


def test_a_token_is_revoked_twice_without_complaint(client, tokens):
    must_revoke(client, tokens["refresh_token"])
    must_revoke(client, tokens["refresh_token"])


# -- both -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["introspect", "revoke"])
def test_a_token_is_required(client, endpoint):
    text = "The 'token' parameter is required."
    assert told(client.post(endpoint, {"client_id": SPA})) == (400, "invalid_request", text)


@pytest.mark.parametrize("endpoint", ["introspect", "revoke"])
def test_a_client_is_required(client, endpoint):
    text = "No client credentials found."
    assert told(client.post(endpoint, {"token": "x"})) == (401, "invalid_client", text)
