"""What every way of reaching a driver offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

FIRST_REPLY_S = 10.0
REPLY_S = 20.0
QUIT_S = 2.0


class Adapter(Protocol):
    """One driver. A message goes in, one reply comes out; nothing else is assumed about it."""

    origin: str
    """How the caller named it, for error messages and for the line that reruns a check."""

    capabilities: frozenset[str] | None
    """What the adapter file declares; None leaves it to the driver's answer to `hello`."""

    def ask(self, message: Mapping[str, Any], *, timeout_s: float = REPLY_S) -> Mapping[str, Any]:
        """The driver's reply.

        Raises: AdapterHung if there is none in time, AdapterError if the driver died or answered no JSON object
        """

    def noise(self) -> str:
        """What the driver printed besides replies since the last call: stray lines of stdout, and stderr."""

    def restart(self) -> None:
        """Puts a fresh driver in the place of one that hung or died."""

    def close(self) -> None:
        """Ends the driver."""
