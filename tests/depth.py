"""How many examples a test makes up, by the profile that holds; `conftest.py` beside it has the profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

Each = TypeVar("Each")

OF_CI = 100
"""Examples of a test in CI that doesn't say how many it wants."""


def share(of: int) -> int:
    """The share of a number that the profile wants; in CI all of it, and never nothing."""
    return max(1, of * settings().max_examples // OF_CI)


def examples(in_ci: int) -> settings:
    """Settings by which a test makes up so many examples in CI, and its share elsewhere."""
    return settings(max_examples=share(in_ci))


def thinned(all_of_them: Sequence[Each], number: int = 0) -> Sequence[Each]:
    """The share of a table that the profile wants, spread over all of it; tests of other numbers get other rows."""
    every = max(1, OF_CI // share(OF_CI))
    return all_of_them[number % every :: every]
