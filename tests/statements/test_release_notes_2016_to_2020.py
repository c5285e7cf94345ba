"""What Okta's release notes of 2016 to 2020 say is right of the authorization server, and was not taken back since."""

import pytest

from mock_okta.engine.model import App, AppType, Enrollment, Intervention, Scenario, Step, UserStatus
from tests.engine.authenticators.test_google_otp import SECRET, code_at
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, mary, scenario
from tests.loader.reading import continued, problem_of
from tests.oauth.oauth_client import (
    CALLBACK,
    NOON,
    SPA,
    WEB,
    WEB_SECRET,
    OAuthClient,
    asking,
    basic,
    claims_in,
    header,
)
from tests.statements.people import CONSENT, holding, is_over, signed_in, tokens_of, typed
from tests.web.served_org import PAGE, serve

STRANGER = "https://stranger.example"
BYE = "https://app.example/bye"


def signing_out(client: OAuthClient, hint: str):
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", BYE))
    return client.get("logout", query=query)


# -- codes and tokens -------------------------------------------------------------------------------------------------


def test_a_code_has_two_hundred_and_fifty_six_bits():
    """OKTA-310346"""
    client = signed_in()
    code = next(
        each["value"]
        for each in client.last.body["successWithInteractionCode"]["value"]
        if each["name"] == "interaction_code"
    )
    assert len(code) == 43


def test_who_signs_in_without_a_password_has_none_in_amr():
    """OKTA-318437"""
    google = Enrollment(authenticator="google_otp", secret={"secret": SECRET})
    step = Step(verb="verify", authenticators=("google_otp",))
    client = EngineClient(scenario(IDENTIFY, step, EMAIL, users=(holding(google),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer(code_at(client.at))
    client.select("Email")
    client.answer(client.mail.code)
    assert "pwd" not in claims_in(tokens_of(client)["id_token"])["amr"]


def test_the_issuer_keeps_its_capital_letters():
    """OKTA-235710"""
    at = serve(Scenario(name="Acme-Shop", flows={"sign_in": (IDENTIFY, PASSWORD)}))
    published = at.get("/oauth2/Acme-Shop/.well-known/openid-configuration").json
    assert published["issuer"] == "http://localhost/oauth2/Acme-Shop"


def test_nobody_is_told_that_a_phone_number_was_verified():
    """OKTA-146470"""
    client = OAuthClient()
    client.with_grant(asked=asking(scope=("openid", "phone")))
    body = client.redeem().body
    claims = client.get("userinfo", authorization=f"Bearer {body['access_token']}").body
    assert "phone_number" in claims
    assert "phone_number_verified" not in {**claims, **claims_in(body["id_token"])}


def test_a_client_with_a_long_id_refreshes_its_tokens():
    """OKTA-139722"""
    name = "a-client-id-that-is-much-longer-than-twenty-characters"
    client = OAuthClient().with_new_app(App(type=AppType.BROWSER, client_id=name, redirect_uris=(CALLBACK,)))
    client.with_grant(asked=asking(client_id=name))
    token = client.redeem(client_id=name).body["refresh_token"]
    assert client.refresh(token, client_id=name).status == 200


@pytest.mark.parametrize("app_type", [AppType.BROWSER, AppType.NATIVE])
def test_a_client_without_a_secret_has_no_grant_of_its_own(app_type):
    """OKTA-135853"""
    client = OAuthClient()
    client.with_new_app(App(type=app_type, client_id="mine", grant_types=("client_credentials", "interaction_code")))
    reply = client.post("token", {"client_id": "mine", "grant_type": "client_credentials", "scope": "orders.read"})
    assert (reply.status, reply.body["error"]) == (400, "unauthorized_client")


# -- clients that are wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["token", "introspect", "revoke"])
def test_a_client_that_shows_a_wrong_secret_is_unauthorized(endpoint):
    """OKTA-306444"""
    fields = {"grant_type": "interaction_code", "interaction_code": "x", "code_verifier": "x", "token": "x"}
    reply = OAuthClient().post(endpoint, fields, authorization=basic(WEB, "wrong"))
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


def test_a_request_for_userinfo_without_a_token_is_unauthorized():
    """OKTA-280102"""
    assert OAuthClient().get("userinfo").status == 401


def test_userinfo_does_not_answer_an_invalid_token_with_an_empty_object():
    """OKTA-169553"""
    reply = OAuthClient().get("userinfo", authorization="Bearer nonsense")
    assert reply.status == 401
    assert reply.body is None or reply.body.get("error")
    assert header(reply, "WWW-Authenticate").startswith("Bearer ")


def test_a_page_may_read_why_userinfo_has_refused():
    """OKTA-101943"""
    refused = serve().get("/oauth2/v1/userinfo", Origin=PAGE)
    assert refused.status_code == 401
    assert "WWW-Authenticate" in refused.headers["Access-Control-Expose-Headers"]


def test_too_many_requests_for_tokens_are_told_so_by_their_status():
    """OKTA-289508"""
    busy = Intervention(at={"endpoint": "token"}, effect={"reply": {"error": "too_many_requests"}})
    client = EngineClient(scenario(script=(busy,)))
    reply = client.form("token", grant_type="refresh_token", refresh_token="x")
    assert (reply.status, reply.body["errorCode"]) == (429, "E0000047")


# -- tokens that are looked at ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("status", [UserStatus.SUSPENDED, UserStatus.DEPROVISIONED])
def test_no_token_of_a_user_who_is_not_active_is_active(kind, status):
    """OKTA-110445, OKTA-1090006"""
    client = OAuthClient()
    token = client.tokens()[kind]
    client.with_mary(status=status)
    assert client.post("introspect", {"client_id": SPA, "token": token}).body == {"active": False}


def test_introspection_has_no_list_of_scopes():
    """OKTA-91074"""
    client = OAuthClient()
    body = client.post("introspect", {"client_id": SPA, "token": client.tokens()["access_token"]}).body
    assert isinstance(body["scope"], str)
    assert "scopesList" not in body


# -- signing out ------------------------------------------------------------------------------------------------------


def test_an_expired_id_token_is_good_enough_to_sign_out():
    """OKTA-131652"""
    client = OAuthClient().with_app(SPA, post_logout_redirect_uris=(BYE,))
    hint = client.tokens()["id_token"]
    client.at = NOON + 3601
    assert (signing_out(client, hint).status, header(signing_out(client, hint), "Location")) == (302, BYE)


def test_who_has_no_session_any_more_is_sent_back_all_the_same():
    """OKTA-180521"""
    oauth = OAuthClient().with_app(SPA, post_logout_redirect_uris=(BYE,))
    hint = oauth.tokens()["id_token"]
    reply = oauth.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE)), cookie="idx=gone")
    assert (reply.status, header(reply, "Location")) == (302, BYE)


