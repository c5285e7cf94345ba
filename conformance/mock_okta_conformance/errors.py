"""What can go wrong with a run itself, as opposed to with what is being tested.

ConformError
  SetupError      the caller's options or files are wrong: exit code 2
  AdapterError    the driver under test, or the way to it, is broken: exit code 3
    AdapterHung   no reply in time
"""

from __future__ import annotations


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
