"""What Okta's help pages and its guides for developers say is right: what a client or a mailbox sees of it."""

import json
import re

import pytest

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import App, AppType, Enrollment, Step, UserStatus
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from mock_okta.user_changes import change_user
from tests.engine.authenticators.okta_verify import choose, identified, in_play, phone
from tests.engine.authenticators.test_webauthn import at_the_enrolment, context
from tests.engine.engine_client import (
    EMAIL,
    IDENTIFY,
    PASSWORD,
    VERIFIER,
    EngineClient,
    flow_scenario,
    mary,
    scenario,
)
from tests.engine.flows.test_device_activation import Living
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import MARY, NOON, SPA, OAuthClient, asking, claims_in, header, told
from tests.statements.people import begin_and_type, holding, is_over
from tests.web.served_org import PAGE, serve
from tests.web.served_org import scenario as served

RESET = Step(verb="reset")
CONSENT = Step(verb="consent")
PHONE = Step(verb="verify", authenticators=("phone_number",))
RECOVER = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET)}
TELEVISION = App(
    type=AppType.NATIVE, client_id="television", label="Television", grant_types=(DEVICE_CODE, "refresh_token")
)
MOBILE = Enrollment(authenticator="phone_number", secret={"number": "+15551232342"})


def redeemed(client):
    values = {each["name"]: each.get("value") for each in client.last.body["successWithInteractionCode"]["value"]}
    form = {"grant_type": "interaction_code", "interaction_code": values["interaction_code"], "code_verifier": VERIFIER}
    return client.form("token", **form)


def tokens_of(client):
    reply = redeemed(client)
    assert reply.status == 200, reply.body
    return reply.body


def as_web(client):
    return {"client_id": client.web_client, "client_secret": client.state.apps[client.web_client].client_secret}


def keep_cookies(client):
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)


# -- step-up authentication -------------------------------------------------------------------------------------------


def test_unsupported_levels_of_assurance_are_ignored():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client, acr_values="urn:example:gold")
    assert is_over(client)
    assert "acr" not in claims_in(tokens_of(client)["id_token"])


def test_a_level_of_assurance_is_told_in_both_tokens():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client, acr_values="urn:okta:loa:1fa:any")
    tokens = tokens_of(client)
    assert claims_in(tokens["id_token"])["acr"] == "urn:okta:loa:1fa:any"
    assert claims_in(tokens["access_token"])["acr"] == "urn:okta:loa:1fa:any"


def test_what_the_session_has_proved_is_not_asked_for_again_when_a_level_is_asked_for():
    client = Visitor(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client)
    keep_cookies(client)
    client.begin(acr_values="urn:okta:loa:2fa:any")
    client.select("Email")
    client.answer(client.mail.code)
    assert is_over(client)


def test_who_lacks_the_factor_of_a_level_enrols_one():
    client = EngineClient(
        scenario(IDENTIFY, PASSWORD, users=(mary(enrolled=mary().enrolled[:1]),), authenticators={"google_otp": {}})
    )
    begin_and_type(client, acr_values="urn:okta:loa:2fa:any")
    assert client.offered[0] in ("select-authenticator-enroll", "enroll-authenticator")


def test_a_level_that_nobody_in_the_org_can_reach_is_refused():
    refused = told(OAuthClient().interact(acr_values="phrh"))
    assert refused[:2] == (400, "unmet_authentication_requirements")


def test_refreshed_tokens_have_the_level_of_the_first_ones():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client, acr_values="urn:okta:loa:1fa:any", scope="openid offline_access")
    first = tokens_of(client)
    client.at += 600
    again = client.form("token", grant_type="refresh_token", refresh_token=first["refresh_token"]).body
    before, after = claims_in(first["id_token"]), claims_in(again["id_token"])
    assert after["acr"] == "urn:okta:loa:1fa:any"
    assert after["auth_time"] == before["auth_time"]


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_revoking_an_access_token_leaves_the_refresh_token():
    client = OAuthClient()
    tokens = client.tokens()
    client.post("revoke", {"client_id": SPA, "token": tokens["access_token"], "token_type_hint": "access_token"})
    assert not client.is_active(tokens["access_token"])
    assert client.refresh(tokens["refresh_token"]).status == 200


