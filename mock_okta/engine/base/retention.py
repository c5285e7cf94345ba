"""What a tenant remembers of its clients, and what it forgets first where that is too much.

Bounds are in records of each kind and in bytes of all, and come from the server's settings. Where one is reached, what
is over goes first (ended, expired, used up), then what was used longest ago. Each record that goes was paid for by one
that came, so no request works for many others. Room is made once a request, for all that it has written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from math import inf
from sys import getsizeof
from typing import Any

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.base.write_set import GONE, Draft, Writes
from mock_okta.engine.model import Grant, Service, State, UseOrder
from mock_okta.engine.model.use_order import Use

ENDED = frozenset({"success", "failure", "terminal", "otp"})
"""Stages of a transaction at which nothing is left to be done."""

MOST_MAILS = 1000
_HEAD_SIZE = 50
"""Bytes of an object besides its contents, and of the pointer to it."""
STAYS = "stays"
"""Queue of the records that never give way."""

_UNUSED = UseOrder()
_OVER = -inf


class OutOfRoom(Exception):
    """A record of a kind that never gives way can't be taken. The text says of which kind, and what bounds it."""


class Kind(Struct, frozen=True):
    """One of the state's collections.

    collection: its name in `State`
    over_at: from when on (epoch seconds) the record of that key is of no use to anybody; never, if left out
    queue: records that end equally long after their last use share one
    stays: whether the record of that key is never forgotten
    refuses: no more are taken where there is no room; the others have to give way
    keeps_place: it is not used, and ends equally long after it came, however often it is used
    most: records that there may be, if not as many as of other kinds
    share: one divided by this is the part of all bytes that they may take; they don't give way to records of others
    leading: a collection by which such a record is found, and under which of its keys
    """

    collection: str
    over_at: Callable[[Any], float] = lambda record: inf
    queue: Callable[[Any], str] = lambda record: ""
    stays: Callable[[str], bool] = lambda key: False
    refuses: bool = False
    keeps_place: bool = False
    most: int | None = None
    share: int | None = None
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
         over_at=lambda each: each.expires_at),
    Kind("links", over_at=lambda link: link.expires_at),
    Kind("start_tokens",
         over_at=lambda token: _OVER if token.used else token.expires_at,
         queue=lambda token: "used" if token.used else token.kind),
    Kind("device_requests",
         over_at=lambda device: _OVER if device.denied else device.expires_at,
         queue=lambda device: "denied" if device.denied else "",
         keeps_place=True),
    Kind("counted", over_at=lambda counted: counted.ends_at, queue=lambda counted: counted.limit),
    Kind("attempts", stays=lambda key: not is_of_transaction(key)),
    Kind("consents"),
    Kind("prompts"),
    Kind("remembered_devices"),
    Kind("past_sign_ins"),
    Kind("mails", most=MOST_MAILS, share=8),
    Kind("users", stays=lambda key: True, refuses=True, share=2),
))
# fmt: on


def is_of_transaction(key: str) -> bool:
    """Whether an attempt is counted for one transaction alone: `{entry} NUL {handle}`."""
    return key.partition("\0")[2].startswith("02.id.")


def committed(state: State, writes: Writes, at: float | None) -> State:
    """The state with these writes, and without those records that have to give way to them.

    at: epoch seconds; None for an administrator's change, after which a record is of use as long as it was before
    Raises: OutOfRoom for a record of a kind that never gives way
    """
    draft = Draft(state)
    for (collection, key), value in writes.items():
        if value is GONE:
            draft.drop(collection, key)
        elif value is draft.value(collection, key):
            draft.touch(collection, key)
        else:
            draft.put(collection, key, value)
    check_room(draft)
    make_room(draft, at)
    return draft.state


def check_room(draft: Draft) -> None:
    """Whether what was written may stay. Raises: OutOfRoom for a record of a kind that never gives way"""
    for kind in _REFUSING:
        if keys := draft.keys_touched(kind.collection):
            _check_room(draft, kind, keys)


