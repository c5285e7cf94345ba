"""From intents to IDX steps, given a page."""

from __future__ import annotations

from mock_okta_conformance.client.hints import Hint, next_hint

HANDLE = {"name": "stateHandle", "required": True, "value": "02.id.x", "visible": False, "mutable": False}


def page(*forms, **members):
    return {"remediation": {"type": "array", "value": list(forms)}, **members}


def form(name, *fields):
    return {"name": name, "href": f"http://org/idp/idx/{name}", "method": "POST", "value": [*fields, HANDLE]}


def fixed(name, value):
    return {"name": name, "value": value, "mutable": False}


def option(relates_to, *fields):
    return {"label": "x", "value": {"form": {"value": list(fields)}}, "relatesTo": relates_to}


PASSCODE = {"name": "credentials", "type": "object", "form": {"value": [{"name": "passcode"}]}}
CHALLENGE = form("challenge-authenticator", PASSCODE)
CURRENT_PASSWORD = {"currentAuthenticatorEnrollment": {"type": "object", "value": {"key": "okta_password"}}}
CHOICE = form(
    "select-authenticator-authenticate",
    {
        "name": "authenticator",
        "type": "object",
        "options": [
            option("$.authenticators.value[0]", fixed("id", "autP"), fixed("methodType", "password")),
            option(
                "$.authenticators.value[1]",
                fixed("id", "autT"),
                {"name": "methodType", "options": [{"value": "sms"}, {"value": "voice"}]},
            ),
        ],
    },
)
CHOICE_PAGE = page(
    CHOICE, authenticators={"type": "array", "value": [{"key": "okta_password"}, {"key": "phone_number"}]}
)
USER = {"identifier": "mary", "password": "secret"}


def test_the_password_goes_along_where_the_form_has_it():
    hint = next_hint("identify", USER, page(form("identify", {"name": "identifier"}, PASSCODE)), ())
    assert hint == Hint(step="identify", values={"identifier": "mary", "credentials": {"passcode": "secret"}})


def test_the_password_stays_behind_where_it_has_not():
    hint = next_hint("identify", USER, page(form("identify", {"name": "identifier"})), ())
    assert hint == Hint(step="identify", values={"identifier": "mary"})


def test_identify_goes_on_to_the_password_challenge():
    hint = next_hint("identify", USER, page(CHALLENGE, **CURRENT_PASSWORD), ("identify",))
    assert hint == Hint(step="challenge-authenticator", values={"credentials": {"passcode": "secret"}})


def test_identify_answers_at_once_where_the_password_is_asked_for_again():
    hint = next_hint("identify", USER, page(CHALLENGE, **CURRENT_PASSWORD), ())
    assert hint == Hint(step="challenge-authenticator", values={"credentials": {"passcode": "secret"}})


def test_identify_goes_on_to_choose_the_password():
    hint = next_hint("identify", USER, CHOICE_PAGE, ("identify",))
    chosen = {"id": "autP", "methodType": "password"}
    assert hint == Hint(step="select-authenticator-authenticate", values={"authenticator": chosen})


def test_identify_is_done_when_there_is_nothing_left_of_it():
    assert next_hint("identify", {"identifier": "mary"}, page(CHALLENGE, **CURRENT_PASSWORD), ("identify",)) is None


def test_a_method_is_chosen_as_asked():
    hint = next_hint("select phone", {"method": "voice"}, CHOICE_PAGE, ())
    assert hint.values == {"authenticator": {"id": "autT", "methodType": "voice"}}


def test_what_is_in_play_already_needs_no_choice():
    assert next_hint("select password", {}, page(CHALLENGE, **CURRENT_PASSWORD), ()) is None


def test_a_fixed_authenticator_is_confirmed():
    data = form(
        "authenticator-verification-data",
        {"name": "authenticator", "form": {"value": [fixed("id", "autE"), fixed("methodType", "email")]}},
    )
    body = page(data, currentAuthenticatorEnrollment={"type": "object", "value": {"key": "okta_email"}})
    hint = next_hint("select email", {}, body, ())
    assert hint == Hint(
        step="authenticator-verification-data", values={"authenticator": {"id": "autE", "methodType": "email"}}
    )


def test_resend_is_an_action_where_there_is_one():
    current = {"type": "object", "value": {"key": "okta_email", "resend": form("resend")}}
    hint = next_hint("resend", {}, page(CHALLENGE, currentAuthenticatorEnrollment=current), ())
    assert hint.as_json() == {"action": "currentAuthenticatorEnrollment-resend", "values": {}}


def test_a_step_that_is_not_offered_is_named_all_the_same():
    assert next_hint("skip", {}, page(CHALLENGE), ()) == Hint(step="skip")
    assert next_hint("future-step", {"a": 1}, page(CHALLENGE), ()) == Hint(step="future-step", values={"a": 1})
