"""A grant has a subject, a person or the client itself, and all endpoints know a token of either."""

import pytest

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Request, Service
from mock_okta.engine.oauth.tokens import Granted, issue_tokens
from tests.oauth.oauth_client import ISSUER, NOON, OTHER_SPA, SPA, OAuthClient, asking, claims_in, grant, header

SCOPE = ("api.read", "api.write")


@pytest.fixture
def client():
    return OAuthClient().with_server(scopes=SCOPE)


@pytest.fixture
def token(client):
    """An access token that a client has got for itself."""
    given = grant("a-key", subject=Service(client_id=SPA), asked=asking(scope=SCOPE), redirection=None)
    client.with_grant(given)
    request = Request(method="POST", endpoint="token", origin="https://org.example", server="main", at=NOON, chance="1")
    turn = Turn(client.scenario, client.state, request)
    body = issue_tokens(turn, Granted(given, SCOPE))
    client.state = turn.state
    assert list(body) == ["token_type", "expires_in", "access_token", "scope"]
    return body["access_token"]


def test_a_token_of_the_client_itself_names_it_and_no_user(token):
    claims = claims_in(token)
    assert list(claims) == ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "scp", "sub"]
    assert (claims["cid"], claims["sub"], claims["scp"]) == (SPA, SPA, ["api.read", "api.write"])
    assert (claims["iss"], claims["aud"]) == (ISSUER, "api://default")


def test_introspection_describes_it_without_a_user(client, token):
    described = client.post("introspect", {"client_id": OTHER_SPA, "token": token}).body
    assert list(described) == [
        "active", "scope", "username", "exp", "iat", "sub", "aud", "iss", "jti", "token_type", "client_id",
    ]  # fmt: skip
    assert (described["scope"], described["sub"], described["client_id"]) == ("api.read api.write", SPA, SPA)


def test_there_is_no_user_to_tell_anything_about(client, token):
    reply = client.get("userinfo", authorization=f"Bearer {token}")
    assert reply.status == 403
    assert 'error="insufficient_scope"' in header(reply, "WWW-Authenticate")


def test_it_is_revoked_by_its_client_alone(client, token):
    client.post("revoke", {"client_id": OTHER_SPA, "token": token})
    assert client.is_active(token)
    client.post("revoke", {"client_id": SPA, "token": token})
    assert not client.is_active(token)


def test_it_does_not_work_any_more_once_its_client_is_gone(client, token):
    client.without_app(SPA)
    assert not client.is_active(token, client_id=OTHER_SPA)
    assert client.get("userinfo", authorization=f"Bearer {token}").status == 401


def test_a_grant_without_a_way_back_has_no_interaction_code(client):
    client.with_grant(grant("a-code", redirection=None))
    assert client.redeem("a-code").body["error_description"] == "The interaction code is invalid or has expired."
