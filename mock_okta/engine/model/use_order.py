"""The order in which the records of one kind were used last, as a value.

A list that is linked both ways, so that whatever is used or dropped costs the same, however many there are. There may
be several queues, e.g. of the sign-ins that are over and of those that are not.
"""

from __future__ import annotations

from collections.abc import Iterator

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.model.values import NOTHING


class Use(Struct, frozen=True):
    """When one record was used last.

    before, after: keys of its neighbours in the queue, "" at the ends
    at: epoch seconds
    number: higher than that of any earlier use, where several are of one moment
    size: what it takes, in bytes, about
    """

    queue: str
    before: str
    after: str
    at: float
    number: int
    size: int


class UseOrder(Struct, frozen=True, kw_only=True):
    """All uses.

    uses: by the key of the record
    ends: by queue, the keys of those that were used longest ago and last
    size: what all of them take, in bytes
    """

    uses: Map[str, Use] = NOTHING
    ends: Map[str, tuple[str, str]] = NOTHING
    size: int = 0

    def with_last(self, key: str, *, queue: str, at: float, size: int) -> UseOrder:
        """The record at the end of that queue, wherever it was before. at: epoch seconds, size: bytes"""
        known = self.uses.get(key)
        if known is not None and known.queue == queue and not known.after:
            return self._with(key, Use(queue, known.before, "", at, self._next_number(), size))
        rest = self.without(key)
        first, last = rest.ends.get(queue, (key, ""))
        uses = rest.uses.set(key, Use(queue, last, "", at, self._next_number(), size))
        if last:
            uses = uses.set(last, replace(uses[last], after=key))
        return UseOrder(uses=uses, ends=rest.ends.set(queue, (first, key)), size=rest.size + size)

    def in_place(self, key: str, *, at: float, size: int) -> UseOrder:
        """The record where it is in its queue, as of that time and size. Raises: KeyError"""
        return self._with(key, replace(self.uses[key], at=at, size=size))

    def _with(self, key: str, use: Use) -> UseOrder:
        size = self.size + use.size - self.uses[key].size
        return UseOrder(uses=self.uses.set(key, use), ends=self.ends, size=size)

    def _next_number(self) -> int:
        """Follows from the last uses: a count of its own would be one more thing that every use changes."""
        return 1 + max((self.uses[last].number for _, last in self.ends.values()), default=0)

    def without(self, key: str) -> UseOrder:
        """The order without that record, if it is there."""
        gone = self.uses.get(key)
        if gone is None:
            return self
        uses = self.uses.delete(key)
        first, last = self.ends[gone.queue]
        if gone.before:
            uses = uses.set(gone.before, replace(uses[gone.before], after=gone.after))
        if gone.after:
            uses = uses.set(gone.after, replace(uses[gone.after], before=gone.before))
        ends = (gone.after if first == key else first, gone.before if last == key else last)
        left = self.ends.set(gone.queue, ends) if any(ends) else self.ends.delete(gone.queue)
        return UseOrder(uses=uses, ends=left, size=self.size - gone.size)

    def in_order(self, queue: str) -> Iterator[str]:
        """The keys in that queue, from the one that was used longest ago."""
        key = self.ends.get(queue, ("", ""))[0]
        while key:
            yield key
            key = self.uses[key].after
