"""Ways to break the reference client in exactly one place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch as patch_attribute
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from mock_okta_conformance.adapters import CallableAdapter
from mock_okta_conformance.reference.adapter import Adapter as ReferenceAdapter
from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.tokens import CHECKS
from tests.conformance.stage import Stage, Wsgi

Breaking = Callable[[Stage], Any]
"""Given the stage, a context manager that yields the driver of a client with one fault."""


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


class Outgoing:
    """A request on its way out, to be changed in place.

    endpoint: "interact", "token", "keys", "idx/identify" and so on
    form, body: the decoded form or JSON object, whichever it is
    """

    def __init__(self, request: httpx.Request) -> None:
        self.method = request.method
        self.url = str(request.url)
        self.headers = dict(request.headers)
        self.content = request.read()
        path = urlsplit(self.url).path
        self.endpoint = path.split("/idp/")[-1] if "/idp/idx/" in path else path.rpartition("/")[2]
        form_type = "x-www-form-urlencoded" in self.headers.get("content-type", "")
        self.form = dict(parse_qsl(self.content.decode(), keep_blank_values=True)) if form_type else None
        self.body = None if form_type else _json_value(self.content)

    def request(self) -> httpx.Request:
        """The request as it goes out."""
        if self.form is not None:
            self.content = urlencode(self.form, doseq=True).encode()
        elif self.body is not None:
            self.content = json.dumps(self.body, ensure_ascii=False).encode()
        return self.raw_request()

    def raw_request(self) -> httpx.Request:
        """The request with the content as it is."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        return httpx.Request(self.method, self.url, headers=headers, content=self.content)


def _json_value(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


class Tampering(httpx.BaseTransport):
    """A transport whose every exchange goes through `exchange(request, send)`."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        exchange: Callable[[httpx.Request, Callable[[httpx.Request], httpx.Response]], httpx.Response],
    ) -> None:
        self._inner = inner
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._exchange(request, self._inner.handle_request)


def requests(change: Callable[[Outgoing], None], *endpoints: str) -> Breaking:
    """Changes requests; only those to these endpoints, if any are given ("idx" stands for all of that kind)."""

    def exchange(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        out = Outgoing(request)
        if endpoints and not {out.endpoint, out.endpoint.partition("/")[0]} & set(endpoints):
            return send(request)
        change(out)
        return send(out.request())

    return lambda stage: stage.reference(Tampering(stage.transport, exchange))


def exchanges(change: Callable[[httpx.Request, Callable[[httpx.Request], httpx.Response]], httpx.Response]) -> Breaking:
    """Changes whole exchanges: sends more often, elsewhere, or hears something else."""
    return lambda stage: stage.reference(Tampering(stage.transport, change))


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
    def apply(stage: Stage) -> Iterator[CallableAdapter]:
        original = target.__dict__[name]
        with patch_attribute.object(target, name, make(original)), stage.reference() as adapter:
            yield adapter

    return apply


def without(*names: str) -> Breaking:
    """Leaves checks of the ID token out."""
    kept = tuple(check for check in CHECKS if check.name not in names)
    return checking(lambda checks: kept)


def checking(change: Callable[[Any], Any]) -> Breaking:
    """Uses other checks of the ID token."""
    return lambda stage: stage.reference(make_client=lambda *a, **k: Client(*a, **k, checks=change(CHECKS)))


def configured(**changes: Any) -> Breaking:
    """Uses other settings."""

    def make_client(settings: Any, *rest: Any, **options: Any) -> Client:
        return Client(replace(settings, **changes), *rest, **options)

    return lambda stage: stage.reference(make_client=make_client)


def views(change: Callable[[Mapping[str, Any], dict[str, Any]], None]) -> Breaking:
    """Changes what the user sees: `change(message, view)`."""

    @contextmanager
    def apply(stage: Stage) -> Iterator[CallableAdapter]:
        driver = ReferenceAdapter(transport=stage.transport)

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
    def apply(stage: Stage) -> Iterator[CallableAdapter]:
        driver = ReferenceAdapter(transport=stage.transport)

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


def trusting(stage: Stage) -> Any:
    """Trusts any certificate."""
    return stage.reference(Wsgi(stage.app, trusting=True))
