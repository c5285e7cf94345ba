"""The mock's engine without a server: an httpx transport that hands each request to a tenant, and the world around it.

The only module of walks that imports mock_okta, and only public names of it. What Flask and a socket would do is left
out: no limits on size, no waiting where a scenario delays. A walk is answered alike, byte for byte, through this and
over HTTP; a test holds both ways against each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

import httpx
from msgspec.structs import replace
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from mock_okta.engine import advance_without_tenant
from mock_okta.engine.control.phones import NothingToDecide, decide
from mock_okta.engine.endpoints import ENDPOINTS, IDX, endpoint_of
from mock_okta.engine.idx.authenticators.duo import answer_of_duo
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Reply, Request
from mock_okta.org import Org, Tenant
from mock_okta.user_changes import change_user
from mock_okta.web import cors
from mock_okta_conformance.walks.world import CannotBe, post

_PATHS = Map(
    [Rule(rule, endpoint=row.name, methods=row.methods) for row in ENDPOINTS.values() for rule in row.paths],
    merge_slashes=False,
)


class EngineTransport(httpx.BaseTransport):
    """Answers requests to any origin out of an org; the origin asked for is the origin advertised."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One reply of the engine, as httpx has it. Raises httpx.RemoteProtocolError where a scenario cuts it off."""
        url = request.url
        try:
            found, values = _PATHS.bind(url.host).match(url.path, method=request.method)
        except HTTPException as refused:
            return httpx.Response(refused.code or 404, request=request)
        endpoint = f"{found}/{values['rest']}" if found == IDX.name else str(found)
        asked = Request(
            method=request.method,
            endpoint=endpoint,
            origin=_origin(url),
            at=0.0,
            chance="",
            server=values.get("server", ""),
            headers={name.lower(): value for name, value in request.headers.items()},
            query=tuple(url.params.multi_items()),
            body=request.read(),
            rest=values.get("rest", ""),
        )
        tenant = self._org.tenant_of(asked)
        if tenant is None and found != IDX.name:
            return httpx.Response(404, request=request)
        if tenant is None:
            return _response(advance_without_tenant(asked), 0.0, request)
        page = request.headers.get("origin")
        policy = endpoint_of(endpoint).cors
        trusted = page is not None and cors.may_read(tenant, policy, page, asked)
        added = cors.headers(policy, page, trusted=trusted)
        reply = tenant.handle(asked, url=str(url), dress=lambda bare: replace(bare, headers=cors.added_to(bare, added)))
        return _response(reply, tenant.now(), request)


class EngineWorld:
    """The world of a walk that runs through the engine: the tenant itself. See `World`."""

    def __init__(self, tenant: Tenant, transport: httpx.BaseTransport) -> None:
        self._tenant = tenant
        self._seen = 0
        self._exchanges: list[dict[str, Any]] = []
        self.transport = transport

    def now(self) -> float:
        """Epoch seconds on the tenant's clock."""
        return self._tenant.now()

    def advance(self, seconds: float) -> None:
        """Moves the tenant's clock."""
        self._tenant.advance_clock(seconds)

    def codes(self) -> list[str]:
        """The codes mailed, oldest first."""
        return [mail.code for mail in self._tenant.state.outbox if mail.code]

    def links(self) -> list[str]:
        """The links mailed, oldest first."""
        return [mail.link for mail in self._tenant.state.outbox if mail.link]

    def exchanges(self) -> list[dict[str, Any]]:
        """The tenant's journal, oldest first."""
        new = self._tenant.journal.numbered(self._seen)
        self._seen = new[-1][0] if new else self._seen
        self._exchanges += [exchange.as_json() for _, exchange in new]
        return self._exchanges[:]

    def decide(self, login: str, decision: str, details: Mapping[str, str]) -> None:
        """Answers what the person's phone asks. Raises: CannotBe"""
        try:
            self._tenant.change(lambda state: (decide(state, login, decision, **details), None))
        except NothingToDecide as problem:
            raise CannotBe(str(problem)) from None

    def change_user(self, login: str, changes: Mapping[str, Any]) -> None:
        """Changes a user of the tenant."""
        tenant = self._tenant
        tenant.change(
            lambda state: change_user(tenant.scenario, state, login, changes, at=tenant.now(), chance=tenant.chance())
        )

    def answer_of_duo(self, signed_token: str) -> str:
        """What Duo's frame posts."""
        return answer_of_duo(self._tenant.scenario, signed_token, self._tenant.now())

    def token(self, kind: str, login: str, lifetime_s: float | None) -> str:
        """A token of the tenant's."""
        tenant, at = self._tenant, self._tenant.now()
        return tenant.change(
            lambda state: issue_token(state, login, kind, at=at, chance=tenant.chance(), lifetime_s=lifetime_s)
        )

    def post(self, address: str, body: bytes) -> Mapping[str, Any]:
        """Sends it."""
        return post(self.transport, address, body)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _response(reply: Reply, now: float, request: httpx.Request) -> httpx.Response:
    content = _content(reply.body)
    if reply.cut:
        raise httpx.RemoteProtocolError("the scenario cuts the connection", request=request)
    date = [] if any(name.lower() == "date" for name, _ in reply.headers) else [("Date", formatdate(now, usegmt=True))]
    return httpx.Response(reply.status, headers=[*reply.headers, *date], content=content, request=request)


def _content(body: Any) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    as_dict: Callable[[Any], Any] = dict
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=as_dict).encode("utf-8", "surrogatepass")
