"""`/v1/userinfo`."""

import pytest

from mock_okta.engine.model import UserStatus
from tests.oauth.oauth_client import FORM, MARY, NOON, OAuthClient, asking, header

MISSING = 'Bearer error="invalid_request", error_description="The access token is missing."'
INVALID = 'Bearer error="invalid_token", error_description="The access token is invalid"'


@pytest.fixture
def client():
    return OAuthClient()


@pytest.fixture
def token(client):
    return client.tokens()["access_token"]


def refusal(reply):
    assert reply.body is None
    return reply.status, header(reply, "WWW-Authenticate")


def test_the_claims_come_in_the_recorded_order(client, token):
    reply = client.get("userinfo", authorization=f"Bearer {token}")
    assert reply.status == 200
    assert list(reply.body.items()) == [
        ("sub", MARY),
        ("name", "Mary Acme"),
        ("locale", "en_US"),
        ("email", "mary.acme@example.com"),
        ("preferred_username", "mary@example.com"),
        ("given_name", "Mary"),
        ("family_name", "Acme"),
        ("zoneinfo", "America/Los_Angeles"),
        ("updated_at", 1_790_000_000),
        ("email_verified", True),
    ]


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        (("openid",), ["sub"]),
        (("openid", "email"), ["sub", "email", "email_verified"]),
        (("openid", "phone", "address"), ["sub", "address", "phone_number"]),
    ],
)
def test_the_claims_follow_the_scope(scope, claims):
    client = OAuthClient().with_grant(asked=asking(scope=scope))
    token = client.redeem().body["access_token"]
    assert list(client.get("userinfo", authorization=f"Bearer {token}").body) == claims


def test_an_address_is_an_object():
    client = OAuthClient().with_grant(asked=asking(scope=("openid", "address")))
    token = client.redeem().body["access_token"]
    body = client.get("userinfo", authorization=f"Bearer {token}").body
    assert body["address"] == {"locality": "Paris", "country": "FR"}


def test_groups_are_a_scope_of_the_org_server():
    client = OAuthClient().with_grant(asked=asking(server="", scope=("openid", "groups")))
    token = client.redeem(server="").body["access_token"]
    body = client.get("userinfo", server="", authorization=f"Bearer {token}").body
    assert body == {"sub": MARY, "groups": ["staff"]}


def test_the_scheme_has_letters_of_any_case(client, token):
    assert client.get("userinfo", authorization=f"bEARER  {token} ").status == 200


def test_post_works_with_the_token_in_header_or_form(client, token):
    assert client.request("userinfo", headers={"authorization": f"Bearer {token}"}).status == 200
    assert client.post("userinfo", {"access_token": token}).status == 200


def test_the_token_must_not_come_twice(client, token):
    reply = client.post("userinfo", {"access_token": token}, authorization=f"Bearer {token}")
    text = "The access token cannot be specified in both the Authorization header and the request-body."
    assert refusal(reply) == (400, f'Bearer error="invalid_request", error_description="{text}"')


def test_the_token_must_not_stand_in_the_query(client, token):
    reply = client.get("userinfo", query=(("access_token", token),))
    text = "The access token cannot be presented in a query string."
    assert refusal(reply) == (400, f'Bearer error="invalid_request", error_description="{text}"')


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic abc"])
def test_without_a_token_nothing_is_said(client, value):
    assert refusal(client.get("userinfo", authorization=value)) == (401, MISSING)


@pytest.mark.parametrize(
    "headers", [{"authorization": "dpop {}"}, {"authorization": "Bearer {}", "dpop": "e30.e30.e30"}]
)
def test_a_proof_of_dpop_is_refused(client, token, headers):
    reply = client.get("userinfo", **{name: value.format(token) for name, value in headers.items()})
    challenge = 'DPoP error="invalid_dpop_proof", error_description="The DPoP proof JWT is invalid."'
    assert refusal(reply) == (401, challenge)
    assert header(reply, "X-Mock-Okta-Gap") == "dpop"


def test_a_body_that_is_no_form_has_no_token(client):
    reply = client.request("userinfo", body=b'{"access_token": "x"}', headers={"content_type": "application/json"})
    assert refusal(reply) == (401, MISSING)


def test_a_form_of_too_many_fields_has_no_token(client):
    body = b"&".join(b"f%d=1" % n for n in range(200))
    assert refusal(client.request("userinfo", body=body, headers={"content_type": FORM})) == (401, MISSING)


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "\u00e9.\u00e9.\u00e9", "e30.e30.e30"])
def test_what_is_no_token_is_invalid(client, token):
    assert refusal(client.get("userinfo", authorization=f"Bearer {token}")) == (401, INVALID)


def test_an_expired_token_is_invalid(client, token):
    client.at = NOON + 3600
    assert refusal(client.get("userinfo", authorization=f"Bearer {token}")) == (401, INVALID)


def test_a_token_of_another_server_is_invalid(client, token):
    assert refusal(client.get("userinfo", server="", authorization=f"Bearer {token}")) == (401, INVALID)


def test_a_token_of_a_stopped_account_is_invalid(client, token):
    client.with_mary(status=UserStatus.DEPROVISIONED)
    assert refusal(client.get("userinfo", authorization=f"Bearer {token}")) == (401, INVALID)


def test_an_id_token_is_no_access_token(client):
    token = client.tokens()["id_token"]
    assert refusal(client.get("userinfo", authorization=f"Bearer {token}")) == (401, INVALID)


def test_a_token_without_openid_has_no_business_here():
    client = OAuthClient().with_grant(asked=asking(scope=("profile",)))
    token = client.redeem().body["access_token"]
    text = "The access token must provide access to at least one of these scopes - profile, email, address or phone"
    assert refusal(client.get("userinfo", authorization=f"Bearer {token}")) == (
        403,
        f'Bearer error="insufficient_scope", error_description="{text}"',
    )
