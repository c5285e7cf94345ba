"""The journal: what clients sent and what they were answered, kept for tests to look at, and never without bounds."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from itertools import takewhile
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

EXCHANGE_BYTES = 2048
"""What an exchange takes besides its texts and bodies, about: Python's own needs."""


class Failure(Struct, frozen=True):
    """That this server broke down over a request. `id`: the `errorId` that the client was told."""

    id: str
    traceback: str


class Exchange(Struct, frozen=True, kw_only=True):
    """One request and its reply.

    tenant: its id, "" for a request that led to none
    at: epoch seconds on the tenant's clock
    url: as the client wrote it
    response_body: bytes as they went out, or the JSON value if nothing has turned it into bytes yet
    cut: None, "drop" or "truncate": the reply did not go out whole
    unapplied: what the script asked for and did not fit, e.g. "script[0].patch[1]: cannot remove /app in this reply, …"
    """

    tenant: str
    at: float
    endpoint: str
    transaction: str | None
    method: str
    url: str
    address: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    status: int
    response_headers: tuple[tuple[str, str], ...]
    response_body: Any
    delay_ms: int = 0
    cut: str | None = None
    unapplied: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def size(self) -> int:
        """Roughly how many bytes of memory it takes."""
        served = len(self.response_body) if isinstance(self.response_body, bytes) else EXCHANGE_BYTES
        headers = sum(len(name) + len(value) for name, value in (*self.request_headers, *self.response_headers))
        return EXCHANGE_BYTES + len(self.url) + headers + len(self.request_body) + served

    def as_json(self) -> dict[str, Any]:
        """The line that journals on disk have too: bodies parsed where they are JSON or a form."""
        return {
            "request": {
                "method": self.method,
                "url": self.url,
                "headers": _as_mapping(self.request_headers),
                "body": parsed_body(self.request_body, dict(self.request_headers).get("content-type", "")),
            },
            "response": {
                "status": self.status,
                "headers": _as_mapping(self.response_headers),
                "body": parsed_body(self.response_body, _content_type(self.response_headers)),
            },
            "at": self.at,
            "tenant": self.tenant,
            "endpoint": self.endpoint,
            "transaction": self.transaction,
            "delay_ms": self.delay_ms,
            "cut": self.cut,
            "unapplied": list(self.unapplied),
            "failure": {"id": self.failure.id, "traceback": self.failure.traceback} if self.failure else None,
        }


def as_line(number: int, exchange: Exchange) -> dict[str, Any]:
    """An exchange as the control API shows it, with its number in its journal."""
    return {"number": number, **exchange.as_json()}


class Budget:
    """Bytes that several journals may take together: beyond them the oldest exchange goes, whosever it is."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0
        self._lock = Lock()
        self._last = 0
        self._in_order: OrderedDict[int, Journal] = OrderedDict()

    def keep(self, journal: Journal, exchange: Exchange) -> None:
        """Puts the exchange at the end of that journal, which has room for it afterwards."""
        with self._lock:
            self._last += 1
            self._in_order[self._last] = journal
            journal.last += 1
            journal.held[self._last] = (journal.last, exchange)
            self.taken += exchange.size
            if len(journal.held) > journal.length:
                self._forget(next(iter(journal.held)))
            while self.taken > self.limit and len(self._in_order) > 1:
                self._forget(next(iter(self._in_order)))

    def empty(self, journal: Journal) -> None:
        """Forgets every exchange of that journal."""
        with self._lock:
            for place in tuple(journal.held):
                self._forget(place)

    def listed(self, journal: Journal, after: int) -> list[tuple[int, Exchange]]:
        """The exchanges of that journal as they are at this moment, those with higher numbers than that."""
        with self._lock:
            newest_first = takewhile(lambda numbered: numbered[0] > after, reversed(journal.held.values()))
            return list(newest_first)[::-1]

    def _forget(self, place: int) -> None:
        _, exchange = self._in_order.pop(place).held.pop(place)
        self.taken -= exchange.size


class Journal:
    """The exchanges of one tenant, oldest first, numbered from 1.

    It forgets its oldest exchanges beyond `length`, and those that are the oldest of all when all journals together
    exceed their budget. Numbers go on, whatever is forgotten.

    held: number and exchange, by the place under which the budget knows them; only the budget changes it
    last: the number of the newest exchange, 0 if there never was one
    """

    def __init__(self, length: int, budget: Budget) -> None:
        self.length = length
        self.last = 0
        self.held: OrderedDict[int, tuple[int, Exchange]] = OrderedDict()
        self._budget = budget

    def add(self, exchange: Exchange) -> None:
        """Puts the exchange at the end."""
        self._budget.keep(self, exchange)

    def clear(self) -> None:
        """Forgets every exchange."""
        self._budget.empty(self)

    def numbered(self, after: int = 0) -> list[tuple[int, Exchange]]:
        """The exchanges that are there, with their numbers; only those that came after the one of that number."""
        return self._budget.listed(self, after)

    def __iter__(self) -> Iterator[Exchange]:
        return iter([exchange for _, exchange in self.numbered()])

    def __len__(self) -> int:
        return len(self.held)


def parsed_body(body: Any, content_type: str) -> Any:
    """The value of a body: JSON or a form parsed, other text as it is, None if there is none.

    A form becomes a mapping; a name that comes more than once has a list.
    """
    if not isinstance(body, bytes):
        return json.loads(json.dumps(body, default=dict)) if isinstance(body, (Mapping, list, tuple)) else body
    if not body:
        return None
    text = body.decode("utf-8", "replace")
    if content_type.startswith("application/x-www-form-urlencoded"):
        return parsed_form(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def parsed_form(text: str) -> dict[str, Any]:
    """A form as a mapping; a name that comes more than once has a list."""
    form: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        before = form.get(name)
        form[name] = value if before is None else [*before, value] if isinstance(before, list) else [before, value]
    return form


def _content_type(headers: tuple[tuple[str, str], ...]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _as_mapping(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined
