"""`POST /v1/introspect` and `POST /v1/revoke`."""

from dataclasses import replace

import pytest

from mock_okta.engine.model import UserStatus
from tests.oauth.counter import ISSUER, MARY, NOON, OTHER_SPA, SPA, WEB, WEB_SECRET, Counter, told

INACTIVE = {"active": False}


@pytest.fixture
def counter():
    return Counter()


@pytest.fixture
def tokens(counter):
    return counter.tokens()


def introspect(counter, token, **fields):
    reply = counter.post("introspect", {"client_id": SPA, "token": token, **fields})
    assert reply.status == 200
    return reply.body


def must_revoke(counter, token, **fields):
    reply = counter.post("revoke", {"client_id": SPA, "token": token, **fields})
    assert (reply.status, reply.body) == (200, None)


# -- introspect -------------------------------------------------------------------------------------------------------


def test_an_access_token_is_described_in_the_recorded_order(counter, tokens):
    body = introspect(counter, tokens["access_token"])
    assert list(body) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id", "uid",
        "auth_time",
    ]  # fmt: skip
    assert (body["active"], body["scope"]) == (True, "openid profile email offline_access")
    assert body["username"] == body["sub"] == "mary@example.com"
    assert (body["iat"], body["exp"]) == (NOON, NOON + 3600)
    assert (body["aud"], body["iss"]) == ("api://default", ISSUER)
    assert (body["token_type"], body["client_id"], body["uid"]) == ("Bearer", SPA, MARY)


def test_a_refresh_token_is_described(counter, tokens):
    body = introspect(counter, tokens["refresh_token"])
    assert list(body) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id", "uid",
    ]  # fmt: skip
    assert (body["jti"], body["exp"]) == ("oarFamily00000000000", NOON + 604_800)


def test_an_id_token_is_described(counter, tokens):
    body = introspect(counter, tokens["id_token"])
    assert list(body)[:9] == ["active", "username", "exp", "iat", "sub", "aud", "iss", "jti", "client_id"]
    assert (body["sub"], body["aud"], body["amr"]) == (MARY, SPA, ["pwd", "mfa", "email"])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "device_secret", "nonsense"])
def test_the_hint_is_only_a_hint(counter, tokens, kind, hint):
    assert introspect(counter, tokens[kind], token_type_hint=hint)["active"] is True


@pytest.mark.parametrize("token", ["x", "a.b.c", "\u00e9", "x" * 200_000, "eyJ.eyJ.x", "AT.x"])
def test_what_is_no_token_is_inactive(counter, token):
    assert introspect(counter, token) == INACTIVE


@pytest.mark.parametrize(
    ("kind", "lifetime_s"), [("access_token", 3600), ("refresh_token", 604_800), ("id_token", 3600)]
)
def test_a_token_is_active_until_its_end(counter, tokens, kind, lifetime_s):
    counter.at = NOON + lifetime_s - 1
    assert introspect(counter, tokens[kind])["active"] is True
    counter.at = NOON + lifetime_s
    assert introspect(counter, tokens[kind]) == INACTIVE


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_a_token_of_another_server_is_inactive(counter, tokens, kind):
    assert not counter.is_active(tokens[kind], server="")


def test_resource_servers_may_ask_about_access_tokens_of_other_clients(counter, tokens):
    assert counter.is_active(tokens["access_token"], client_id=OTHER_SPA)
    assert not counter.is_active(tokens["refresh_token"], client_id=OTHER_SPA)
    assert not counter.is_active(tokens["id_token"], client_id=OTHER_SPA)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_tokens_of_a_stopped_account_are_inactive(counter, tokens, kind):
    counter.with_mary(status=UserStatus.SUSPENDED)
    assert introspect(counter, tokens[kind]) == INACTIVE


def test_an_id_token_of_somebody_who_is_gone_is_inactive(counter, tokens):
    counter.state = replace(counter.state, users=counter.state.users.delete(MARY))
    for token in tokens.values():
        assert introspect(counter, str(token)) == INACTIVE


def test_a_replaced_refresh_token_is_active_for_its_leeway(counter, tokens):
    counter.refresh(tokens["refresh_token"])
    assert introspect(counter, tokens["refresh_token"])["active"] is True
    counter.at = NOON + 31
    assert introspect(counter, tokens["refresh_token"]) == INACTIVE


# -- revoke -----------------------------------------------------------------------------------------------------------


def test_a_refresh_token_takes_the_access_tokens_with_it(counter, tokens):
    second = counter.refresh(tokens["refresh_token"]).body
    must_revoke(counter, second["refresh_token"])
    assert introspect(counter, second["refresh_token"]) == INACTIVE
    assert introspect(counter, tokens["access_token"]) == INACTIVE
    assert introspect(counter, second["access_token"]) == INACTIVE
    assert told(counter.refresh(tokens["refresh_token"]))[2] == "The refresh token is invalid or expired."


def test_an_access_token_goes_alone(counter, tokens):
    second = counter.refresh(tokens["refresh_token"]).body
    must_revoke(counter, tokens["access_token"])
    assert introspect(counter, tokens["access_token"]) == INACTIVE
    assert introspect(counter, second["access_token"])["active"] is True
    assert counter.refresh(second["refresh_token"]).status == 200


def test_an_id_token_cannot_be_revoked(counter, tokens):
    must_revoke(counter, tokens["id_token"])
    assert introspect(counter, tokens["id_token"])["active"] is True


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_tokens_of_another_client_are_left_alone(counter, tokens, kind):
    must_revoke(counter, tokens[kind], client_id=OTHER_SPA)
    assert introspect(counter, tokens[kind])["active"] is True


def test_a_confidential_client_revokes_with_its_secret(counter, tokens):
    must_revoke(counter, tokens["access_token"], client_id=WEB, client_secret=WEB_SECRET)
    assert introspect(counter, tokens["access_token"])["active"] is True


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "\u00e9"])
def test_a_token_that_nobody_knows_is_revoked_just_as_well(counter, token):
    must_revoke(counter, token, token_type_hint="refresh_token")


def test_a_token_is_revoked_twice_without_complaint(counter, tokens):
    must_revoke(counter, tokens["refresh_token"])
    must_revoke(counter, tokens["refresh_token"])


# -- both -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["introspect", "revoke"])
def test_a_token_is_required(counter, endpoint):
    text = "The 'token' parameter is required."
    assert told(counter.post(endpoint, {"client_id": SPA})) == (400, "invalid_request", text)


@pytest.mark.parametrize("endpoint", ["introspect", "revoke"])
def test_a_client_is_required(counter, endpoint):
    text = "No client credentials found."
    assert told(counter.post(endpoint, {"token": "x"})) == (401, "invalid_client", text)
