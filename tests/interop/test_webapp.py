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
from tests.interop.running import Tenant

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [pytest.mark.interop, pytest.mark.browser]

GENERATIONS = ("gen2", "gen3")


@pytest.fixture
def host(node: str, node_modules: Path) -> Iterator[Callable[..., str]]:
    """Starts the web app for a tenant and returns its origin."""
    with ExitStack() as apps:
        yield lambda org, generation="gen2": apps.enter_context(hosting(node, org, generation))


@pytest.fixture
def visit(page: Any, watch: Any) -> Callable[[str], Any]:
    """Opens an address. Returns the person who did."""
    from tests.interop.visitor import Visitor

    def visit(address: str) -> Visitor:
        page.goto(address)
        return Visitor(page, watch)

    return visit


def profile(page: Any, watch: Any) -> dict[str, str]:
    """What the profile page says about the user."""
    playwright.expect(page.get_by_role("heading", name="Hello, Mary")).to_be_visible()
    watch.picture(page, "profile")
    return {row.get_attribute("data-claim"): row.inner_text() for row in page.locator("[data-claim]").all()}


def told(page: Any, watch: Any, heading: str) -> str:
    """The sentence of the error page with that heading, which shows nothing of the app's insides."""
    playwright.expect(page.get_by_role("heading", name=heading)).to_be_visible()
    watch.picture(page, "refused")
    assert "node_modules" not in page.content()
    return page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_password_leads_to_the_profile_page(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant], generation: str
) -> None:
    org = tenant("password")
    app = host(org, generation)
    mary = visit(app)

    page.get_by_role("link", name="Sign in").click()
    mary.name_themselves(org.login)
    mary.give_password(org.password)

    claims = profile(page, watch)
    assert page.url == f"{app}/"
    assert (claims["name"], claims["email"]) == ("Mary Acme", "mary@example.com")
    (exchange,) = org.journal("token")
    assert exchange["request"]["body"]["client_secret"] == org.about["client_secret"]
    assert exchange["request"]["headers"].get("origin") is None


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_password_and_a_mailed_code_lead_to_the_profile_page(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant], generation: str
) -> None:
    org = tenant("password-then-email")
    mary = visit(f"{host(org, generation)}/login")

    mary.name_themselves(org.login)
    mary.give_password(org.password)
    mary.ask_for_email()
    mary.open_code_form()
    mary.give_code(org.code())

    assert profile(page, watch)["preferred_username"] == org.login


def test_signing_out_revokes_the_tokens_and_comes_back(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    org = tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")
    mary.name_themselves(org.login)
    mary.give_password(org.password)
    profile(page, watch)

    page.get_by_role("button", name="Sign out").click()

    playwright.expect(page.get_by_text("You are not signed in.")).to_be_visible()
    watch.picture(page, "signed-out")
    assert urlsplit(page.url).netloc == urlsplit(app).netloc
    secret = b64encode(f"{org.about['client_id']}:{org.about['client_secret']}".encode()).decode()
    revoked = org.journal("revoke")
    assert [each["request"]["body"]["token_type_hint"] for each in revoked] == ["refresh_token", "access_token"]
    assert {each["request"]["headers"]["authorization"] for each in revoked} == {f"Basic {secret}"}
    (left,) = org.journal("logout")
    assert parse_qs(urlsplit(left["request"]["url"]).query)["post_logout_redirect_uri"] == [app]


def test_a_refusal_in_the_callback_is_a_page(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    watch.forgive(r"status of 400 .*/login/callback")
    app = host(tenant("password"))
    visit(f"{app}/login")

    page.goto(f"{app}/login/callback?error=access_denied&error_description=User+is+not+assigned&state=any")

    assert told(page, watch, "You were not let in") == "User is not assigned"


def test_a_foreign_state_in_the_callback_is_a_page(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    watch.forgive(r"status of 400 .*/login/callback")
    org = tenant("password")
    app = host(org)
    visit(f"{app}/login")

    page.goto(f"{app}/login/callback?interaction_code=a-code&state=somebody-elses")

    assert "State" in told(page, watch, "Signing in did not work")
    assert org.journal("token") == []


def test_a_code_that_the_org_never_gave_is_a_page(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    watch.forgive(r"status of 400 .*/login/callback")
    org = tenant("password")
    app = host(org)
    visit(f"{app}/login")
    playwright.expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    (started,) = org.journal("interact")

    page.goto(f"{app}/login/callback?interaction_code=never-given&state={started['request']['body']['state']}")

    assert told(page, watch, "Signing in did not work") != ""
    assert org.journal("token")[0]["response"]["body"]["error"] == "invalid_grant"


def test_a_callback_that_wants_more_shows_the_widget_again(
    host: Any, visit: Any, page: Any, watch: Any, tenant: Callable[..., Tenant]
) -> None:
    org = tenant("password")
    app = host(org)
    mary = visit(f"{app}/login")
    playwright.expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    state = org.journal("interact")[0]["request"]["body"]["state"]

    page.goto(f"{app}/login/callback?error=interaction_required&state={state}")
    mary.name_themselves(org.login)
    mary.give_password(org.password)

    assert profile(page, watch)["name"] == "Mary Acme"
    assert len(org.journal("interact")) == 1