def test_revoking_a_refresh_token_revokes_the_access_token():
    client = OAuthClient()
    tokens = client.tokens()
    client.post("revoke", {"client_id": SPA, "token": tokens["refresh_token"], "token_type_hint": "refresh_token"})
    assert not client.is_active(tokens["access_token"])


@pytest.mark.parametrize("token", ["never-issued", "a.b.c"])
def test_revoking_what_is_no_token_is_answered_as_if_it_were_one(token):
    reply = OAuthClient().post("revoke", {"client_id": SPA, "token": token})
    assert (reply.status, reply.body) == (200, None)


def test_revoking_an_expired_or_revoked_token_is_answered_with_200():
    client = OAuthClient()
    tokens = client.tokens()
    client.at += 7200
    for _ in range(2):
        assert client.post("revoke", {"client_id": SPA, "token": tokens["access_token"]}).status == 200


def test_a_reused_refresh_token_ends_the_newest_one_and_all_access_tokens_since_the_sign_in():
    client = OAuthClient()
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).body
    client.at += 31
    third = client.refresh(second["refresh_token"]).body
    assert client.refresh(first["refresh_token"]).status == 400
    assert client.refresh(third["refresh_token"]).status == 400
    assert [client.is_active(each["access_token"]) for each in (first, second, third)] == [False, False, False]


@pytest.mark.parametrize(("waited_s", "status"), [(30, 200), (31, 400)])
def test_a_rotated_refresh_token_works_for_thirty_seconds_more(waited_s, status):
    client = OAuthClient()
    first = client.tokens()
    client.refresh(first["refresh_token"])
    client.at += waited_s
    assert client.refresh(first["refresh_token"]).status == status


def test_a_persistent_refresh_token_is_sent_as_it_was():
    client = OAuthClient().with_app(SPA, rotate_refresh_tokens=False)
    first = client.tokens()
    assert client.refresh(first["refresh_token"]).body["refresh_token"] == first["refresh_token"]


def test_an_id_token_is_for_the_client_and_an_access_token_for_the_audience():
    client = OAuthClient().with_server(audience="https://api.example.com/pets")
    tokens = client.tokens()
    assert claims_in(tokens["id_token"])["aud"] == SPA
    access = claims_in(tokens["access_token"])
    assert (access["aud"], access["cid"], access["uid"]) == ("https://api.example.com/pets", SPA, MARY)


def test_an_id_token_can_be_introspected():
    client = OAuthClient()
    token = client.tokens()["id_token"]
    body = client.post("introspect", {"client_id": SPA, "token": token, "token_type_hint": "id_token"}).body
    assert (body["active"], body["aud"]) == (True, SPA)


def test_a_nonce_is_in_the_id_token_only_if_it_was_sent():
    assert claims_in(OAuthClient().with_grant(asked=asking(nonce="n-1")).redeem().body["id_token"])["nonce"] == "n-1"
    assert "nonce" not in claims_in(OAuthClient().tokens()["id_token"])


def test_a_request_without_scope_is_refused_where_the_server_has_no_default_ones():
    assert told(OAuthClient().interact(scope=None))[:2] == (400, "invalid_scope")


@pytest.mark.parametrize(("age_s", "status"), [(59, 200), (61, 400)])
def test_an_interaction_code_lives_a_minute(age_s, status):
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client)
    client.at += age_s
    assert redeemed(client).status == status


def test_keys_say_how_long_they_may_be_kept_and_what_they_are_for():
    reply = OAuthClient().get("keys")
    assert re.search(r"max-age=\d+", header(reply, "Cache-Control"))
    assert {(key["use"], key["alg"], key["kty"]) for key in reply.body["keys"]} == {("sig", "RS256", "RSA")}


# -- consent ----------------------------------------------------------------------------------------------------------


def consented(client, **asked):
    begin_and_type(client, scope="openid email", **asked)
    assert client.offered == ["consent"]
    return client.post("consent", consent=True)


def test_consent_is_given_once_for_a_scope():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, CONSENT))
    consented(client)
    begin_and_type(client, scope="openid email")
    assert is_over(client)


def test_prompt_consent_asks_for_what_was_consented_to_already():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, CONSENT))
    consented(client)
    begin_and_type(client, scope="openid email", prompt="consent")
    assert client.offered == ["consent"]


# -- devices ----------------------------------------------------------------------------------------------------------


