"""The steps of a flow: which one is open, and where the transaction rests while it is not met.

Theory of operation
-------------------

A *flow* (sign in, register, recover, unlock, activate) is a list of *steps* in a scenario: identify somebody, verify a
password, enroll a phone, say something. What a step of a kind is, and does, is one row of `step_kinds.table`.

A *transaction* is one person's way through a flow. It holds what has happened so far: who was named, what was proved,
which steps are over that leave no other trace (`done`), the open *challenge* if something was begun. It does not hold
"the next step", nor a plan. Whenever something has changed, `settle` walks down the steps of the flow, asks each whose
conditions hold whether it is met (`StepKind.is_met`), and enters the first that is not (`StepKind.enter`). That puts
the transaction at a *stage*, a row of `stages.STAGES` that says what the page offers. Where all are met it ends in
success. So a user who has changed meanwhile, a proof from another tab, or a condition that time has met lead to the
right place by themselves, and no move needs to know what comes after it.

`position` says which step the page belongs to, so that the page can be shown again (`at_hand`) when another step has
become the open one; an answer to such a page is not judged (`stale_pages`). None is a page that belongs to no step.

Who may change what: a step kind's `enter` may put the transaction at a stage and begin a ceremony; with `passes` it may
change the user instead and rests nowhere. `is_met`, `may_skip`, `choices` and `purpose` only look. Nothing here counts
wrong answers (`wrong_answers`) or records proofs (`moves`).

What always holds:
- a step is entered only once those before it are met, and by somebody, or by a user, if its row says so (`whom`);
- no success without a user who may sign in now and whom the app admits, whatever was proved before (`_finish`);
- settling twice is settling once: a transaction at rest is where `settle` would put it.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import (
    consents,
    device_requests,
    past_sign_ins,
    policy,
    remembered_devices,
    sessions,
    success,
    user_statuses,
)
from mock_okta.engine.idx.authenticators.row import Purpose
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.step_kinds import accounts
from mock_okta.engine.idx.step_kinds.identifying import WITH_PASSWORD
from mock_okta.engine.idx.step_kinds.row import StepKind, kind_of
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.idx.transactions import IDENTIFIED_S, back_to_identify, succeed
from mock_okta.engine.model import Enrollment, Step, Transaction, User

_PASSWORD_PAGES = frozenset(kind.password_page for kind in STEP_KINDS.values() if kind.password_page)
"""Stages at which some step may ask for the password beside something else."""


def settle(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts the transaction at the stage of the first step that is not met, or ends it in success."""
    position = open_position(turn, transaction)
    if position is None:
        return _finish(turn, transaction)
    step = policy.steps_of(turn, transaction)[position]
    idle = replace(transaction, position=position, challenge=None, expires_at=turn.now + IDENTIFIED_S)
    kind = kind_of(step)
    if kind.whom != "anybody" and not _names_its_user(kind, transaction):
        if transaction.identifier is None:
            return _ask_first(turn, idle)
        if kind.whom == "user":
            _refuse_nobody(turn, idle)
    entered = kind.enter(turn, idle, step, position)
    return settle(turn, entered) if kind.passes else entered


def _names_its_user(kind: StepKind, transaction: Transaction) -> bool:
    """Whether the step itself says who it is: the first profile of a registration."""
    return transaction.flow in kind.names and transaction.identifier is None


def _ask_first(turn: Turn, transaction: Transaction) -> Transaction:
    """Asks who it is where no step has, e.g. because its conditions do not hold."""
    asking = replace(transaction, position=None)
    naming = (kind for kind in STEP_KINDS.values() if transaction.flow in kind.names)
    kind = next(naming, STEP_KINDS["identify"])
    return kind.enter(turn, asking, Step(verb=kind.verb), 0)


def _refuse_nobody(turn: Turn, transaction: Transaction) -> User:
    """The user at hand. Raises: Refused for one who must not go on, or that nobody is: they can acquire nothing"""
    user = policy.user_of(turn, transaction)
    if user is None or not policy.treatment(turn, transaction).heard:
        raise Refused(MESSAGES["errors.E0000004"], after=restarted)
    return user


