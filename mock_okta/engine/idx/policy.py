"""What is still to be proved, and where a transaction goes next.

`settle` walks down the scenario's steps and stops at the first that is not met. The rules for what is offered there are
those of idx-protocol notes 7.16, which generalise the recordings; Okta's own policy engine cannot be seen.
"""

from __future__ import annotations

from dataclasses import replace

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, Enrollment, Step, Transaction, User
from mock_okta.engine.transactions import IDENTIFIED_S, succeed
from mock_okta.engine.turn import Turn
from mock_okta.engine.wire import setting


def settle(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts the transaction at the stage of the first step that is not met, or ends it in success.

    Raises: Refused with `oie.assurance.unsatisfiable` if the user has nothing with which to meet a step
    """
    step = open_step(turn, transaction)
    if step is None:
        return succeed(turn, transaction)
    if step.verb == "identify":
        return transaction
    transaction = replace(transaction, challenge=None, expires_at=turn.now + IDENTIFIED_S)
    choices = candidates(turn, transaction)
    if not choices:
        app = turn.app(transaction.interaction.client_id)
        raise Refused(MESSAGES["oie.assurance.unsatisfiable"], app.label)
    if len(choices) > 1:
        return replace(transaction, stage="select")
    return _enter_only_choice(turn, transaction, choices[0])


def _enter_only_choice(turn: Turn, transaction: Transaction, enrollment: Enrollment) -> Transaction:
    """With one way on, the challenge is issued at once unless that would send something unasked."""
    row = AUTHENTICATORS[enrollment.authenticator]
    if not row.has_side_effect:
        return begin_challenge(turn, transaction, enrollment, row.methods[0])
    if setting(turn.scenario, "lone_email") == "select":
        return replace(transaction, stage="select")
    waiting = Challenge(authenticator=row.key, method=row.methods[0], enrollment_id=enrollment.id)
    return replace(transaction, stage="verification-data", challenge=waiting)


def begin_challenge(turn: Turn, transaction: Transaction, enrollment: Enrollment, method: str) -> Transaction:
    """Challenges the user with one enrolment; wrong answers to earlier challenges of the transaction still count."""
    row = AUTHENTICATORS[enrollment.authenticator]
    before = transaction.challenge
    challenge = Challenge(
        authenticator=row.key,
        method=method,
        enrollment_id=enrollment.id,
        wrong_answers=before.wrong_answers if before else 0,
    )
    return replace(
        transaction,
        stage="challenge",
        challenge=row.begin(turn, user_of(turn, transaction), challenge),
        expires_at=turn.now + IDENTIFIED_S,
    )


def open_step(turn: Turn, transaction: Transaction) -> Step | None:
    """The first step of the sign-in that is not met yet."""
    return next((step for step in turn.scenario.sign_in if not _is_met(step, transaction)), None)


def _is_met(step: Step, transaction: Transaction) -> bool:
    if step.verb == "identify":
        return transaction.identifier is not None
    proved = {proof.authenticator for proof in transaction.proofs}
    return (any if step.choice == "one_of" else all)(key in proved for key in step.authenticators)


def candidates(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """The enrolments with which the open step can be met: those already used are gone.

    An identifier that no user has is answered as if it had everything the step names, without ids or profiles, so that
    nobody learns which users exist.
    """
    step = open_step(turn, transaction)
    if step is None or step.verb == "identify":
        return ()
    proved = {proof.authenticator for proof in transaction.proofs}
    wanted = [key for key in step.authenticators if key not in proved]
    user = user_of(turn, transaction)
    if user is None:
        return tuple(Enrollment(authenticator=key) for key in wanted)
    return tuple(enrollment for key in wanted for enrollment in user.enrolled if enrollment.authenticator == key)


def challenge_of(transaction: Transaction) -> Challenge:
    """The open challenge, at a stage that has one."""
    assert transaction.challenge is not None, f"no challenge at {transaction.stage}"
    return transaction.challenge


def user_of(turn: Turn, transaction: Transaction) -> User | None:
    """The user whom the transaction is about, if there is one."""
    return turn.state.users.get(transaction.user_id) if transaction.user_id else None


def is_anonymous(turn: Turn, transaction: Transaction) -> bool:
    """Whether replies must not show who the user is: enumeration prevention is on and nothing is proved yet."""
    return bool(turn.scenario.org.get("user_enumeration_prevention")) and not transaction.proofs


def has_password_on_page(turn: Turn) -> bool:
    """Whether the identify form asks for the password as well."""
    return any(step.with_password for step in turn.scenario.sign_in)
