"""Discovery documents, the key set, the org document."""

import re

import pytest

from mock_okta.keys import development_keys
from tests.oauth.oauth_client import ISSUER, NOON, SPA, WEB, OAuthClient, header

BOTH = ("openid-configuration", "oauth-authorization-server")

OPENID_MEMBERS = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "registration_endpoint",
    "jwks_uri",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "scopes_supported",
    "token_endpoint_auth_methods_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "end_session_endpoint",
    "request_parameter_supported",
    "request_object_signing_alg_values_supported",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "backchannel_token_delivery_modes_supported",
    "backchannel_authentication_request_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
]


def document(name, server="main", client=None, **query):
    reply = (client or OAuthClient()).get(name, query=tuple(query.items()), server=server)
    assert reply.status == 200
    return reply.body


# -- discovery --------------------------------------------------------------------------------------------------------


def test_the_members_come_in_the_recorded_order():
    assert list(document("openid-configuration")) == OPENID_MEMBERS


@pytest.mark.parametrize("name", BOTH)
def test_a_custom_server_lives_below_its_issuer(name):
    body = document(name)
    assert body["issuer"] == ISSUER
    assert body["token_endpoint"] == f"{ISSUER}/v1/token"
    assert body["authorization_endpoint"] == f"{ISSUER}/v1/authorize"
    assert body["jwks_uri"] == f"{ISSUER}/v1/keys"
    assert body["registration_endpoint"] == "https://org.example/oauth2/v1/clients"


def test_the_org_server_lives_below_oauth2():
    body = document("openid-configuration", server="")
    assert body["issuer"] == "https://org.example"
    assert body["token_endpoint"] == "https://org.example/oauth2/v1/token"
    assert body["jwks_uri"] == "https://org.example/oauth2/v1/keys"
    assert "groups" in body["scopes_supported"]


def test_clients_find_what_they_refuse_to_work_without():
    body = document("openid-configuration")
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["id_token_signing_alg_values_supported"] == ["RS256"]
    assert body["subject_types_supported"] == ["public"]


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("server", ["", "main"])
def test_the_interaction_code_stands_in_no_document(name, server):
    body = document(name, server)
    assert "interaction_code" not in body["grant_types_supported"]
    assert not any("interact" in str(value).split("/") for value in body.values())


def test_scopes_of_the_scenario_are_published():
    client = OAuthClient().with_server(scopes=("orders:read",))
    assert document("openid-configuration", client=client)["scopes_supported"][-1] == "orders:read"


def test_the_oauth_document_leaves_out_what_is_about_id_tokens():
    body = document("oauth-authorization-server")
    assert list(body) == [name for name in OPENID_MEMBERS if "id_token" not in name and name != "userinfo_endpoint"]
    assert "token" in body["response_types_supported"]
    assert "client_credentials" in body["grant_types_supported"]


def test_the_oauth_document_of_the_org_does_not_say_where_keys_are():
    body = document("oauth-authorization-server", server="")
    assert "jwks_uri" not in body
    assert list(body)[-3:] == [
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
        "identity_chaining_requested_token_types_supported",
    ]


@pytest.mark.parametrize("name", BOTH)
def test_the_document_for_a_public_client(name):
    body = document(name, client_id=SPA)
    assert body["registration_endpoint"].endswith(f"/oauth2/v1/clients/{SPA}")
    assert body["jwks_uri"].endswith(f"/v1/keys?client_id={SPA}")
    assert body["response_types_supported"] == ["code"]
    assert body["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert body["token_endpoint_auth_methods_supported"] == ["none"]


def test_the_document_for_a_confidential_client():
    methods = document("openid-configuration", client_id=WEB)["token_endpoint_auth_methods_supported"]
    assert methods == ["client_secret_basic"]


def test_nobody_can_change_the_documents_of_others():
    document("openid-configuration")["scopes_supported"].append("x")
    document("oauth-authorization-server", server="")["grant_types_supported"].append("x")
    assert "x" not in document("openid-configuration")["scopes_supported"]
    assert "x" not in document("oauth-authorization-server", server="")["grant_types_supported"]


@pytest.mark.parametrize("name", BOTH)
def test_an_unknown_client_gets_an_envelope_with_an_oauth_code(name):
    reply = OAuthClient().get(name, query=(("client_id", "0oaNobody"),))
    assert (reply.status, reply.body["errorCode"]) == (400, "invalid_client")
    assert reply.body["errorSummary"] == "Invalid value for `client_id` parameter."


# -- keys -------------------------------------------------------------------------------------------------------------


def test_the_key_set_has_public_members_only_in_the_recorded_order():
    keys = document("keys")["keys"]
    assert [list(key) for key in keys] == [["kty", "alg", "kid", "use", "e", "n"]] * 2
    assert [key["kid"] for key in keys] == [key.kid for key in development_keys()]
    assert all((key["kty"], key["alg"], key["use"], key["e"]) == ("RSA", "RS256", "sig", "AQAB") for key in keys)


def test_the_key_set_may_be_kept_until_the_next_rotation():
    now, later = OAuthClient(), OAuthClient(at=NOON + 1000)

    def max_age(client):
        return int(re.fullmatch(r"max-age=(\d+), must-revalidate", header(client.get("keys"), "Cache-Control"))[1])

    assert max_age(now) == max_age(later) + 1000


# -- org --------------------------------------------------------------------------------------------------------------


def test_the_org_says_that_it_runs_the_identity_engine():
    body = document("okta-organization", server="")
    assert list(body) == ["id", "cell", "_links", "pipeline", "settings"]
    assert (body["id"][:3], len(body["id"])) == ("00o", 20)
    assert body["pipeline"] == "idx"
    assert body["_links"] == {"organization": {"href": "https://org.example"}}
