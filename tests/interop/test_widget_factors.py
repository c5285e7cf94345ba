"""Each authenticator in the Okta Sign-In Widget 7.49, both generations: enrolled and proved by a person."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.interop.embedding import OpenWidget, both_generations
from tests.interop.orgs import NUMBER, PASSWORD, SECRET, password_then
from tests.interop.running import NewTenant

phone = pytest.importorskip("tests.interop.phone")

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

REFUSED = r"status of 40[013] .*/idp/idx/"

TO_ENROLL = "Set up security methods"


def methods_of(visitor: Any) -> list[str]:
    """How the person has signed in, as the ID token says it."""
    return sorted(visitor.is_signed_in()["methods"].split())


# -- phone ------------------------------------------------------------------------------------------------------------


def test_a_texted_code_is_the_second_factor(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"verify": "phone_number"}, has=["phone_number"]))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify with your phone")
    mary.presses("Receive a code via SMS")
    mary.give_code("000000", "Verify with your phone")
    mary.reads("Invalid code. Try again.")
    mary.give_code(org.code(to=NUMBER), "Verify with your phone")

    assert methods_of(mary) == ["mfa", "pwd", "sms"]


def test_a_spoken_code_is_the_second_factor(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"verify": "phone_number"}, has=["phone_number"]))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify with your phone")
    mary.presses("Receive a voice call instead")
    mary.give_code(org.code(to=NUMBER), "Verify with your phone")

    assert methods_of(mary) == ["mfa", "pwd", "tel"]


def test_a_phone_is_enrolled(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"enroll": "phone_number"}))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees(TO_ENROLL)
    mary.presses("Set up Phone.")
    mary.sees("Set up phone authentication")
    mary.fills("Phone number", NUMBER.removeprefix("+1"))
    mary.presses("Receive a code via SMS")
    mary.give_code(org.code(to=NUMBER), "Set up phone authentication")

    assert methods_of(mary) == ["mfa", "pwd", "sms"]


# -- codes by the clock -----------------------------------------------------------------------------------------------


def test_an_authenticator_app_is_enrolled_from_the_shown_secret(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"enroll": "google_otp"}, {"verify": "google_otp"}))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees(TO_ENROLL)
    mary.presses("Set up Google Authenticator.")
    mary.sees("Set up Google Authenticator", picture="secret-as-picture")
    scanned = phone.secret_in(phone.read(mary.page.screenshot()))
    mary.presses("Can't scan?")
    mary.reads(scanned)
    app = phone.AuthenticatorApp(scanned)
    mary.presses("Next")
    mary.fills("Enter code", app.code())
    mary.presses("Verify")
    assert methods_of(mary) == ["google_otp", "mfa", "otp", "pwd"]

    mary = open_widget(org, signed_out=True)
    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify with Google Authenticator")
    mary.fills("Enter code", app.code())
    mary.presses("Verify")
    assert methods_of(mary) == ["google_otp", "mfa", "otp", "pwd"]


def test_a_wrong_code_of_an_app_is_shown(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"verify": "google_otp"}, has=["google_otp"]))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify with Google Authenticator")
    mary.fills("Enter code", "000000")
    mary.presses("Verify")
    mary.reads("Your code doesn't match our records. Please try again.")
    mary.fills("Enter code", phone.AuthenticatorApp(SECRET).code())
    mary.presses("Verify")

    assert mary.is_signed_in()["name"] == "Mary Acme"


# -- security question ------------------------------------------------------------------------------------------------


def test_a_security_question_is_enrolled_and_asked(
    open_widget: OpenWidget, new_tenant: NewTenant, generation: Any
) -> None:
    org = new_tenant(yaml=password_then({"enroll": "security_question"}, {"verify": "security_question"}))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)
    food = "What is the food you least liked as a child?"

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees(TO_ENROLL)
    mary.presses("Set up Security Question.")
    mary.sees("Set up security question")
    mary.chooses("Choose a security question", food)
    mary.fills("Answer", "artichokes")
    mary.presses({"gen2": "Verify", "gen3": "Set up"}[generation.name])
    assert methods_of(mary) == ["kba", "pwd"]

    mary = open_widget(org, signed_out=True)
    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify with your Security Question")
    mary.fills(food, "broccoli")
    mary.presses("Verify")
    mary.reads("Your answer doesn't match our records. Please try again.")
    mary.fills(food, "artichokes")
    mary.presses("Verify")
    assert methods_of(mary) == ["kba", "pwd"]


def test_a_question_of_ones_own_is_enrolled(open_widget: OpenWidget, new_tenant: NewTenant, generation: Any) -> None:
    org = new_tenant(yaml=password_then({"enroll": "security_question"}))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees(TO_ENROLL)
    mary.presses("Set up Security Question.")
    mary.ticks("Create my own security question")
    mary.fills("Create my own security question", "Who was there first?")
    mary.fills("Answer", "the hen")
    mary.presses({"gen2": "Verify", "gen3": "Set up"}[generation.name])

    assert methods_of(mary) == ["kba", "pwd"]


# -- security keys ----------------------------------------------------------------------------------------------------


def test_a_security_key_is_enrolled_and_asked(open_widget: OpenWidget, page: Any, new_tenant: NewTenant) -> None:
    from tests.interop.security_key import SecurityKey

    org = new_tenant(yaml=password_then({"enroll": "webauthn"}, {"verify": "webauthn"}))
    key = SecurityKey(page)
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees(TO_ENROLL)
    mary.presses("Set up Security Key or Biometric Authenticator.")
    mary.sees("Set up security key or biometric authenticator")
    mary.presses("Set up")
    assert methods_of(mary) == ["mfa", "pop", "pwd"]
    (credential,) = key.credentials()
    assert base64.b64decode(credential["userHandle"])

    mary = open_widget(org, signed_out=True)
    mary.signs_in_with_password(org.login, PASSWORD)
    assert methods_of(mary) == ["mfa", "pop", "pwd"]  # generation 2 asks the key before anybody could read the page
    assert key.credentials()[0]["signCount"] > credential["signCount"]


# -- Okta Verify ------------------------------------------------------------------------------------------------------


def test_a_code_of_okta_verify_is_the_second_factor(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"verify": "okta_verify"}, has=["okta_verify"]))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Verify it's you with a security method")
    mary.presses("Select to enter a code from the Okta Verify app.")
    mary.sees("Enter a code")
    mary.fills("Enter code from Okta Verify app", phone.AuthenticatorApp(SECRET).code())
    mary.presses("Verify")

    assert methods_of(mary) == ["mfa", "okta_verify", "otp", "pwd"]
