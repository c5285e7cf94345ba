"""What surrounds a client under a walk: time, the mailbox, and what the server has written down.

One implementation is here, over the control API of a running mock; another one, without a server, is in
`engine_transport`. A third, for a real org, only has to fulfil `World`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from conformance.control import Control


class World(Protocol):
    """Time, mailbox and journal of one tenant."""

    def now(self) -> float:
        """Epoch seconds on the org's clock."""

    def advance(self, seconds: float) -> None:
        """Lets time pass for the org."""

    def codes(self) -> Sequence[str]:
        """The codes that were mailed or texted, oldest first."""

    def exchanges(self) -> Sequence[Mapping[str, Any]]:
        """What has been asked and answered, oldest first: lines of the mock's journal."""


class ControlledWorld:
    """The world of a tenant of a running mock, by its control API. `clock`: the server's, in epoch seconds."""

    def __init__(self, control: Control, tenant: str, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._tenant = tenant
        self._clock = clock
        self._ahead_s = 0.0

    def now(self) -> float:
        """The server's clock, as far ahead as the tenant's was moved."""
        return self._clock() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Moves the tenant's clock."""
        self._control.advance_clock(self._tenant, seconds)
        self._ahead_s += seconds

    def codes(self) -> list[str]:
        """The codes in the tenant's outbox."""
        return self._control.codes(self._tenant)

    def exchanges(self) -> list[dict[str, Any]]:
        """The tenant's journal."""
        return self._control.journal(self._tenant)
