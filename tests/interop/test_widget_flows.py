"""Ways into an account with the Okta Sign-In Widget 7.49, both generations: registering, recovering, unlocking."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.interop.embedding import Generation, OpenWidget, both_generations
from tests.interop.orgs import NEW_PASSWORD, NUMBER, PASSWORD, RECOVER, REGISTER, UNLOCK, password_then
from tests.interop.running import NewTenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

REFUSED = r"status of 40[013] .*/idp/idx/"


def sets_password(visitor: Any, label: str, button: str, password: str = NEW_PASSWORD) -> None:
    """Fills in a page that asks for a new password, twice."""
    visitor.fills(label, password)
    visitor.fills("Re-enter password", password)
    visitor.presses(button)


def fills_profile(visitor: Any, **changes: str) -> None:
    """Fills in the form for a new user."""
    visitor.sees("Sign up")
    profile = {"First name": "Ada", "Last name": "Acme", "Email": "ada@example.com"} | changes
    for label, value in profile.items():
        visitor.fills(label, value)
    visitor.presses("Sign Up")


# -- registration -----------------------------------------------------------------------------------------------------


def test_a_new_user_registers(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(register=REGISTER))
    ada = open_widget(org)

    ada.presses("Sign up")
    fills_profile(ada)
    ada.sees("Set up security methods")
    ada.presses("Set up Password.")
    ada.sees("Set up password")
    sets_password(ada, "Enter password", "Next")
    ada.sees("Set up security methods")
    ada.presses("Set up Phone.")
    ada.fills("Phone number", NUMBER.removeprefix("+1"))
    ada.presses("Receive a code via SMS")
    ada.give_code(org.code(to=NUMBER), "Set up phone authentication")

    facts = ada.is_signed_in()
    assert (facts["name"], facts["email"]) == ("Ada Acme", "ada@example.com")
    assert sorted(facts["methods"].split()) == ["mfa", "pwd", "sms"]


def test_a_new_user_leaves_out_what_is_optional(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(register=REGISTER))
    ada = open_widget(org)

    ada.presses("Sign up")
    fills_profile(ada)
    ada.presses("Set up Password.")
    sets_password(ada, "Enter password", "Next")
    ada.reads("Optional")
    ada.presses("Continue")

    assert ada.is_signed_in()["name"] == "Ada Acme"


def test_a_profile_that_will_not_do_is_shown_as_such(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(register=REGISTER))
    ada = open_widget(org)
    ada.watch.forgive(REFUSED)

    ada.presses("Sign up")
    fills_profile(ada, Email="ada at example.com")
    ada.reads("'Email' must be in the form of an email address")
    fills_profile(ada, Email=org.login)
    ada.reads("A user with this Email already exists")
    fills_profile(ada)

    ada.sees("Set up security methods")


# -- recovery ---------------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(has=["okta_email"], recover=RECOVER))
    mary = open_widget(org)

    mary.name_themselves(org.login)
    mary.sees("Verify with your password")
    mary.presses("Forgot password?")
    mary.ask_for_email()
    mary.open_code_form()
    mary.give_code(org.code())
    mary.sees("Reset your password")
    sets_password(mary, "New password", "Reset Password")
    assert mary.is_signed_in()["name"] == "Mary Acme"

    mary = open_widget(org, signed_out=True)
    mary.signs_in_with_password(org.login, NEW_PASSWORD)
    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_a_locked_account_is_unlocked(open_widget: OpenWidget, new_tenant: NewTenant, generation: Generation) -> None:
    org = new_tenant(yaml=password_then(has=["okta_email"], status="LOCKED_OUT", unlock=UNLOCK))
    mary = open_widget(org)

    mary.presses("Unlock account?")
    mary.sees({"gen2": "Verify it's you with a security method", "gen3": "Unlock account"}[generation.name])
    mary.fills("Username", org.login)
    mary.presses({"gen2": "Select Email.", "gen3": "Next"}[generation.name])
    mary.open_code_form()
    mary.give_code(org.code())
    mary.reads("Account successfully unlocked!")
    mary.go_back()
    mary.signs_in_with_password(org.login, PASSWORD)

    assert mary.is_signed_in()["name"] == "Mary Acme"


# -- passwords that have to be changed ---------------------------------------------------------------------------------


def test_an_expired_password_has_to_be_changed(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(status="PASSWORD_EXPIRED"))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Your password has expired")
    sets_password(mary, "New password", "Change Password")

    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_a_password_that_will_not_do_is_shown_as_such(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(status="PASSWORD_EXPIRED"))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, PASSWORD)
    sets_password(mary, "New password", "Change Password", password="Mary1234!")
    mary.reads(re.compile("^Password requirements were not met"))
    sets_password(mary, "New password", "Change Password")

    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_a_password_about_to_expire_can_be_kept(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then(has=[{"okta_password": {"days_to_expiry": 3}}]))
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Your password will expire in 3 days")
    mary.presses("Remind me later")

    assert mary.is_signed_in()["name"] == "Mary Acme"
