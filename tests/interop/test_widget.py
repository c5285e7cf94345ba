"""The Okta Sign-In Widget 7.49 in Chromium, both generations, embedded in a page of ours on another origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.interop.embedding import GENERATIONS, Generation, Site
from tests.interop.running import Tenant

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.browser,
    pytest.mark.parametrize("generation", GENERATIONS, ids=str),
]

REFUSED = r"status of 40[01] .*/idp/idx/challenge/answer$"
"""What Chromium itself writes into the console about a refusal, whatever the page makes of it."""


@pytest.fixture
def visit(embedding: Site, page: Any, watch: Any, generation: Generation) -> Callable[..., Any]:
    """Opens a page that embeds the widget for a tenant. Returns the person in front of it."""
    from tests.interop.visitor import Visitor

    def visit(org: Tenant) -> Visitor:
        page.goto(embedding.embed(org.id, generation, issuer=org.issuer, clientId=org.about["spa_client_id"]))
        return Visitor(page, watch)

    return visit


def shown(page: Any, watch: Any) -> dict[str, str]:
    """What the page says about the sign-in once the widget has handed the tokens over."""
    playwright.expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    watch.picture(page, "signed-in")
    facts = page.locator("#signed-in dd").all()
    return {fact.get_attribute("data-fact"): fact.inner_text() for fact in facts}


def claims_of(token: str, org: Tenant) -> dict[str, Any]:
    """The claims, verified with the keys that the authorization server publishes."""
    keys = KeySet.import_key_set(httpx.get(f"{org.issuer}/v1/keys").raise_for_status().json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_a_password_signs_in(visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]) -> None:
    org = tenant("password")
    mary = visit(org)

    mary.name_themselves(org.login)
    mary.give_password(org.password)

    facts = shown(page, watch)
    assert (facts["status"], facts["name"], facts["email"]) == ("SUCCESS", "Mary Acme", "mary@example.com")
    assert (facts["issuer"], facts["audience"]) == (org.issuer, org.about["spa_client_id"])
    assert claims_of(facts["id token"], org)["sub"] == facts["subject"]
    assert claims_of(facts["access token"], org)["cid"] == facts["audience"]


def test_name_and_password_on_one_page_sign_in(
    visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    org = tenant("password-single-form")

    visit(org).name_themselves_with_password(org.login, org.password)

    assert shown(page, watch)["name"] == "Mary Acme"


def test_a_wrong_password_is_shown_and_the_right_one_signs_in(
    visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    watch.forgive(REFUSED)
    org = tenant("password")
    mary = visit(org)

    mary.name_themselves(org.login)
    mary.give_password("not-the-password")
    mary.reads("Password is incorrect")
    mary.give_password(org.password)

    assert shown(page, watch)["name"] == "Mary Acme"


def test_the_mailed_code_is_the_second_factor(
    visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    watch.forgive(REFUSED)
    org = tenant("password-then-email")
    mary = visit(org)

    mary.name_themselves(org.login)
    mary.give_password(org.password)
    mary.ask_for_email()
    mary.open_code_form()
    mary.give_code("000000")
    mary.reads("Invalid code. Try again.")
    mary.give_code(org.code())

    facts = shown(page, watch)
    assert sorted(facts["methods"].split()) == ["email", "mfa", "pwd"]
    assert claims_of(facts["id token"], org)["sub"] == facts["subject"]


def test_a_reloaded_page_goes_on_where_it_was(
    visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    org = tenant("password")
    mary = visit(org)

    mary.name_themselves(org.login)
    playwright.expect(page.get_by_role("heading", name="Verify with your password")).to_be_visible()
    page.reload()
    mary.give_password(org.password)

    assert shown(page, watch)["name"] == "Mary Acme"
    assert len(org.journal("interact")) == 1
