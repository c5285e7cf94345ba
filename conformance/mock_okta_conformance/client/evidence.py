"""What a probe leaves behind: the exchanges that the server saw, and what the client said it saw.

Checks look at the journal first and at the client's view second, so that an obliging driver cannot hide what the client
did. Exchanges are counted from 1 within a probe; reports name them by that number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from mock_okta_conformance import ion
from mock_okta_conformance.adapters.protocol import Hello, View, ViewState

if TYPE_CHECKING:
    from mock_okta_conformance.client.probe import Probe

JsonObject = Mapping[str, Any]
OAUTH_ENDPOINTS = frozenset({"interact", "token", "userinfo", "introspect", "revoke", "logout"})


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request that reached the server, and its reply.

    number: place in the probe's journal, from 1
    endpoint: a name such as "interact", "token", "idx/identify"
    request_body, response_body: parsed where they were JSON or a form, else text
    at: epoch seconds on the tenant's clock
    """

    number: int
    method: str
    url: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: Any = None
    status: int = 200
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: Any = None
    at: float = 0.0
    endpoint: str = ""
    transaction: str | None = None

    @cached_property
    def path(self) -> str:
        """The path of the request, without query."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query of the request as decoded pairs."""
        return tuple(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def is_idx(self) -> bool:
        """Whether this went to the Identity Engine."""
        return self.endpoint.startswith("idx/")

    @property
    def sent(self) -> JsonObject:
        """The members of the request body; empty if it had none."""
        return self.request_body if isinstance(self.request_body, Mapping) else {}

    @property
    def served(self) -> JsonObject:
        """The members of the reply; empty if it was no JSON object."""
        return self.response_body if isinstance(self.response_body, Mapping) else {}

    @property
    def content_type(self) -> str:
        """The Content-Type of the request, in lower case."""
        return self.request_headers.get("content-type", "").lower()

    def values(self, name: str) -> list[str]:
        """Every value that the body gives for this parameter; more than one if it was repeated."""
        value = self.sent.get(name)
        return [] if value is None else [str(item) for item in value] if isinstance(value, list) else [str(value)]

    @property
    def title(self) -> str:
        """How reports name it: `request 6: POST /oauth2/default/v1/token → 200`."""
        return f"request {self.number}: {self.method} {self.path} → {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One message to the driver and all that came of it.

    values: what went along, with references such as `$outbox.code` already looked up
    view: None if the driver answered `unsupported`, or nothing at all (`hung`)
    noise: what the driver printed meanwhile
    """

    verb: str
    session: str
    values: JsonObject = field(default_factory=dict)
    view: View | None = None
    unsupported: str | None = None
    hung: bool = False
    exchanges: tuple[Exchange, ...] = ()
    noise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """The tenant of the mock that a probe ran against, and what the client was told about it."""

    id: str
    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    scopes: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Scheme and host, where the Identity Engine answers."""
        return origin_of(self.issuer)

    @property
    def base(self) -> str:
        """What `/v1/token` and its siblings hang on; the org server's issuer has no /oauth2."""
        issuer = self.issuer.rstrip("/")
        return issuer if "/oauth2/" in issuer else f"{issuer}/oauth2"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that one playing of one probe produced.

    trap: requests that reached a place no correct client goes to
    strays: requests that belonged to no tenant, e.g. for their method
    """

    probe: Probe
    client: Hello
    tenant: Tenant
    moments: tuple[Moment, ...] = ()
    trap: tuple[Exchange, ...] = ()
    strays: tuple[Exchange, ...] = ()

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges, in order."""
        return tuple(exchange for moment in self.moments for exchange in moment.exchanges)

    @cached_property
    def idx(self) -> tuple[Exchange, ...]:
        """The exchanges with the Identity Engine."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_idx)

    @cached_property
    def oauth(self) -> tuple[Exchange, ...]:
        """The exchanges with the authorization server, metadata and keys left out."""
        return tuple(exchange for exchange in self.exchanges if exchange.endpoint in OAUTH_ENDPOINTS)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Every view, in order."""
        return tuple(moment.view for moment in self.moments if moment.view is not None)

    def configured(self, name: str) -> str:
        """A member of the configuration that the client was started with, e.g. "issuer"."""
        return str(self.moments[0].values["config"][name]) if self.moments else ""

    @property
    def last_view(self) -> View | None:
        """What the client showed at the end."""
        return self.views[-1] if self.views else None

    @property
    def signed_in(self) -> bool:
        """Whether the client at any time said that the user is signed in."""
        return any(view.state is ViewState.SUCCESS for view in self.views)

    def to(self, endpoint: str) -> tuple[Exchange, ...]:
        """The exchanges with one endpoint."""
        return tuple(exchange for exchange in self.exchanges if exchange.endpoint == endpoint)

    def doing(self, verb: str) -> tuple[Moment, ...]:
        """The moments of one verb, e.g. "identify" or "answer email"."""
        return tuple(moment for moment in self.moments if moment.verb == verb)

    def after(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """The exchanges that came later than this one."""
        return tuple(other for other in self.exchanges if other.number > exchange.number)

    def pages(self) -> Iterator[tuple[Exchange, Exchange]]:
        """Each IDX request that continues a transaction, with the exchange whose reply it continues.

        A failed reply (4xx) is a page too; whether the client reads it as one is what C-REM-07 asks.
        """
        page: dict[str, Exchange] = {}
        for exchange in self.idx:
            handle = str(exchange.sent.get("stateHandle", ""))
            if handle in page:
                yield exchange, page[handle]
            served = exchange.served.get("stateHandle")
            if isinstance(served, str) and (ion.remediations(exchange.served) or ion.interaction_code(exchange.served)):
                page[served] = exchange

    @cached_property
    def secrets(self) -> dict[str, str]:
        """What must not leak: a name for each secret of this run, and its value."""
        found: dict[str, str] = {}
        for moment in self.moments:
            for name in ("password", "code"):
                if isinstance(moment.values.get(name), str):
                    found[str(moment.values[name])] = name
        for exchange in self.exchanges:
            found.update(_secrets_of(exchange))
        if self.tenant.client_secret:
            found[self.tenant.client_secret] = "client secret"
        return {value: name for value, name in found.items() if len(value) >= 6}


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _secrets_of(exchange: Exchange) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("code_verifier", "interaction_code", "refresh_token", "token"):
        for value in exchange.values(name):
            found[value] = name.replace("_", " ")
    for name in ("interaction_handle", "stateHandle", "access_token", "id_token", "refresh_token"):
        served = exchange.served.get(name)
        if isinstance(served, str):
            found[served] = name.replace("_", " ")
    code = ion.interaction_code(exchange.served)
    return {**found, code: "interaction code"} if code else found
