"""A server-rendered web app as in Okta's guides: okta-auth-js on the server, the widget on its login page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.interop.hosting import hosting
from tests.interop.running import NewTenant, Tenant

pytestmark = [pytest.mark.interop, pytest.mark.browser]

Visit = Callable[[str], Any]
Host = Callable[..., str]

both_generations = pytest.mark.parametrize("generation", ["gen2", "gen3"])


@pytest.fixture
def host(node: str, node_modules: Path) -> Iterator[Host]:
    """Starts the web app for a tenant and returns its origin."""
    with ExitStack() as apps:

        def start(org: Tenant, generation: str = "gen2") -> str:
            return apps.enter_context(hosting(node, org, generation))

        yield start


def profile_of(visitor: Any) -> dict[str, str]:
    """What the profile page says about the user."""
    visitor.sees("Hello, Mary", picture="profile")
    return {row.get_attribute("data-claim"): row.inner_text() for row in visitor.page.locator("[data-claim]").all()}


def told(visitor: Any, heading: str) -> str:
    """The sentence of the error page with that heading, which shows nothing of the app's insides."""
    visitor.watch.forgive(r"status of 400 .*/login/callback")
    visitor.sees(heading, picture="refused")
    assert "node_modules" not in visitor.page.content()
    return visitor.page.get_by_role("alert").inner_text()


def state_of(org: Tenant) -> str:
    """The `state` of the sign-in that the login page has begun."""
    return org.journal("interact")[0]["request"]["body"]["state"]


# -- signing in and out -----------------------------------------------------------------------------------------------


@both_generations
def test_a_password_leads_to_the_profile_page(host: Host, visit: Visit, new_tenant: NewTenant, generation: str) -> None:
    org = new_tenant("password")
    app = host(org, generation)
    mary = visit(app)

    mary.page.get_by_role("link", name="Sign in").click()
    mary.name_themselves(org.login)
    mary.give_password(org.password)

    claims = profile_of(mary)
    assert mary.page.url == f"{app}/"
    assert (claims["name"], claims["email"]) == ("Mary Acme", "mary@example.com")


def test_the_server_redeems_the_code_with_its_secret(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    mary = visit(f"{host(org)}/login")

    mary.name_themselves(org.login)
    mary.give_password(org.password)

    profile_of(mary)
    (began,), (redeemed,) = org.journal("interact"), org.journal("token")
    assert "client_secret" not in began["request"]["body"]
    assert redeemed["request"]["body"]["client_secret"] == org.about["client_secret"]
    assert "origin" not in redeemed["request"]["headers"]


@both_generations
def test_a_password_and_a_mailed_code_lead_to_the_profile_page(
    host: Host, visit: Visit, new_tenant: NewTenant, generation: str
) -> None:
    org = new_tenant("password-then-email")
    mary = visit(f"{host(org, generation)}/login")

    mary.name_themselves(org.login)
    mary.give_password(org.password)
    mary.ask_for_email()
    mary.open_code_form()
    mary.give_code(org.code())

    assert profile_of(mary)["preferred_username"] == org.login


def test_signing_out_revokes_the_tokens_and_comes_back(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")
    mary.name_themselves(org.login)
    mary.give_password(org.password)
    profile_of(mary)

    mary.page.get_by_role("button", name="Sign out").click()

    mary.sees("Acme", picture="signed-out")
    assert mary.page.url == f"{app}/"
    secret = b64encode(f"{org.about['client_id']}:{org.about['client_secret']}".encode()).decode()
    revoked = [each["request"] for each in org.journal("revoke")]
    assert [each["body"]["token_type_hint"] for each in revoked] == ["refresh_token", "access_token"]
    assert {each["headers"]["authorization"] for each in revoked} == {f"Basic {secret}"}
    (left,) = org.journal("logout")
    assert parse_qs(urlsplit(left["request"]["url"]).query)["post_logout_redirect_uri"] == [app]


# -- callbacks that bring no tokens -----------------------------------------------------------------------------------


def test_a_refusal_in_the_callback_is_a_page(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    app = host(new_tenant("password"))
    mary = visit(f"{app}/login")

    mary.page.goto(f"{app}/login/callback?error=access_denied&error_description=User+is+not+assigned&state=any")

    assert told(mary, "You were not let in") == "User is not assigned"


def test_a_foreign_state_in_the_callback_is_a_page(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")

    mary.page.goto(f"{app}/login/callback?interaction_code=a-code&state=somebody-elses")

    assert "State in redirect uri does not match" in told(mary, "Signing in did not work")
    assert org.journal("token") == []


def test_a_callback_out_of_nowhere_is_a_page(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")

    mary = visit(f"{host(org)}/login/callback?interaction_code=a-code&state=any")

    assert "No transaction data was found" in told(mary, "Signing in did not work")
    assert org.journal("token") == []


def test_a_code_that_the_org_never_gave_is_a_page(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")
    mary.sees("Sign In")

    mary.page.goto(f"{app}/login/callback?interaction_code=never-given&state={state_of(org)}")

    assert told(mary, "Signing in did not work") == "The interaction code is invalid or has expired."
    assert org.journal("token")[0]["response"]["body"]["error"] == "invalid_grant"


def test_a_callback_that_wants_more_shows_the_widget_again(host: Host, visit: Visit, new_tenant: NewTenant) -> None:
    org = new_tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")
    mary.sees("Sign In")

    mary.page.goto(f"{app}/login/callback?error=interaction_required&state={state_of(org)}")
    mary.name_themselves(org.login)
    mary.give_password(org.password)

    assert profile_of(mary)["name"] == "Mary Acme"
    assert len(org.journal("interact")) == 1
