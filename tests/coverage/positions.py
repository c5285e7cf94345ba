"""Every page of every walk with the tenant behind it, so that a test can answer it in other ways than the walk did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from conformance.reference.adapter import Adapter
from conformance.walks.engine_transport import EngineTransport, EngineWorld
from conformance.walks.walker import play
from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance
from mock_okta.engine.model import Reply, Request, Scenario, State
from mock_okta.keys import development_keys
from mock_okta.org import Org, Tenant, bundled_library
from tests.coverage.walked import NOW, ORIGIN, Body, nodes

BELOW = "/idp/idx/"


@dataclass(frozen=True)
class Position:
    """A page, and the tenant as it was when the page had been sent."""

    scenario: Scenario
    walk: str
    state: State
    at: float
    page: Body

    @property
    def forms(self) -> list[Body]:
        """What can be submitted below `/idp/idx/`, actions included, but for the way out."""
        posts = (node for node in nodes(self.page) if node.get("rel") and BELOW in node["href"])
        return [node for node in posts if node["name"] != "cancel"]

    def post(self, form: Body, answer: Mapping[str, Any]) -> tuple[State, Reply]:
        """The tenant and its reply after this answer; the position itself stays."""
        body = json.dumps({**answer, "stateHandle": self.page["stateHandle"]}).encode()
        endpoint = f"idx/{path_of(form)}"
        request = Request(method="POST", endpoint=endpoint, server="walked", origin=ORIGIN, at=self.at, body=body)
        return advance(self.scenario, self.state, request)

    def __str__(self) -> str:
        return f"{self.scenario.name}: {self.walk}"


def path_of(form: Body) -> str:
    """Where a form is posted, below `/idp/idx/`."""
    return urlsplit(form["href"]).path.removeprefix(BELOW)


@cache
def positions() -> tuple[Position, ...]:
    """All pages of the library that offer something, but for the scenarios that break replies on purpose."""
    scenarios = (loader.load(name) for name in loader.bundled())
    return tuple(each for scenario in scenarios if not scenario.script for each in _positions_of(scenario))


@cache
def different_forms() -> tuple[tuple[Position, Body], ...]:
    """One of each form that asks for something: the same fields, beside the same forms at the same address."""
    found: dict[Any, tuple[Position, Body]] = {}
    for position in positions():
        for form in position.forms:
            beside = tuple(each["name"] for each in position.forms if each["href"] == form["href"])
            found.setdefault((form["name"], beside, _shape(form["value"])), (position, form))
    return tuple(found.values())


def _shape(value: Any) -> Any:
    """What fields there are, whatever they hold."""
    if isinstance(value, list):
        return frozenset(map(_shape, value))
    if isinstance(value, Mapping):
        said = (value.get("name"), value.get("required"), value.get("mutable"))
        return (*said, *(_shape(value[name]) for name in ("form", "options", "value") if name in value))
    return None


class Remembers(EngineTransport):
    """Keeps the tenant as it is after each page."""

    def __init__(self, org: Org, tenant: Tenant, walk: str) -> None:
        super().__init__(org)
        self.tenant, self.walk = tenant, walk
        self.positions: list[Position] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if BELOW in request.url.path and response.headers["content-type"].startswith("application/ion"):
            page = json.loads(response.content)
            if "remediation" in page and "stateHandle" in page:
                tenant = self.tenant
                self.positions.append(Position(tenant.scenario, self.walk, tenant.state, tenant.now(), page))
        return response


def _positions_of(scenario: Scenario) -> Iterator[Position]:
    for walk in scenario.walks:
        org = Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW)
        tenant = org.create(scenario, id="walked", seed="coverage")
        transport = Remembers(org, tenant, walk.name)
        world = EngineWorld(tenant, transport)
        adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
        assert play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=scenario.name) is None
        yield from transport.positions