def test_a_device_is_told_that_its_user_is_not_done_in_these_words():
    room = Living(scenario(IDENTIFY, PASSWORD, apps=(App(client_id="portal"), TELEVISION)))
    told_ = room.ask()
    assert (told_["expires_in"], told_["interval"]) == (600, 5)
    assert told_["verification_uri_complete"] == f"{told_['verification_uri']}?user_code={told_['user_code']}"
    assert room.poll().body == {
        "error": "authorization_pending",
        "error_description": "The device authorization is pending. Please try again later.",
    }


@pytest.mark.parametrize(("scope", "there"), [("openid profile offline_access", True), ("openid profile", False)])
def test_a_device_gets_a_refresh_token_if_it_asked_for_offline_access(scope, there):
    room = Living(scenario(IDENTIFY, PASSWORD, apps=(App(client_id="portal"), TELEVISION)))
    room.ask(scope=scope)
    room.open()
    room.activate()
    room.sign_in()
    assert ("refresh_token" in room.poll().body) is there


# -- sessions and signing out -----------------------------------------------------------------------------------------


def test_signing_out_without_an_address_leads_to_the_sign_in_page():
    client = OAuthClient()
    hint = client.tokens()["id_token"]
    reply = client.get("logout", query=(("id_token_hint", hint),))
    assert (reply.status, header(reply, "Location")) == (302, "https://org.example/")


def test_an_app_that_forgets_its_user_signs_in_again_by_the_session():
    client = Visitor(scenario(IDENTIFY, PASSWORD))
    begin_and_type(client)
    keep_cookies(client)
    tokens = tokens_of(client)
    client.form("revoke", token=tokens["access_token"])
    client.begin()
    assert is_over(client)


# -- codes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age_s", "works"), [(299, True), (301, False)])
def test_a_texted_code_works_for_five_minutes(age_s, works):
    client = EngineClient(scenario(IDENTIFY, PHONE, users=(holding(MOBILE),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Phone", methodType="sms")
    client.at += age_s
    client.answer(client.mail.code)
    assert is_over(client) is works


def test_a_call_can_go_to_an_extension():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("phone_number",))))
    begin_and_type(client)
    chosen = {
        "id": client.state.authenticator_ids["phone_number"],
        "methodType": "voice",
        "phoneNumber": "+15551232342x99",
    }
    client.post("credential/enroll", authenticator=chosen)
    assert client.last.status == 200
    assert client.mail.to == "+15551232342x99"


def test_a_security_question_needs_an_answer_of_four_characters():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("security_question",))))
    begin_and_type(client)
    client.select("Security Question")
    reply = client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "pea"})
    assert reply.status == 400
    assert "4" in json.dumps(reply.body)
    client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "peas"})
    assert is_over(client)


def test_a_second_temporary_access_code_makes_the_first_invalid():
    either = Step(verb="verify", choice="one_of", authenticators=("okta_password", "tac"))
    client = EngineClient(scenario(IDENTIFY, either))
    for code in ("First-code-1", "Other-code-2"):
        client.state, _ = change_user(
            client.scenario,
            client.state,
            "mary@example.com",
            {"enrolled": {"tac": {"code": code}}},
            at=client.at,
            chance=code,
        )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Temporary Access Code")
    assert client.answer("First-code-1").status == 401
    client.answer("Other-code-2")
    assert is_over(client)


