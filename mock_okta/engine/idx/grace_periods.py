"""Grace periods of enrolment: what a user has to set up in the end, but may put off until then, asked once a day.

Source: idx-protocol notes 4.1 (`gracePeriod` of an authenticator that is on offer); help.okta.com, "Authenticator
enrollment policies" (by end date and by skip count alike, users are asked once daily). When `days` begin is inferred:
with the first time that the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import prompts
from mock_okta.engine.idx.prompts import DAY_S
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import GRACES
from mock_okta.engine.model import Step, Transaction

IN_GRACE = Setting(name="in_grace", kind=GRACES, about="May be skipped for a while, and is asked once a day.")
"""Of an "enroll" step: by authenticator, `until`, `days` or `skips`."""


class Skips(Struct, frozen=True):
    """An authenticator may be put off this many times more."""

    times: int


class Until(Struct, frozen=True):
    """An authenticator may be put off until this time, in epoch seconds."""

    at: float


def lasting(turn: Turn, transaction: Transaction, step: Step) -> tuple[str, ...]:
    """The authenticators of the step that the user may still leave for later."""
    return tuple(key for key in _of(step) if left(turn, transaction, step, key))


def due(turn: Turn, transaction: Transaction, step: Step) -> tuple[str, ...]:
    """Those of them that the user is asked for now: not those that were put off within a day."""
    wanted = lasting(turn, transaction, step)
    return tuple(key for key in wanted if not prompts.rests(turn, transaction, key, DAY_S))


def over(turn: Turn, transaction: Transaction, step: Step) -> tuple[str, ...]:
    """The authenticators of the step whose grace period has ended: they are required now."""
    return tuple(key for key in _of(step) if left(turn, transaction, step, key) is None)


def begin(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Remembers when the user was first asked."""
    for key in _of(step):
        prompts.begin(turn, transaction, key)


def put_off(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Counts that the user has not set up any of it this time either."""
    for key in due(turn, transaction, step):
        prompts.put_off(turn, transaction, key)


def left(turn: Turn, transaction: Transaction, step: Step, key: str) -> Skips | Until | None:
    """How long an authenticator may still be put off; None if it may not."""
    grace = _of(step).get(key)
    if grace is None:
        return None
    so_far = prompts.so_far(turn, transaction, key)
    if "skips" in grace:
        return Skips(grace["skips"] - so_far.skips) if so_far.skips < grace["skips"] else None
    end = _end(grace, so_far.first)
    return Until(end) if turn.now < end else None


def _end(grace: Mapping[str, Any], first: float) -> float:
    """The end of a grace period that began then; in epoch seconds."""
    return datetime.fromisoformat(grace["until"]).timestamp() if "until" in grace else first + grace["days"] * DAY_S


def _of(step: Step) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] | None = IN_GRACE.find(step.settings)
    return found or {}
