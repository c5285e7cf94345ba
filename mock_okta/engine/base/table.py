"""Tables: rows by one of their members, none of which two rows share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Row = TypeVar("Row")


def table(key: str, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by their member `key`, in their order.

    Raises: ValueError for two rows with one key, of which a dict would silently keep the later
    """
    made: dict[str, Row] = {}
    for row in rows:
        name = row[key] if isinstance(row, dict) else getattr(row, key)
        if name in made:
            raise ValueError(f"two rows of {type(row).__name__} have the {key} {name!r}")
        made[name] = row
    return made
