"""What Okta's release notes of 2024 say is right: Identity Engine, its API, and the authorization server."""

import base64
import json

import pytest
from msgspec.structs import replace

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Enrollment, IdentityProvider, Step, UserStatus
from tests.engine.authenticators.test_google_otp import SECRET, code_at
from tests.engine.engine_client import (
    CHALLENGE,
    EMAIL,
    IDENTIFY,
    NOON,
    PASSWORD,
    VERIFIER,
    EngineClient,
    flow_scenario,
    mary,
    scenario,
)
from tests.oauth.oauth_client import OAuthClient, asking, claims_in, header, header_in
from tests.statements.people import (
    RESET,
    a_visitor,
    enroll,
    header_values,
    holding,
    is_over,
    signed_in,
    typed,
)

GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP", id="0oagoogle00000000001")
ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}
KEEP = Step(verb="keep_me_signed_in")
WITH_PASSWORD = Step(verb="identify", settings={"with_password": True})


# -- the authorization server -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", ["login consent", "consent login"])
def test_a_prompt_for_a_new_sign_in_and_for_consent_asks_for_every_factor_again(prompt):
    """OKTA-746325"""
    client = a_visitor(IDENTIFY, PASSWORD, EMAIL)
    typed(client, rememberMe=True)
    client.select("Email")
    client.answer(client.mail.code)
    for cookie in header_values(client.last, "Set-Cookie"):
        client.keep(cookie)
    client.begin()
    assert is_over(client)
    client.begin(prompt=prompt)
    client.answer("Abcd1234!")
    assert not is_over(client)
    client.select("Email")
    client.answer(client.mail.code)
    assert is_over(client)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="reports until 2023 say otherwise, and the default is theirs"
)
def test_the_access_tokens_of_the_org_server_are_signed_with_a_key_that_it_publishes():
    """OKTA-694170"""
    client = OAuthClient().with_grant(asked=asking(server=""))
    token = client.redeem(server="").body["access_token"]
    published = [key["kid"] for key in client.get("keys", server="").body["keys"]]
    assert header_in(token)["kid"] in published


@pytest.mark.parametrize("state", ["é", "☃", "a\r\nSet-Cookie: x=y", "\ud83d", "a b"])
def test_headers_hold_nothing_but_what_headers_may(state):
    """OKTA-694896"""
    client = OAuthClient()
    hint = client.tokens()["id_token"]
    client.with_app("0oaSpa00000000000000", post_logout_redirect_uris=("https://app.example/bye",))
    query = (("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example/bye"), ("state", state))
    reply = client.get("logout", query=query)
    assert reply.status == 302
    location = header(reply, "Location")
    assert location.isascii()
    assert location.isprintable()
    assert " " not in location


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_is_prolonged_and_its_cookie_is_sent_again():
    """OKTA-665452"""
    client = signed_in()
    client.at += 3600
    reply = client.send("own-session-refresh", method="POST")
    assert reply.status == 200
    assert [cookie.partition("=")[0] for cookie in header_values(reply, "Set-Cookie")] == ["idx"]
    client.at += 7199
    assert client.send("own-session", method="GET").status == 200


def test_who_comes_from_an_identity_provider_may_stay_signed_in():
    """Stay signed in, 2024.01.0"""
    client = a_visitor(IDENTIFY, PASSWORD, KEEP, identity_providers=(GOOGLE,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("Mary Acme (mary@example.com)")
    client.post("introspect", stateToken=client.handle)
    assert client.offered == ["keep-me-signed-in"]
    client.post("keep-me-signed-in", keepMeSignedIn=True)
    assert is_over(client)
    assert "Max-Age=" in header_values(client.last, "Set-Cookie")[0]


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handle", ["", "x", "%%%", "\ud800", "a" * 10_000, "é", None, 7, {"a": 1}, ["x"]])
def test_a_malformed_interaction_handle_is_no_server_error(handle):
    """OKTA-593499"""
    client = EngineClient(scenario())
    reply = client.send(
        "idx/introspect", json.dumps({"interactionHandle": handle}).encode(), content_type="application/json"
    )
    assert 400 <= reply.status < 500


def test_an_activation_link_that_has_expired_activates_nobody():
    """OKTA-666148"""
    staged = mary(status=UserStatus.STAGED, enrolled=())
    client = EngineClient(scenario(users=(staged,)))
    client.state, token = issue_token(client.state, "mary@example.com", "activation", at=NOON, chance="1")
    client.at += 8 * 86_400
    client.begin(client_id=client.web_client, activation_token=token)
    assert (client.offered, client.said) == (["request-activation-email"], ["idx.expired.activation.token"])
    assert next(iter(client.state.users.values())).status is UserStatus.STAGED


@pytest.mark.parametrize("steps", [(WITH_PASSWORD,), (IDENTIFY, PASSWORD), (IDENTIFY, PASSWORD, EMAIL)])
def test_who_has_an_expired_password_is_asked_for_a_new_one(steps):
    """OKTA-670058"""
    client = EngineClient(scenario(*steps, users=(mary(status=UserStatus.PASSWORD_EXPIRED),)))
    client.begin()
    if steps[0] is WITH_PASSWORD:
        client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    else:
        typed(client)
    if EMAIL in steps:
        client.select("Email")
        client.answer(client.mail.code)
    assert client.offered[0] == "reenroll-authenticator"
    client.answer("Efgh5678!")
    assert is_over(client)


def test_a_name_that_nobody_has_is_called_unknown_also_where_the_password_comes_with_it():
    """OKTA-713096"""
    client = EngineClient(scenario(WITH_PASSWORD, org={"user_enumeration_prevention": False}))
    client.begin()
    client.post("identify", identifier="nobody@example.com", credentials={"passcode": "Abcd1234!"})
    assert client.said == ["idx.unknown.user"]


@pytest.mark.parametrize("login", ["Mary@example.com", "MARY@EXAMPLE.COM", "mary@Example.com"])
def test_capital_letters_of_an_address_keep_nobody_out(login):
    """OKTA-712135"""
    client = EngineClient(scenario(users=(mary(login=login),)))
    client.begin()
    typed(client)
    assert is_over(client)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="an account is compared with logins, not with the addresses in profiles"
)
def test_who_matches_two_users_is_told_so_and_not_sent_to_the_sign_in_page():
    """OKTA-658717"""
    account = {"login": "m.acme@example.com", "email": "shared@example.com", "firstName": "M", "lastName": "A"}
    twins = tuple(
        mary(login=f"{name}@example.com", profile={"email": "shared@example.com"}) for name in ("mary", "max")
    )
    client = a_visitor(identity_providers=(replace(GOOGLE, users=(account,)),), users=twins)
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("M A (m.acme@example.com)")
    assert client.came_back_with.get("error") == "access_denied"


def test_methods_of_a_chain_are_asked_for_one_after_the_other():
    """Authentication method chain, 2024.08.1"""
    google = Enrollment(authenticator="google_otp", secret={"secret": SECRET})
    code = Step(verb="verify", authenticators=("google_otp",))
    client = EngineClient(scenario(IDENTIFY, code, EMAIL, PASSWORD, users=(holding(google),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    asked = [client.last.body["currentAuthenticatorEnrollment"]["value"]["key"]]
    client.answer(code_at(client.at))
    asked.append(client.last.body["currentAuthenticatorEnrollment"]["value"]["key"])
    client.select("Email")
    client.answer(client.mail.code)
    asked.append(client.last.body["currentAuthenticatorEnrollment"]["value"]["key"])
    assert asked == ["google_otp", "okta_email", "okta_password"]


def test_identity_verification_sends_the_browser_to_the_vendor():
    """Identity verification with third-party providers, 2024.12.0"""
    client = a_visitor(IDENTIFY, PASSWORD, Step(verb="verify_identity", settings={"vendor": "PERSONA"}))
    typed(client)
    assert client.offered == ["redirect-idverify"]


def test_a_device_that_is_out_of_order_may_go_on_until_its_grace_is_over():
    """OKTA-803140"""
    options = (({"rule": "ios.upgrade_os_version", "value": "17"},),)
    step = Step(verb="assure_device", settings={"options": options, "until": "2030-12-31T00:00:00.000Z"})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step))
    client.begin()
    typed(client)
    assert client.offered == ["device-assurance-grace-period"]
    client.post(client.last.body["remediation"]["value"][0]["href"].split("/idp/idx/")[1])
    assert is_over(client)
    client.at = 1_924_992_000.0
    client.begin()
    typed(client)
    assert "device-assurance-grace-period" not in client.offered


# -- authenticators ---------------------------------------------------------------------------------------------------


def test_a_new_user_needs_neither_an_address_nor_a_password():
    """Email or password no longer required in authenticator enrollment policy, 2024.01.0"""
    flows = {"sign_in": (IDENTIFY, Step(verb="verify", authenticators=("google_otp",))),
             "register": (Step(verb="profile"), enroll("google_otp"))}  # fmt: skip
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile=ADA)
    client.select("Google Authenticator")
    client.answer(
        code_at(client.at, client.last.body["currentAuthenticator"]["value"]["contextualData"]["sharedSecret"])
    )
    assert is_over(client)
    ada = next(user for user in client.state.users.values() if user.login == "ada@example.com")
    assert [each.authenticator for each in ada.enrolled] == ["google_otp"]


def test_the_secret_of_an_authenticator_app_has_sixteen_to_thirty_two_characters():
    """OKTA-654920"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("google_otp"))
    typed(client)
    client.select("Google Authenticator")
    secret = client.last.body["currentAuthenticator"]["value"]["contextualData"]["sharedSecret"]
    assert 16 <= len(secret) <= 32
    base64.b32decode(secret + "=" * (-len(secret) % 8))


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(("user_agent", "shown"), [(IPHONE, False), (LAPTOP, True)])
def test_whoever_sits_at_a_phone_is_not_asked_to_scan_a_picture(user_agent, shown):
    """OKTA-671029"""
    client = a_visitor(IDENTIFY, PASSWORD, enroll("okta_verify"))
    client.headers["user-agent"] = user_agent
    client.begin()
    typed(client)
    options = client.last.body["remediation"]["value"][0]["value"][0]["options"][0]["value"]["form"]["value"]
    channels = next(each["options"] for each in options if each["name"] == "channel")
    assert ("qrcode" in [each["value"] for each in channels]) is shown


def test_a_password_that_was_given_with_the_name_is_not_asked_for_again():
    """OKTA-699026"""
    client = EngineClient(scenario(WITH_PASSWORD, PASSWORD, EMAIL))
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    assert client.last.body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_email"


def test_who_gives_up_on_fastpass_is_not_refused():
    """OKTA-706541"""
    client = a_visitor(Step(verb="probe"), IDENTIFY, PASSWORD)
    reply = client.post("authenticators/poll/cancel", reason="OV_UNREACHABLE_BY_LOOPBACK", statusCode=None)
    assert (reply.status, client.offered[0]) == (200, "identify")


def test_a_smart_card_is_told_in_the_amr_of_the_id_token():
    """OKTA-641225"""
    card = Enrollment(authenticator="smart_card_idp")
    step = Step(verb="verify", authenticators=("smart_card_idp",))
    client = a_visitor(IDENTIFY, PASSWORD, step, users=(holding(card),))
    typed(client)
    client.visit(client.last.body["remediation"]["value"][0]["href"])
    client.press("Mary Acme (mary@example.com)")
    code = client.came_back_with["interaction_code"]
    reply = client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    assert {"pwd", "sc", "mfa"} <= set(claims_in(reply.body["id_token"])["amr"])


# -- from the production notes ----------------------------------------------------------------------------------------


def test_browsers_are_told_to_keep_paths_from_other_origins():
    """Referrer-Policy, 2024.04.2"""
    client = EngineClient(scenario())
    client.begin()
    assert header_values(client.last, "Referrer-Policy") == ["strict-origin-when-cross-origin"]


def asking_for_a_new_password(user) -> EngineClient:
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET)}
    client = EngineClient(flow_scenario(flows, users=(user,)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    return client


@pytest.mark.parametrize("status", [UserStatus.STAGED, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED])
def test_who_may_not_have_a_new_password_sees_no_form_for_one(status):
    """OKTA-698980"""
    client = asking_for_a_new_password(mary(status=status))
    if "authenticator-verification-data" in client.offered:
        client.select("Email")
        if client.state.outbox and client.mail.code:
            client.answer(client.mail.code)
    assert "reset-authenticator" not in client.offered


def test_who_may_not_have_a_new_password_is_mailed_so():
    """OKTA-671864"""
    client = asking_for_a_new_password(mary(status=UserStatus.SUSPENDED))
    if "authenticator-verification-data" in client.offered:
        client.select("Email")
    assert client.state.outbox
    assert client.mail.code is None


def test_an_address_that_was_never_proved_unlocks_an_account():
    """OKTA-717710"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "unlock": (IDENTIFY, EMAIL, Step(verb="unlock"))}
    client = EngineClient(flow_scenario(flows, users=(mary(status=UserStatus.LOCKED_OUT),)))
    client.begin()
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier="mary@example.com", authenticator=email)
    client.answer(client.mail.code)
    assert next(iter(client.state.users.values())).status is UserStatus.ACTIVE


