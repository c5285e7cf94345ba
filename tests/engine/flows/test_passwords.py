"""Recovering, renewing and unlocking."""

import pytest

from mock_okta.engine.model import Enrollment, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary

RESET = Step(verb="reset")
WITH_PASSWORD = Step(verb="identify", settings={"with_password": True})
FLOWS = {"sign_in": (WITH_PASSWORD,), "recover": (IDENTIFY, EMAIL, RESET)}


def recovering(**changes) -> EngineClient:
    client = EngineClient(flow_scenario(changes.pop("flows", FLOWS), **changes))
    client.begin()
    client.post("recover")
    return client


def test_recovery_asks_who_it_is_then_for_a_code_then_for_a_new_password():
    client = recovering()
    assert client.offered == ["identify-recovery"]
    client.post("identify", identifier="mary@example.com")
    assert client.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    assert client.last.body["recoveryAuthenticator"]["value"]["key"] == "okta_password"
    client.select("Email")
    client.answer(client.mail.code)
    assert client.offered == ["reset-authenticator"]
    reply = client.post("challenge/answer", credentials={"passcode": "Efgh5678!", "revokeSessions": True})
    assert "successWithInteractionCode" in reply.body


def test_after_recovery_only_the_new_password_works():
    client = recovering()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    client.answer(client.mail.code)
    client.answer("Efgh5678!")
    for password, status in (("Abcd1234!", 400), ("Efgh5678!", 200)):
        client.begin()
        reply = client.post("identify", identifier="mary@example.com", credentials={"passcode": password})
        assert reply.status == status


def test_recovery_of_an_unknown_user_says_so_where_the_org_tells():
    client = recovering()
    reply = client.post("identify", identifier="nobody@example.com")
    assert (reply.status, client.said, client.offered) == (200, ["idx.unknown.user"], ["identify-recovery"])


