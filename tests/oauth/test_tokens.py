"""What ID and access tokens say, read by an independent library."""

import base64
import hashlib

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import AuthorizationServer, Request
from mock_okta.engine.oauth.tokens import Granted, id_token_claims
from mock_okta.keys import development_keys
from tests.oauth.oauth_client import ISSUER, MARY, NOON, SPA, OAuthClient, asking, claims_in, grant, header_in

SIGNING = development_keys()[0]


def published(client, server="main"):
    return KeySet.import_key_set(client.get("keys", server=server).body)


def redeemed(client=None, **asked):
    return (client or OAuthClient()).with_grant(asked=asking(**asked)).redeem(server=asked.get("server", "main")).body


@pytest.mark.parametrize("kind", ["id_token", "access_token"])
def test_tokens_of_a_custom_server_verify_with_the_published_keys(kind):
    client = OAuthClient()
    token = jwt.decode(redeemed(client)[kind], published(client), algorithms=["RS256"])
    assert token.claims["iss"] == ISSUER
    assert list(header_in(redeemed(OAuthClient())[kind]).items()) == [("kid", SIGNING.kid), ("alg", "RS256")]


def test_an_id_token_has_its_claims_in_the_recorded_order():
    token = redeemed(nonce="a-nonce", acr_values=("phr", "urn:okta:loa:2fa:any"))["id_token"]
    claims = claims_in(token)
    assert list(claims) == [
        "sub", "name", "email", "ver", "iss", "aud", "iat", "exp", "jti", "amr", "acr", "idp", "nonce",
        "preferred_username", "auth_time", "at_hash",
    ]  # fmt: skip
    assert claims["sub"] == MARY
    assert (claims["name"], claims["email"]) == ("Mary Acme", "mary.acme@example.com")
    assert (claims["ver"], claims["aud"], claims["nonce"]) == (1, SPA, "a-nonce")
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (NOON, NOON + 3600, NOON - 60)
    assert (claims["amr"], claims["acr"]) == (["pwd", "mfa", "email"], "urn:okta:loa:2fa:any")
    assert claims["preferred_username"] == "mary@example.com"
    assert (claims["jti"][:3], len(claims["jti"])) == ("ID.", 46)
    assert (claims["idp"][:3], len(claims["idp"])) == ("00o", 20)


def test_an_id_token_that_comes_alone_has_the_whole_profile():
    client = OAuthClient()
    request = Request(method="POST", endpoint="token", origin="https://org.example", at=NOON, chance="1")
    turn = Turn(client.scenario, client.state, request)
    granted = Granted(grant(), ("openid", "profile", "phone"))
    claims = id_token_claims(turn, granted, access_token=None)
    assert "at_hash" not in claims
    assert list(claims)[-5:] == ["given_name", "family_name", "zoneinfo", "updated_at", "phone_number"]


def test_numbers_of_time_are_whole():
    claims = claims_in(redeemed(OAuthClient(at=NOON + 0.75))["id_token"])
    assert [type(claims[name]) for name in ("iat", "exp", "auth_time")] == [int, int, int]


@pytest.mark.parametrize(
    ("scope", "present"),
    [
        (("openid",), set()),
        (("openid", "email"), {"email"}),
        (("openid", "profile"), {"name", "preferred_username"}),
    ],
)
def test_claims_about_the_user_follow_the_scope(scope, present):
    claims = claims_in(redeemed(scope=scope)["id_token"])
    assert {"email", "name", "preferred_username"} & set(claims) == present


def test_there_is_a_nonce_only_if_one_was_sent():
    assert "nonce" not in claims_in(redeemed()["id_token"])


def test_there_is_a_level_only_if_one_was_asked_for():
    assert "acr" not in claims_in(redeemed()["id_token"])
    assert "acr" not in claims_in(redeemed(acr_values=("phr",))["id_token"])


def test_at_hash_fits_the_access_token():
    tokens = redeemed()
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims_in(tokens["id_token"])["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def test_an_access_token_has_its_claims_in_the_recorded_order():
    claims = claims_in(redeemed(acr_values=("urn:okta:loa:1fa:any",))["access_token"])
    assert list(claims) == [
        "ver", "jti", "iss", "aud", "iat", "exp", "acr", "cid", "uid", "scp", "auth_time", "sub",
    ]  # fmt: skip
    assert (claims["ver"], claims["iss"], claims["aud"]) == (1, ISSUER, "api://default")
    assert (claims["cid"], claims["uid"], claims["sub"]) == (SPA, MARY, "mary@example.com")
    assert claims["scp"] == ["openid", "profile", "email", "offline_access"]
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (NOON, NOON + 3600, NOON - 60)


def test_the_id_of_an_access_token_names_the_refresh_token_beside_it():
    assert claims_in(redeemed()["access_token"])["jti"].endswith(".oarFamily00000000000")
    assert len(claims_in(redeemed(scope=("openid",))["access_token"])["jti"]) == 46


def test_the_audience_and_the_lifetime_are_settings():
    client = OAuthClient().with_server(audience="api://orders", access_token_lifetime_s=600)
    claims = claims_in(redeemed(client)["access_token"])
    assert (claims["aud"], claims["exp"]) == ("api://orders", NOON + 600)


def test_the_org_server_issues_its_id_tokens_like_any_other():
    client = OAuthClient()
    token = jwt.decode(redeemed(client, server="")["id_token"], published(client, ""), algorithms=["RS256"])
    assert token.claims["iss"] == "https://org.example"


def test_nobody_can_check_an_access_token_of_the_org_server():
    client = OAuthClient().with_scenario(authorization_server=AuthorizationServer(audience="api://orders"))
    token = redeemed(client, server="")["access_token"]
    assert header_in(token)["typ"] == "application/okta-internal-at+jwt"
    assert header_in(token)["kid"] not in [key["kid"] for key in client.get("keys", server="").body["keys"]]
    assert claims_in(token)["iss"] == claims_in(token)["aud"] == "https://org.example"
    assert client.is_active(token, server="")


def test_the_issuer_is_the_address_that_the_client_used():
    client = OAuthClient().with_grant()
    body = (
        f"grant_type=interaction_code&client_id={SPA}&interaction_code=the-interaction-code-of-forty-three-letters"
        "&code_verifier=a-verifier-of-forty-three-characters-at-least-1"
    ).encode()
    reply = client.request(
        "token",
        body=body,
        origin="http://mock:6582",
        headers={"content_type": "application/x-www-form-urlencoded"},
    )
    assert claims_in(reply.body["id_token"])["iss"] == "http://mock:6582/oauth2/main"


def test_text_of_any_alphabet_comes_through():
    client = OAuthClient().with_mary(profile={"displayName": "Märy \u5f20 \U0001f600"})
    assert claims_in(redeemed(client)["id_token"])["name"] == "Märy \u5f20 \U0001f600"


def test_text_that_no_alphabet_has_does_no_harm():
    client = OAuthClient().with_mary(profile={"displayName": "half \ud800"})
    assert claims_in(redeemed(client)["id_token"])["name"] == "half ?"


def test_the_same_state_issues_the_same_tokens():
    assert redeemed(OAuthClient()) == redeemed(OAuthClient())


def test_a_token_is_a_compact_jws():
    client = OAuthClient()
    checked = jws.deserialize_compact(redeemed(client)["access_token"], published(client), algorithms=["RS256"])
    assert b" " not in checked.payload
