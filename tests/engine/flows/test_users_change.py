"""Since when a profile is as it is, and whether its address was proved: by the user, or set by an administrator."""

import pytest

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Enrollment, IdentityProvider, Step, User, UserStatus, logins
from mock_okta.user_changes import change_user
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.flows.visitor import Visitor

RESET = Step(verb="reset")
PROFILE = Step(verb="profile")
ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}
ACCOUNT = {"login": "ada@example.com", **ADA}


def client_of(user: User | None = None, **flows: tuple[Step, ...]) -> EngineClient:
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), **flows}, users=(user or mary(),)))
    client.begin()
    return client


def somebody(client: EngineClient) -> User:
    """Ada if she has come to be there, else Mary."""
    return logins.user_with(client.state, "ada@example.com") or logins.user_named(client.state, "mary@example.com")


def administered(client: EngineClient, **changes) -> EngineClient:
    client.state, _ = change_user(
        client.scenario, client.state, "mary@example.com", changes, at=client.at, chance=f"change at {client.at}"
    )
    return client


def registered(*enrolled: str) -> EngineClient:
    client = client_of(register=(PROFILE, Step(verb="enroll", authenticators=enrolled)))
    client.post("enroll")
    client.post("enroll/new", userProfile=ADA)
    client.select("Password") if enrolled == ("okta_password",) else None
    client.answer("Efgh5678!" if enrolled == ("okta_password",) else client.mail.code)
    return client


def by_mail(user: User | None = None) -> EngineClient:
    client = client_of(user, sign_in=(IDENTIFY, EMAIL))
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    client.answer(client.mail.code)
    return client


def recovered() -> EngineClient:
    client = client_of(recover=(IDENTIFY, EMAIL, RESET))
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    return client


def with_token(kind: str, name: str, status: UserStatus) -> EngineClient:
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, users=(mary(status=status, enrolled=()),)))
    client.state, token = issue_token(client.state, "mary@example.com", kind, at=NOON, chance="1")
    secret = client.state.apps[client.web_client].client_secret
    client.begin(client_id=client.web_client, client_secret=secret, **{name: token})
    return client


def from_idp(account: dict) -> EngineClient:
    idp = IdentityProvider(type="OIDC", name="Acme", answer={"profile": account})
    client = Visitor(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, identity_providers=(idp,)))
    client.begin()
    client.visit(client.last.body["remediation"]["value"][1]["href"])
    client.follow()
    return client


ELSEWHERE = (Enrollment(authenticator="okta_email", secret={"email": "mary@home.example"}),)
MOVED = {"email": "mary@other.example"}

PROVED = {
    "registers without a mail": (lambda: registered("okta_password"), False),
    "registers with a mailed code": (lambda: registered("okta_email"), True),
    "signs in with a password": (client_of, False),
    "signs in with a mailed code": (by_mail, True),
    "signs in with a code that went elsewhere": (lambda: by_mail(mary(enrolled=ELSEWHERE)), False),
    "recovers with a mailed code": (recovered, True),
    "comes with the token of a mail": (lambda: with_token("activation", "activation_token", UserStatus.STAGED), True),
    "has forgotten, and comes from a mail": (lambda: with_token("forgot", "recovery_token", UserStatus.ACTIVE), True),
    "is handed a token": (lambda: with_token("recovery", "recovery_token", UserStatus.RECOVERY), False),
    "comes from an identity provider": (lambda: from_idp(ACCOUNT), True),
    "comes from one that is not sure": (lambda: from_idp(ACCOUNT | {"email_verified": False}), False),
    "is said to have it": (lambda: administered(client_of(), email_verified=True), True),
    "is said not to have it any more": (lambda: administered(by_mail(), email_verified=False), False),
    "is given another address": (lambda: administered(by_mail(), profile=MOVED), False),
    "is given one that is theirs": (lambda: administered(by_mail(), profile=MOVED, email_verified=True), True),
    "is given another name": (lambda: administered(by_mail(), profile={"firstName": "Marie"}), True),
    "is given the same in capitals": (lambda: administered(by_mail(), profile={"email": "MARY@example.com"}), True),
}


@pytest.mark.parametrize("how", PROVED)
def test_an_address_counts_as_verified_once_it_was_proved_or_set(how):
    client, verified = PROVED[how][0](), PROVED[how][1]
    assert somebody(client).email_verified is verified


def test_what_an_identity_provider_says_of_an_account_is_no_attribute():
    assert "email_verified" not in somebody(from_idp(ACCOUNT | {"email_verified": False})).profile


# -- since when -------------------------------------------------------------------------------------------------------

CHANGES = {
    "a name": ({"profile": {"firstName": "Marie"}}, True),
    "one more attribute": ({"profile": {"department": "Sales"}}, True),
    "the same name": ({"profile": {"firstName": "Mary"}}, False),
    "the status": ({"status": "SUSPENDED"}, False),
    "the groups": ({"groups": ["staff"]}, False),
    "the password": ({"password": "Efgh5678!"}, False),
    "an enrolment": ({"enrolled": {"okta_email": None}}, False),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_profile_is_as_old_as_its_last_change_by_an_administrator(what):
    client = client_of()
    client.at = NOON + 60
    administered(client, **CHANGES[what][0])
    assert somebody(client).updated_at == (NOON + 60 if CHANGES[what][1] else 0.0)


def test_a_sign_in_leaves_the_profile_as_old_as_it_was():
    client = by_mail()
    assert somebody(client).updated_at == 0.0


def test_users_who_register_or_come_from_elsewhere_are_new():
    for client in (registered("okta_password"), from_idp(ACCOUNT)):
        assert somebody(client).updated_at == NOON


def test_a_profile_that_is_completed_at_sign_in_is_changed_then():
    asked = Step(verb="profile", settings={"fields": ({"name": "department", "required": True},)})
    client = client_of(sign_in=(IDENTIFY, PASSWORD, asked))
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.at = NOON + 30
    client.post("enroll/update", userProfile={"department": "Sales"})
    assert somebody(client).updated_at == NOON + 30
