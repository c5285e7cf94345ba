"""A good signature is not enough: everybody has the keys, so what a token says is compared with its grant."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from mock_okta.engine.base.signing import signed
from tests.oauth.oauth_client import ISSUER, NOON, SPA, OAuthClient, claims_in

NOTHING = object()

OTHER_CLAIMS: list[tuple[str, Any]] = [
    ("iss", "https://org.example/oauth2/other"), ("iss", "https://org.example"), ("iss", 1), ("iss", NOTHING),
    ("iat", NOON - 1), ("iat", "1800000000"), ("iat", NOTHING),
    ("sub", 1), ("sub", NOTHING), ("aud", NOTHING), ("jti", ["x"]), ("jti", NOTHING),
]  # fmt: skip
OF_ACCESS_TOKENS = [
    ("uid", "00uBob00000000000000"), ("uid", NOTHING), ("cid", "0oaOther"), ("cid", NOTHING), ("exp", 1_900_000_000),
    ("exp", NOTHING), ("scp", ["admin"]), ("scp", 1), ("scp", NOTHING),
]  # fmt: skip
OF_ID_TOKENS = [
    ("sub", "00uBob00000000000000"), ("aud", "0oaOtherSpa000000000"), ("aud", ["x"]), ("exp", NOTHING),
    ("jti", "ID." + "x" * 43), ("jti", "ID."), ("jti", ""), ("jti", "\ud800"),
]  # fmt: skip


def forged(client: OAuthClient, token: str, name: str, value: Any) -> str:
    """The token with another claim, signed anew."""
    claims = claims_in(token) | {name: value}
    return signed({key: kept for key, kept in claims.items() if kept is not NOTHING}, client.state.keys[0])


@pytest.mark.parametrize(("name", "value"), [*OTHER_CLAIMS, *OF_ACCESS_TOKENS])
def test_an_access_token_that_says_otherwise_than_its_grant_does_not_work(name, value):
    client = OAuthClient()
    real = client.tokens()["access_token"]
    token = forged(client, real, name, value)
    assert client.get("userinfo", authorization=f"Bearer {token}").status == 401
    assert not client.is_active(token)
    assert client.post("revoke", {"client_id": SPA, "token": token}).status == 200
    assert client.is_active(real)


@pytest.mark.parametrize(("name", "value"), [*OTHER_CLAIMS, *OF_ID_TOKENS])
def test_an_id_token_that_says_otherwise_than_when_it_was_issued_is_no_hint(name, value):
    client = OAuthClient()
    token = forged(client, client.tokens()["id_token"], name, value)
    assert client.get("logout", query=(("id_token_hint", token),)).status == 400
    assert not client.is_active(token)


@pytest.mark.parametrize("name", ["https://org.example", "http://127.0.0.1:6582"])
def test_a_token_works_under_every_name_of_its_host(name):
    client = OAuthClient()
    tokens = client.tokens()
    assert claims_in(tokens["access_token"])["iss"] == ISSUER
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert client.request("userinfo", method="GET", origin=name, headers=headers).status == 200
    hint = (("id_token_hint", tokens["id_token"]),)
    assert client.request("logout", method="GET", origin=name, query=hint).status == 302


def test_an_access_token_outlives_a_change_of_the_login():
    client = OAuthClient()
    token = client.tokens()["access_token"]
    assert client.with_mary(login="mary.smith@example.com").is_active(token)


def test_an_id_token_of_another_life_is_no_hint_even_where_all_its_claims_are_right():
    client = OAuthClient()
    token = client.tokens()["id_token"]
    client.state = replace(client.state, nonce="another life")
    assert client.get("logout", query=(("id_token_hint", token),)).status == 400
    assert not client.is_active(token)
