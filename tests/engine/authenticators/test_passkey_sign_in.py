"""Passkeys: signing in without saying who one is, setting one up later, being nudged to."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.engine.model import Step
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.engine.authenticators.test_webauthn import REFUSED, enrollment_of, has_signed_in, mary_with, soft_key
from tests.engine.desk import IDENTIFY, ORIGIN, PASSWORD, Desk, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
KEY = Step(verb="verify", choice="one_of", authenticators=("okta_password", "webauthn"))
AUTOFILL = "challenge-webauthn-autofillui-authenticator"
PASSKEYS = "launch-passkeys-authenticator"


def at_the_page(*steps: Step, key: SoftKey | None = None, **settings: Any) -> Desk:
    user = mary_with(enrollment_of(key)) if key else mary()
    flow = steps or (IDENTIFY, KEY)
    desk = Desk(scenario(*flow, users=(user,), authenticators={"webauthn": settings}))
    move(desk, None)
    return desk


def move(desk: Desk, path: str | None, **body: Any):
    reply = desk.post(path, **body) if path else desk.begin()
    assert problems(reply, ORIGIN) == []
    return reply


def give(desk: Desk, key: SoftKey, **changes: str):
    return move(desk, "challenge/answer/webauthn-autofillui", credentials=key.answer_to(desk.last.body) | changes)


# -- on the sign-in page ----------------------------------------------------------------------------------------------


def test_the_page_takes_passkeys_where_the_org_wants_it():
    assert at_the_page().offered == ["identify"]
    desk = at_the_page(autofill=True, passkey_button=True)
    assert desk.offered == ["identify", PASSKEYS, AUTOFILL]
    for remediation in desk.last.body["remediation"]["value"][1:]:
        assert remediation["relatesTo"] == ["webauthnAutofillUIChallenge"]
        assert remediation["href"].endswith("/challenge/answer/webauthn-autofillui")
        fields = remediation["value"][0]["form"]["value"]
        assert [(field["name"], field["required"]) for field in fields] == [
            ("authenticatorData", True),
            ("clientData", True),
            ("signatureData", True),
            ("userHandle", False),
        ]
    challenge = desk.last.body["webauthnAutofillUIChallenge"]
    handle = desk.last.body["stateHandle"]
    assert move(desk, "introspect", stateToken=handle).body["webauthnAutofillUIChallenge"] == challenge


@pytest.mark.parametrize("settings", [{"autofill": True}, {"passkey_button": True}])
def test_a_passkey_says_who_is_there_and_proves_it(settings):
    key = soft_key()
    desk = at_the_page(key=key, **settings)
    give(desk, key)
    assert has_signed_in(desk)
    assert desk.last.body["user"]["value"]["identifier"] == MARY


def test_a_key_that_names_its_user_is_looked_for_there_alone():
    key = soft_key()
    desk = at_the_page(key=key, autofill=True)
    mary_id = next(iter(desk.state.users))
    give(desk, key, userHandle=mary_id)
    assert has_signed_in(desk)
    desk = at_the_page(key=soft_key(), autofill=True)
    reply = give(desk, key, userHandle="00uSomebodyElseEntir")
    assert (reply.status, desk.said) == (401, REFUSED)


def test_a_passkey_that_nobody_has_enrolled_leaves_the_page_as_it_is():
    stranger = soft_key(seed="stranger")
    enrollment_of(stranger)
    desk = at_the_page(key=soft_key(), autofill=True)
    reply = give(desk, stranger)
    assert (reply.status, desk.said, desk.offered) == (401, REFUSED, ["identify", AUTOFILL])
    move(desk, "identify", identifier=MARY)
    assert desk.offered == ["select-authenticator-authenticate"]


def test_what_a_passkey_does_not_prove_is_asked_for_next():
    key = soft_key()
    desk = at_the_page(IDENTIFY, PASSWORD, key=key, autofill=True)
    give(desk, key)
    assert desk.offered == ["challenge-authenticator"]
    desk.answer("Abcd1234!")
    assert has_signed_in(desk)


# -- the page of its own ----------------------------------------------------------------------------------------------


def test_the_older_button_leads_to_a_page_that_asks_for_nothing_else():
    key = soft_key()
    desk = at_the_page(key=key, launch=True)
    assert desk.offered == ["identify", "launch-webauthn-authenticator"]
    move(desk, "authenticators/webauthn/launch")
    assert desk.offered == ["challenge-authenticator", "enroll-webauthn-residentkey"]
    shown = desk.last.body["currentAuthenticator"]["value"]
    assert (shown["key"], "user" in desk.last.body) == ("webauthn", False)
    move(desk, "challenge/answer", credentials=key.answer_to(desk.last.body))
    assert has_signed_in(desk)


def test_a_user_without_a_key_can_sign_in_first_and_set_one_up_then():
    key = soft_key()
    desk = at_the_page(IDENTIFY, PASSWORD, launch=True)
    move(desk, "authenticators/webauthn/launch")
    move(desk, "authenticators/webauthn/enrollresidentkey")
    assert desk.offered == ["identify", "launch-webauthn-authenticator"]
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    assert desk.offered == ["enroll-authenticator", "select-authenticator-enroll", "skip"]
    data = desk.last.body["currentAuthenticator"]["value"]["contextualData"]["activationData"]
    assert data["authenticatorSelection"]["residentKey"] == "required"
    move(desk, "challenge/answer", credentials=key.answer_to(desk.last.body))
    assert has_signed_in(desk)
    move(desk, None)
    move(desk, "authenticators/webauthn/launch")
    move(desk, "challenge/answer", credentials=key.answer_to(desk.last.body))
    assert desk.offered == ["challenge-authenticator"]
    desk.answer("Abcd1234!")
    assert has_signed_in(desk)


def test_setting_one_up_can_be_put_off():
    desk = at_the_page(IDENTIFY, PASSWORD, launch=True)
    move(desk, "authenticators/webauthn/launch")
    move(desk, "authenticators/webauthn/enrollresidentkey")
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    move(desk, "skip")
    assert has_signed_in(desk)


# -- being nudged -----------------------------------------------------------------------------------------------------

PROMOTE = Step(verb="promote", authenticators=("webauthn",))


def test_a_user_without_a_key_is_nudged_after_signing_in():
    key = soft_key()
    desk = at_the_page(IDENTIFY, PASSWORD, PROMOTE, hints=["client-device"])
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    assert desk.offered == ["enroll-authenticator-promotion", "skip"]
    assert desk.last.body["enrollmentAuthenticator"]["value"]["key"] == "webauthn"
    assert [each["key"] for each in desk.last.body["authenticators"]["value"]] == ["webauthn"]
    move(desk, "credential/enroll", credentials=key.answer_to(desk.last.body))
    assert has_signed_in(desk)
    move(desk, None)
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    assert has_signed_in(desk)


def test_maybe_later_is_an_answer():
    desk = at_the_page(IDENTIFY, PASSWORD, PROMOTE)
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    move(desk, "skip")
    assert has_signed_in(desk)


# -- one more ---------------------------------------------------------------------------------------------------------


def test_a_second_key_is_told_of_the_first():
    first = soft_key()
    desk = at_the_page(IDENTIFY, PASSWORD, Step(verb="add", authenticators=("webauthn",)), key=first)
    move(desk, "identify", identifier=MARY)
    desk.answer("Abcd1234!")
    data = desk.last.body["currentAuthenticator"]["value"]["contextualData"]["activationData"]
    assert [each["id"] for each in data["excludeCredentials"]] == [
        desk.last.body["authenticatorEnrollments"]["value"][-1]["credentialId"]
    ]
    move(desk, "challenge/answer", credentials=soft_key(seed="second").answer_to(desk.last.body))
    assert has_signed_in(desk)
    user = desk.state.users[desk.last.body["user"]["value"]["id"]]
    assert [each.authenticator for each in user.enrolled].count("webauthn") == 2
