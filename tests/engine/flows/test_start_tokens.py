"""Flows that begin with a token: an account is activated, a new password is set."""

import pytest

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import App, AppType, Step, UserStatus
from mock_okta.engine.model.logins import UnknownUser
from mock_okta.user_changes import change_user
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.invariants import problems

STAGED = mary(status=UserStatus.STAGED, enrolled=())


def started(kind: str, user=None, *, lifetime_s: float | None = None, later: float = 0.0, **flows) -> EngineClient:
    """A client that comes with a token that was issued at noon."""
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), **flows}, users=(user or mary(),)))
    client.state, client.token = issue_token(
        client.state, "mary@example.com", kind, at=NOON, chance="1", lifetime_s=lifetime_s
    )
    client.at += later
    name = "activation_token" if kind == "activation" else "recovery_token"
    client.begin(
        client_id=client.web_client,
        client_secret=client.state.apps[client.web_client].client_secret,
        **{name: client.token},
    )
    return client


def test_an_activation_begins_with_what_has_to_be_enrolled():
    client = started("activation", STAGED)
    assert client.offered == ["select-authenticator-enroll"]
    assert client.last.body["authenticatorEnrollments"]["value"] == []
    assert client.last.body["user"]["value"]["identifier"] == "mary@example.com"
    assert problems(client.last, ORIGIN) == []


def test_an_activated_user_is_signed_in_and_active():
    client = started("activation", STAGED)
    client.select("Password")
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body
    assert next(iter(client.state.users.values())).status is UserStatus.ACTIVE


@pytest.mark.parametrize(
    ("status", "message", "mails"),
    [
        ("STAGED", "idx.request.activation.email", 1),
        ("ACTIVE", "idx.missing.activation.token", 0),
        ("SUSPENDED", "idx.activating.inactive.user", 0),
        ("DEPROVISIONED", "idx.activating.inactive.user", 0),
    ],
)
def test_another_activation_mail_is_for_those_whom_it_can_activate(status, message, mails):
    client = started("activation", STAGED, lifetime_s=0.0)
    changed = {"status": status}
    client.state, _ = change_user(client.scenario, client.state, STAGED.login, changed, at=NOON, chance="2")
    client.post("request-activation")
    assert (client.said, len(client.state.outbox)) == ([message], mails)


def test_a_scenario_says_what_else_an_activation_asks_for():
    activate = (Step(verb="enroll", authenticators=("okta_password",), optional=("security_question",)),)
    client = started("activation", STAGED, activate=activate)
    client.select("Password")
    client.answer("Efgh5678!")
    assert client.offered == ["select-authenticator-enroll", "skip"]


def test_an_old_activation_link_can_be_asked_for_again():
    client = started("activation", STAGED, later=8 * 86_400)
    assert (client.offered, client.said) == (["request-activation-email"], ["idx.expired.activation.token"])
    reply = client.post("request-activation")
    assert (reply.status, client.said) == (200, ["idx.request.activation.email"])
    assert list(reply.body) == ["version", "stateHandle", "expiresAt", "intent", "messages", "app"]
    token = client.mail.link.removeprefix("http://localhost:8080/?activation_token=")
    assert f'<a id="registration-activation-link" href="{client.mail.link}">' in client.mail.body
    client.begin(client_id=client.web_client, activation_token=token)
    assert client.offered == ["select-authenticator-enroll"]


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (mary(), "idx.missing.activation.token"),
        (mary(status=UserStatus.SUSPENDED), "idx.activating.inactive.user"),
    ],
)
def test_who_cannot_be_activated_is_told_why(user, said):
    client = started("activation", user)
    assert client.said == [said]
    assert list(client.last.body) == ["version", "stateHandle", "expiresAt", "intent", "messages"]


def test_a_recovery_begins_with_the_new_password():
    client = started("recovery")
    assert client.offered == ["reset-authenticator"]
    assert {"currentAuthenticator", "recoveryAuthenticator"} <= set(client.last.body)
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body


def test_a_locked_user_can_sign_in_with_the_new_password():
    client = started("recovery", mary(status=UserStatus.LOCKED_OUT))
    client.answer("Efgh5678!")
    assert next(iter(client.state.users.values())).status is UserStatus.ACTIVE


def test_a_scenario_can_end_a_recovery_in_a_message():
    reset = (Step(verb="reset"), Step(verb="message", settings={"messages": ("idx.recovery.completed",)}))
    client = started("recovery", reset=reset)
    client.answer("Efgh5678!")
    assert client.said == ["idx.recovery.completed"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("recovery", "idx.invalid.reset.password.token"), ("forgot", "idx.invalid.forgot.password.token")],
)
def test_an_old_recovery_token_is_no_longer_valid(kind, said):
    client = started(kind, later=3600)
    assert (client.said, client.last.body["intent"]) == ([said], "CONSENT")


def test_a_recovery_token_works_until_a_password_is_set():
    client = started("recovery")
    client.begin(recovery_token=client.token)
    assert client.offered == ["reset-authenticator"]
    client.answer("Efgh5678!")
    client.begin(recovery_token=client.token)
    assert client.said == ["idx.invalid.reset.password.token"]


def test_who_is_not_active_yet_has_no_password_to_reset():
    assert started("recovery", STAGED).said == ["idx.reset.password.activating.user"]


def test_a_newer_token_makes_the_older_one_invalid():
    client = started("recovery")
    client.state, _ = issue_token(client.state, "mary@example.com", "recovery", at=NOON, chance="2")
    assert client.form("interact", **fields(client, recovery_token=client.token)).status == 400


@pytest.mark.parametrize(
    ("field", "description"),
    [
        ("activation_token", "Only confidential clients can use the activation token flow"),
        ("recovery_token", "The recovery token is invalid"),
    ],
)
def test_a_token_that_was_not_issued_is_refused_at_once(field, description):
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}))
    reply = client.form("interact", **fields(client, **{field: "unheard-of"}))
    assert (reply.status, reply.body["error_description"]) == (400, description)


def test_tokens_are_not_for_each_others_purpose():
    client = started("recovery")
    reply = client.form("interact", **fields(client, client_id=client.web_client, activation_token=client.token))
    assert reply.body["error_description"] == "The activation token is invalid"


def test_links_lead_to_where_the_app_begins_a_sign_in():
    apps = (App(type=AppType.WEB, login_uri="https://app.example.com/start"), App(type=AppType.BROWSER))
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, users=(STAGED,), apps=apps))
    client.state, token = issue_token(client.state, "mary@example.com", "activation", at=NOON, chance="1", lifetime_s=0)
    client.begin(client_id=client.web_client, activation_token=token)
    client.post("request-activation")
    assert client.mail.link.startswith("https://app.example.com/start?activation_token=")


def test_nobody_gets_no_token():
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}))
    with pytest.raises(UnknownUser):
        issue_token(client.state, "nobody@example.com", "recovery", at=NOON, chance="1")


def fields(client: EngineClient, **changes: str) -> dict[str, str]:
    return {
        "scope": "openid",
        "redirect_uri": "http://localhost:8080/login/callback",
        "state": "state",
        "code_challenge": "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4",
        "code_challenge_method": "S256",
    } | changes
