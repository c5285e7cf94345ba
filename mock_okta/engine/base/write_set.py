"""What one request writes: entries of collections, by collection and key.

The one place where a write reaches the state of a tenant. A write set is what a store has to commit; `retention` adds
what has to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from msgspec.structs import force_setattr, replace

from mock_okta.engine.model import State

SETUP = "setup"
"""The collection of what an administrator sets up as a whole; its keys are "keys", "script", "client_ids" and so on."""


class _Gone(Enum):
    GONE = "gone"


GONE: Final = _Gone.GONE
"""The value of an entry that is not there any more."""

Writes = Mapping[tuple[str, str], Any]
"""By collection and key: the value, or GONE. An entry that was of use and did not change has the value it had."""


class Draft:
    """A state that is being changed: a copy, which nobody else has, made by the first change.

    Whoever has a mark may undo what was done since then.

    before: the state as it was
    state: as it stands; to be looked at now, not to be kept: it changes
    """

    __slots__ = ("_log", "before", "state")

    def __init__(self, state: State) -> None:
        self.before = self.state = state
        self._log: list[tuple[str, str, Any]] = []

    def value(self, collection: str, key: str) -> Any:
        """The value of an entry as it stands, GONE if there is none."""
        return _value(self.state, collection, key)

    # -- changing -----------------------------------------------------------------------------------------------------

    def put(self, collection: str, key: str, value: Any) -> None:
        """Sets one entry."""
        self._log.append((collection, key, self.value(collection, key)))
        self._place(collection, key, value)

    def drop(self, collection: str, key: str) -> None:
        """Removes one entry, if it is there."""
        if self.value(collection, key) is not GONE:
            self.put(collection, key, GONE)

    def touch(self, collection: str, key: str) -> None:
        """Notes that an entry was of use, if it is there."""
        value = self.value(collection, key)
        if value is not GONE:
            self._log.append((collection, key, value))

    def mark(self) -> int:
        """Where to go back to with `undo`."""
        return len(self._log)

    def undo(self, mark: int) -> None:
        """Takes back what was done since then."""
        while len(self._log) > mark:
            collection, key, before = self._log.pop()
            if self.value(collection, key) is not before:
                self._place(collection, key, before)

    def order(self, use: Any) -> None:
        """Sets in which order the records were of use, which follows from the writes and is none itself."""
        self._own("use", use)

    def _place(self, collection: str, key: str, value: Any) -> None:
        if collection == SETUP:
            self._own(key, value)
            return
        records = getattr(self.state, collection)
        self._own(collection, records.delete(key) if value is GONE else records.set(key, value))

    def _own(self, name: str, value: Any) -> None:
        if self.state is self.before:
            self.state = replace(self.before)
        force_setattr(self.state, name, value)  # frozen for all others; until it is handed out it is ours alone

    # -- what came of it ----------------------------------------------------------------------------------------------

    def touched(self) -> tuple[tuple[str, str], ...]:
        """Collection and key of every entry that was written or of use, by the last time that it was."""
        last_first = dict.fromkeys((collection, key) for collection, key, _ in reversed(self._log))
        return tuple(reversed(last_first))

    def keys_touched(self, collection: str) -> tuple[str, ...]:
        """The keys of those of one collection."""
        return tuple(dict.fromkeys(key for each, key, _ in self._log if each == collection))

    def writes(self) -> Writes:
        """What was written."""
        values = {entry: self.value(*entry) for entry in self.touched()}
        never_there = {entry for entry, value in values.items() if value is _value(self.before, *entry) is GONE}
        return {entry: value for entry, value in values.items() if entry not in never_there}


def _value(state: State, collection: str, key: str) -> Any:
    return getattr(state, key) if collection == SETUP else getattr(state, collection).get(key, GONE)
