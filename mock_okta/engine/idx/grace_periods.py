"""Grace periods of enrolment: what a user has to set up in the end, but may put off for some days, or some times.

Source: idx-protocol notes 4.1 (`gracePeriod` of an authenticator that is on offer). When the days begin is inferred:
with the first time that the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import GRACES
from mock_okta.engine.model import Step, Transaction

DAY_S = 86_400
IN_GRACE = Setting(name="in_grace", kind=GRACES, about="May be skipped for a while.")
"""Of an "enroll" step: by authenticator, `days` or `skips`."""


class Skips(Struct, frozen=True):
    """An authenticator may be put off this many times more."""

    times: int


class Until(Struct, frozen=True):
    """An authenticator may be put off until this time, in epoch seconds."""

    at: float


def lasting(turn: Turn, transaction: Transaction, step: Step) -> tuple[str, ...]:
    """The authenticators of the step that the user may still leave for later."""
    return tuple(key for key, grace in _of(step).items() if _lasts(turn, transaction, key, grace))


def over(turn: Turn, transaction: Transaction, step: Step) -> tuple[str, ...]:
    """The authenticators of the step whose grace period has ended: they are required now."""
    return tuple(key for key, grace in _of(step).items() if not _lasts(turn, transaction, key, grace))


def begin(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Remembers when the user was first asked."""
    for key in _of(step):
        if _slot(transaction, key) not in turn.state.put_off:
            turn.put("put_off", _slot(transaction, key), (turn.now, 0))


def put_off(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Counts that the user has not set up any of it this time either."""
    for key in lasting(turn, transaction, step):
        first, times = _so_far(turn, transaction, key)
        turn.put("put_off", _slot(transaction, key), (first, times + 1))


def left(turn: Turn, transaction: Transaction, step: Step, key: str) -> Skips | Until | None:
    """How long an authenticator may still be put off; None if it may not."""
    grace = _of(step).get(key)
    if grace is None or not _lasts(turn, transaction, key, grace):
        return None
    first, times = _so_far(turn, transaction, key)
    if "skips" in grace:
        return Skips(grace["skips"] - times)
    return Until(first + grace["days"] * DAY_S)


def _of(step: Step) -> Mapping[str, Mapping[str, int]]:
    found: Mapping[str, Mapping[str, int]] | None = IN_GRACE.find(step.settings)
    return found or {}


def _lasts(turn: Turn, transaction: Transaction, key: str, grace: Mapping[str, int]) -> bool:
    first, times = _so_far(turn, transaction, key)
    return times < grace["skips"] if "skips" in grace else turn.now < first + grace["days"] * DAY_S


def _so_far(turn: Turn, transaction: Transaction, key: str) -> tuple[float, int]:
    """When the user was first asked, and how often it was put off since."""
    return turn.state.put_off.get(_slot(transaction, key), (turn.now, 0))


def _slot(transaction: Transaction, key: str) -> str:
    return f"{transaction.user_id} {key}"
