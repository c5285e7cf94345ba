"""What Okta's release notes of 2022 say is right: Identity Engine, its API, and the authorization server.

The numbers are Okta's own, of the fixes and features that the notes announce; `docs/statements.md` has them in a table.
"""

import re

import pytest
from msgspec.structs import replace

from mock_okta.engine.idx.authenticators.phone import masked_number
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import App, AppType, Enrollment, IdentityProvider, Step, UserStatus
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from tests.engine.authenticators.test_google_otp import SECRET, code_at
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import NOON as ISSUED
from tests.oauth.oauth_client import OAuthClient, claims_in
from tests.statements.people import (
    RESET,
    UNLOCK,
    a_visitor,
    enroll,
    header_values,
    holding,
    is_over,
    keep_cookies,
    signed_in,
    tokens_of,
    typed,
)

LEVEL = "urn:okta:loa:2fa:any"
ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}
GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP", id="0oagoogle00000000001")


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_the_nonce_of_the_app_is_in_the_id_token_of_the_interaction_code_flow():
    """OKTA-521597"""
    client = EngineClient(scenario())
    client.begin(nonce="n-0S6_WzA2Mj")
    typed(client)
    assert claims_in(tokens_of(client)["id_token"])["nonce"] == "n-0S6_WzA2Mj"


def test_an_access_token_says_when_its_user_signed_in():
    """Authentication timestamp as an access token claim, 2022.03.0"""
    claims = claims_in(OAuthClient().tokens()["access_token"])
    assert claims["auth_time"] == ISSUED - 60


@pytest.mark.parametrize(("behind_s", "active"), [(0, True), (29, True), (31, False), (119, False)])
def test_a_token_from_the_future_is_not_valid_two_minutes_early(behind_s, active):
    """OKTA-528530, and OKTA-538956 of 2023"""
    client = OAuthClient()
    token = client.tokens()["access_token"]
    client.at = ISSUED - behind_s
    assert client.is_active(token) is active


def test_mfa_attestation_gives_no_token_and_no_session():
    """OKTA-522155"""
    client = EngineClient(scenario(org={"sessions": "all"}))
    secret = client.state.apps[client.web_client].client_secret
    reply = client.form(
        "interact",
        client_id=client.web_client,
        client_secret=secret,
        scope="openid",
        redirect_uri="http://localhost:8080/login/callback",
        state="state",
        code_challenge="95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4",
        code_challenge_method="S256",
        acr_values="urn:okta:app:mfa:attestation",
        login_hint="mary@example.com",
    )
    assert "access_token" not in (reply.body or {})
    assert not [cookie for cookie in header_values(reply, "Set-Cookie") if cookie.startswith("idx=")]
    assert len(client.state.sessions) == 0


def test_codes_of_an_authenticator_app_count_as_a_second_factor_in_amr():
    """OKTA-499718"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("google_otp"))
    typed(client)
    client.select("Google Authenticator")
    secret = client.last.body["currentAuthenticator"]["value"]["contextualData"]["sharedSecret"]
    client.answer(code_at(client.at, secret))
    assert {"pwd", "otp", "mfa"} <= set(claims_in(tokens_of(client)["id_token"])["amr"])


def test_a_level_of_assurance_is_asked_for_with_acr_values_and_told_in_acr():
    """Step-up by ACR values, 2022.12.0"""
    client = EngineClient(scenario())
    client.begin(acr_values=LEVEL)
    typed(client)
    assert not is_over(client)
    client.select("Email")
    client.answer(client.mail.code)
    assert claims_in(tokens_of(client)["id_token"])["acr"] == LEVEL


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_of_the_identity_engine_is_closed_by_delete():
    """OKTA-517093"""
    client = signed_in()
    assert client.send("own-session", method="DELETE").status == 204
    assert client.send("own-session", method="GET").status == 404


def test_a_session_names_the_identity_provider_that_its_user_came_from():
    """OKTA-484077"""
    client = a_visitor(identity_providers=(GOOGLE,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("Mary Acme (mary@example.com)")
    assert client.send("own-session", method="GET").body["idp"] == {"id": GOOGLE.id, "type": "FEDERATION"}


def test_a_session_of_two_factors_has_both_in_its_amr():
    """OKTA-541859"""
    client = signed_in(IDENTIFY, PASSWORD, EMAIL)
    client.select("Email")
    client.answer(client.mail.code)
    keep_cookies(client)
    assert {"pwd", "mfa"} <= set(client.send("own-session", method="GET").body["amr"])


@pytest.mark.parametrize(("revoke", "others_go_on"), [(True, False), (False, True)])
def test_a_new_password_ends_the_other_sessions_if_the_user_wants_it(revoke, others_go_on):
    """OKTA-542645"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET)}
    client = Visitor(flow_scenario(flows))
    client.begin()
    typed(client)
    elsewhere = client.headers.pop("cookie")
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    client.post("challenge/answer", credentials={"passcode": "Efgh5678!", "revokeSessions": revoke})
    assert is_over(client)
    keep_cookies(client)
    assert client.send("own-session", method="GET").status == 200
    client.headers["cookie"] = elsewhere
    assert (client.send("own-session", method="GET").status == 200) is others_go_on


