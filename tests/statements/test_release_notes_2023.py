"""What Okta's release notes of 2023 say is right: Identity Engine, its API, and the authorization server."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.model import App, AppType, Enrollment, IdentityProvider, Step
from mock_okta.loader import parse
from mock_okta.user_changes import change_user
from tests.engine.authenticators.okta_verify import decide
from tests.engine.authenticators.test_google_otp import SECRET, code_at
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.loader.reading import continued
from tests.oauth.oauth_client import SPA, OAuthClient, asking, header, told
from tests.statements.people import (
    RESET,
    a_visitor,
    enroll,
    header_values,
    holding,
    is_over,
    signed_in,
    tokens_of,
    typed,
)
from tests.web.served_org import serve

STRANGER = "https://stranger.example"
GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP", id="0oagoogle00000000001")
BYE = "https://app.example/bye"


# -- the authorization server -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/oauth2/v1/revoke", "/oauth2/two-factors/v1/revoke"])
def test_any_page_may_revoke_tokens(path):
    """OKTA-653124"""
    allowed = serve().client.options(path, headers={"Origin": STRANGER, "Access-Control-Request-Method": "POST"})
    assert allowed.headers["Access-Control-Allow-Origin"] == STRANGER
    answered = serve().post(path, {}, Origin=STRANGER)
    assert answered.headers["Access-Control-Allow-Origin"] == STRANGER


@pytest.mark.parametrize(("state", "location"), [(None, BYE), ("x", f"{BYE}?state=x")])
def test_no_further_question_mark_is_put_to_the_address_after_signing_out(state, location):
    """OKTA-668618"""
    client = OAuthClient().with_app(SPA, post_logout_redirect_uris=(BYE,))
    hint = client.tokens()["id_token"]
    more = (("state", state),) if state else ()
    reply = client.get("logout", query=(("id_token_hint", hint), ("post_logout_redirect_uri", BYE), *more))
    assert header(reply, "Location") == location


def test_a_refresh_may_ask_for_four_thousand_characters_of_scope():
    """OKTA-573127"""
    scopes = tuple(f"orders.of.the.year.{year}" for year in range(1900, 2070))
    client = OAuthClient().with_server(scopes=scopes)
    client.with_grant(asked=asking(scope=("openid", "offline_access", *scopes)))
    token = client.redeem().body["refresh_token"]
    wanted = " ".join(("openid", *scopes))
    assert 4000 < len(wanted) <= 4096
    assert client.refresh(token, scope=wanted).body["scope"] == wanted


def test_a_client_secret_that_okta_draws_has_sixty_four_characters():
    """OKTA-619134"""
    client = EngineClient(scenario())
    assert len(client.state.apps[client.web_client].client_secret) == 64


def test_who_asks_for_no_scope_gets_the_default_ones_in_every_grant():
    """OKTA-627559"""
    client = OAuthClient().with_server(scopes=("orders.read", "orders.write"), default_scopes=("orders.read",))
    client.with_new_app(
        App(type=AppType.SERVICE, client_id="report", client_secret="s", grant_types=("client_credentials",))
    )
    service = client.post("token", {"client_id": "report", "client_secret": "s", "grant_type": "client_credentials"})
    assert service.body["scope"] == "orders.read"
    assert client.interact(scope=None).status == 200
    assert [each.asked.scope for each in client.state.transactions.values()] == [("orders.read",)]


@pytest.mark.parametrize("scope", ["\0", "openid\0", "openid \x01", "%00"])
def test_a_scope_of_control_characters_is_no_server_error(scope):
    """OKTA-465695"""
    assert told(OAuthClient().interact(scope=scope))[:2] == (400, "invalid_scope")


def test_a_skipped_scope_is_not_in_the_token_and_the_others_are():
    """OKTA-581292"""
    client = a_visitor(IDENTIFY, PASSWORD, Step(verb="consent", settings={"kind": "granular"}))
    client.begin(scope="openid email phone")
    typed(client)
    client.post("consent", consent=True, optedScopes={"openid": True, "email": False, "phone": True})
    assert set(tokens_of(client)["scope"].split()) == {"openid", "phone"}


def test_more_than_a_hundred_groups_are_all_in_userinfo():
    """OKTA-576414"""
    groups = tuple(f"team-{number}" for number in range(150))
    client = OAuthClient().with_mary(groups=groups)
    client.with_grant(asked=asking(server="", scope=("openid", "groups")))
    token = client.redeem(server="").body["access_token"]
    reply = client.get("userinfo", server="", authorization=f"Bearer {token}")
    assert set(groups) <= set(reply.body["groups"])


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_deleting_the_session_clears_its_cookies():
    """OKTA-620986"""
    cookies = header_values(signed_in().send("own-session", method="DELETE"), "Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies if "Max-Age=0" in cookie} >= {"sid", "idx"}


def test_a_session_that_came_from_an_identity_provider_can_be_asked_for():
    """OKTA-626522"""
    only = Step(verb="identify", settings={"only_identity_providers": True})
    client = a_visitor(only, PASSWORD, identity_providers=(GOOGLE,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("Mary Acme (mary@example.com)")
    assert client.send("own-session", method="GET").status == 200


def test_no_reply_sets_the_session_cookie_twice():
    """OKTA-621625"""
    client = signed_in()
    for reply in client.replies:
        names = [cookie.partition("=")[0] for cookie in header_values(reply, "Set-Cookie")]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("asked", [{"max_age": "0"}, {"prompt": "login"}])
def test_an_age_of_zero_asks_for_the_same_as_a_prompt_for_a_new_sign_in(asked):
    """OKTA-588559"""
    client = signed_in()
    client.begin(**asked)
    assert client.offered == ["challenge-authenticator"]


def test_an_empty_origin_is_no_error():
    """OKTA-449621"""
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    with_it = at.post("/idp/idx/introspect", {"interactionHandle": "x"}, Origin="")
    assert with_it.status_code == at.post("/idp/idx/introspect", {"interactionHandle": "x"}).status_code
    fields = {"client_id": tenant["spa_client_id"], "token": "x"}
    assert at.form(f"/oauth2/{tenant['id']}/v1/introspect", fields, Origin="").status_code == 200


# -- who may do what --------------------------------------------------------------------------------------------------


def test_who_may_not_use_the_app_enrolls_nothing_on_the_way_to_it():
    """OKTA-575258"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("google_otp"), users=(mary(assigned=False),))
    typed(client)
    assert "select-authenticator-enroll" not in client.offered
    assert client.said == ["idx.error.user.not.assigned.to.app"]


