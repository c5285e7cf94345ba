"""`/v1/logout`."""

import pytest

from tests.oauth.oauth_client import NOON, SPA, WEB, WEB_SECRET, OAuthClient, asking, claims_in, header

BYE = "https://app.example/bye"


@pytest.fixture
def client():
    return OAuthClient().with_grant(asked=asking(client_id=WEB))


@pytest.fixture
def hint(client):
    return client.redeem(client_id=WEB, client_secret=WEB_SECRET).body["id_token"]


def test_a_registered_address_gets_the_state_back(client, hint):
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "a b&c=\u00e9"))
    reply = client.get("logout", query=query)
    assert (reply.status, reply.body) == (302, None)
    assert header(reply, "Location") == "https://app.example/bye?state=a+b%26c%3D%C3%A9"


def test_the_session_cookies_are_cleared(client, hint):
    reply = client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE)))
    cookies = [value for name, value in reply.headers if name == "Set-Cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies] == ['sid=""', 'idx=""']
    assert all("Max-Age=0" in cookie for cookie in cookies)


def test_without_a_state_the_address_is_as_it_was_registered(client, hint):
    reply = client.post("logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE})
    assert header(reply, "Location") == BYE


def test_a_state_joins_a_query_that_is_there(client, hint):
    client.with_app(WEB, post_logout_redirect_uris=(f"{BYE}?from=okta",))
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", f"{BYE}?from=okta"), ("state", "x"))
    assert header(client.get("logout", query=query), "Location") == f"{BYE}?from=okta&state=x"


def test_without_an_address_the_browser_ends_at_the_sign_in_page(client, hint):
    assert header(client.get("logout", query=(("id_token_hint", hint),)), "Location") == "https://org.example/"


def test_an_expired_hint_is_good_enough(client, hint):
    client.at = NOON + 100_000
    assert client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE))).status == 302


def test_loopback_addresses_pass_where_the_app_allows_them(client, hint):
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", "http://localhost:3000"))
    assert client.get("logout", query=query).status == 400
    assert client.with_app(WEB, loopback_redirects=True).get("logout", query=query).status == 302


@pytest.mark.parametrize("address", ["https://evil.example/", BYE + "/", BYE + "?x", "https://app.example/callback"])
def test_an_address_that_is_not_registered_gets_nobody(client, hint, address):
    reply = client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", address)))
    assert reply.status == 400
    assert header(reply, "Location") is None
    assert header(reply, "Content-Type") == "text/html;charset=utf-8"
    assert header(reply, "X-Frame-Options") == "SAMEORIGIN"
    assert b"must be a Logout redirect URI in the client app settings" in reply.body


def test_a_hint_is_required(client):
    reply = client.get("logout", query=(("post_logout_redirect_uri", BYE),))
    assert reply.status == 400
    assert b"The required parameter &#x27;id_token_hint&#x27; is missing." in reply.body


@pytest.mark.parametrize("hint", ["x", "a.b.c", "\u00e9", "<script>alert(1)</script>"])
def test_what_is_no_id_token_is_no_hint(client, hint):
    reply = client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE)))
    assert reply.status == 400
    assert b"<script" not in reply.body


def test_an_access_token_is_no_hint(client):
    token = OAuthClient().tokens()["access_token"]
    assert client.get("logout", query=(("id_token_hint", token),)).status == 400


def test_a_hint_of_another_server_is_no_hint(client, hint):
    assert client.get("logout", query=(("id_token_hint", hint),), server="").status == 400


def test_another_name_of_the_same_host_takes_the_hint(client, hint):
    assert claims_in(hint)["iss"] == "https://org.example/oauth2/main"
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", BYE))
    assert client.request("logout", method="GET", query=query, origin="http://mock:6582").status == 302


def test_a_hint_of_one_app_does_not_open_the_addresses_of_another():
    client = OAuthClient()
    hint = client.tokens()["id_token"]
    assert claims_in(hint)["aud"] == SPA
    assert client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE))).status == 400
