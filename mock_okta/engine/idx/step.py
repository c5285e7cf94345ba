"""What a step of a flow is to the engine: a row of `steps.STEP_KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mock_okta.engine.idx.authenticators.settings import Setting
from mock_okta.engine.model import Step, Transaction
from mock_okta.engine.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """One verb of a flow.

    is_met: whether the transaction can pass, given the step and its position
    enter: puts the transaction where it rests while the step is open; may raise Refused
    may_skip: whether the user may go on without
    settings: what a scenario may say of such a step
    """

    verb: str
    is_met: Callable[[Turn, Transaction, Step, int], bool]
    enter: Callable[[Turn, Transaction, Step, int], Transaction]
    may_skip: Callable[[Turn, Transaction, Step, int], bool] = lambda turn, transaction, step, position: False
    settings: tuple[Setting, ...] = ()


def is_done(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The step leaves no trace but that it is over."""
    return position in transaction.done


def always(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user may go on without, whoever it is."""
    return True


def over(transaction: Transaction, position: int) -> Transaction:
    """The transaction with this step behind it."""
    return replace(transaction, done=(*transaction.done, position))
