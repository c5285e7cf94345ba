"""The mock without sockets, for tests that play hundreds of probes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from typing import Any

import httpx

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import add_interventions
from mock_okta.engine.model import Scenario
from mock_okta.journal import as_line
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org, Tenant
from mock_okta.web.app import create_app
from mock_okta.web.codec import ConnectionCut
from mock_okta_conformance.adapters import CallableAdapter
from mock_okta_conformance.client.runner import Surroundings
from mock_okta_conformance.control import Control, Untrusted
from mock_okta_conformance.reference.adapter import Adapter as ReferenceAdapter
from tests import library

BASE_URL = "http://127.0.0.1:6582"
SECURE_HOST = "untrusted.test"
IN_PROCESS = Surroundings(offers=frozenset())
"""Without "real time": nothing here waits half a minute."""


class Wsgi(httpx.BaseTransport):
    """Calls the application. What a socket would do to a client is done by exceptions.

    trusting: does not mind who signed the certificate of SECURE_HOST
    """

    def __init__(self, app: Any, *, trusting: bool = False) -> None:
        self._inner = httpx.WSGITransport(app=app)
        self._trusting = trusting

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == SECURE_HOST and not self._trusting:
            raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", request=request)
        try:
            response = self._inner.handle_request(request)
            return httpx.Response(response.status_code, headers=response.headers, content=response.read())
        except ConnectionCut:
            raise httpx.RemoteProtocolError("the peer closed the connection", request=request) from None


class DirectControl(Control):
    """The control API without HTTP, which would take as long as all that the clients do."""

    def __init__(self, org: Org, **options: Any) -> None:
        super().__init__(BASE_URL, **options)
        self._org = org

    def make_tenant(self, scenario: Mapping[str, Any] | str) -> dict[str, Any]:
        parsed = library.scenario(scenario) if isinstance(scenario, str) else _parsed(json.dumps(scenario))
        return describe(self._org.create(parsed), BASE_URL)

    def drop_tenant(self, tenant: str) -> None:
        self._org.delete(tenant)

    def tenant(self, tenant: str) -> dict[str, Any]:
        return describe(self._find(tenant), BASE_URL)

    def reset(self, tenant: str) -> None:
        self._find(tenant).reset()

    def journal(self, tenant: str, *, after: int = 0) -> list[dict[str, Any]]:
        return [as_line(number, exchange) for number, exchange in self._find(tenant).journal.numbered(after)]

    def strays(self, *, since: float) -> list[dict[str, Any]]:
        recent = takewhile(lambda exchange: exchange.at >= since, reversed(tuple(self._org.lost)))
        return [exchange.as_json() for exchange in recent][::-1]

    def codes(self, tenant: str) -> list[str]:
        return [mail.code for mail in self._find(tenant).state.outbox if mail.code]

    def advance_clock(self, tenant: str, seconds: float) -> None:
        self._find(tenant).advance_clock(seconds)

    def intervene(self, tenant: str, interventions: Sequence[Mapping[str, Any]]) -> None:
        added = [loader.parse_intervention(entry) for entry in interventions]
        self._find(tenant).change(lambda state: (add_interventions(state, added), None))

    def _find(self, tenant: str) -> Tenant:
        found = self._org.find(tenant)
        assert found is not None
        return found


@cache
def _parsed(text: str) -> Scenario:
    return loader.parse(text)


class WsgiMock:
    """One mock, its control API, and ways for clients to reach it."""

    def __init__(self) -> None:
        config = Config()
        self.org = Org(
            config, Library((), library.scenario), scenarios=[library.scenario("password")], keys=development_keys()
        )
        self.app = create_app(self.org, config)
        self.transport = Wsgi(self.app)
        secure = self.org.create(library.scenario("password"), id="behind-a-strange-certificate")
        self.control = DirectControl(
            self.org,
            transport=self.transport,
            untrusted=Untrusted(
                f"https://{SECURE_HOST}/oauth2/{secure.id}",
                lambda: [exchange.as_json() for exchange in secure.journal],
            ),
        )

    @contextmanager
    def reference(self, transport: httpx.BaseTransport | None = None, **options: Any) -> Iterator[CallableAdapter]:
        """The reference client, as a driver."""
        driver = ReferenceAdapter(transport=transport or self.transport, **options)
        adapter = CallableAdapter(driver.handle, origin="reference")
        try:
            yield adapter
        finally:
            adapter.close()
