"""The limit of wrong codes, and the lock-out after wrong passwords: whatever is answered is judged here, and counted.

What wrong answers are held against is a fact of the ceremony (`Ceremony.limit`). By default it is the transaction:
after five of them, to whichever challenges, no further answer is heard, right or wrong, and a challenge that is begun
anew does not start the count again. Wrong passwords are held against the user, who is locked out in the end. Where
there is nothing to guess, e.g. for a new password, and where something was decided elsewhere, nothing is counted.

Source: idx-protocol notes 6.2 (429, `tooManyRequests`); Okta's default password policy (lock-out after ten attempts).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import policy, transactions
from mock_okta.engine.idx.authenticators.password import max_attempts
from mock_okta.engine.idx.authenticators.row import Attempt, Ceremony
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, Transaction, UserStatus

MAX_WRONG_ANSWERS = 5
"""Wrong answers in one transaction, after which every answer is 429 (idx-protocol notes 6.2)."""


UNAUTHORIZED = 401


def judge(turn: Turn, transaction: Transaction, ceremony: Ceremony, attempt: Attempt) -> None:
    """Judges an answer. Raises: Refused, if it is wrong, or one too many; what the refusal changes is the count"""
    counted = _is_counted(ceremony, attempt.challenge)
    if counted and attempt.challenge.wrong_answers >= MAX_WRONG_ANSWERS:
        raise Refused(MESSAGES["tooManyRequests"])
    refusal = ceremony.check(turn, attempt)
    if refusal is None:
        return
    if ceremony.limit == "user":
        raise _held_against_the_user(turn, transaction, refusal)
    if counted and refusal.counts:
        refusal.after = _with_one_more(refusal.after)
    raise refusal


def _is_counted(ceremony: Ceremony, challenge: Challenge) -> bool:
    """Whether an answer could be a guess that is held against the transaction."""
    return ceremony.limit == "transaction" and challenge.decision is None


def _with_one_more(
    also: Callable[[Turn, Transaction], Transaction] | None,
) -> Callable[[Turn, Transaction], Transaction]:
    """What a wrong answer changes: the count of them, and whatever its refusal says itself."""

    def count(turn: Turn, transaction: Transaction) -> Transaction:
        changed = also(turn, transaction) if also else transaction
        challenge = policy.challenge_of(changed)
        return replace(changed, challenge=replace(challenge, wrong_answers=challenge.wrong_answers + 1))

    return count


def _held_against_the_user(turn: Turn, transaction: Transaction, refusal: Refused) -> Refused:
    """On the single form Okta says no more than that authentication failed, and in some orgs everywhere."""
    said, told = refusal.message, setting(turn.scenario, "wrong_password")
    if transaction.stage == "identify":
        said = MESSAGES["errors.E0000004"]
    if told == "generic":
        said = replace(MESSAGES["errors.E0000004"], status=UNAUTHORIZED, listed=False)
    restart = told == "restarts" and transaction.stage != "identify"
    return Refused(said, after=_one_more_of_user(transaction, restart=restart))


def _one_more_of_user(named: Transaction, *, restart: bool) -> Callable[[Turn, Transaction], Transaction]:
    """What a wrong password changes: the user's count, and at the limit the user's status.

    named: the transaction with the user in it; the one before the request may not know who it is
    """

    def count(turn: Turn, transaction: Transaction) -> Transaction:
        user = policy.user_of(turn, named)
        if user is not None:
            failures = user.failures + 1
            locked = failures >= max_attempts(turn.scenario) and user.status in policy.MAY_SIGN_IN
            status = UserStatus.LOCKED_OUT if locked else user.status
            turn.put_user(replace(user, failures=failures, status=status))
        return transactions.back_to_identify(transaction) if restart else transaction

    return count
