"""Every walk of every bundled scenario, through the engine alone and over HTTP: the same is answered, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_okta.config import Config
from mock_okta.org import Org
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
from mock_okta_conformance.control import Control
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.walker import play
from mock_okta_conformance.walks.world import ControlledWorld
from tests.library import scenarios
from tests.recorded import ID, NOW, ORIGIN, SEED, Recorded, chance, new_org, recorded


class Rerouted(httpx.HTTPTransport):
    """Leads what is asked of `ORIGIN` to a port, so that all that is answered names the same address."""

    def __init__(self, port: int) -> None:
        super().__init__(trust_env=False, verify=False)
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url).startswith(f"{ORIGIN}/")
        sent = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=self._port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(sent)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Org, httpx.BaseTransport]]:
    org = new_org()
    server = RunningServer(create_app(org, Config(port=0)), Config(port=0))
    with Rerouted(server.port) as transport:
        yield org, transport
    server.stop()


WALKS = {
    f"{scenario.name}: {walk.name}": (scenario, walk) for scenario in scenarios().values() for walk in scenario.walks
}


def over_http(org: Org, transport: httpx.BaseTransport, name: str) -> list[dict[str, Any]]:
    scenario, walk = WALKS[name]
    tenant = org.create(scenario, id=ID, seed=SEED)
    control = Control(ORIGIN, transport=transport)
    world = ControlledWorld(control, tenant.id, clock=lambda: NOW, transport=transport)
    adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance, randomness=chance())
    try:
        assert play(adapter.handle, world, walk, control.tenant(tenant.id), scenario=scenario.name) is None
        return [exchange.as_json() for exchange in tenant.journal]
    finally:
        org.delete(tenant.id)


@pytest.fixture(scope="session")
def through_the_engine() -> dict[str, Recorded]:
    return {str(each): each for each in recorded()}


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_is_the_same_over_http_and_through_the_engine(served, through_the_engine, name):
    assert over_http(*served, name) == [move.line for move in through_the_engine[name].moves]


def test_every_bundled_scenario_has_a_walk_that_signs_in_and_one_that_does_not():
    ends = {
        scenario.name: {any(verb == "success" for verb, _ in walk.moves) for walk in scenario.walks}
        for scenario in scenarios().values()
    }
    assert {name: seen for name, seen in ends.items() if seen != {True, False}} == {}
