"""Looking into values that may have any form: what is not as expected is as if it were not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings in the list at this key, with their indices."""
    listed = value.get(key)
    return ((i, entry) for i, entry in enumerate(listed if isinstance(listed, list) else []) if isinstance(entry, dict))


def texts(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, str]]:
    """The texts in the list at this key, with their indices."""
    listed = value.get(key)
    return ((i, entry) for i, entry in enumerate(listed if isinstance(listed, list) else []) if isinstance(entry, str))


def words(values: Iterable[Any]) -> list[str]:
    """Those of the values that are texts."""
    return [value for value in values if isinstance(value, str)]