def restarted(turn: Turn, transaction: Transaction) -> Transaction:
    """What becomes of the transaction of somebody who may not go on."""
    return back_to_identify(transaction)


def enter(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts a fresh transaction at the first step of its flow, or where it learns which device it is for."""
    if transaction.device is not None:
        return replace(transaction, stage="user-code")
    return begun(turn, transaction) if policy.has_flow(turn, transaction.flow) else transaction


def begun(turn: Turn, transaction: Transaction) -> Transaction:
    """A transaction without a page at its first; where it is refused at once there is nothing but that to show."""
    try:
        return settle(turn, transaction)
    except Refused as refusal:
        return success.ended(turn, transaction, *refusal.ending)


def _finish(turn: Turn, transaction: Transaction) -> Transaction:
    """Ends in success, for whoever may have it still: that may have changed since the last proof."""
    if transaction.identifier is None:
        return _ask_first(turn, transaction)
    user = accounts.activated(turn, _refuse_nobody(turn, transaction), transaction)
    if not user_statuses.may("sign_in", user):
        raise Refused(MESSAGES["errors.E0000004"], after=restarted)
    if transaction.flow == "sign_in" and not turn.app(transaction.asked.client_id).admits(user):
        raise Refused(MESSAGES["idx.error.user.not.assigned.to.app"], after=restarted)
    if any(kind_of(step) is STEP_KINDS["consent"] for _, step in policy.counting(turn, transaction)):
        transaction = consents.without_skipped(turn, transaction)
    past_sign_ins.note(turn, transaction)
    remembered_devices.note(turn, transaction)
    if transaction.device is not None:
        return device_requests.let_in(turn, transaction)
    return sessions.opened(turn, succeed(turn, transaction))


def open_position(turn: Turn, transaction: Transaction) -> int | None:
    """The position of the first step of the flow that is not met."""
    for position, step in policy.counting(turn, transaction):
        if not kind_of(step).is_met(turn, transaction, step, position):
            return position
    return None


def open_step(turn: Turn, transaction: Transaction) -> tuple[Step, int] | None:
    """The first step that is not met, and its position."""
    position = open_position(turn, transaction)
    return None if position is None else (policy.steps_of(turn, transaction)[position], position)


def at_hand(turn: Turn, transaction: Transaction) -> tuple[Step, int] | None:
    """The step that the page belongs to, open or met meanwhile, and its position; the open one if it belongs to none.

    What a page shows follows from this step, so that it can be shown again whatever has happened since.
    """
    position = transaction.position
    if position is None:
        return open_step(turn, transaction)
    return policy.steps_of(turn, transaction)[position], position


def choices(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """What the user can pick from in the step at hand: enrolments to prove, or authenticators to acquire."""
    found = at_hand(turn, transaction)
    if found is None:
        return ()
    if transaction.stage == "unlock-select":
        return policy.to_unlock(turn)
    return kind_of(found[0]).choices(turn, transaction, *found)


def purpose(turn: Turn, transaction: Transaction) -> Purpose:
    """What the choices of the step at hand are for; to prove them, where its kind says nothing else."""
    found = at_hand(turn, transaction)
    kind = kind_of(found[0]) if found else None
    return kind.purpose(turn, transaction, *found) if found and kind and kind.purpose else "verify"


def may_skip(turn: Turn, transaction: Transaction) -> bool:
    """Whether the user may go on without the step at hand."""
    found = at_hand(turn, transaction)
    return found is not None and kind_of(found[0]).may_skip(turn, transaction, *found)


def has_password_on_page(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page at hand asks for the password beside something else."""
    return transaction.stage in _PASSWORD_PAGES and any(
        kind_of(step).password_page == transaction.stage and WITH_PASSWORD.read(step.settings)
        for _, step in policy.counting(turn, transaction)
    )
