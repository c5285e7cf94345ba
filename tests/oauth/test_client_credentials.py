"""A service gets tokens for itself."""

import pytest

from mock_okta.engine.model import App, AppType
from tests.oauth.oauth_client import (
    CALLBACK,
    ISSUER,
    NOON,
    OTHER_SPA,
    SPA,
    WEB,
    WEB_SECRET,
    OAuthClient,
    basic,
    claims_in,
    header,
    told,
)

NIGHTLY = App(type=AppType.SERVICE, client_id="nightly", client_secret="hush", grant_types=("client_credentials",))
SECRET = {"client_id": "nightly", "client_secret": "hush"}


@pytest.fixture
def client():
    return OAuthClient().with_server(scopes=("api.read", "api.write")).with_new_app(NIGHTLY)


def ask(client, scope="api.read", *, server="main", shown=SECRET, **headers):
    fields = {"grant_type": "client_credentials", "scope": scope, **shown}
    return client.post(
        "token", {name: each for name, each in fields.items() if each is not None}, server=server, **headers
    )


# -- what it gets -----------------------------------------------------------------------------------------------------


def test_a_service_gets_an_access_token_and_nothing_else(client):
    reply = ask(client, "api.write api.read")
    assert reply.status == 200
    assert list(reply.body) == ["token_type", "expires_in", "access_token", "scope"]
    assert (reply.body["token_type"], reply.body["expires_in"]) == ("Bearer", 3600)
    assert reply.body["scope"] == "api.read api.write"
    assert header(reply, "Cache-Control") == "no-cache, no-store"


def test_the_token_is_about_the_service_itself(client):
    claims = claims_in(ask(client).body["access_token"])
    assert list(claims) == ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "scp", "sub"]
    assert (claims["iss"], claims["aud"]) == (ISSUER, "api://default")
    assert (claims["iat"], claims["exp"]) == (NOON, NOON + 3600)
    assert (claims["cid"], claims["sub"], claims["scp"]) == ("nightly", "nightly", ["api.read"])
    assert (claims["jti"][:3], len(claims["jti"])) == ("AT.", 46)


def test_its_lifetime_is_that_of_the_server(client):
    client.with_server(scopes=("api.read",), access_token_lifetime_s=300)
    body = ask(client).body
    assert body["expires_in"] == 300
    client.at += 299
    assert active(client, body["access_token"])
    client.at += 1
    assert not active(client, body["access_token"])


def test_every_request_gets_a_token_of_its_own(client):
    first, second = (ask(client).body["access_token"] for _ in range(2))
    assert first != second
    client.post("revoke", {**SECRET, "token": first})
    assert (active(client, first), active(client, second)) == (False, True)


def test_the_secret_may_stand_in_the_header(client):
    assert ask(client, shown={}, authorization=basic("nightly", "hush")).status == 200


def test_a_web_app_that_is_set_up_for_it_may_too(client):
    client.with_app(WEB, grant_types=("interaction_code", "client_credentials"))
    assert ask(client, shown={"client_id": WEB, "client_secret": WEB_SECRET}).status == 200


# -- who does not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "error"),
    [
        ({"client_id": "nightly", "client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "nightly"}, (401, "invalid_client")),
        ({"client_id": "weekly", "client_secret": "hush"}, (401, "invalid_client")),
        ({"client_id": WEB, "client_secret": WEB_SECRET}, (400, "unauthorized_client")),
    ],
)
def test_who_cannot_show_that_it_may_gets_nothing(client, shown, error):
    assert told(ask(client, shown=shown))[:2] == error


def test_a_client_without_a_secret_may_not_even_if_it_is_set_up_for_it(client):
    client.with_app(SPA, grant_types=("client_credentials", "refresh_token"))
    assert told(ask(client, shown={"client_id": SPA})) == (
        400,
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. Configured grant types: [refresh_token].",
    )


def test_nobody_signs_in_to_a_service(client):
    fields = {**SECRET, "scope": "api.read", "redirect_uri": CALLBACK, "state": "x", "code_challenge": "x"}
    reply = client.post("interact", {**fields, "code_challenge_method": "S256"})
    assert told(reply)[1] == "unauthorized_client"


# -- for what ---------------------------------------------------------------------------------------------------------

OPENID = "Cannot request 'openid' scopes using client credentials."
UNKNOWN = "One or more scopes are not configured for the authorization server resource."
NONE = "The authorization server resource does not have any configured default scopes, 'scope' must be provided."


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("openid", OPENID),
        ("api.read openid", OPENID),
        ("profile", OPENID),
        ("api.read offline_access", OPENID),
        ("api.delete", UNKNOWN),
        ("api.read groups", UNKNOWN),
        (None, NONE),
        (" ", NONE),
    ],
)
def test_only_scopes_of_the_server_itself_can_be_had(client, scope, text):
    assert told(ask(client, scope)) == (400, "invalid_scope", text)


def test_who_names_none_gets_the_default_ones(client):
    client.with_server(scopes=("api.read", "api.write"), default_scopes=("api.write",))
    assert ask(client, None).body["scope"] == "api.write"
    assert ask(client, "api.read").body["scope"] == "api.read"


def test_the_org_server_has_nothing_for_a_service(client):
    assert told(ask(client, server="")) == (
        400,
        "unsupported_grant_type",
        "'client_credentials' grant type can only be used with a custom authorization server.",
    )


# -- what it is good for ----------------------------------------------------------------------------------------------


def active(client, token, **fields):
    return client.post("introspect", {**SECRET, "token": token, **fields}).body["active"]


def test_every_endpoint_knows_it_without_a_user(client):
    token = ask(client).body["access_token"]
    described = client.post("introspect", {**SECRET, "token": token}).body
    assert list(described) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id",
    ]  # fmt: skip
    assert (described["sub"], described["client_id"]) == ("nightly", "nightly")
    reply = client.get("userinfo", authorization=f"Bearer {token}")
    assert (reply.status, 'error="insufficient_scope"' in header(reply, "WWW-Authenticate")) == (403, True)
    client.post("revoke", {"client_id": OTHER_SPA, "token": token})
    assert active(client, token)
    client.post("revoke", {**SECRET, "token": token})
    assert not active(client, token)
    assert client.get("userinfo", authorization=f"Bearer {token}").status == 401


def test_what_is_remembered_of_a_service_is_over_with_its_token(client):
    client.with_grant()
    for _ in range(5):
        ask(client)
    client.bounded(records=3)
    client.at += 3600
    kept = ask(client).body["access_token"]
    assert active(client, kept)
    assert len(client.state.grants) <= 3


def test_nobody_s_grant_gives_way_to_what_is_over(client):
    """A service that asks again and again does not push out the people who have signed in."""
    tokens = client.bounded(records=4).tokens()
    for _ in range(20):
        client.at += 3600
        ask(client)
    client.at -= 20 * 3600 - 10
    assert client.is_active(tokens["refresh_token"])