# -- pages ------------------------------------------------------------------------------------------------------------


def test_introspection_keeps_the_state_handle_where_a_profile_is_completed():
    """OKTA-502233"""
    profile = Step(verb="profile", settings={"fields": ({"name": "department", "required": True},)})
    client = a_visitor(IDENTIFY, PASSWORD, profile)
    typed(client)
    before = client.last.body
    after = client.post("introspect", stateToken=client.handle).body
    assert after["stateHandle"] == before["stateHandle"]
    client.post("enroll/update", userProfile={"department": "Sales"})
    assert is_over(client)


@pytest.mark.parametrize("unlock", ["one_page", "identifier_first"])
def test_introspection_shows_an_unlock_as_it_was_sent_first(unlock):
    """OKTA-452191"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "unlock": (IDENTIFY, EMAIL, UNLOCK)}
    client = EngineClient(flow_scenario(flows, users=(mary(status=UserStatus.LOCKED_OUT),), wire={"unlock": unlock}))
    client.begin()
    sent = client.post("unlock-account").body
    assert client.post("introspect", stateToken=client.handle).body == sent


def test_a_profile_is_completed_at_later_sign_ins_and_asked_for_once():
    """Progressive enrollment, 2022.07.0"""
    profile = Step(verb="profile", settings={"fields": ({"name": "department", "required": True},)})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, profile))
    client.begin()
    typed(client)
    assert client.offered == ["enroll-profile"]
    client.post("enroll/update", userProfile={"department": "Sales"})
    assert is_over(client)
    client.begin()
    typed(client)
    assert is_over(client)


def test_a_registration_may_ask_for_the_password_on_its_first_page():
    """Sign-in experience improvements, 2022.12.0"""
    register = (Step(verb="profile", settings={"with_password": True}),)
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "register": register}))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile=ADA, credentials={"passcode": "Efgh5678!"})
    assert is_over(client)


def test_a_registration_without_a_password_is_enough_where_the_org_wants_none():
    """Password as an optional authenticator, 2022.06.0"""
    flows = {"sign_in": (IDENTIFY, EMAIL), "register": (Step(verb="profile"), enroll("okta_email"))}
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile=ADA)
    client.answer(client.mail.code)
    assert is_over(client)
    client.begin()
    client.post("identify", identifier="ada@example.com")
    client.select("Email")
    client.answer(client.mail.code)
    assert is_over(client)


def test_who_is_denied_reads_what_the_administrator_wrote():
    """OKTA-512725"""
    texts = {"en": {"security.access_denied": "Ask the help desk, extension 42."}}
    client = EngineClient(
        scenario(
            IDENTIFY, PASSWORD, Step(verb="refuse", settings={"messages": ("security.access_denied",)}), texts=texts
        )
    )
    client.begin()
    typed(client)
    assert [each["message"] for each in client.last.body["messages"]["value"]] == ["Ask the help desk, extension 42."]


# -- mails ------------------------------------------------------------------------------------------------------------


def waiting_for_mail(flow: str) -> Visitor:
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET),
             "unlock": (IDENTIFY, EMAIL, UNLOCK, Step(verb="sign_in"))}  # fmt: skip
    status = UserStatus.LOCKED_OUT if flow == "unlock" else UserStatus.ACTIVE
    client = Visitor(flow_scenario(flows, users=(mary(status=status),)))
    client.begin()
    for reply in client.replies:
        for name, value in reply.headers:
            if name == "Set-Cookie":
                client.keep(value)
    if flow == "unlock":
        client.post("unlock-account")
        email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
        client.post("challenge", identifier="mary@example.com", authenticator=email)
    else:
        client.post("identify", identifier="mary@example.com")
        client.post("recover")
        client.select("Email")
    return client


@pytest.mark.parametrize("flow", ["recover", "unlock"])
def test_a_link_to_reset_or_unlock_needs_no_consent_in_the_browser_that_asked(flow):
    """Self-service password reset and unlock improvements, 2022.11.0"""
    client = waiting_for_mail(flow)
    client.visit(client.mail.link)
    assert "Please return to the original tab." in client.text
    client.post("challenge/poll")
    assert "reset-authenticator" in client.offered if flow == "recover" else "challenge-authenticator" in client.offered


def test_the_mail_of_an_unlock_counts_for_the_sign_in_that_follows():
    """Self-service unlock improvements, 2022.11.0"""
    flows = {"sign_in": (IDENTIFY, PASSWORD, EMAIL), "unlock": (IDENTIFY, EMAIL, UNLOCK, Step(verb="sign_in"))}
    client = EngineClient(flow_scenario(flows, users=(mary(status=UserStatus.LOCKED_OUT),)))
    client.begin()
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier="mary@example.com", authenticator=email)
    client.answer(client.mail.code)
    assert client.offered[0] == "challenge-authenticator"
    client.answer("Abcd1234!")
    assert is_over(client)


def test_a_link_opened_in_another_browser_shows_a_code_to_type():
    """Improved email magic link authentication, 2022.04.0"""
    client = a_visitor(IDENTIFY, EMAIL)
    client.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    code, waiting = client.mail.code, client.handle
    client.headers = {"user-agent": "curl/8"}
    client.visit(client.mail.link)
    token = re.search(r'data-state-token="([^"]+)"', client.last.body.decode())[1]
    assert code in str(client.post("introspect", stateToken=token).body)
    client.post("challenge/answer", stateHandle=waiting, credentials={"passcode": code})
    assert is_over(client)


def test_a_registration_mails_a_link_that_proves_the_address():
    """Improvements to the self-service registration experience, 2022.12.0"""
    register = (Step(verb="profile"), enroll("okta_email"))
    client = Visitor(flow_scenario({"sign_in": (IDENTIFY, EMAIL), "register": register}))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile=ADA)
    assert (client.mail.to, bool(client.mail.link)) == ("ada@example.com", True)


def test_the_link_of_an_activation_works_once():
    """OKTA-502692"""
    staged = mary(status=UserStatus.STAGED, enrolled=())
    client = EngineClient(scenario(users=(staged,)))
    client.state, token = issue_token(client.state, "mary@example.com", "activation", at=NOON, chance="1")
    client.begin(client_id=client.web_client, activation_token=token)
    client.select("Password")
    client.answer("Efgh5678!")
    assert is_over(client)
    client.begin(client_id=client.web_client, activation_token=token)
    assert (client.offered, client.said) == ([], ["idx.missing.activation.token"])


# -- authenticators ---------------------------------------------------------------------------------------------------


def test_nobody_has_more_than_five_tries_to_set_up_an_authenticator_app():
    """OKTA-429940"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("google_otp"))
    typed(client)
    client.select("Google Authenticator")
    secret = client.last.body["currentAuthenticator"]["value"]["contextualData"]["sharedSecret"]
    for _ in range(5):
        client.answer("000000")
    client.answer(code_at(client.at, secret))
    assert not is_over(client)