def _check_room(draft: Draft, kind: Kind, keys: Collection[str]) -> None:
    bounds, records = draft.state.bounds, getattr(draft.before, kind.collection)
    before = after = draft.state.use.get(kind.collection, _UNUSED)
    for key in keys:
        after = _with_use(draft, kind, after, key, None)
    if len(after.uses) > bounds.records and any(key not in records for key in keys):
        raise OutOfRoom(f"{kind.collection}: there are {bounds.records} already, see --max-records")
    if after.size > max(before.size, bounds.size // (kind.share or 1)):
        raise OutOfRoom(f"{kind.collection}: they would take more than half of --tenant-mib")


def make_room(draft: Draft, at: float | None) -> None:
    """Notes of what use the entries were that were written, and drops those that have to give way to them.

    at: epoch seconds; None leaves each record where it was in the order of use
    """
    written = [entry for entry in draft.touched() if entry[0] in KINDS]
    if not written:
        return
    room = _Room(draft, frozenset(written))
    for collection, key in written:
        kind = KINDS[collection]
        room.orders[collection] = _with_use(draft, kind, room.order(kind), key, at)
    for kind in {collection: KINDS[collection] for collection, _ in written}.values():
        room.bound(kind, at or 0.0)
    room.bound_all(at or 0.0)
    draft.order(draft.state.use.update(room.orders))


def _with_use(draft: Draft, kind: Kind, order: UseOrder, key: str, at: float | None) -> UseOrder:
    """The order after a record was written, was of use, or was dropped."""
    record, known = draft.value(kind.collection, key), order.uses.get(key)
    if record is GONE:
        return order.without(key)
    unchanged = getattr(draft.before, kind.collection).get(key) is record
    size = known.size if known is not None and unchanged else size_of(record)
    queue = STAYS if kind.stays(key) else kind.queue(record)
    if known is None or known.queue != queue or not (at is None or kind.keeps_place):
        return order.with_last(key, queue=queue, at=_used_at(known, at), size=size)
    return order.in_place(key, at=_used_at(known, at), size=size)


def _used_at(known: Use | None, at: float | None) -> float:
    return at if at is not None else known.at if known is not None else 0.0


class _Room:
    """What is dropped from a draft so that its state stays within its bounds; never what it has just written.

    orders: of use, by collection, as far as they have changed
    """

    def __init__(self, draft: Draft, written: frozenset[tuple[str, str]]) -> None:
        self._draft = draft
        self._written = written
        self.orders: dict[str, UseOrder] = {}

    def order(self, kind: Kind) -> UseOrder:
        """In which order records of that kind were of use."""
        known = self.orders.get(kind.collection)
        return self._draft.state.use.get(kind.collection, _UNUSED) if known is None else known

    def bound(self, kind: Kind, at: float) -> None:
        """Drops as many of that kind as are too many."""
        bounds = self._draft.state.bounds
        most = bounds.records if kind.most is None else kind.most
        size = inf if kind.share is None else bounds.size // kind.share
        while len(getattr(self._draft.state, kind.collection)) > most or self.order(kind).size > size:
            if not self._forget_first((kind,), at):
                break

    def bound_all(self, at: float) -> None:
        """Drops as many of any kind as take too much together."""
        while self._taken() > self._draft.state.bounds.size:
            if not self._forget_first(_TOGETHER, at):
                break

    def _taken(self) -> int:
        use = self._draft.state.use
        return taken(use) + sum(order.size - use.get(name, _UNUSED).size for name, order in self.orders.items())

    def _forget_first(self, kinds: Iterable[Kind], at: float) -> bool:
        """Drops what is over, else what was used longest ago, of those at the head of their queues."""
        heads = []
        for kind in kinds:
            order, records = self.order(kind), getattr(self._draft.state, kind.collection)
            for queue in order.ends:
                key = next((key for key in order.in_order(queue) if (kind.collection, key) not in self._written), None)
                if key is not None and queue != STAYS:
                    use = order.uses[key]
                    heads.append((kind.over_at(records[key]) > at, use.at, use.number, kind.collection, key))
        if not heads:
            return False
        *_, collection, key = min(heads)
        self._forget(KINDS[collection], key)
        return True

    def _forget(self, kind: Kind, key: str) -> None:
        led = kind.leading(self._draft.value(kind.collection, key))
        if led is not None and self._draft.value(*led) == key:
            self._draft.drop(*led)
        self._draft.drop(kind.collection, key)
        self.orders[kind.collection] = self.order(kind).without(key)


_REFUSING = tuple(kind for kind in KINDS.values() if kind.refuses)
_TOGETHER = tuple(kind for kind in KINDS.values() if kind.share is None)
"""Kinds of which each may push out any other."""


def size_of(value: Any) -> int:
    """About how many bytes of memory a value takes; what several values share counts for each.

    It is the text that shows the value, and the head of an object for each of the parts that the text has commas
    between. That is much faster than to ask each part, and off by no more than two fifths.
    """
    text = repr(value)
    return getsizeof(text) + _HEAD_SIZE * text.count(", ")


def taken(use: Mapping[str, UseOrder]) -> int:
    """How many bytes all records take. use: as of a state"""
    return sum(order.size for order in use.values())
