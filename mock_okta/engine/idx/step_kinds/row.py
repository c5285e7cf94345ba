"""What a kind of step is: one row with all of its facts, and what it does.

A step of a scenario (`model.Step`) says a verb and how; the verb's row says everything else: when such a step is met
and where one rests until then, whom it needs before it, what can be said of it, and how the documentation puts it. The
grammar of scenario files, what `check` refuses, the table of steps in the docs and the tests that play every step
follow from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import Purpose
from mock_okta.engine.idx.settings import Kind, Setting
from mock_okta.engine.model import Enrollment, Step, Transaction

Whom = Literal["anybody", "named", "user"]

ONE_KEY: Kind[str] = Kind("authenticator")
"""The key of an authenticator."""
KEYS: Kind[tuple[str, ...]] = Kind("authenticators")
"""Keys of authenticators; as the value of the step itself, one alone too."""
SAID: Kind[tuple[Any, ...]] = Kind("messages")
"""Messages: keys, or mappings with other words (`messages.remarks`)."""
FIELDS: Kind[tuple[Any, ...]] = Kind("fields")
"""The fields of a form for a profile (`profile_fields`)."""
GRACES: Kind[Any] = Kind("graces")
"""By authenticator, how long it may be put off (`grace_periods`)."""
RULES: Kind[tuple[Any, ...]] = Kind("rules")
"""What a device has to have: options, each a list of rules (`device_assurance`)."""
TIME: Kind[str] = Kind("time")
"""A time in ISO 8601, UTC."""


def nothing(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """The choices of a step at which no authenticator is picked: none."""
    return ()


def not_kept(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Nothing is remembered of a step that was skipped but in the sign-in itself."""


def never(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Nobody may go on without."""
    return False


class StepKind(Struct, frozen=True, kw_only=True):
    """One kind of step, by its verb.

    What it does:
    is_met: whether the transaction can pass, given the step and its position
    enter: puts the transaction where it rests while the step is open; may raise Refused
    passes: `enter` does something instead, and the flow goes on at once
    may_skip: whether the user may go on without
    skipped: what is remembered of that for later sign-ins
    choices: the enrolments to prove or authenticators to acquire that its page lists
    purpose: what they are picked for; None where none is picked

    What it needs and means:
    whom: who can take it: "anybody", somebody who was "named" (whether there is such a user or not), or a "user"
    names: the flows in which it is this step that says who it is
    proves: it is met by proving an authenticator that it names
    requires: after it the user has what it names
    makes: authenticators that the user has after it, though it need not name them
    asks: authenticators that may answer its page, though it need not name them
    straight: it goes straight to the one authenticator that it names, and is over once that was acquired
    password_page: the stage at which it may ask for a password on its own form (`with_password`)
    leads_to: the flow that it goes on with
    given_up: the page itself may give it up, and the flow goes on without
    ends: nobody gets past it
    lasts_until: the setting with which it lets the user go on all the same, of a step that ends otherwise
    refuses: it turns the user away
    elsewhere: right answers alone do not meet it: time does, or a device, or a vendor
    implied: every sign-in has it, so that no file says so

    What can be said of it:
    about: one sentence for whoever writes a scenario
    examples: lines of a flow, each with what it asks for, as the table in the docs has them
    alone: the verb without a value is enough
    bare: what a value that is no mapping stands for
    settings, how: what a mapping may say, and one sentence for it
    takes: how many of the settings have to be said, and how many may be
    """

    verb: str
    is_met: Callable[[Turn, Transaction, Step, int], bool]
    enter: Callable[[Turn, Transaction, Step, int], Transaction]
    passes: bool = False
    may_skip: Callable[[Turn, Transaction, Step, int], bool] = never
    skipped: Callable[[Turn, Transaction, Step], None] = not_kept
    choices: Callable[[Turn, Transaction, Step, int], tuple[Enrollment, ...]] = nothing
    purpose: Callable[[Turn, Transaction, Step, int], Purpose] | None = None
    whom: Whom = "anybody"
    names: tuple[str, ...] = ()
    proves: bool = False
    requires: bool = False
    makes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    straight: bool = False
    password_page: str | None = None
    leads_to: str = ""
    given_up: bool = False
    ends: bool = False
    lasts_until: str = ""
    refuses: bool = False
    elsewhere: bool = False
    implied: bool = False
    about: str
    examples: tuple[tuple[str, str], ...] = ()
    alone: bool = True
    bare: Setting[Any] | None = None
    settings: tuple[Setting[Any], ...] = ()
    how: str = ""
    takes: tuple[int, int | None] = (0, None)

    @property
    def only_names(self) -> bool:
        """Whether saying who it is is all that the step is for."""
        return bool(self.names) and self.whom == "anybody"


def kind_of(step: Step) -> StepKind:
    """The row of a step. The one place that looks at its verb."""
    return _step_kinds()[step.verb]


@cache
def _step_kinds() -> Mapping[str, StepKind]:
    # Imported late: the table is made of the modules that ask for its rows.
    from mock_okta.engine.idx.step_kinds.table import STEP_KINDS

    return STEP_KINDS


# ---------------------------------------------------------------------------------------------------------------------
# What many rows share
# ---------------------------------------------------------------------------------------------------------------------


def is_done(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The step leaves no trace but that it is over."""
    return position in transaction.done


def always(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Whoever is at this step may go on without it."""
    return True


def to_enroll(turn: Turn, transaction: Transaction, step: Step, position: int) -> Purpose:
    """What the step names is picked to be acquired."""
    return "enroll"


def to_reset(turn: Turn, transaction: Transaction, step: Step, position: int) -> Purpose:
    """What the step names is picked to be made anew."""
    return "reset"


def over(transaction: Transaction) -> Transaction:
    """The transaction with the step of its page behind it."""
    if transaction.position is None:
        return transaction
    return replace(transaction, done=(*transaction.done, transaction.position))
