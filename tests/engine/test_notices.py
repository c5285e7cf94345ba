"""Mails that Okta sends by itself: each after what it is about, once, and only where the org sends it."""

from collections.abc import Callable

import pytest

from mock_okta.engine.idx.notices import NOTICES, PASSWORD
from mock_okta.engine.model import Enrollment, Step, UserStatus
from mock_okta.user_changes import change_user
from tests.engine.engine_client import EMAIL, IDENTIFY, EngineClient, flow_scenario, mary
from tests.engine.engine_client import PASSWORD as ASK_PASSWORD

MARY = "mary@example.com"
QUESTION = Step(verb="enroll", authenticators=("security_question",))
FLOWS = {
    "sign_in": (IDENTIFY, ASK_PASSWORD, QUESTION),
    "recover": (IDENTIFY, EMAIL, Step(verb="reset")),
    "unlock": (IDENTIFY, EMAIL, Step(verb="unlock"), Step(verb="message", settings={"messages": ("E0000009",)})),
    "register": (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_password",))),
}
ANSWER = {"questionKey": "disliked_food", "answer": "mud pie"}


def client_of(org=None, **of_user) -> EngineClient:
    settings = {"okta_password": {"max_attempts": 2}}
    user = mary(**of_user)
    client = EngineClient(flow_scenario(FLOWS, users=(user,), org=org or {}, authenticators=settings))
    client.begin()
    return client


def subjects(client: EngineClient) -> list[str]:
    """Of the mails without a code, oldest first."""
    return [mail.subject for mail in client.state.outbox if mail.code is None]


def change(client: EngineClient, **changes) -> None:
    """An administrator changes Mary."""
    chance = f"change {len(client.state.outbox)} {sorted(changes)}"
    client.state, _ = change_user(client.scenario, client.state, MARY, changes, at=client.at, chance=chance)


def at_password(client: EngineClient) -> None:
    client.post("identify", identifier=MARY)


def lock_out(client: EngineClient) -> None:
    at_password(client)
    client.answer("wrong")
    assert subjects(client) == []
    client.answer("wrong")


def reset_password(client: EngineClient) -> None:
    at_password(client)
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    client.answer("Efgh5678!")


def set_a_question_up(client: EngineClient) -> None:
    at_password(client)
    client.answer("Abcd1234!")
    client.select("Security Question")
    client.post("challenge/answer", credentials=ANSWER)


def lose_the_email(client: EngineClient) -> None:
    change(client, enrolled={"okta_email": None})


def register(client: EngineClient) -> None:
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"})
    client.select("Password")
    client.answer("Efgh5678!")


def be_denied(client: EngineClient) -> None:
    change(client, status="SUSPENDED")
    at_password(client)
    client.post("recover")
    client.select("Email")


def unlock_nothing(client: EngineClient) -> None:
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier=MARY, authenticator=email)


HAPPEN: dict[str, tuple[Callable[[EngineClient], None], str, str, str]] = {
    "account_lockout": (lock_out, MARY, "Account Lockout", "locked after too many wrong passwords"),
    "password_changed": (reset_password, MARY, "Password Changed", "password of your account was changed"),
    "authenticator_enrolled": (set_a_question_up, MARY, "Security method enrolled", "Security Question was set up"),
    "authenticator_reset": (lose_the_email, MARY, "Security method reset", "Email was reset"),
    "registered": (register, "ada@example.com", "Welcome to Okta!", "You have an account now"),
    "forgot_password_denied": (be_denied, MARY, "Account Password Reset", "does not allow it now"),
    "unlock_not_locked": (unlock_nothing, MARY, "Unlock Account", "it is not locked"),
}
"""What each follows, to whom it goes, and what it says."""


def test_every_mail_is_sent_by_something():
    assert list(HAPPEN) == list(NOTICES)


@pytest.mark.parametrize("name", HAPPEN)
def test_each_is_sent_once_to_whom_it_is_about(name):
    happen, to, subject, words = HAPPEN[name]
    client = client_of()
    happen(client)
    assert subjects(client) == [subject]
    mail = client.mail
    assert (mail.to, mail.channel, mail.link, mail.at) == (to, "email", None, client.at)
    assert words in mail.body


@pytest.mark.parametrize("name", HAPPEN)
def test_each_can_be_turned_off_alone(name):
    happen = HAPPEN[name][0]
    for other in NOTICES:
        client = client_of(org={"notification_emails": {other: False}})
        happen(client)
        assert len(subjects(client)) == (other != name)


def test_a_refused_request_sends_none():
    client = client_of()
    at_password(client)
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    assert client.answer("short").status == 400
    assert subjects(client) == []


def test_a_password_that_an_administrator_sets_is_not_told():
    client = client_of()
    change(client, password="Efgh5678!")
    change(client, status="LOCKED_OUT")
    assert subjects(client) == []


def test_a_first_password_is_no_change():
    client = client_of(status=UserStatus.STAGED, enrolled=())
    change(client, password="Efgh5678!")
    assert subjects(client) == []


def test_an_expired_password_that_is_renewed_is_told():
    client = client_of(status=UserStatus.PASSWORD_EXPIRED)
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    client.select("Security Question")
    client.post("challenge/answer", credentials=ANSWER)
    client.answer("Efgh5678!")
    assert subjects(client) == ["Security method enrolled", "Password Changed"]


@pytest.mark.parametrize("status", [UserStatus.STAGED, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED])
def test_who_does_not_use_the_account_is_told_of_no_change(status):
    client = client_of(status=status)
    change(client, enrolled={"okta_email": None})
    change(client, enrolled={"google_otp": {}})
    assert subjects(client) == []


def test_an_access_code_that_is_given_out_is_no_authenticator_that_is_set_up():
    client = client_of()
    change(client, enrolled={"tac": {}})
    change(client, enrolled={"tac": {}})
    assert subjects(client) == []


def test_what_changes_of_an_authenticator_is_not_told():
    client = client_of()
    change(client, enrolled={"okta_email": {"suspended": True}})
    change(client, profile={"nickName": "M"}, groups=["Staff"])
    assert subjects(client) == []


def test_a_new_user_who_has_proved_the_address_is_not_sent_a_welcome():
    flows = FLOWS | {
        "register": (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_password", "okta_email")))
    }
    client = EngineClient(flow_scenario(flows))
    client.begin()
    register(client)
    client.select("Email")
    client.answer(client.mail.code)
    assert "successWithInteractionCode" in client.last.body
    assert subjects(client) == ["Security method enrolled"]


def test_a_name_is_written_so_that_no_mail_program_takes_it_for_markup():
    held = (Enrollment(authenticator=PASSWORD, secret={"password": "Abcd1234!"}),)
    client = client_of(profile={"firstName": "<b>Mary", "email": MARY}, enrolled=held)
    lock_out(client)
    assert "Hi &lt;b&gt;Mary," in client.mail.body