def test_a_login_that_the_org_does_not_allow_is_told_at_its_field():
    """OKTA-631952"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": (Step(verb="profile"), enroll("okta_password"))}
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("enroll")
    reply = client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "not an address"})
    fields = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    assert reply.status == 400
    assert [field["name"] for field in fields if "messages" in field] == ["email"]


def test_who_comes_from_an_identity_provider_is_found_whatever_the_case_of_the_login():
    """OKTA-565984"""
    loud = replace(GOOGLE, users=({"login": "MARY@Example.com", "email": "MARY@Example.com"},))
    client = a_visitor(identity_providers=(loud,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("MARY@Example.com")
    assert "interaction_code" in client.came_back_with
    assert len(client.state.users) == 1


def test_who_is_made_on_the_spot_is_in_the_groups_that_are_said():
    """OKTA-532840"""
    ada = {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "Acme"}
    client = a_visitor(identity_providers=(replace(GOOGLE, users=(ada,), groups=("staff",)),))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("Ada Acme (ada@example.com)")
    assert next(user.groups for user in client.state.users.values() if user.login == "ada@example.com") == ("staff",)


def test_an_identity_provider_that_is_a_factor_is_gone_to_each_time():
    """OKTA-628504"""
    company = Enrollment(authenticator="external_idp")
    client = Visitor(
        scenario(IDENTIFY, PASSWORD, Step(verb="verify", authenticators=("external_idp",)), users=(holding(company),))
    )
    for _ in range(2):
        client.headers.pop("cookie", None)
        client.begin()
        typed(client)
        assert client.offered[0] == "redirect-idp"
        client.visit(client.last.body["remediation"]["value"][0]["href"])
        assert client.last.status == 200
        client.press("Mary Acme (mary@example.com)")


# -- authenticators ---------------------------------------------------------------------------------------------------


def test_google_authenticator_begins_a_recovery():
    """Google Authenticator for account recovery, 2023.07.0"""
    google = Enrollment(authenticator="google_otp", secret={"secret": SECRET})
    recover = (IDENTIFY, Step(verb="verify", authenticators=("google_otp",)), RESET)
    client = EngineClient(
        flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "recover": recover}, users=(holding(google),))
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.answer(code_at(client.at))
    assert client.offered == ["reset-authenticator"]
    client.answer("Efgh5678!")
    assert is_over(client)


def test_okta_verify_can_be_set_up_again_after_it_was_taken_away():
    """OKTA-573421"""
    client = EngineClient(scenario(IDENTIFY, PASSWORD, enroll("okta_verify")))
    for _ in range(2):
        client.begin()
        typed(client)
        assert client.offered == ["select-authenticator-enroll"]
        identity = client.state.authenticator_ids["okta_verify"]
        client.post("credential/enroll", authenticator={"id": identity, "channel": "qrcode"})
        client.state = decide(client.state, "mary@example.com", "enroll")
        client.post("challenge/poll")
        assert is_over(client)
        client.state, _ = change_user(
            client.scenario,
            client.state,
            "mary@example.com",
            {"enrolled": {"okta_verify": None}},
            at=client.at,
            chance="again",
        )


def test_a_profile_form_shows_the_labels_that_an_administrator_wrote():
    """OKTA-397225"""
    text = continued(
        """
        register:
          - profile: {fields: [{name: firstName, label: What we call you}, email]}
          - enroll: okta_password
        """
    )
    client = EngineClient(parse(text, "acme.yaml"))
    client.begin()
    client.post("enroll")
    shown = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    assert [field["label"] for field in shown] == ["What we call you", "Email"]