# -- who asks from where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/.well-known/openid-configuration", "/oauth2/two-factors/.well-known/openid-configuration",
     "/oauth2/two-factors/.well-known/oauth-authorization-server", "/oauth2/v1/keys"],
)  # fmt: skip
def test_public_metadata_are_for_pages_that_nobody_trusts_too(path):
    """OKTA-283549"""
    assert serve().get(path, Origin=STRANGER).headers["Access-Control-Allow-Origin"] == STRANGER


def test_a_server_that_sends_a_session_cookie_along_gets_its_tokens():
    """OKTA-312816"""
    client = OAuthClient().with_grant(asked=asking(client_id=WEB))
    fields = {"grant_type": "interaction_code", "interaction_code": "the-interaction-code-of-forty-three-letters",
              "code_verifier": "a-verifier-of-forty-three-characters-at-least-1"}  # fmt: skip
    reply = client.post("token", fields, authorization=basic(WEB, WEB_SECRET), cookie="idx=x; sid=y; DT=z")
    assert reply.status == 200


def test_the_oauth_metadata_name_the_response_types_of_openid_connect():
    """OKTA-114737"""
    body = OAuthClient().get("oauth-authorization-server").body
    assert {"code", "id_token", "code id_token", "code id_token token"} <= set(body["response_types_supported"])


def test_who_may_not_use_an_app_is_refused_and_not_asked_for_consent():
    """OKTA-335476"""
    client = EngineClient(scenario(IDENTIFY, PASSWORD, CONSENT, users=(mary(assigned=False),)))
    client.begin(scope="openid email")
    typed(client)
    assert (is_over(client), client.offered) == (False, ["identify"])
    assert client.said == ["idx.error.user.not.assigned.to.app"]


# -- what can be set up -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["a b", '{"x": 1}', "é☃", "a&b=c#d", "%00", "'\"<>"])
def test_a_state_of_any_characters_comes_back_as_it_was(state):
    """OKTA-90218, OKTA-130916"""
    client = EngineClient(scenario())
    client.begin(state=state)
    typed(client)
    transaction = next(each for each in client.state.transactions.values())
    assert transaction.redirection.state == state
    assert is_over(client)


@pytest.mark.parametrize("address", ["https://my_app.example.com/callback", "http://my_app:8080/callback"])
def test_an_address_may_have_an_underscore_in_its_host(address):
    """OKTA-167483"""
    client = OAuthClient().with_app(SPA, redirect_uris=(address,))
    assert client.interact(redirect_uri=address).status == 200


def test_an_address_to_return_to_has_no_fragment():
    """OKTA-106049"""
    text = continued('apps:\n  - {type: browser, redirect_uris: ["https://app.example.com/cb#there"]}\n')
    assert problem_of(text).line == 5
