"""Steps that let nobody pass: for a while, with a message at the end, or with a refusal."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import messages, success
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import WHOLE, Setting
from mock_okta.engine.idx.step_kinds.row import SAID, StepKind, is_done
from mock_okta.engine.idx.terminal_pages import TERMINAL_PAGES
from mock_okta.engine.model import Step, Transaction

FOR_S = Setting(
    name="for_s", kind=WHOLE, least=1, most=86_400, default=10, about="Seconds from the beginning of the sign-in."
)
MESSAGES = Setting(name="messages", kind=SAID, needed=True, about="In this order.")


def hold(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at a page that only waits, as an org in safe mode has for its visitors (idx-protocol notes 3.2, poll)."""
    return replace(transaction, stage="hold", notices=(messages.remark("E0000010"),))


def was_held(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The sign-in has begun long enough ago."""
    return turn.now >= transaction.started_at + FOR_S.read(step.settings)


def say_and_end(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Ends with messages and nothing to submit."""
    return success.ended(turn, transaction, *messages.remarks(MESSAGES.read(step.settings)))


def refuse(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Refuses to go on: ends the flow, or says why not on the page that the user came from (`TERMINAL_PAGES`)."""
    first, *_ = remarks = messages.remarks(MESSAGES.read(step.settings))
    if first.name not in TERMINAL_PAGES:
        raise Refused(messages.message_of(first), *first.params)
    raise Refused(messages.message_of(first), after=lambda turn, before: transaction, ending=remarks)


ROWS = (
    StepKind(
        verb="hold",
        is_met=was_held,
        enter=hold,
        elsewhere=True,
        about="Let everybody wait on a page, as an org in safe mode does.",
        examples=(("- hold: {for_s: 10}", "patience: a page that polls until the sign-in began so long ago"),),
        settings=(FOR_S,),
    ),
    StepKind(
        verb="refuse",
        is_met=is_done,
        enter=refuse,
        ends=True,
        refuses=True,
        about="Refuse to go on, with this message.",
        examples=(("- refuse: security.access_denied", "nothing: the page that was there says this message"),),
        alone=False,
        bare=MESSAGES,
    ),
    StepKind(
        verb="message",
        is_met=is_done,
        enter=say_and_end,
        ends=True,
        about="End with this message, or with several.",
        examples=(
            (
                "- message: idx.email.verification.required",
                "nothing: the flow ends with this message, or a list of them",
            ),
        ),
        alone=False,
        bare=MESSAGES,
    ),
)