@pytest.mark.parametrize("number", ["+18005550100", "+18885550100", "+19005550100", "+80012345678", "12345"])
def test_numbers_that_are_free_of_charge_or_cost_extra_are_not_enrolled(number):
    """OKTA-437305"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("phone_number"))
    typed(client)
    client.select("Phone", methodType="sms", phoneNumber=number)
    assert (client.last.status, client.state.outbox) == (400, ())


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+15551232342", "+1 XXX-XXX-2342"), ("+4712345", "+47 XXX-XXX-45")],
)
def test_of_a_short_number_fewer_digits_are_shown(number, shown):
    """OKTA-455393"""
    assert masked_number(Enrollment(authenticator="phone_number", secret={"number": number})) == {"phoneNumber": shown}


def test_okta_verify_is_set_up_by_text_only_so_often():
    """OKTA-502577"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("okta_verify"))
    typed(client)
    identity = client.state.authenticator_ids["okta_verify"]
    client.post("credential/enroll", authenticator={"id": identity, "channel": "sms"})
    client.post("challenge/send", phoneNumber="+15551234567")
    statuses = {client.post("challenge/resend").status for _ in range(40)}
    assert statuses & {400, 429}


# -- devices ----------------------------------------------------------------------------------------------------------


def test_a_device_is_let_in_by_somebody_who_comes_from_an_identity_provider():
    """OKTA-549581"""
    television = App(type=AppType.NATIVE, client_id="television", grant_types=(DEVICE_CODE,))
    client = Visitor(scenario(apps=(App(client_id="portal"), television), identity_providers=(GOOGLE,)))
    asked = client.form("device-authorization", client_id="television", scope="openid").body
    page = client.visit(asked["verification_uri_complete"])
    client.post("introspect", stateToken=page.transaction)
    if client.offered == ["user-code"]:
        client.post("device/activate", userCode=asked["user_code"])
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    if client.last.status == 302:
        client.follow()
    client.press("Mary Acme (mary@example.com)")
    reply = client.form("token", client_id="television", grant_type=DEVICE_CODE, device_code=asked["device_code"])
    assert (reply.status, claims_in(reply.body["id_token"])["idp"]) == (200, GOOGLE.id)


