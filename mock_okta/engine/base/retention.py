"""What a tenant remembers of its clients, and what it forgets first where that is too much.

Bounds are in records of each kind and in bytes of all, and come from the server's settings. Where one is reached, what
is over goes first (ended, expired, used up), then what was used longest ago. Each record that goes was paid for by one
that came, so no request works for many others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import singledispatch
from itertools import chain
from math import inf
from sys import getsizeof
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.table import table
from mock_okta.engine.model import Grant, Mail, Service, State, UseOrder

IDLE_S = 2 * 3600
REMEMBERED_S = 30 * 86_400
HOUR_S = 3600

ENDED = frozenset({"success", "failure", "terminal", "otp"})
"""Stages of a transaction at which nothing is left to be done."""

MOST_MAILS = 1000
STAYS = "stays"
"""Queue of the records that never give way."""

_UNUSED = UseOrder()
_OVER = -inf


class OutOfRoom(Exception):
    """A record of a kind that never gives way can't be taken. The text says of which kind, and what bounds it."""


class Kind(Struct, frozen=True):
    """One of the state's maps.

    collection: its name in `State`
    over_at: from when on (epoch seconds) the record of that key is of no use to anybody; never, if left out
    queue: records that end equally long after their last use share one
    stays: whether the record of that key is never forgotten
    refuses: no more are taken where there is no room; the others have to give way
    leading: a map by which such a record is found, and under which of its keys
    """

    collection: str
    over_at: Callable[[Any], float] = lambda record: inf
    queue: Callable[[Any], str] = lambda record: ""
    stays: Callable[[str], bool] = lambda key: False
    refuses: bool = False
    leading: Callable[[Any], tuple[str, str] | None] = lambda record: None


def _queue_of_grant(grant: Grant) -> str:
    """Codes end soon after they came, a service's own grant with its token, all others when their tokens do."""
    if grant.revoked:
        return "revoked"
    if isinstance(grant.subject, Service):
        return "service"
    return "redeemed" if grant.redeemed else "open"


# fmt: off
KINDS: dict[str, Kind] = table("collection", (
    Kind("transactions",
         over_at=lambda txn: _OVER if txn.stage in ENDED else txn.expires_at,
         queue=lambda txn: "ended" if txn.stage in ENDED else "named" if txn.user_id else "begun",
         leading=lambda txn: ("interactions", txn.interaction_handle)),
    Kind("grants",
         over_at=lambda grant: _OVER if grant.revoked else inf if grant.redeemed else grant.expires_at,
         queue=_queue_of_grant),
    Kind("tokens",
         over_at=lambda token: _OVER if token.revoked else token.expires_at,
         queue=lambda token: "revoked" if token.revoked else token.kind),
    Kind("sessions",
         over_at=lambda each: each.used_at + (REMEMBERED_S if each.remembered else IDLE_S),
         queue=lambda each: "remembered" if each.remembered else ""),
    Kind("links", over_at=lambda link: link.expires_at),
    Kind("start_tokens",
         over_at=lambda token: _OVER if token.used else token.expires_at,
         queue=lambda token: "used" if token.used else token.kind),
    Kind("device_requests",
         over_at=lambda device: _OVER if device.denied else device.expires_at,
         queue=lambda device: "denied" if device.denied else ""),
    Kind("sent", over_at=lambda times: times[-1] + HOUR_S),
    Kind("attempts", stays=lambda key: not is_of_transaction(key)),
    Kind("consents"),
    Kind("put_off"),
    Kind("users", stays=lambda key: True, refuses=True),
))
# fmt: on


def is_of_transaction(key: str) -> bool:
    """Whether an attempt is counted for one transaction alone: `{entry} NUL {handle}`."""
    return key.partition("\0")[2].startswith("02.id.")


