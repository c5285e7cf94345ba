"""What a request writes, held against every request of every walk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec.structs import fields

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance, committed, decided
from mock_okta.engine.base.write_set import GONE, SETUP, Writes
from mock_okta.engine.model import Records, Reply, Request, Scenario, State, Walk
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play

NOW = 1_800_000_000.0
ORIGIN = "http://localhost:6582"
COLLECTIONS = {each.name: each.default for each in fields(State) if isinstance(each.default, Records)}
LISTS_EVERYBODY = ("activate", "identity-provider")
"""Pages that stand for somebody else's and have a button for each user."""


@dataclass(frozen=True)
class Written:
    """One request with what it wrote.

    turn: of which sign-in on the tenant it is, the first or the second
    gone_through: how often all records of a kind were gone through to answer it
    """

    walk: str
    turn: int
    request: Request
    before: State
    after: State
    reply: Reply
    writes: Writes
    gone_through: int

    def changes(self) -> Iterator[tuple[str, str]]:
        """The entries that have another value now, not only another time of use."""
        for (collection, key), value in self.writes.items():
            if value is not value_in(self.before, collection, key):
                yield collection, key

    def __str__(self) -> str:
        return f"{self.walk}, sign-in {self.turn}: {self.request.endpoint} {self.reply.status}"


def value_in(state: State, collection: str, key: str) -> Any:
    return getattr(state, key) if collection == SETUP else getattr(state, collection).get(key, GONE)


@contextmanager
def iterations() -> Iterator[list[int]]:
    """Grows with each time that somebody goes through all records of a kind."""
    counted: list[int] = []
    iterate = Records.__iter__

    def counting(records: Records[Any]) -> Iterator[str]:
        counted.append(len(records))
        return iterate(records)

    Records.__iter__ = counting  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        Records.__iter__ = iterate  # type: ignore[method-assign]


@cache
def written() -> tuple[Written, ...]:
    """Of every walk, made twice on one tenant, by two programs that know nothing of each other."""
    scenarios = map(loader.load, loader.bundled())
    return tuple(each for scenario in scenarios for walk in scenario.walks for each in _twice(scenario, walk))


def _twice(scenario: Scenario, walk: Walk) -> list[Written]:
    found: list[Written] = []
    turn = 0

    def noting(scenario: Scenario, state: State, request: Request) -> tuple[State, Reply]:
        with iterations() as counted:
            after, reply = advance(scenario, state, request)
        writes, again = decided(scenario, state, request)
        assert again == reply
        found.append(Written(f"{scenario.name}: {walk.name}", turn, request, state, after, reply, writes, len(counted)))
        return after, reply

    org = Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW, advance=noting)
    tenant = org.create(scenario, id="walked", seed="coverage")
    world = EngineWorld(tenant, transport := EngineTransport(org))
    for _ in range(2):  # the second may fail: an account can be activated once
        turn += 1
        adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
        play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=scenario.name)
    return found


def test_the_write_set_is_all_that_a_request_changes():
    wrong = [str(each) for each in written() if committed(each.before, each.writes, each.request.at) != each.after]
    assert wrong == []


def test_an_entry_that_is_not_in_the_write_set_is_the_very_one_that_was_there():
    wrong = [
        f"{each}: {name} {key}"
        for each in written()
        for name in COLLECTIONS
        if getattr(each.before, name) is not getattr(each.after, name)
        for key in {*getattr(each.before, name), *getattr(each.after, name)}
        if (name, key) not in each.writes and value_in(each.before, name, key) is not value_in(each.after, name, key)
    ]
    assert wrong == []


def test_the_indexes_are_those_that_the_records_would_have_if_they_came_anew():
    last = {each.walk: each.after for each in written()}
    wrong = [
        f"{walk}: {name}"
        for walk, state in last.items()
        for name, nothing in COLLECTIONS.items()
        if nothing.filled(getattr(state, name)) != getattr(state, name)
    ]
    assert wrong == []


def test_two_sign_ins_write_disjoint_entries_but_for_those_of_the_one_user_who_makes_both():
    by_walk: dict[str, tuple[dict[Any, Written], dict[Any, Written]]] = {}
    for each in written():
        of_turn = by_walk.setdefault(each.walk, ({}, {}))[each.turn - 1]
        of_turn.update(dict.fromkeys(each.writes, each))
    common = [
        f"{first[entry]}: {entry}"
        for first, second in by_walk.values()
        for entry in first.keys() & second.keys()
        if not _is_meant_for_both(second[entry], *entry)
    ]
    assert common == []


def _is_meant_for_both(second: Written, collection: str, key: str) -> bool:
    """Whether an entry is of a user or of a telephone, or counts what a scenario counts for all."""
    if collection in ("users", "counted") or key.partition(" ")[0] in second.before.users:
        return True
    if collection == "attempts":
        return not key.partition("\0")[2].startswith("02.id.")
    if collection in ("sessions", "start_tokens"):  # void with a new password
        return value_in(second.before, collection, key).user_id in second.before.users
    return False


COUNTED_BY_OAUTH = {"attempts", "grants", "counted", "device_requests", "tokens"}
"""Attempts of a script, a grant whose code comes twice, wrong codes of devices, devices that ask too often."""


def test_a_refusal_of_the_authorization_server_writes_nothing_but_what_it_counts():
    refused = [each for each in written() if each.reply.status >= 400 and not each.request.endpoint.startswith("idx/")]
    wrong = [f"{each}: {entry}" for each in refused for entry in each.changes() if entry[0] not in COUNTED_BY_OAUTH]
    assert len(refused) > 20
    assert wrong == []


COUNTED_BY_IDX = {"attempts", "transactions", "interactions", "users", "mails", "counted"}
"""The page with a message on it, the failures of its user, who may be mailed that the account is locked."""


def test_a_refusal_of_the_identity_engine_writes_nothing_but_what_it_counts():
    refused = [each for each in written() if each.reply.status >= 400 and each.request.endpoint.startswith("idx/")]
    wrong = [f"{each}: {entry}" for each in refused for entry in each.changes() if entry[0] not in COUNTED_BY_IDX]
    assert len(refused) > 100
    assert wrong == []


def test_no_request_goes_through_all_records_of_a_kind():
    asked = [each for each in written() if not each.request.endpoint.startswith(LISTS_EVERYBODY)]
    assert [f"{each}: {each.gone_through} times" for each in asked if each.gone_through] == []
