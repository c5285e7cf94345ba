"""Ways to break the reference client in exactly one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch as patch_attribute

import httpx

from mock_okta_conformance.adapters import CallableAdapter
from mock_okta_conformance.reference.adapter import Adapter as ReferenceAdapter
from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.tokens import CHECKS
from tests.conformance.tampering import Outgoing, Tampering
from tests.conformance.wsgi_mock import Wsgi, WsgiMock

Breaking = Callable[[WsgiMock], Any]
"""Given the mock, a context manager that yields the driver of a client with one fault."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A client with one fault.

    breaks: the requirement that it is made for
    how: what it does wrong
    apply: makes it
    also: the other requirements that it cannot meet for that reason
    """

    breaks: str
    how: str
    apply: Breaking
    also: frozenset[str] = field(default_factory=frozenset)

    @property
    def kills(self) -> frozenset[str]:
        """Everything that must fail, and nothing else may."""
        return self.also | {self.breaks}


def requests(change: Callable[[Outgoing], None], *endpoints: str) -> Breaking:
    """Changes requests; only those to these endpoints, if any are given ("idx" stands for all of that kind)."""

    def exchange(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        out = Outgoing(request)
        if endpoints and not {out.endpoint, out.endpoint.partition("/")[0]} & set(endpoints):
            return send(request)
        change(out)
        return send(out.request())

    return lambda mock: mock.reference(Tampering(mock.transport, exchange))


def exchanges(change: Callable[[httpx.Request, Callable[[httpx.Request], httpx.Response]], httpx.Response]) -> Breaking:
    """Changes whole exchanges: sends more often, elsewhere, or hears something else."""
    return lambda mock: mock.reference(Tampering(mock.transport, change))


def again(when: Callable[[Outgoing, httpx.Response], bool], times: int = 1) -> Breaking:
    """Sends a request again while this holds, up to so many times."""

    def exchange(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        response = send(request)
        for _ in range(times):
            if not when(Outgoing(request), response):
                break
            response = send(Outgoing(request).raw_request())
        return response

    return exchanges(exchange)


def patched(target: Any, name: str, make: Callable[[Any], Any]) -> Breaking:
    """Replaces a function of the reference client by `make(the function)`."""

    @contextmanager
    def apply(mock: WsgiMock) -> Iterator[CallableAdapter]:
        original = target.__dict__[name]
        with patch_attribute.object(target, name, make(original)), mock.reference() as adapter:
            yield adapter

    return apply


def without(*names: str) -> Breaking:
    """Leaves checks of the ID token out."""
    kept = tuple(check for check in CHECKS if check.name not in names)
    return checking(lambda checks: kept)


def checking(change: Callable[[Any], Any]) -> Breaking:
    """Uses other checks of the ID token."""
    return lambda mock: mock.reference(make_client=lambda *a, **k: Client(*a, **k, checks=change(CHECKS)))


def configured(**changes: Any) -> Breaking:
    """Uses other settings."""

    def make_client(settings: Any, *rest: Any, **options: Any) -> Client:
        return Client(replace(settings, **changes), *rest, **options)

    return lambda mock: mock.reference(make_client=make_client)


def views(change: Callable[[Mapping[str, Any], dict[str, Any]], None]) -> Breaking:
    """Changes what the user sees: `change(message, view)`."""

    @contextmanager
    def apply(mock: WsgiMock) -> Iterator[CallableAdapter]:
        driver = ReferenceAdapter(transport=mock.transport)

        def handle(message: Mapping[str, Any]) -> dict[str, Any]:
            reply = driver.handle(message)
            if "view" in reply:
                change(message, reply["view"])
            return reply

        adapter = CallableAdapter(handle, origin="mutant")
        try:
            yield adapter
        finally:
            adapter.close()

    return apply


def messages(change: Callable[[dict[str, Any]], None]) -> Breaking:
    """Changes what the client is asked to do."""

    @contextmanager
    def apply(mock: WsgiMock) -> Iterator[CallableAdapter]:
        driver = ReferenceAdapter(transport=mock.transport)

        def handle(message: Mapping[str, Any]) -> dict[str, Any]:
            asked = dict(message)
            change(asked)
            return driver.handle(asked)

        adapter = CallableAdapter(handle, origin="mutant")
        try:
            yield adapter
        finally:
            adapter.close()

    return apply


def trusting(mock: WsgiMock) -> Any:
    """Trusts any certificate."""
    return mock.reference(Wsgi(mock.app, trusting=True))
