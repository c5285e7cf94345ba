"""Ways to break a server in exactly one place: what goes between an org and the suite changes one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.profile import ClientApp, OrgProfile, Person
from tests.conformance.tampering import Outgoing, Tampering
from tests.conformance.wsgi_mock import BASE_URL, WsgiMock

SCENARIO = {
    "about": "A password, then a code by email; one app may not use the interaction code flow.",
    "users": [{"login": "mary@acme.example", "password": "Canary-7f3a9c-pass", "enrolled": ["okta_email"]}],
    "sign_in": ["identify", {"verify": "okta_password"}, {"verify": "okta_email"}],
    "apps": [
        {"type": "web", "label": "Web"},
        {"type": "browser", "label": "Browser"},
        {"type": "browser", "label": "Without the grant", "grant_types": ["authorization_code"]},
    ],
}
OTHER_ORIGIN = "https://evil.example"


class Reply:
    """A reply on its way back, to be changed in place. `body`: the JSON value, None if there is none."""

    def __init__(self, asked: Outgoing, response: httpx.Response) -> None:
        self.asked = asked
        self.status = response.status_code
        self.headers = dict(response.headers)
        self._content = response.content
        try:
            self.body = response.json()
        except ValueError:
            self.body = None

    def answer(self, status: int, body: Any) -> None:
        """Replaces the whole reply."""
        self.status, self.body = status, body

    def response(self) -> httpx.Response:
        headers = {name: value for name, value in self.headers.items() if name != "content-length"}
        if self.body is None:
            return httpx.Response(self.status, headers=headers, content=self._content)
        made = httpx.Response(self.status, headers=headers, json=self.body)
        if "content-type" in headers:
            made.headers["content-type"] = headers["content-type"]
        return made


Send = Callable[[httpx.Request], httpx.Response]
Exchange = Callable[[httpx.Request, Send], httpx.Response]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A server with one fault.

    breaks, how, also: as for a client
    between: makes what stands between the org and the suite; None for a fault of the script
    script: interventions of the mock
    """

    breaks: str
    how: str
    between: Callable[[], Exchange] | None = None
    script: tuple[Mapping[str, Any], ...] = ()
    also: frozenset[str] = field(default_factory=frozenset)

    @property
    def kills(self) -> frozenset[str]:
        """Everything that must fail, and nothing else may."""
        return self.also | {self.breaks}


def replies(change: Callable[[Reply], None], *endpoints: str) -> Callable[[], Exchange]:
    """Changes replies; only those of these endpoints, if any are given ("idx" stands for all of that kind)."""

    def exchange(request: httpx.Request, send: Send) -> httpx.Response:
        asked = Outgoing(request)
        response = send(request)
        if endpoints and not {asked.endpoint, asked.endpoint.partition("/")[0]} & set(endpoints):
            return response
        reply = Reply(asked, response)
        change(reply)
        return reply.response()

    return lambda: exchange


def id_token(**change: Any) -> tuple[Mapping[str, Any], ...]:
    """A script that changes every ID token."""
    return ({"at": {"endpoint": "token"}, "id_token": change},)


def org_of(mock: WsgiMock, mutant: Mutant | None = None) -> Org:
    """An org of its own for the suite, with that fault."""
    made = mock.control.make_tenant(SCENARIO)
    if mutant and mutant.script:
        mock.control.intervene(made["id"], mutant.script)
    clients = {
        name: ClientApp(client_id=a["client_id"], client_secret=a["client_secret"], redirect_uri=a["redirect_uris"][0])
        for name, a in zip(("web", "browser", "without_grant"), made["apps"], strict=True)
    }
    user = made["users"][0]
    profile = OrgProfile(
        issuer=made["issuer"],
        clients=clients,
        users=(Person(login=user["login"], password=user["password"]),),
        outbox=("control", f"{BASE_URL}/__mock__/tenants/{made['id']}"),
    )
    transport: httpx.BaseTransport = mock.transport
    if mutant and mutant.between:
        transport = Tampering(transport, _past_the_control_api(mutant.between()))
    return Org(profile, transport=transport, sleep=lambda seconds: mock.control.advance_clock(made["id"], seconds))


def _past_the_control_api(exchange: Exchange) -> Exchange:
    return lambda request, send: send(request) if "/__mock__/" in str(request.url) else exchange(request, send)
