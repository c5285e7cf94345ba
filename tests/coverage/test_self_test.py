"""Every reply of every walk can be read by every kind of client, and looking at a page again shows the same page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from conformance.reference.adapter import Adapter
from conformance.walks.engine_transport import EngineTransport, EngineWorld
from conformance.walks.walker import play
from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance
from mock_okta.engine.model import Reply, Request
from mock_okta.keys import development_keys
from mock_okta.org import Org, Tenant, bundled_library
from tests.coverage.walked import NOW, ORIGIN, Exchange, exchanges
from tests.engine.invariants import problems

SCRIPTED = frozenset(name for name in loader.bundled() if loader.load(name).script)
"""Scenarios that break replies on purpose."""


def replies() -> Iterator[tuple[Exchange, Reply]]:
    for each in exchanges():
        if each.endpoint.startswith("idx/") and each.scenario not in SCRIPTED:
            headers = tuple((name, str(value)) for name, value in each.headers.items())
            yield each, Reply(status=each.status, body=dict(each.body), headers=headers)


def test_no_reply_of_a_walk_breaks_any_client():
    found = {f"{each}: {problem}" for each, reply in replies() for problem in problems(reply, ORIGIN)}
    assert not found, "\n".join(sorted(found)[:40])


def test_there_are_enough_of_them():
    assert sum(1 for _ in replies()) > 1000


class LooksAgain(EngineTransport):
    """Looks at each page once more after it was served, and remembers where that showed another one."""

    def __init__(self, org: Org, tenant: Tenant) -> None:
        super().__init__(org)
        self.walked = tenant
        self.differences: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        page = _page(response)
        if "/idp/idx/" in request.url.path and page.get("remediation") and page.get("stateHandle"):
            asked = Request(
                method="POST",
                endpoint="idx/introspect",
                origin=ORIGIN,
                at=self.walked.now(),
                chance="again",
                body=json.dumps({"stateHandle": page["stateHandle"]}).encode(),
            )
            again = advance(self.walked.scenario, self.walked.state, asked)[1].body
            if _state(again) != _state(page):
                self.differences.append(f"{request.url.path}: {_state(page)} became {_state(again)}")
        return response


def _page(response: httpx.Response) -> dict:
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _state(page: dict) -> tuple:
    return page.get("stateHandle"), [row["name"] for row in page.get("remediation", {}).get("value", ())]


@pytest.mark.parametrize("name", sorted(set(loader.bundled()) - SCRIPTED))
def test_a_page_that_is_looked_at_again_is_the_same(name):
    scenario = loader.load(name)
    for walk in scenario.walks:
        org = Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW)
        tenant = org.create(scenario, id="walked", seed="again")
        transport = LooksAgain(org, tenant)
        world = EngineWorld(tenant, transport)
        adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
        assert play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=name) is None
        assert not transport.differences
