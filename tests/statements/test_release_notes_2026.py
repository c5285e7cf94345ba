"""What Okta's release notes of 2026 say is right: Identity Engine, its API, and the authorization server."""

import pytest

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Step, UserStatus
from tests.engine.authenticators.test_webauthn import soft_key
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import claims_in
from tests.statements.people import RESET, a_visitor, enroll, header_values, is_over, tokens_of, typed
from tests.web.served_org import serve

PROMOTE = Step(verb="promote", authenticators=("webauthn",))


# -- the authorization server -----------------------------------------------------------------------------------------


def test_the_metadata_of_a_custom_server_are_also_where_rfc_8414_has_them():
    """OKTA-998096"""
    at = serve()
    before, after = (
        "/.well-known/oauth-authorization-server/oauth2/two-factors",
        "/oauth2/two-factors/.well-known/oauth-authorization-server",
    )
    assert at.get(before).status_code == 200
    assert at.get(before).json == at.get(after).json
    assert at.get(before).json["issuer"].endswith("/oauth2/two-factors")


@pytest.mark.parametrize("path", ["/oauth2/v1/keys", "/oauth2/two-factors/v1/keys"])
def test_clients_may_keep_the_keys(path):
    """OKTA-1099636"""
    said = serve().get(path).headers["Cache-Control"]
    assert "no-store" not in said
    assert "no-cache" not in said
    assert int(said.partition("max-age=")[2].partition(",")[0]) > 0


def test_a_skipped_scope_is_in_no_access_token_of_the_grant():
    """OKTA-1045702"""
    client = EngineClient(scenario(IDENTIFY, PASSWORD, Step(verb="consent", settings={"kind": "granular"})))
    client.begin(scope="openid email phone offline_access")
    typed(client)
    client.post(
        "consent", consent=True, optedScopes={"openid": True, "email": False, "phone": True, "offline_access": True}
    )
    first = tokens_of(client)
    again = client.form("token", grant_type="refresh_token", refresh_token=first["refresh_token"]).body
    for tokens in (first, again):
        assert set(claims_in(tokens["access_token"])["scp"]) == {"openid", "phone", "offline_access"}


# -- mails ------------------------------------------------------------------------------------------------------------


def test_the_mail_of_a_reset_lets_its_user_reset_the_password():
    """OKTA-1120290"""
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, RESET)}
    client = Visitor(flow_scenario(flows))
    client.begin()
    for reply in client.replies:
        for cookie in header_values(reply, "Set-Cookie"):
            client.keep(cookie)
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    waiting = client.handle
    client.visit(client.mail.link)
    client.post("challenge/poll", stateHandle=waiting)
    assert client.offered == ["reset-authenticator"]
    client.answer("Efgh5678!")
    assert is_over(client)


def test_an_activation_leaves_one_enrolment_of_the_address():
    """OKTA-1046873"""
    staged = mary(status=UserStatus.STAGED, enrolled=())
    activate = (enroll("okta_password", "okta_email"),)
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "activate": activate}, users=(staged,)))
    client.state, token = issue_token(client.state, "mary@example.com", "activation", at=NOON, chance="1")
    client.begin(client_id=client.web_client, activation_token=token)
    client.select("Password")
    client.answer("Efgh5678!")
    if not is_over(client):
        client.select("Email")
        client.answer(client.mail.code)
    assert is_over(client)
    held = [each.authenticator for each in next(iter(client.state.users.values())).enrolled]
    assert held.count("okta_email") == 1


# -- authenticators ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "required"), [("required", True), ("preferred", False)])
def test_where_passkeys_are_wanted_a_new_key_is_told_to_know_its_user(wanted, required):
    """OKTA-1176293"""
    client = EngineClient(
        scenario(IDENTIFY, PASSWORD, enroll("webauthn"), authenticators={"webauthn": {"resident_key": wanted}})
    )
    client.begin()
    typed(client)
    client.select("Security Key or Biometric")
    shown = client.last.body["currentAuthenticator"]["value"]["contextualData"]["activationData"]
    assert shown["authenticatorSelection"].get("requireResidentKey", False) is required


def test_an_enrolled_key_says_by_which_ways_it_is_reached():
    """OKTA-1196205"""
    key = soft_key()
    client = EngineClient(
        scenario(IDENTIFY, PASSWORD, enroll("webauthn"), Step(verb="verify", authenticators=("webauthn",)))
    )
    client.begin()
    typed(client)
    client.select("Security Key or Biometric")
    client.post("challenge/answer", credentials=key.answer_to(client.last.body))
    client.begin()
    typed(client)
    assert client.last.body["authenticatorEnrollments"]["value"][0]["profile"]["transports"] == "internal,hybrid"


def test_a_passkey_is_proposed_and_may_be_skipped():
    """Prompt users to enroll a passkey, 2026.08.0"""
    client = a_visitor(IDENTIFY, PASSWORD, PROMOTE)
    typed(client)
    assert "skip" in client.offered
    client.post("skip")
    assert is_over(client)


def test_what_is_in_its_grace_period_may_be_skipped_so_often():
    """OKTA-1044803"""
    step = Step(verb="enroll", settings={"in_grace": {"google_otp": {"skips": 2}}})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step))
    left = []
    for day in range(3):
        client.at = NOON + day * 2 * 86_400
        client.begin()
        typed(client)
        grace = client.last.body["authenticators"]["value"][0].get("gracePeriod")
        left.append(grace and grace["remainingSkips"])
        client.post("skip")
    assert left == [2, 1, None]
    assert not is_over(client)
