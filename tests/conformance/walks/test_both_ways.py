"""Every walk of every bundled scenario, through the engine alone and over HTTP: the same is answered, to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine.model import Scenario, Walk
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
from mock_okta_conformance.control import Control
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.trust import system_trust
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play
from mock_okta_conformance.walks.world import ControlledWorld

NOW = 1_800_000_000.25


def new_org() -> Org:
    """An org in which time stands still unless it is moved."""
    return Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW)


def chance():
    """Random bytes that are the same every time."""
    numbers = count()
    return lambda length: hashlib.shake_128(str(next(numbers)).encode()).digest(length)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Org, str]]:
    org = new_org()
    server = RunningServer(create_app(org, Config(port=0)), Config(port=0))
    yield org, server.origin
    server.stop()


WALKS = [
    pytest.param(scenario, walk, id=f"{scenario.name}: {walk.name}")
    for scenario in map(loader.load, loader.bundled())
    for walk in scenario.walks
]


def over_http(org: Org, origin: str, scenario: Scenario, walk: Walk) -> list[dict[str, Any]]:
    tenant = org.create(scenario, id="walked", seed="the same")
    control = Control(origin)
    transport = httpx.HTTPTransport(trust_env=False, verify=system_trust())
    world = ControlledWorld(control, tenant.id, clock=lambda: NOW, transport=transport)
    adapter = Adapter(clock=world.now, sleep=world.advance, randomness=chance())
    try:
        assert play(adapter.handle, world, walk, control.tenant(tenant.id), scenario=scenario.name) is None
        return [exchange.as_json() for exchange in tenant.journal]
    finally:
        org.delete(tenant.id)
        adapter.close()
        transport.close()
        control.close()


def through_the_engine(origin: str, scenario: Scenario, walk: Walk) -> list[dict[str, Any]]:
    org = new_org()
    tenant = org.create(scenario, id="walked", seed="the same")
    transport = EngineTransport(org)
    world = EngineWorld(tenant, transport)
    adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance, randomness=chance())
    assert play(adapter.handle, world, walk, describe(tenant, origin), scenario=scenario.name) is None
    return world.exchanges()


@pytest.mark.parametrize(("scenario", "walk"), WALKS)
def test_a_walk_is_the_same_over_http_and_through_the_engine(served, scenario, walk):
    org, origin = served
    assert over_http(org, origin, scenario, walk) == through_the_engine(origin, scenario, walk)


def test_every_bundled_scenario_has_a_walk_that_signs_in_and_one_that_does_not():
    ends = {
        scenario.name: {any(verb == "success" for verb, _ in walk.moves) for walk in scenario.walks}
        for scenario in map(loader.load, loader.bundled())
    }
    assert {name: seen for name, seen in ends.items() if seen != {True, False}} == {}