def test_recovery_skips_the_question_who_it_is_when_that_is_known():
    client = EngineClient(flow_scenario(FLOWS | {"sign_in": (IDENTIFY, PASSWORD)}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.post("recover")
    assert client.offered[0] == "authenticator-verification-data"


def test_recovery_can_end_without_a_sign_in():
    done = Step(verb="message", settings={"messages": ("idx.recovery.completed",)})
    client = recovering(flows=FLOWS | {"recover": (IDENTIFY, EMAIL, RESET, done)})
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    client.answer(client.mail.code)
    assert (client.answer("Efgh5678!").status, client.said) == (200, ["idx.recovery.completed"])


def test_an_org_without_recovery_refuses_it():
    client = EngineClient(flow_scenario({"sign_in": (WITH_PASSWORD,)}))
    client.begin()
    assert client.post("recover").status == 400
    assert (client.said, client.offered) == (["oie.selfservice.reset.password.not.allowed"], ["identify"])


# -- expiry -----------------------------------------------------------------------------------------------------------


def test_an_expired_password_must_be_changed_before_anything_else():
    client = EngineClient(
        flow_scenario({"sign_in": (WITH_PASSWORD,)}, users=(mary(status=UserStatus.PASSWORD_EXPIRED),))
    )
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    assert client.offered == ["reenroll-authenticator"]
    assert client.last.body["currentAuthenticator"]["value"]["settings"]["complexity"]
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body
    assert next(iter(client.state.users.values())).status is UserStatus.ACTIVE


@pytest.mark.parametrize("move", ["skip", "renew"])
def test_a_password_about_to_expire_may_be_changed_or_kept(move):
    soon = Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!", "days_to_expiry": 3})
    client = EngineClient(flow_scenario({"sign_in": (WITH_PASSWORD,)}, users=(mary(enrolled=(soon,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    assert client.offered == ["reenroll-authenticator-warning", "skip"]
    assert client.said == ["idx.password.expiring.message"]
    reply = client.post("skip") if move == "skip" else client.answer("Efgh5678!")
    assert "successWithInteractionCode" in reply.body


@pytest.mark.parametrize(("renewal", "keys", "recovered"), [("listed", ["okta_password"], True), ("bare", [], False)])
def test_a_warning_shows_the_password_as_what_can_be_set_up_unless_the_org_is_older(renewal, keys, recovered):
    soon = Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!", "days_to_expiry": 3})
    flows = {"sign_in": (WITH_PASSWORD,)}
    client = EngineClient(flow_scenario(flows, users=(mary(enrolled=(soon,)),), wire={"renewal": renewal}))
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    assert [each["key"] for each in client.last.body["authenticators"]["value"]] == keys
    assert ("recoveryAuthenticator" in client.last.body) is recovered


# -- unlocking --------------------------------------------------------------------------------------------------------

SAID = Step(verb="message", settings={"messages": ("oie.selfservice.unlock_user.success.message",)})
UNLOCK = (IDENTIFY, EMAIL, Step(verb="unlock"), SAID)
LOCKED = mary(status=UserStatus.LOCKED_OUT)


def unlocking(unlock=UNLOCK, users=(LOCKED,), **changes) -> EngineClient:
    client = EngineClient(flow_scenario({"sign_in": (WITH_PASSWORD,), "unlock": unlock}, users=users, **changes))
    client.begin()
    client.post("unlock-account")
    return client


def unlock_by_email(client: EngineClient, identifier="mary@example.com"):
    email = client.state.authenticator_ids["okta_email"]
    client.post("challenge", identifier=identifier, authenticator={"id": email, "methodType": "email"})
    return client.answer(client.mail.code)


def test_unlocking_asks_whose_account_and_with_what_on_one_page():
    client = unlocking()
    assert client.offered == ["select-authenticator-unlock-account"]
    body = client.last.body
    assert "user" not in body
    assert "id" not in body["authenticatorEnrollments"]["value"][0]


def test_unlocking_may_ask_for_the_username_first():
    client = unlocking(wire={"unlock": "identifier_first"})
    assert client.offered == ["unlock-account"]
    client.post("identify", identifier="mary@example.com")
    assert client.offered == ["select-authenticator-unlock-account"]
    assert client.last.body["user"]["value"] == {"identifier": "mary@example.com"}
    assert [field["name"] for field in client.last.body["remediation"]["value"][0]["value"]] == [
        "authenticator",
        "stateHandle",
    ]
    client.post("challenge", authenticator={"id": client.state.authenticator_ids["okta_email"]})
    client.answer(client.mail.code)
    assert client.said == ["oie.selfservice.unlock_user.success.message"]


def test_a_username_given_first_does_not_tell_whether_anybody_has_it():
    client = unlocking(wire={"unlock": "identifier_first"}, org={"user_enumeration_prevention": True})
    client.post("identify", identifier="nobody@example.com")
    assert client.offered == ["select-authenticator-unlock-account"]
    assert client.last.body["user"]["value"] == {"identifier": "nobody@example.com"}


def test_an_unlocked_user_is_told_and_can_sign_in():
    client = unlocking()
    reply = unlock_by_email(client)
    assert (reply.status, client.said) == (200, ["oie.selfservice.unlock_user.success.message"])
    client.begin()
    reply = client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    assert "successWithInteractionCode" in reply.body


def test_unlocking_does_not_tell_who_is_locked():
    pages = []
    for user in (LOCKED, mary()):
        client = unlocking(users=(user,))
        email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
        assert client.post("challenge", identifier="mary@example.com", authenticator=email).status == 200
        pages.append((client.offered, client.last.body["currentAuthenticatorEnrollment"]))
    assert pages[0] == pages[1]
    assert (client.mail.subject, client.mail.code) == ("Unlock Account", None)


def test_unlocking_can_land_in_the_sign_in():
    landing = Step(
        verb="sign_in", settings={"messages": ("oie.selfservice.unlock_user.landing.to.app.success.message",)}
    )
    flows = {"sign_in": (IDENTIFY, PASSWORD), "unlock": (IDENTIFY, EMAIL, Step(verb="unlock"), landing)}
    client = EngineClient(flow_scenario(flows, users=(LOCKED,)))
    client.begin()
    client.post("unlock-account")
    unlock_by_email(client)
    assert client.said == ["oie.selfservice.unlock_user.landing.to.app.success.message"]
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body
