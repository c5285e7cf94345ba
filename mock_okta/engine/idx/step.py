"""What a step of a flow is to the engine: a row of `steps.STEP_KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.model import Step, Transaction

Whom = Literal["anybody", "named", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """One verb of a flow.

    is_met: whether the transaction can pass, given the step and its position
    enter: puts the transaction where it rests while the step is open; may raise Refused
    whom: who can take it: "anybody", somebody who was "named" (whether there is such a user or not), or a "user"
    may_skip: whether the user may go on without
    settings: what a scenario may say of such a step
    """

    verb: str
    is_met: Callable[[Turn, Transaction, Step, int], bool]
    enter: Callable[[Turn, Transaction, Step, int], Transaction]
    whom: Whom = "anybody"
    may_skip: Callable[[Turn, Transaction, Step, int], bool] = lambda turn, transaction, step, position: False
    settings: tuple[Setting[Any], ...] = ()


def is_done(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The step leaves no trace but that it is over."""
    return position in transaction.done


def always(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user may go on without, whoever it is."""
    return True


def over(transaction: Transaction) -> Transaction:
    """The transaction with the step of its page behind it."""
    if transaction.position is None:
        return transaction
    return replace(transaction, done=(*transaction.done, transaction.position))
