"""Every reply of every walk of the library, and what was submitted for it: what the tests of coverage look at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from mock_okta.engine import advance
from mock_okta.engine.idx.remediations import POLLS
from mock_okta.engine.model import Reply, Request, Scenario, State, Walk
from tests.recorded import ORIGIN, Recorded, record, recorded

BELOW = "/idp/idx/"
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Exchange:
    """One request of a walk and its reply.

    endpoint: e.g. "token", "idx/identify"
    submitted: the remediation that the request answered, as the page before it called it; "" if none
    """

    scenario: str
    walk: str
    endpoint: str
    submitted: str
    status: int
    headers: Mapping[str, Any]
    body: Body

    @property
    def is_ion(self) -> bool:
        return "version" in self.body

    def __str__(self) -> str:
        return f"{self.scenario}: {self.walk}: {self.endpoint} {self.status}"


@dataclass(frozen=True)
class Position:
    """A page that offers something, with the tenant as it was when the page had been sent."""

    scenario: Scenario
    walk: str
    state: State
    at: float
    page: Body

    @property
    def forms(self) -> list[Body]:
        """What can be submitted below `/idp/idx/`, actions included, but for the way out."""
        posts = (node for node in nodes(self.page) if node.get("rel") and BELOW in node["href"])
        return [node for node in posts if node["name"] != "cancel"]

    def post(self, path: str, answer: Body) -> tuple[State, Reply]:
        """The tenant and its reply after this answer; the position itself stays."""
        body = json.dumps({**answer, "stateHandle": self.page["stateHandle"]}).encode()
        asked = Request(
            method="POST",
            endpoint=f"idx/{path}",
            server="walked",
            origin=ORIGIN,
            at=self.at,
            chance="once more",
            body=body,
        )
        return advance(self.scenario, self.state, asked)

    def __str__(self) -> str:
        return f"{self.scenario.name}: {self.walk}"


@cache
def exchanges() -> tuple[Exchange, ...]:
    """Everything that was asked and answered, walk after walk."""
    return tuple(each for recording in recorded() for each in _exchanges(recording))


@cache
def positions() -> tuple[Position, ...]:
    """All pages that offer something, but for those of scenarios that break replies on purpose."""
    return tuple(
        Position(recording.scenario, recording.walk.name, move.after, move.request.at, move.reply.body)
        for recording in recorded()
        if not recording.scenario.script
        for move in recording.moves
        if move.request.endpoint.startswith("idx/") and _offers(move.reply.body)
    )


def _offers(body: Any) -> bool:
    return isinstance(body, Mapping) and "remediation" in body and "stateHandle" in body


@dataclass(frozen=True)
class PolledTwice:
    """A poll of a walk, what it was answered, and what it would have been if it had come once more."""

    request: Request
    first: Reply
    second: Reply

    def __str__(self) -> str:
        return f"{self.request.endpoint}: {self.first.status}, then {self.second.status}"


@cache
def polled_twice() -> tuple[PolledTwice, ...]:
    """Every poll of every walk."""
    return tuple(
        PolledTwice(move.request, move.reply, advance(recording.scenario, move.after, move.request)[1])
        for recording in recorded()
        for move in recording.moves
        if move.request.endpoint.removeprefix("idx/") in POLLS
    )


def pages() -> Iterator[Exchange]:
    """The replies of the Identity Engine."""
    return (each for each in exchanges() if each.is_ion)


def exchanges_of(scenario: Scenario, walk: Walk) -> tuple[Exchange, ...]:
    """What one walk asks and is answered; fails where it does not end as it says."""
    return tuple(_exchanges(record(scenario, walk)))


def _exchanges(recording: Recorded) -> Iterator[Exchange]:
    before: dict[str, Body] = {}
    for move in recording.moves:
        reply, handle = move.line["response"], move.line.get("transaction") or ""
        body = reply["body"] if isinstance(reply["body"], Mapping) else {}
        page = before.get(handle, {})
        yield Exchange(
            scenario=recording.scenario.name,
            walk=recording.walk.name,
            endpoint=move.line["endpoint"],
            submitted=_submitted(page, urlsplit(move.line["request"]["url"]).path),
            status=reply["status"],
            headers=reply["headers"],
            body=body,
        )
        if "version" in body:
            before[handle] = body


def _submitted(page: Body, path: str) -> str:
    """The first remediation of a page that leads to this path, or the name of the action that does."""
    for each in (*remediations(page), *(node for node in nodes(page) if "href" in node and "name" in node)):
        if urlsplit(each["href"]).path == path:
            return each["name"]
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# Reading a page
# ---------------------------------------------------------------------------------------------------------------------


def remediations(body: Body) -> list[Body]:
    """What a page offers, in order."""
    return list(body.get("remediation", {}).get("value", ()))


def nodes(value: Any) -> Iterator[Body]:
    """Every object inside a JSON value."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def resolved(body: Body, pointer: str) -> Any:
    """What a `relatesTo` points to; raises KeyError or IndexError if that is nothing."""
    node: Any = body
    for index, name in re.findall(r"\[(\d+)\]|(\w+)", pointer.removeprefix("$")):
        node = node[name] if name else node[int(index)]
    return node


def key_of(body: Body, pointer: str) -> str:
    """The key of the authenticator that a `relatesTo` points to."""
    node = resolved(body, pointer)
    value = node.get("value", node)
    return value.get("key", value.get("type", "")) if isinstance(value, Mapping) else ""


def authenticators_of(body: Body, remediation: Body) -> set[str]:
    """The authenticators that a remediation is about: its own, those of its options, else the one in play."""
    pointers = [remediation.get("relatesTo", ())]
    pointers += [
        option["relatesTo"]
        for field in remediation.get("value", ())
        if field.get("name") == "authenticator"
        for option in field.get("options", ())
        if "relatesTo" in option
    ]
    flat = (each for pointer in pointers for each in ([pointer] if isinstance(pointer, str) else pointer))
    found = {key_of(body, pointer) for pointer in flat}
    in_play = body.get("currentAuthenticator") or body.get("currentAuthenticatorEnrollment") or {}
    return found or {in_play.get("value", {}).get("key", "")}


def messages(body: Body) -> Iterator[tuple[str | None, str]]:
    """Every message of a page with its place: the dotted name of its field, or "" on top of the page."""
    for each in body.get("messages", {}).get("value", ()):
        yield each.get("i18n", {}).get("key"), ""
    for remediation in remediations(body):
        yield from _on_fields(remediation.get("value", ()), "")


def _on_fields(fields: Any, above: str) -> Iterator[tuple[str | None, str]]:
    for field in fields:
        name = f"{above}.{field['name']}".removeprefix(".")
        for each in field.get("messages", {}).get("value", ()):
            yield each.get("i18n", {}).get("key"), name
        yield from _on_fields(field.get("form", {}).get("value", ()), name)
        for option in field.get("options", ()):
            value = option.get("value")
            if isinstance(value, Mapping):
                yield from _on_fields(value.get("form", {}).get("value", ()), name)