def test_who_wants_something_else_is_not_asked_for_the_same_again():
    """OKTA-726023"""
    google = Enrollment(authenticator="google_otp", secret={"secret": SECRET})
    step = Step(verb="verify", choice="one_of", authenticators=("google_otp", "okta_email"))
    client = EngineClient(scenario(IDENTIFY, step, users=(holding(google),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Google Authenticator")
    client.select("Email")
    assert client.last.body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_email"


def test_an_identity_provider_that_is_a_factor_has_the_name_that_an_administrator_gave_it():
    """Branding of IdP authenticators, 2024.07.0"""
    company = Enrollment(authenticator="external_idp")
    step = Step(verb="verify", choice="one_of", authenticators=("external_idp", "okta_email"))
    authenticators = {"external_idp": {"name": "Acme Badge"}}
    client = a_visitor(IDENTIFY, PASSWORD, step, users=(holding(company),), authenticators=authenticators)
    typed(client)
    options = client.last.body["remediation"]["value"][0]["value"][0]["options"]
    assert "Acme Badge" in [option["label"] for option in options]


def test_whose_smart_card_fails_may_take_something_else():
    """Enhanced sign-in experience for PIV, 2024.07.0"""
    card = Enrollment(authenticator="smart_card_idp")
    step = Step(verb="verify", choice="one_of", authenticators=("smart_card_idp", "okta_email"))
    client = a_visitor(IDENTIFY, PASSWORD, step, users=(holding(card),))
    typed(client)
    client.select("Smart Card Authenticator")
    client.visit(client.last.body["remediation"]["value"][0]["href"])
    client.press("Fail")
    client.post("introspect", stateToken=client.handle)
    assert "select-authenticator-authenticate" in client.offered
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", authenticator=email)
    client.answer(client.mail.code)
    assert is_over(client)


def test_an_activation_mail_that_is_asked_for_again_goes_to_the_second_address_too():
    """OKTA-702542"""
    profile = {"email": "mary@example.com", "secondEmail": "mary@home.example"}
    client = EngineClient(scenario(users=(mary(status=UserStatus.STAGED, enrolled=(), profile=profile),)))
    client.state, token = issue_token(client.state, "mary@example.com", "activation", at=NOON, chance="1")
    client.at += 8 * 86_400
    client.begin(client_id=client.web_client, activation_token=token)
    client.post("request-activation")
    assert {mail.to for mail in client.state.outbox} == {"mary@example.com", "mary@home.example"}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "x" * 51, ""])
def test_names_that_are_none_are_refused_at_their_field(name):
    """OKTA-680483"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": (Step(verb="profile"), enroll("okta_password"))}
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("enroll")
    reply = client.post("enroll/new", userProfile=ADA | {"firstName": name})
    fields = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    assert reply.status == 400
    assert [field["name"] for field in fields if "messages" in field] == ["firstName"]


def test_an_activation_token_that_nobody_gave_out_is_called_so():
    """OKTA-680179"""
    client = EngineClient(scenario())
    reply = client.form(
        "interact",
        client_id=client.web_client,
        scope="openid",
        redirect_uri="http://localhost:8080/login/callback",
        state="state",
        code_challenge=CHALLENGE,
        code_challenge_method="S256",
        activation_token="nonsense",
    )
    assert (reply.status, reply.body["error"]) == (400, "invalid_request")
    assert "activation token" in reply.body["error_description"]


def test_a_session_does_not_go_over_from_one_user_to_another():
    """OKTA-719491"""
    gus = mary(login="gus@example.com")
    client = signed_in(users=(mary(), gus))
    marys = client.headers["cookie"]
    client.begin(prompt="login")
    client.post("cancel")
    client.post("identify", identifier="gus@example.com")
    client.answer("Abcd1234!")
    for cookie in header_values(client.last, "Set-Cookie"):
        client.keep(cookie)
    assert client.send("own-session", method="GET").body["login"] == "gus@example.com"
    client.headers["cookie"] = marys
    assert client.send("own-session", method="GET").body.get("login") in (None, "mary@example.com")
