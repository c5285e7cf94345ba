"""A server without a socket: an org of given scenarios, and Flask's test client to knock at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from mock_okta.config import Config
from mock_okta.engine import advance as real_advance
from mock_okta.engine.model import Reply, Scenario
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.tenant import Advance
from mock_okta.web.app import create_app
from tests.engine.engine_client import CHALLENGE, EMAIL, IDENTIFY, PASSWORD, mary

NOON = 1_800_000_000.0
PAGE = "http://localhost:8080"
CALLBACK = f"{PAGE}/login/callback"
ION = "application/ion+json; okta-version=1.0.0"


def scenario(name: str = "two-factors", **changes: Any) -> Scenario:
    """A password, then a mailed code; Mary has both."""
    return Scenario(**{"name": name, "flows": {"sign_in": (IDENTIFY, PASSWORD, EMAIL)}, "users": (mary(),)} | changes)


def answering(reply: Reply) -> Advance:
    """An engine that gives this reply to everything."""
    return lambda scenario, state, request: (state, reply)


def failing(scenario: Any, state: Any, request: Any) -> Any:
    """An engine that breaks down."""
    raise RuntimeError("the engine broke down over a secret")


@dataclass
class ServedOrg:
    """An org, the client that calls it, and a clock that stands still."""

    org: Org
    client: FlaskClient
    config: Config
    hands: list[float]

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(path, json=body, headers=named(headers))

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> Any:
        return self.client.post(path, data=fields, headers=named(headers))

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=named(headers))

    def control(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body if isinstance(body, bytes) else json.dumps(body)}
        return self.client.open(f"/__mock__/{path}", method=method, headers=named(headers), **sent)

    def make_tenant(self, **wish: Any) -> dict[str, Any]:
        made = self.control("POST", "tenants", wish)
        assert made.status_code == 201, made.text
        return made.json

    def begin(self, tenant: Mapping[str, Any], **changes: str) -> Any:
        """Interact and introspect as the tenant's page does; returns the first IDX document."""
        fields = {
            "client_id": tenant["spa_client_id"],
            "scope": "openid profile",
            "redirect_uri": CALLBACK,
            "state": "state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        interaction = self.form(f"/oauth2/{tenant['id']}/v1/interact", fields | changes)
        assert interaction.status_code == 200, interaction.text
        handle = interaction.json["interaction_handle"]
        return self.post("/idp/idx/introspect", {"interactionHandle": handle})

    def identify(self, page: Any, identifier: str = "mary@example.com") -> Any:
        return self.post("/idp/idx/identify", {"identifier": identifier, "stateHandle": page.json["stateHandle"]})

    def answer(self, page: Any, passcode: str) -> Any:
        body = {"credentials": {"passcode": passcode}, "stateHandle": page.json["stateHandle"]}
        return self.post("/idp/idx/challenge/answer", body)


def named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problems(response: Any) -> list[tuple[str, str]]:
    """Field and message of each point that the control API finds wrong."""
    return [(each["field"], each["message"]) for each in response.json["errors"]]


def serve(
    *scenarios: Scenario, library: Library | None = None, advance: Advance = real_advance, **settings: Any
) -> ServedOrg:
    """An org with these scenarios; with none of them and no library, with the one of two factors."""
    config = Config(**settings)
    hands = [NOON]
    org = Org(
        config,
        library or Library((), _unknown),
        scenarios=scenarios or (() if library else (scenario(),)),
        keys=development_keys(),
        clock=lambda: hands[0],
        advance=advance,
    )
    return ServedOrg(org, create_app(org, config).test_client(), config, hands)


def _unknown(name: str) -> Scenario:
    from mock_okta.errors import ConfigError

    raise ConfigError(f"unknown scenario {name!r}; there are none")
