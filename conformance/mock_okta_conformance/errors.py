"""What can go wrong with a run itself, as opposed to with what is being tested, and a hint to the word that was meant.

ConformError
  SetupError      the caller's options or files are wrong: exit code 2
  AdapterError    the driver under test, or the way to it, is broken: exit code 3
    AdapterHung   no reply in time
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ConformError(Exception):
    """A run that cannot go on. `exit_code` is what the command ends with."""

    exit_code = 3


class SetupError(ConformError):
    """The options, the adapter file, the org profile or the list of known failures is wrong."""

    exit_code = 2


class AdapterError(ConformError):
    """The driver broke the protocol, died or could not be started."""


class AdapterHung(AdapterError):
    """The driver did not reply in time."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint such as " (did you mean 'idx.generic'?)", or nothing when no known word is close."""
    match = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {match[0]!r}?)" if match else ""
