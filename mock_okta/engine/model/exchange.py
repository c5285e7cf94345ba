"""What comes in and what goes out: a request that has found its tenant, and a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from mock_okta.engine.model.reading import Reading
from mock_okta.engine.model.values import NOTHING


class Request(Struct, frozen=True, kw_only=True):
    """One HTTP request that has found its tenant.

    endpoint: a name from `ENDPOINTS`, e.g. "interact", "token", "idx/identify"
    server: id of the authorization server that the path names, "" for the org server (and for `/idp/idx`)
    origin: scheme and host that the client used, e.g. "http://localhost:6582"; every href and issuer begins with it
    at: epoch seconds on the tenant's clock
    chance: a text that no other request of the tenant has; what is drawn for this one follows from it
    recent: how many requests have come to its rate limit in this minute, with this one
    headers: names in lower case
    query: pairs in order, decoded
    body: the bytes as they came
    rest: what the path has after the rule of its endpoint, e.g. the id of an identity provider
    reading: what all that says; made with the request, and kept where another time or chance is given to it
    """

    method: str
    endpoint: str
    origin: str
    at: float
    chance: str
    recent: int = 1
    server: str = ""
    headers: Mapping[str, str] = NOTHING
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    address: str = "127.0.0.1"
    rest: str = ""
    reading: Reading = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.reading is None or not self.reading.is_of(self.method, self.headers, self.query, self.body):
            made = Reading(self.method, self.headers, self.query, self.body)
            force_setattr(self, "reading", made)


class Reply(Struct, frozen=True, kw_only=True):
    """One HTTP reply, and what the web layer is to do besides.

    body: a JSON value in wire order; `bytes` go out as they are; None is an empty body
    delay_ms: wait this long before answering
    cut: None, or "drop" (close without a byte) or "truncate" (half of the body, then close)
    transaction: the `stateHandle` this exchange belonged to, for the journal
    unapplied: what the script asked for and did not fit, each with its place in the scenario, for the journal
    omitted: names, in small letters, of headers that the web layer is not to add
    """

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    delay_ms: int = 0
    cut: str | None = None
    transaction: str | None = None
    unapplied: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