def retained(state: State, collection: str, key: str, record: Any, at: float) -> State:
    """The state with that record, used just now, and without those that have to give way to it.

    at: epoch seconds
    Raises: OutOfRoom for a record of a kind that never gives way
    """
    before = getattr(state, collection)
    changed = before.set(key, record)
    kind = KINDS.get(collection)
    if kind is None:
        return replace(state, **{collection: changed})
    queue = STAYS if kind.stays(key) else kind.queue(record)
    order = state.use.get(collection, _UNUSED)
    after = order.with_last(key, queue=queue, at=at, size=size_of(record))
    if kind.refuses and key not in before and len(after.uses) > state.bounds.records:
        raise OutOfRoom(f"{collection}: there are {state.bounds.records} already, see --max-records")
    if kind.refuses and after.size > max(order.size, state.bounds.size // 2):
        raise OutOfRoom(f"{collection}: they would take more than half of --tenant-mib")
    state = replace(state, **{collection: changed, "use": state.use.set(collection, after)})
    return _with_room(state, kind, key, at)


def used(state: State, collection: str, key: str, at: float) -> State:
    """The state in which that record was of use just now. at: epoch seconds"""
    order = state.use.get(collection, _UNUSED)
    known = order.uses.get(key)
    if known is None:
        return state
    order = order.with_last(key, queue=known.queue, at=at, size=known.size)
    return replace(state, use=state.use.set(collection, order))


def dropped(state: State, collection: str, key: str) -> State:
    """The state without that record, if it is there."""
    changes = {}
    if key in (entries := getattr(state, collection)):
        changes[collection] = entries.delete(key)
    if collection in state.use and key in state.use[collection].uses:
        changes["use"] = state.use.set(collection, state.use[collection].without(key))
    return replace(state, **changes) if changes else state


def sent(state: State, mail: Mail) -> State:
    """The state with that mail or text in its outbox; the oldest ones go when they are too many or too large."""
    size, outbox = state.outbox_size + size_of(mail), (*state.outbox, mail)
    first = 0
    while len(outbox) - first > MOST_MAILS or (size > state.bounds.size // 8 and first < len(outbox) - 1):
        size -= size_of(outbox[first])
        first += 1
    return replace(state, outbox=outbox[first:], outbox_size=size)


def size_of(value: Any) -> int:
    """What a value takes in memory, in bytes; what several values share counts for each."""
    size, rest = 0, [value]
    while rest:
        value = rest.pop()
        size += getsizeof(value)
        if type(value) not in _PLAIN:
            rest.extend(_members(value))
    return size


_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})


@singledispatch
def _members(value: Any) -> Iterable[Any]:
    """What a record holds, a list or a mapping."""
    return [getattr(value, name) for name in getattr(value, "__slots__", ())]


@_members.register(tuple)
@_members.register(list)
def _(value: Sequence[Any]) -> Iterable[Any]:
    return value


@_members.register(Mapping)
def _(value: Mapping[Any, Any]) -> Iterable[Any]:
    return chain(value, value.values())


def taken(state: State) -> int:
    """How many bytes all records take."""
    return state.outbox_size + sum(order.size for order in state.use.values())


def _with_room(state: State, kind: Kind, key: str, at: float) -> State:
    """The state with what has to go dropped; never the record that has just come."""
    newest = (kind.collection, key)
    while len(getattr(state, kind.collection)) > state.bounds.records:
        if (found := _first_to_go(state, (kind,), newest, at)) is None:
            break
        state = _forgotten(state, *found)
    while taken(state) > state.bounds.size:
        if (found := _first_to_go(state, KINDS.values(), newest, at)) is None:
            break
        state = _forgotten(state, *found)
    return state


def _first_to_go(state: State, kinds: Iterable[Kind], newest: tuple[str, str], at: float) -> tuple[Kind, str] | None:
    """The record that is over, else the one that was used longest ago, of those at the head of their queues."""
    heads = []
    for kind in kinds:
        order = state.use.get(kind.collection, _UNUSED)
        for queue, (key, _) in order.ends.items():
            if queue != STAYS and (kind.collection, key) != newest:
                record = getattr(state, kind.collection).get(key)
                is_over = record is None or kind.over_at(record) <= at
                use = order.uses[key]
                heads.append((not is_over, use.at, use.number, kind, key))
    if not heads:
        return None
    *_, kind, key = min(heads, key=lambda head: head[:3])
    return kind, key


def _forgotten(state: State, kind: Kind, key: str) -> State:
    record = getattr(state, kind.collection).get(key)
    led = kind.leading(record) if record is not None else None
    if led is not None and getattr(state, led[0]).get(led[1]) == key:
        state = dropped(state, *led)
    return dropped(state, kind.collection, key)