# -- more of what is asked for ----------------------------------------------------------------------------------------


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a recovery ends with what its own steps ask for")
def test_what_the_sign_in_asks_for_is_asked_for_after_a_reset_too():
    """OKTA-525155"""
    google = Enrollment(authenticator="google_otp", secret={"secret": SECRET})
    flows = {
        "sign_in": (IDENTIFY, PASSWORD, Step(verb="verify", authenticators=("google_otp",))),
        "recover": (IDENTIFY, EMAIL, RESET),
    }
    client = EngineClient(flow_scenario(flows, users=(holding(google),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    client.answer("Efgh5678!")
    assert not is_over(client)


def test_two_arrivals_of_one_account_make_one_user():
    """OKTA-530843"""
    ada = {"login": "ada@example.com", **ADA}
    client = Visitor(scenario(identity_providers=(replace(GOOGLE, users=(ada,)),)))
    handles = []
    for _ in range(2):
        client.begin()
        href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
        handles.append(href)
    for href in handles:
        client.visit(href)
        client.follow()
        client.press("Ada Acme (ada@example.com)")
        assert "interaction_code" in client.came_back_with
    assert len([user for user in client.state.users.values() if user.login == "ada@example.com"]) == 1


def test_the_extension_of_a_number_that_is_called_may_have_pauses():
    """OKTA-529966"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("phone_number"))
    typed(client)
    client.select("Phone", methodType="voice", phoneNumber="+15551234567x,,123")
    assert client.last.status == 200
    client.answer(client.mail.code)
    assert is_over(client)


def test_a_recovery_begins_with_a_token_that_the_client_brings():
    """Recovery tokens for embedded sign-in, 2022.05.0"""
    client = EngineClient(scenario())
    client.state, token = issue_token(client.state, "mary@example.com", "recovery", at=NOON, chance="1")
    client.begin(recovery_token=token)
    assert client.offered == ["reset-authenticator"]
    client.answer("Efgh5678!")
    assert is_over(client)
