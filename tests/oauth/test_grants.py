"""One table of grants: whatever else names a grant type follows from it."""

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

import mock_okta
from mock_okta.engine.gaps import GAPS
from mock_okta.engine.oauth.grants import GRANT_TYPES
from mock_okta.engine.oauth.grants.interaction_code import read_interaction_code
from mock_okta.engine.oauth.grants.row import GrantType, Published
from tests.oauth.oauth_client import SPA, WEB, WEB_SECRET, OAuthClient, asking, basic

ORG_OAUTH = [
    "authorization_code",
    "implicit",
    "refresh_token",
    "password",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "urn:ietf:params:oauth:grant-type:token-exchange",
]
"""As recorded from an org in 2026 (okta-oauth notes 1.2, 1.3); the other documents name fewer, in the same order."""


@pytest.mark.parametrize("server", ["", "main"])
def test_openid_documents_name_the_grants_of_people(server):
    document = OAuthClient().get("openid-configuration", server=server).body
    assert document["grant_types_supported"] == [
        each for each in ORG_OAUTH if not each.endswith(("client_credentials", "token-exchange"))
    ]


@pytest.mark.parametrize(("server", "named"), [("main", ORG_OAUTH[:-1]), ("", ORG_OAUTH)])
def test_oauth_documents_name_those_of_services_too(server, named):
    assert OAuthClient().get("oauth-authorization-server", server=server).body["grant_types_supported"] == named


@pytest.mark.parametrize("row", GRANT_TYPES.values(), ids=GRANT_TYPES)
def test_what_the_token_endpoint_does_not_take_is_a_gap_and_what_it_takes_is_none(row):
    reply = OAuthClient().post("token", {"client_id": SPA, "grant_type": row.name})
    taken = reply.body["error"] != "unsupported_grant_type"
    assert taken == (row.read is not None)
    assert (f"grant-type {row.name}" in GAPS) == (row.read is None and row.endpoint == "token")
    assert row.name not in {name for gap in GAPS.values() for name in gap.advertised} or not taken


def test_a_new_row_is_published_and_taken_with_nothing_else_touched(monkeypatch):
    row = GrantType(
        name="new", about="something new", read=read_interaction_code, published=Published.EVERYWHERE, confidential=True
    )
    monkeypatch.setitem(GRANT_TYPES, "new", row)
    client = OAuthClient().with_app(WEB, grant_types=("new",)).with_app(SPA, grant_types=("refresh_token", "new"))
    assert client.get("openid-configuration").body["grant_types_supported"][-1] == "new"
    assert client.with_grant(asked=asking(client_id=WEB)).redeem(
        grant_type="new", client_id=WEB, client_secret=WEB_SECRET
    ).body["token_type"] == "Bearer"  # fmt: skip
    refused = client.redeem(grant_type="new").body
    assert refused["error"] == "unauthorized_client"
    assert refused["error_description"].endswith("Configured grant types: [refresh_token].")


def test_a_refused_request_uses_nothing_up():
    """Reading changes nothing, for every grant: what was shown is used up only once all was found right."""
    client = OAuthClient().with_grant()
    before = client.state
    client.redeem(code_verifier="x" * 43)
    client.redeem(server="")
    client.post("token", {"grant_type": "interaction_code", "interaction_code": "x"}, authorization=basic(WEB, "wrong"))
    assert replace(client.state, use=before.use) == before


def test_nothing_asked_for_and_no_way_back_is_made_up():
    """Who has no client, no scope or nobody to go back to has None, and no value with empty members."""
    made = {"AuthorizationRequest", "Redirection", "Grant", "Person", "Service"}
    root = Path(mock_okta.__file__).parent
    calls = [
        (file, node)
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in made
    ]
    assert len(calls) >= 5
    empty = [
        f"{file.relative_to(root)}:{node.lineno} {keyword.arg}"
        for file, node in calls
        for keyword in node.keywords
        if (isinstance(keyword.value, ast.Constant) and keyword.value.value == "")
        or (isinstance(keyword.value, ast.Tuple) and not keyword.value.elts)
    ]
    assert empty == []
