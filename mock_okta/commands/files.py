"""Files that a command is to write: whether they can be written is said before the work is done, not after."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from mock_okta.errors import ConfigError


def opened(path: Path, what: str) -> TextIO:
    """The file, opened for writing.

    what: how the message calls it, e.g. "journal"
    Raises: ConfigError if it cannot be written
    """
    try:
        return path.open("w", encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot write the {what} {str(path)!r}: {reason}") from error


def check_writable(path: Path, what: str) -> None:
    """Makes sure that the file can be written later; what it holds stays.

    Raises: ConfigError
    """
    try:
        path.open("a", encoding="utf-8").close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot write the {what} {str(path)!r}: {reason}") from error