def test_a_temporary_access_code_and_a_password_are_factors_of_one_kind():
    code = Enrollment(authenticator="tac", secret={"code": "Xy12-given-out"})
    two = Step(verb="verify", choice="two_kinds", authenticators=("okta_password", "okta_email", "tac"))
    client = EngineClient(scenario(IDENTIFY, two, users=(holding(code),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Password")
    client.answer("Abcd1234!")
    offered = json.dumps(client.last.body["remediation"])
    assert not is_over(client)
    assert "Temporary Access Code" not in offered


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_preferred_to_know_their_user_by_default():
    assert context(at_the_enrolment())["activationData"]["authenticatorSelection"]["userVerification"] == "preferred"


def test_nobody_has_more_than_ten_security_keys():
    keys = tuple(
        Enrollment(authenticator="webauthn", secret={"credential_id": f"key-{number}"}) for number in range(10)
    )
    client = EngineClient(
        scenario(IDENTIFY, PASSWORD, Step(verb="add", authenticators=("webauthn",)), users=(holding(*keys),))
    )
    begin_and_type(client)
    assert "Security Key or Biometric" not in json.dumps(client.last.body.get("remediation", {}))


# -- Okta Verify ------------------------------------------------------------------------------------------------------


def test_okta_verify_shows_a_number_where_the_org_wants_one():
    client = identified(phone("push"), number_challenge=True)
    choose(client, "push")
    assert "correctAnswer" in json.dumps(in_play(client))


# -- self-service -----------------------------------------------------------------------------------------------------


def test_who_recovers_by_mail_gets_a_code_for_it():
    client = EngineClient(flow_scenario(RECOVER))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    assert re.fullmatch(r"\d{6}", client.mail.code)
    assert client.mail.to == "mary@example.com"


@pytest.mark.parametrize(("age_s", "there"), [(7 * 86_400 - 60, True), (7 * 86_400 + 60, False)])
def test_an_activation_link_works_for_seven_days(age_s, there):
    client = EngineClient(scenario(IDENTIFY, PASSWORD, users=(mary(status=UserStatus.STAGED, enrolled=()),)))
    client.state, token = issue_token(
        client.state, "mary@example.com", "activation", at=NOON, chance="1", lifetime_s=None
    )
    client.at += age_s
    client.begin(**as_web(client), activation_token=token)
    assert ("select-authenticator-enroll" in client.offered) is there


@pytest.mark.parametrize(("age_s", "there"), [(3540, True), (3660, False)])
def test_a_link_to_reset_a_password_works_for_an_hour(age_s, there):
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    client.state, token = issue_token(
        client.state, "mary@example.com", "recovery", at=NOON, chance="1", lifetime_s=None
    )
    client.at += age_s
    client.begin(**as_web(client), recovery_token=token)
    assert ("reset-authenticator" in client.offered) is there


def renewed(password, **settings):
    client = EngineClient(
        scenario(
            IDENTIFY,
            PASSWORD,
            users=(mary(status=UserStatus.PASSWORD_EXPIRED),),
            authenticators={"okta_password": settings},
        )
    )
    begin_and_type(client)
    client.answer(password)
    return is_over(client)


@pytest.mark.parametrize(("length", "fits"), [(72, True), (73, False)])
def test_a_password_has_seventy_two_characters_at_most(length, fits):
    assert renewed("Ab1!" + "xY7?" * 17 + "z" * (length - 72), complexity={"minLength": 8}) is fits


@pytest.mark.parametrize(("password", "fits"), [("Ab1!", True), ("Ab1", False)])
def test_the_least_length_of_a_password_can_be_four(password, fits):
    needs = {"minLength": 4, "minSymbol": 0}
    assert renewed(password, complexity=needs) is fits


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a deactivation leaves the password")
def test_whoever_is_deactivated_has_lost_the_password():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    for status in ("DEPROVISIONED", "ACTIVE"):
        client.state, _ = change_user(
            client.scenario, client.state, "mary@example.com", {"status": status}, at=client.at, chance=status
        )
    begin_and_type(client)
    assert not is_over(client)


@pytest.mark.parametrize(
    "status", [UserStatus.STAGED, UserStatus.PROVISIONED, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED]
)
def test_only_accounts_in_order_sign_in(status):
    client = EngineClient(scenario(IDENTIFY, PASSWORD, users=(mary(status=UserStatus(status)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert not is_over(client)


# -- any reply --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/oauth2/two-factors/v1/keys", "/oauth2/two-factors/v1/nowhere", "/oauth2/nobody/v1/keys", "/api/v1/users"]
)
def test_every_reply_has_an_id_of_its_own(path):
    at = serve()
    ids = {at.get(path).headers["X-Okta-Request-Id"] for _ in range(2)}
    assert len(ids) == 2


def test_an_error_of_the_api_has_five_members():
    reply = serve().get("/api/v1/sessions/me", Origin=PAGE)
    assert reply.status_code == 404
    assert list(reply.json) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://partner.example", "https://partner.example"), ("https://stranger.example", None)]
)
def test_pages_of_trusted_origins_may_send_cookies_and_others_may_not_read(origin, allowed):
    reply = serve(served(trusted_origins=("https://partner.example",))).get("/api/v1/sessions/me", Origin=origin)
    assert reply.headers.get("Access-Control-Allow-Origin") == allowed


def test_replies_say_how_many_requests_are_left():
    reply = serve().form("/oauth2/two-factors/v1/token", {})
    assert {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} <= {*reply.headers.keys()}
