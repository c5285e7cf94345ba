"""What Okta's release notes of 2025 say is right: Identity Engine, its API, and the authorization server."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from mock_okta.engine.model import Enrollment, IdentityProvider, Step
from mock_okta.user_changes import change_user
from tests.engine.authenticators.test_webauthn import enrollment_of, soft_key
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import NOON as ISSUED
from tests.oauth.oauth_client import claims_in
from tests.statements.people import RESET, a_visitor, enroll, holding, is_over, signed_in, tokens_of, typed

LEVEL = "urn:okta:loa:2fa:any"
ANDROID = "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck"
GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP", id="0oagoogle00000000001")


# -- the authorization server -----------------------------------------------------------------------------------------


def test_scopes_that_were_skipped_are_there_once_consent_is_not_asked_for_any_more():
    """OKTA-1045708"""
    consent = Step(verb="consent", settings={"kind": "granular"}, when={"group": "asked"})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, consent, users=(mary(groups=("asked",)),)))
    client.begin(scope="openid email")
    typed(client)
    client.post("consent", consent=True, optedScopes={"openid": True, "email": False})
    assert tokens_of(client)["scope"] == "openid"
    client.state, _ = change_user(
        client.scenario, client.state, "mary@example.com", {"groups": []}, at=client.at, chance="later"
    )
    client.begin(scope="openid email")
    typed(client)
    assert tokens_of(client)["scope"] == "openid email"


def test_a_posted_authorize_request_may_have_parameters_in_its_address():
    """OKTA-905143"""
    client = a_visitor(identity_providers=(GOOGLE,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    query = tuple(parse_qsl(urlsplit(href).query))
    form = "application/x-www-form-urlencoded"
    reply = client.send("authorize", b"display=page", query=query, content_type=form)
    assert (reply.status, dict(reply.headers)["Location"][: len(ORIGIN) + 9]) == (302, f"{ORIGIN}/sso/idps")


def test_the_id_token_names_the_identity_provider_and_not_the_org():
    """OKTA-986463"""
    client = a_visitor(identity_providers=(GOOGLE,))
    href = next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp")
    client.visit(href)
    client.follow()
    client.press("Mary Acme (mary@example.com)")
    code = client.came_back_with["interaction_code"]
    form = {"grant_type": "interaction_code", "interaction_code": code}
    from tests.engine.engine_client import VERIFIER

    reply = client.form("token", **form, code_verifier=VERIFIER)
    assert claims_in(reply.body["id_token"])["idp"] == GOOGLE.id


def test_a_refresh_token_outlives_the_session_of_its_sign_in():
    """OKTA-730794"""
    client = signed_in()
    client.begin(scope="openid offline_access")
    token = tokens_of(client)["refresh_token"]
    client.at += 6 * 86_400
    assert client.send("own-session", method="GET").status == 404
    assert client.form("token", grant_type="refresh_token", refresh_token=token).status == 200


@pytest.mark.parametrize("age_s", [0, 600])
def test_a_step_up_is_asked_for_each_time_until_it_was_given(age_s):
    """OKTA-754476"""
    client = signed_in()
    client.at += age_s
    for _ in range(2):
        client.begin(acr_values=LEVEL)
        assert client.offered[0] == "authenticator-verification-data"


# -- mails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lifetime_s", "said"), [(None, "5 minutes"), (60, "1 minute"), (1800, "30 minutes")])
def test_a_mail_says_when_its_code_expires(lifetime_s, said):
    """OKTA-911703"""
    settings = {"code_lifetime_s": lifetime_s} if lifetime_s else {}
    client = EngineClient(scenario(IDENTIFY, EMAIL, authenticators={"okta_email": settings}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    assert f"expires in {said}" in client.mail.body


def recovering(**changes) -> EngineClient:
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET)}
    client = Visitor(flow_scenario(flows, **changes))
    client.begin()
    return client


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë", "Zoë"),
        ("李雷", "李雷"),
        ("O'Hara", "O&#x27;Hara"),
        ("<b>Bob</b>", "&lt;b&gt;Bob&lt;/b&gt;"),
        ("A & B", "A &amp; B"),
    ],
)
def test_names_in_mails_are_escaped_and_keep_their_letters(name, shown):
    """OKTA-840719, OKTA-922766"""
    client = recovering(users=(mary(profile={"firstName": name, "email": "mary@example.com"}),))
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    assert f"Hi {shown}," in client.mail.body


def test_who_has_a_plus_in_the_address_resets_the_password_by_the_link_of_the_mail():
    """OKTA-914601"""
    login = "mary+test@example.com"
    own = Enrollment(authenticator="okta_email", secret={"email": login})
    client = recovering(users=(mary(login=login, profile={"email": login}, enrolled=(mary().enrolled[0], own)),))
    client.post("identify", identifier=login)
    client.post("recover")
    client.select("Email")
    assert client.mail.to == login
    code, waiting = client.mail.code, client.handle
    client.visit(client.mail.link)
    assert client.last.status == 200
    client.post("challenge/answer", stateHandle=waiting, credentials={"passcode": code})
    assert client.offered == ["reset-authenticator"]


def test_a_user_is_not_mailed_to_reset_a_password_again_and_again():
    """OKTA-916357"""
    client = recovering()
    for _ in range(60):
        client.begin()
        client.post("identify", identifier="mary@example.com")
        client.post("recover")
        client.select("Email")
    assert len(client.state.outbox) < 60


# -- pages ------------------------------------------------------------------------------------------------------------


def test_a_wrong_answer_says_the_same_whether_there_is_such_a_user_or_not():
    """OKTA-958229"""
    told = []
    for login in ("mary@example.com", "nobody@example.com"):
        client = EngineClient(scenario(IDENTIFY, PASSWORD, org={"user_enumeration_prevention": True}))
        client.begin()
        client.post("identify", identifier=login)
        reply = client.answer("wrong")
        told.append((reply.status, client.said, client.offered))
    assert told[0] == told[1]


def test_whether_to_stay_signed_in_is_asked_of_the_groups_that_the_policy_names():
    """Granular configuration for Keep Me Signed In, 2025.08.0"""
    keep = Step(verb="keep_me_signed_in", when={"group": "staff"})
    users = (mary(), mary(login="gus@example.com", groups=("staff",)))
    client = a_visitor(IDENTIFY, PASSWORD, keep, users=users)
    typed(client)
    assert is_over(client)
    client.headers.pop("cookie")
    client.begin()
    client.post("identify", identifier="gus@example.com")
    client.answer("Abcd1234!")
    assert client.offered == ["keep-me-signed-in"]


def test_what_is_in_its_grace_period_may_be_put_off_until_the_deadline():
    """Enrollment grace periods, 2025.11.0"""
    step = Step(verb="enroll", settings={"in_grace": {"google_otp": {"days": 14}}})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step))
    for days, offered in ((0, ["select-authenticator-enroll", "skip"]), (14, ["select-authenticator-enroll"])):
        client.at = ISSUED + days * 86_400
        client.begin()
        typed(client)
        assert client.offered == offered


# -- authenticators ---------------------------------------------------------------------------------------------------


def test_a_temporary_access_code_signs_in_without_the_usual_authenticators():
    """Temporary Access Code authenticator, 2025.11.0"""
    given = Enrollment(authenticator="tac", secret={"code": "Xy12-given-out"})
    client = EngineClient(scenario(IDENTIFY, Step(verb="verify", authenticators=("tac",)), users=(holding(given),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Xy12-given-out")
    assert is_over(client)


def test_a_passkey_of_an_android_app_is_taken_where_the_org_trusts_it():
    """Passkeys from Android devices, 2025.12.0"""
    key = soft_key(origin=ANDROID)
    held = enrollment_of(key, rp_id="example.com")
    webauthn = {"rp_id": "example.com", "origins": (ANDROID,)}
    step = Step(verb="verify", authenticators=("webauthn",))
    client = EngineClient(scenario(IDENTIFY, step, users=(holding(held),), authenticators={"webauthn": webauthn}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("challenge/answer", credentials=key.answer_to(client.last.body))
    assert is_over(client)


def test_a_character_may_follow_itself_only_so_often_in_a_new_password():
    """OKTA-922058"""
    settings = {"okta_password": {"complexity": {"maxConsecutiveRepeatingCharacters": 2}}}
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": (Step(verb="profile"), enroll("okta_password"))}
    client = EngineClient(flow_scenario(flows, authenticators=settings))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"})
    client.select("Password")
    assert client.answer("Effff5678!").status == 400
    client.answer("Effgh5678!")
    assert is_over(client)
