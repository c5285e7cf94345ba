"""The steps of a flow: when one is met, and where the transaction rests while it is not.

`settle` walks down the steps of the flow and enters the first that is not met. Nothing remembers "the next step": it
follows from the user, the policy and what was proved, so every way round leads to the right place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mock_okta.engine.idx import policy
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, Enrollment, Step, Transaction
from mock_okta.engine.transactions import FRESH_S, IDENTIFIED_S, succeed
from mock_okta.engine.turn import Turn
from mock_okta.engine.wire import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """One verb of a flow.

    is_met: whether the transaction can pass, given the step and its position
    enter: puts the transaction where it rests while the step is open; may raise Refused
    """

    verb: str
    is_met: Callable[[Turn, Transaction, Step, int], bool]
    enter: Callable[[Turn, Transaction, Step, int], Transaction]


def settle(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts the transaction at the stage of the first step that is not met, or ends it in success."""
    position = open_position(turn, transaction)
    if position is None:
        return succeed(turn, transaction)
    step = policy.steps_of(turn, transaction)[position]
    idle = replace(transaction, challenge=None, expires_at=turn.now + IDENTIFIED_S)
    return STEP_KINDS[step.verb].enter(turn, idle, step, position)


def open_position(turn: Turn, transaction: Transaction) -> int | None:
    """The position of the first step of the flow that is not met."""
    for position, step in enumerate(policy.steps_of(turn, transaction)):
        if not STEP_KINDS[step.verb].is_met(turn, transaction, step, position):
            return position
    return None


def open_step(turn: Turn, transaction: Transaction) -> tuple[Step, int] | None:
    """The first step that is not met, and its position."""
    position = open_position(turn, transaction)
    return None if position is None else (policy.steps_of(turn, transaction)[position], position)


def choices(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """What the user can pick from in the open step: enrolments to prove, or authenticators to acquire."""
    found = open_step(turn, transaction)
    if found is None:
        return ()
    step, position = found
    if step.verb == "enroll" or _asks_to_enroll(turn, transaction, step):
        return policy.to_enroll(turn, transaction, step, position)
    return policy.to_verify(turn, transaction, step) if step.verb == "verify" else ()


def purpose(turn: Turn, transaction: Transaction) -> str:
    """What the choices of the open step are for: "verify" or "enroll"."""
    found = open_step(turn, transaction)
    enrolls = found and (found[0].verb == "enroll" or _asks_to_enroll(turn, transaction, found[0]))
    return "enroll" if enrolls else "verify"


def may_skip(turn: Turn, transaction: Transaction) -> bool:
    """Whether all that the open step still asks for is optional."""
    found = open_step(turn, transaction)
    return bool(found) and all(choice.authenticator in found[0].optional for choice in choices(turn, transaction))


# ---------------------------------------------------------------------------------------------------------------------
# Ceremonies
# ---------------------------------------------------------------------------------------------------------------------


def wait_for_choice(transaction: Transaction, enrollment: Enrollment, purpose: str) -> Transaction:
    """Rests at the page that asks how (or whether) this authenticator shall be used."""
    waiting = Challenge(
        authenticator=enrollment.authenticator, method="", purpose=purpose, enrollment_id=enrollment.id
    )
    stage = "verification-data" if purpose == "verify" else "enrollment-data"
    return replace(transaction, stage=stage, challenge=waiting)


def begin(turn: Turn, transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values) -> Transaction:
    """Begins a ceremony; wrong answers to earlier challenges of the transaction still count."""
    row = AUTHENTICATORS[enrollment.authenticator]
    before = transaction.challenge
    challenge = Challenge(
        authenticator=row.key,
        method=str(values.get("methodType") or policy.methods_of(turn, row)[0]),
        purpose=purpose,
        enrollment_id=enrollment.id,
        wrong_answers=before.wrong_answers if before else 0,
    )
    ceremony = row.ceremony(purpose)
    return replace(
        transaction,
        stage=ceremony.stage,
        challenge=ceremony.begin(turn, policy.user_of(turn, transaction), challenge, values),
        expires_at=turn.now + IDENTIFIED_S,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Steps
# ---------------------------------------------------------------------------------------------------------------------

_IDENTIFY_STAGES = {"sign_in": "identify", "recover": "identify-recovery"}


def is_identified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Somebody was named, whether such a user exists or not."""
    return transaction.identifier is not None


def ask_who(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks for the identifier."""
    stage = _IDENTIFY_STAGES[transaction.flow]
    return replace(transaction, stage=stage, expires_at=transaction.started_at + FRESH_S)


def is_verified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Enough was proved."""
    return policy.is_verified(step, transaction)


def ask_for_proof(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be proved; with one way on, goes there at once unless that would send something unasked."""
    if _asks_to_enroll(turn, transaction, step):
        return replace(transaction, stage="enroll-select")
    ways = policy.to_verify(turn, transaction, step)
    if not ways:
        raise Refused(MESSAGES["oie.assurance.unsatisfiable"], turn.app(transaction.interaction.client_id).label)
    if len(ways) > 1:
        return replace(transaction, stage="select")
    row = AUTHENTICATORS[ways[0].authenticator]
    if row.lone == "challenge":
        return begin(turn, transaction, ways[0], "verify", {})
    if row.key == "okta_email" and setting(turn.scenario, "lone_email") == "select":
        return replace(transaction, stage="select")
    return wait_for_choice(transaction, ways[0], "verify")


def _asks_to_enroll(turn: Turn, transaction: Transaction, step: Step) -> bool:
    """A user who has proved something, but has nothing for this step, is asked to acquire it."""
    return (
        step.verb == "verify"
        and bool(transaction.proofs)
        and not policy.to_verify(turn, transaction, step)
        and bool(policy.to_enroll(turn, transaction, step, -1))
    )


def is_enrolled(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user has all that is required, and has or has skipped what is optional."""
    return not policy.to_enroll(turn, transaction, step, position)


def ask_to_enroll(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be acquired."""
    listed = replace(transaction, stage="enroll-select")
    return replace(listed, expires_at=turn.now + FRESH_S) if may_skip(turn, transaction) else listed


STEP_KINDS: dict[str, StepKind] = {
    row.verb: row
    for row in (
        StepKind(verb="identify", is_met=is_identified, enter=ask_who),
        StepKind(verb="verify", is_met=is_verified, enter=ask_for_proof),
        StepKind(verb="enroll", is_met=is_enrolled, enter=ask_to_enroll),
    )
}
