"""Pages between the last proof and the tokens, in the Okta Sign-In Widget 7.49, both generations."""

from __future__ import annotations

import re

import pytest

from tests.interop.embedding import Generation, OpenWidget, both_generations
from tests.interop.orgs import PASSWORD, password_then
from tests.interop.running import NewTenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

REFUSED = r"status of 40[013] .*/idp/idx/"
DENIED = re.compile("^You do not have permission to perform the requested action")
NO_LOGO = r"status of 404 .*/img/logos/default.png"

PRINTER = {
    "type": "browser",
    "label": "Photo Printer",
    "links": {"tos_uri": "http://localhost/terms", "policy_uri": "http://localhost/privacy"},
}
ALBUMS = [
    {"name": "albums.read", "label": "See your albums.", "description": "The pictures in your albums."},
    {"name": "albums.write", "label": "Change your albums."},
]
MANAGE = [{"name": "okta.clients.manage", "description": "Allows the app to manage clients in your Okta organization."}]


def asking(kind: str, scopes: list[dict[str, str]]) -> str:
    """An org whose app asks the user for these scopes."""
    step = {"consent": {"kind": kind, "scopes": scopes} if scopes else {"kind": kind}}
    server = {"scopes": [scope["name"] for scope in scopes]}
    return password_then(step, apps=[PRINTER], authorization_server=server)


def test_the_user_lets_the_app_have_what_it_asks_for(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then("consent", apps=[PRINTER]))
    mary = open_widget(org)
    mary.watch.forgive(NO_LOGO)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.presses("Allow Access")
    assert mary.is_signed_in()["scopes"] == "openid profile email"

    mary = open_widget(org, signed_out=True)
    mary.signs_in_with_password(org.login, PASSWORD)
    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_the_user_does_not_let_the_app_have_it(
    open_widget: OpenWidget, new_tenant: NewTenant, generation: Generation
) -> None:
    org = new_tenant(yaml=password_then("consent", apps=[PRINTER]))
    mary = open_widget(org)
    mary.watch.forgive(NO_LOGO)
    mary.watch.forgive(REFUSED)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.presses({"gen2": "Don't Allow", "gen3": "Cancel"}[generation.name])

    mary.reads(DENIED)


def test_an_administrator_lets_the_app_manage_the_org(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=asking("admin", MANAGE))
    mary = open_widget(org, scopes=["openid", "email", "profile", "okta.clients.manage"])
    mary.watch.forgive(NO_LOGO)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.presses("Allow Access")

    assert "okta.clients.manage" in mary.is_signed_in()["scopes"].split()


def test_the_user_lets_the_app_have_some_of_it(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=asking("granular", ALBUMS))
    mary = open_widget(org, scopes=["openid", "email", "profile", "albums.read", "albums.write"])
    mary.watch.forgive(NO_LOGO)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.ticks("Change your albums.")
    mary.presses("Allow Access")

    assert mary.is_signed_in()["scopes"].split() == ["openid", "profile", "email", "albums.read"]


@pytest.mark.parametrize("answer", ["Stay signed in", "Don't stay signed in"])
def test_the_user_says_whether_to_stay_signed_in(open_widget: OpenWidget, new_tenant: NewTenant, answer: str) -> None:
    org = new_tenant("keep-me-signed-in")
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, PASSWORD)
    mary.sees("Keep me signed in")
    mary.presses(answer)

    assert mary.is_signed_in()["status"] == "SUCCESS"
