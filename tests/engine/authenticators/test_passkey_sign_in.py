"""Passkeys: signing in without saying who one is, setting one up later, being nudged to."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.engine.model import Step
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.engine.authenticators.test_webauthn import REFUSED, enrollment_of, has_signed_in, mary_with, soft_key
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
KEY = Step(verb="verify", choice="one_of", authenticators=("okta_password", "webauthn"))
AUTOFILL = "challenge-webauthn-autofillui-authenticator"
PASSKEYS = "launch-passkeys-authenticator"


def at_the_page(*steps: Step, key: SoftKey | None = None, **settings: Any) -> EngineClient:
    user = mary_with(enrollment_of(key)) if key else mary()
    flow = steps or (IDENTIFY, KEY)
    client = EngineClient(scenario(*flow, users=(user,), authenticators={"webauthn": settings}))
    move(client, None)
    return client


def move(client: EngineClient, path: str | None, **body: Any):
    reply = client.post(path, **body) if path else client.begin()
    assert problems(reply, ORIGIN) == []
    return reply


def give(client: EngineClient, key: SoftKey, **changes: str):
    return move(client, "challenge/answer/webauthn-autofillui", credentials=key.answer_to(client.last.body) | changes)


# -- on the sign-in page ----------------------------------------------------------------------------------------------


def test_the_page_takes_passkeys_where_the_org_wants_it():
    assert at_the_page().offered == ["identify"]
    client = at_the_page(autofill=True, passkey_button=True)
    assert client.offered == ["identify", PASSKEYS, AUTOFILL]
    for remediation in client.last.body["remediation"]["value"][1:]:
        assert remediation["relatesTo"] == ["webauthnAutofillUIChallenge"]
        assert remediation["href"].endswith("/challenge/answer/webauthn-autofillui")
        fields = remediation["value"][0]["form"]["value"]
        assert [(field["name"], field["required"]) for field in fields] == [
            ("authenticatorData", True),
            ("clientData", True),
            ("signatureData", True),
            ("userHandle", False),
        ]
    challenge = client.last.body["webauthnAutofillUIChallenge"]
    handle = client.last.body["stateHandle"]
    assert move(client, "introspect", stateToken=handle).body["webauthnAutofillUIChallenge"] == challenge


@pytest.mark.parametrize("settings", [{"autofill": True}, {"passkey_button": True}])
def test_a_passkey_says_who_is_there_and_proves_it(settings):
    key = soft_key()
    client = at_the_page(key=key, **settings)
    give(client, key)
    assert has_signed_in(client)
    assert client.last.body["user"]["value"]["identifier"] == MARY


def test_a_key_that_names_its_user_is_looked_for_there_alone():
    key = soft_key()
    client = at_the_page(key=key, autofill=True)
    mary_id = next(iter(client.state.users))
    give(client, key, userHandle=mary_id)
    assert has_signed_in(client)
    client = at_the_page(key=soft_key(), autofill=True)
    reply = give(client, key, userHandle="00uSomebodyElseEntir")
    assert (reply.status, client.said) == (401, REFUSED)


def test_a_passkey_that_nobody_has_enrolled_leaves_the_page_as_it_is():
    stranger = soft_key(seed="stranger")
    enrollment_of(stranger)
    client = at_the_page(key=soft_key(), autofill=True)
    reply = give(client, stranger)
    assert (reply.status, client.said, client.offered) == (401, REFUSED, ["identify", AUTOFILL])
    move(client, "identify", identifier=MARY)
    assert client.offered == ["select-authenticator-authenticate"]


def test_what_a_passkey_does_not_prove_is_asked_for_next():
    key = soft_key()
    client = at_the_page(IDENTIFY, PASSWORD, key=key, autofill=True)
    give(client, key)
    assert client.offered == ["challenge-authenticator"]
    client.answer("Abcd1234!")
    assert has_signed_in(client)


# -- the page of its own ----------------------------------------------------------------------------------------------


def test_the_older_button_leads_to_a_page_that_asks_for_nothing_else():
    key = soft_key()
    client = at_the_page(key=key, launch=True)
    assert client.offered == ["identify", "launch-webauthn-authenticator"]
    move(client, "authenticators/webauthn/launch")
    assert client.offered == ["challenge-authenticator", "enroll-webauthn-residentkey"]
    shown = client.last.body["currentAuthenticator"]["value"]
    assert (shown["key"], "user" in client.last.body) == ("webauthn", False)
    move(client, "challenge/answer", credentials=key.answer_to(client.last.body))
    assert has_signed_in(client)


def test_a_user_without_a_key_can_sign_in_first_and_set_one_up_then():
    key = soft_key()
    client = at_the_page(IDENTIFY, PASSWORD, launch=True)
    move(client, "authenticators/webauthn/launch")
    move(client, "authenticators/webauthn/enrollresidentkey")
    assert client.offered == ["identify", "launch-webauthn-authenticator"]
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll", "skip"]
    data = client.last.body["currentAuthenticator"]["value"]["contextualData"]["activationData"]
    assert data["authenticatorSelection"]["residentKey"] == "required"
    move(client, "challenge/answer", credentials=key.answer_to(client.last.body))
    assert has_signed_in(client)
    move(client, None)
    move(client, "authenticators/webauthn/launch")
    move(client, "challenge/answer", credentials=key.answer_to(client.last.body))
    assert client.offered == ["challenge-authenticator"]
    client.answer("Abcd1234!")
    assert has_signed_in(client)


def test_setting_one_up_can_be_put_off():
    client = at_the_page(IDENTIFY, PASSWORD, launch=True)
    move(client, "authenticators/webauthn/launch")
    move(client, "authenticators/webauthn/enrollresidentkey")
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    move(client, "skip")
    assert has_signed_in(client)


# -- being nudged -----------------------------------------------------------------------------------------------------

PROMOTE = Step(verb="promote", authenticators=("webauthn",))


def test_a_user_without_a_key_is_nudged_after_signing_in():
    key = soft_key()
    client = at_the_page(IDENTIFY, PASSWORD, PROMOTE, hints=["client-device"])
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert client.offered == ["enroll-authenticator-promotion", "skip"]
    assert client.last.body["enrollmentAuthenticator"]["value"]["key"] == "webauthn"
    assert [each["key"] for each in client.last.body["authenticators"]["value"]] == ["webauthn"]
    move(client, "credential/enroll", credentials=key.answer_to(client.last.body))
    assert has_signed_in(client)
    move(client, None)
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert has_signed_in(client)


def test_maybe_later_is_an_answer():
    client = at_the_page(IDENTIFY, PASSWORD, PROMOTE)
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    move(client, "skip")
    assert has_signed_in(client)


# -- one more ---------------------------------------------------------------------------------------------------------


def test_a_second_key_is_told_of_the_first():
    first = soft_key()
    client = at_the_page(IDENTIFY, PASSWORD, Step(verb="add", authenticators=("webauthn",)), key=first)
    move(client, "identify", identifier=MARY)
    client.answer("Abcd1234!")
    data = client.last.body["currentAuthenticator"]["value"]["contextualData"]["activationData"]
    assert [each["id"] for each in data["excludeCredentials"]] == [
        client.last.body["authenticatorEnrollments"]["value"][-1]["credentialId"]
    ]
    move(client, "challenge/answer", credentials=soft_key(seed="second").answer_to(client.last.body))
    assert has_signed_in(client)
    user = client.state.users[client.last.body["user"]["value"]["id"]]
    assert [each.authenticator for each in user.enrolled].count("webauthn") == 2
