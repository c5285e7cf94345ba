"""A device without a keyboard, activated at `/activate` with the Okta Sign-In Widget 7.49, both generations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.interop.embedding import Generation, Site, both_generations
from tests.interop.running import NewTenant, Tenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

NO_LOGO = r"status of 404 .*/img/logos/default.png"
"""Generation 2 asks the page's own origin for it where the app has none."""
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TELEVISION = {"client_id": "television", "scope": "openid email"}

Opens = Callable[..., Any]


@pytest.fixture
def open_activation(embedding: Site, visit: Opens, generation: Generation, request: pytest.FixtureRequest) -> Opens:
    """Opens a page of ours with the widget that goes on with what a page of the org has begun."""

    def opened(org: Tenant, address: str) -> Any:
        state_token = re.search(r'data-state-token="([^"]+)"', httpx.get(address).text)[1]
        name = re.sub(r"\W+", "-", request.node.name)
        page = embedding.embed(name, generation, issuer=org.issuer, baseUrl=org.base, stateToken=state_token)
        visitor = visit(page)
        visitor.watch.forgive(NO_LOGO)
        return visitor

    return opened


def asks(org: Tenant) -> dict[str, Any]:
    """What the television is told when it asks for a code."""
    return httpx.post(f"{org.issuer}/v1/device/authorize", data=TELEVISION).json()


def polls(org: Tenant, told: dict[str, Any]) -> dict[str, Any]:
    """What the television is told when it asks for its tokens."""
    form = {"client_id": "television", "grant_type": GRANT, "device_code": told["device_code"]}
    return httpx.post(f"{org.issuer}/v1/token", data=form).json()


def test_the_user_types_the_code_and_lets_the_device_in(open_activation: Opens, new_tenant: NewTenant) -> None:
    org = new_tenant("device-code")
    told = asks(org)
    mary = open_activation(org, told["verification_uri"])

    mary.sees("Activate your device", "code")
    mary.watch.forgive(r"status of 403 .*/idp/idx/device/activate")
    mary.fills("Activation Code", "BBBB-BBBB")
    mary.presses("Next")
    mary.reads("Invalid code. Try again.")
    mary.fills("Activation Code", told["user_code"])
    mary.presses("Next")
    mary.fills("Username", "mary@example.com")
    mary.presses("Next")
    mary.fills("Password", "Abcd1234!")
    mary.presses("Verify")
    mary.presses("Allow Access")
    mary.reads("Follow the instructions on your device for next steps")

    assert polls(org, told)["scope"] == "openid email"


def test_the_user_does_not_let_the_device_in(
    open_activation: Opens, new_tenant: NewTenant, generation: Generation
) -> None:
    org = new_tenant("device-code")
    told = asks(org)
    mary = open_activation(org, told["verification_uri_complete"])

    mary.sees("Activate your device")
    mary.presses("Next")
    mary.fills("Username", "mary@example.com")
    mary.presses("Next")
    mary.fills("Password", "Abcd1234!")
    mary.presses("Verify")
    mary.presses({"gen2": "Don't Allow", "gen3": "Cancel"}[generation.name])
    mary.reads("Your device cannot be activated because you did not allow access")

    assert polls(org, told)["error"] == "access_denied"
