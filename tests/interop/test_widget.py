"""The Okta Sign-In Widget 7.49 in Chromium, both generations, embedded in a page of ours on another origin."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.interop.embedding import OpenWidget, both_generations
from tests.interop.running import NewTenant, Tenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

REFUSED = r"status of 40[01] .*/idp/idx/challenge/answer$"
"""What Chromium itself writes into the console about a refusal, whatever the page makes of it."""


def claims_of(token: str, org: Tenant) -> dict[str, Any]:
    """The claims, verified with the keys that the authorization server publishes."""
    keys = KeySet.import_key_set(httpx.get(f"{org.issuer}/v1/keys").raise_for_status().json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_a_password_signs_in(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, org.password)

    facts = mary.is_signed_in()
    assert (facts["status"], facts["name"], facts["email"]) == ("SUCCESS", "Mary Acme", "mary@example.com")
    assert (facts["issuer"], facts["audience"]) == (org.issuer, org.about["spa_client_id"])
    assert claims_of(facts["id token"], org)["sub"] == facts["subject"]
    assert claims_of(facts["access token"], org)["cid"] == facts["audience"]


def test_name_and_password_on_one_page_sign_in(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant("password-single-form")
    mary = open_widget(org)

    mary.name_themselves_with_password(org.login, org.password)

    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_a_wrong_password_is_shown_and_the_right_one_signs_in(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.name_themselves(org.login)
    mary.give_password("not-the-password")
    mary.reads("Password is incorrect")
    mary.give_password(org.password)

    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_the_mailed_code_is_the_second_factor(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant("password-then-email")
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, org.password)
    mary.ask_for_email()
    mary.open_code_form()
    mary.give_code("000000")
    mary.reads("Invalid code. Try again.")
    mary.give_code(org.code())

    facts = mary.is_signed_in()
    assert sorted(facts["methods"].split()) == ["email", "mfa", "pwd"]
    assert claims_of(facts["id token"], org)["sub"] == facts["subject"]


def test_a_reloaded_page_goes_on_where_it_was(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    mary = open_widget(org)

    mary.name_themselves(org.login)
    mary.sees("Verify with your password")
    mary.page.reload()
    mary.give_password(org.password)

    assert mary.is_signed_in()["name"] == "Mary Acme"
    assert len(org.journal("interact")) == 1


def test_going_back_begins_another_sign_in(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    """The widget does not cancel the transaction that it leaves."""
    org = new_tenant("password")
    mary = open_widget(org)

    mary.name_themselves(org.login)
    mary.sees("Verify with your password")
    mary.go_back()
    mary.signs_in_with_password(org.login, org.password)

    assert mary.is_signed_in()["name"] == "Mary Acme"
    assert len(org.journal("interact")) == 2
    assert org.journal("idx/cancel") == []
