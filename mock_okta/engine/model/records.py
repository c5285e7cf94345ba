"""Records of one kind by key, as a value: a new one shares all that did not change.

Whatever else they are looked for by has an index, kept where a record is set or deleted. So nobody who answers a
request has to go through all of them; tests and control calls may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, overload

from immutables import Map
from msgspec import Struct

from mock_okta.engine.model.values import NOTHING

Record = TypeVar("Record")
Other = TypeVar("Other")
Found = Map[tuple[str, str], Map[str, None]]
"""Keys, by the name of an index and a term."""


class Index(Struct, frozen=True):
    """What records of one kind are found by, besides their key.

    terms: of a record, each once, e.g. its user's id; it is found under all of them
    """

    name: str
    terms: Callable[[Any], tuple[str, ...]]


class Records(Mapping[str, Record], Generic[Record]):
    """The records, with their indexes."""

    __slots__ = ("_entries", "_found", "_indexes")

    def __init__(self, *indexes: Index) -> None:
        self._entries: Map[str, Record] = NOTHING
        self._indexes = indexes
        self._found: Found = Map()

    # -- looking ------------------------------------------------------------------------------------------------------

    @overload
    def get(self, key: str, /) -> Record | None: ...
    @overload
    def get(self, key: str, default: Record | Other, /) -> Record | Other: ...
    def get(self, key: str, default: Any = None, /) -> Any:
        """The record of that key."""
        return self._entries.get(key, default)

    def __getitem__(self, key: str) -> Record:
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Records) and self._entries == other._entries and self._found == other._found

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return f"Records({dict(self._entries)!r})"

    def keys_by(self, index: str, term: str) -> list[str]:
        """The keys of the records that the index has under that term, in an order that is the same everywhere."""
        return sorted(self._found.get((index, term), ()))

    def by(self, index: str, term: str) -> list[Record]:
        """The records that the index has under that term, in the order of their keys."""
        return [self._entries[key] for key in self.keys_by(index, term)]

    def has(self, index: str, term: str) -> bool:
        """Whether the index has any record under that term."""
        return (index, term) in self._found

    # -- changing -----------------------------------------------------------------------------------------------------

    def set(self, key: str, record: Record) -> Records[Record]:
        """These with that record, in place of one that has the key already."""
        found = self._found
        for index in self._indexes:
            before = self._terms_of(index, key)
            after = index.terms(record)
            if before != after:
                found = _without(found, index.name, key, before)
                found = _with(found, index.name, key, after)
        return self._changed(self._entries.set(key, record), found)

    def delete(self, key: str) -> Records[Record]:
        """These without the record of that key. Raises: KeyError"""
        found = self._found
        for index in self._indexes:
            found = _without(found, index.name, key, self._terms_of(index, key))
        return self._changed(self._entries.delete(key), found)

    def filled(self, records: Mapping[str, Record]) -> Records[Record]:
        """These with all of those."""
        filled = self
        for key, record in records.items():
            filled = filled.set(key, record)
        return filled

    def _terms_of(self, index: Index, key: str) -> tuple[str, ...]:
        known = self._entries.get(key)
        return () if known is None else index.terms(known)

    def _changed(self, entries: Map[str, Record], found: Found) -> Records[Record]:
        changed = Records[Record].__new__(Records)
        changed._entries, changed._indexes, changed._found = entries, self._indexes, found
        return changed


def _with(found: Found, name: str, key: str, terms: tuple[str, ...]) -> Found:
    for term in terms:
        found = found.set((name, term), found.get((name, term), NOTHING).set(key, None))
    return found


def _without(found: Found, name: str, key: str, terms: tuple[str, ...]) -> Found:
    for term in terms:
        left = found[name, term].delete(key)
        found = found.set((name, term), left) if left else found.delete((name, term))
    return found
