"""What follows the right answer to a challenge, whatever the answer is: so nobody has to hold anybody's phone.

The same as in `moves.answer`, without its judgement; a test holds both against each other on every walk of the library.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.bootstrap import complete
from mock_okta.engine.idx import policy, steps, success
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import Attempt, enrollment_in_play
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.step_kinds.row import kind_of, over
from mock_okta.engine.model import Enrollment, Proof, Transaction, User, UserStatus

NEW_PASSWORD = "Efgh5678!new"


def proved(turn: Turn, transaction: Transaction) -> Transaction:
    """The transaction after the right answer to its challenge, saved; or after what that was refused with."""
    before = turn.mark()
    try:
        moved = _proved(turn, replace(transaction, notices=()))
    except Refused as refusal:
        if not refusal.lasting:
            turn.undo(before)
        moved = refusal.after(turn, transaction) if refusal.after else transaction
        moved = success.ended(turn, moved, *refusal.ending) if refusal.terminal else moved
    turn.put_transaction(moved)
    return moved


def _proved(turn: Turn, transaction: Transaction) -> Transaction:
    challenge, user = policy.challenge_of(transaction), policy.user_of(turn, transaction)
    if user is None:
        raise Refused(MESSAGES["errors.E0000004"])
    if not policy.treatment(turn, transaction).heard:
        raise Refused(MESSAGES["errors.E0000004"], after=steps.restarted)
    if challenge.purpose == "verify":
        _verify(turn, transaction, user)
    else:
        transaction = _acquire(turn, transaction, user)
    proof = Proof(authenticator=challenge.authenticator, method=challenge.method, at=turn.now)
    return steps.settle(turn, replace(transaction, proofs=(*transaction.proofs, proof)))


def _verify(turn: Turn, transaction: Transaction, user: User) -> None:
    """Raises: Refused for a user who may not sign in"""
    held = enrollment_in_play(turn, transaction)
    if transaction.flow == "sign_in" and held is not None and held.suspended:
        raise Refused(MESSAGES["authfactor.challenge.suspended_factor"], after=steps.restarted)
    if not turn.app(transaction.asked.client_id).admits(user):
        raise Refused(MESSAGES["idx.error.user.not.assigned.to.app"], after=steps.restarted)
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    after = row.ceremony_of(challenge).after_check
    if row.given_out and held is not None and after is not None:  # a code for one use
        used = after(turn, Attempt(user=user, enrollment=held, challenge=challenge, answer={}))
        user = replace(user, enrolled=tuple(used if each.id == used.id else each for each in user.enrolled))
    turn.put_user(replace(user, failures=0))


def _acquire(turn: Turn, transaction: Transaction, user: User) -> Transaction:
    """The transaction with its user's new enrolment, or renewed one, behind it."""
    challenge = policy.challenge_of(transaction)
    key, renews = challenge.authenticator, challenge.purpose == "reset"
    needed = {each.name: each.example for each in AUTHENTICATORS[key].of_enrollment if each.needed}
    secret = {**challenge.data, **needed, "password": NEW_PASSWORD}
    new = complete(turn, Enrollment(authenticator=key, secret=secret))
    others = tuple(each for each in user.enrolled if not (renews and each.authenticator == key))
    status = UserStatus.ACTIVE if renews else user.status
    turn.put_user(replace(user, enrolled=(*others, new), status=status, failures=0))
    found = steps.at_hand(turn, transaction)
    is_over = renews or (found is not None and kind_of(found[0]).straight)
    return over(transaction) if is_over else transaction
