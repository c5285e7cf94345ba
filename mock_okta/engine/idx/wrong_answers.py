"""The limit of wrong answers, and the lock-out after wrong passwords: whatever is answered is judged here, and counted.

What wrong answers are held against is a fact of the ceremony (`Ceremony.limit`). By default it is the authenticator of
that user: five wrong ones within five minutes, in however many sign-ins, recoveries and tabs, and for five minutes no
answer by it is heard, right or wrong; a right one before that begins the count anew. Wrong passwords are held against
the user, who is locked out in the end. An identifier that no user has is counted by what was typed, and locked out as a
user is, so that nobody learns which users exist. Where there is nothing to guess, e.g. for a new password, and where
something was decided elsewhere, nothing is counted.

Source: idx-protocol notes 6.2 (429, `tooManyRequests`); Okta's support articles "OTP Verification Attempts Limitations"
(an authenticator is locked for five minutes after five wrong codes; a right one resets the counter) and "Failed Login
Attempts Allowed Before an Account Is Locked Out" (five over a rolling five minutes); neither number can be set. Okta's
default password policy (lock-out after ten attempts).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from msgspec.structs import replace

from mock_okta.engine.base import ids, limits
from mock_okta.engine.base.limits import Limit
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import policy, transactions, unlocking, user_statuses
from mock_okta.engine.idx.authenticators.password import UNLOCK_AFTER, max_attempts, with_status
from mock_okta.engine.idx.authenticators.row import Attempt, Ceremony
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, Transaction, UserStatus, logins

WRONG_ANSWERS = Limit(name="wrong_answers", most=5, within_s=300, holds_s=300)
"""By one authenticator of one user."""


UNAUTHORIZED = 401


def judge(turn: Turn, transaction: Transaction, ceremony: Ceremony, attempt: Attempt) -> None:
    """Judges an answer. Raises: Refused, if it is wrong, or one too many; what the refusal changes is the count"""
    if attempt.user is None and transaction.flow == "sign_in" and _nobody_is_locked_out(turn, transaction):
        raise Refused(MESSAGES["errors.E0000004"], after=lambda turn, before: transactions.back_to_identify(before))
    whose = _whose(transaction, attempt.challenge)
    counted = _is_counted(ceremony, attempt.challenge)
    if counted and limits.is_reached(turn, WRONG_ANSWERS, whose):
        raise Refused(MESSAGES["tooManyRequests"])
    refusal = ceremony.check(turn, attempt)
    if refusal is None:
        limits.forget(turn, WRONG_ANSWERS, whose)
        return
    if ceremony.limit == "user":
        raise _held_against_the_user(turn, transaction, refusal)
    if counted and refusal.counts:
        refusal.after = _with_one_more(whose, refusal.after)
    raise refusal


def _is_counted(ceremony: Ceremony, challenge: Challenge) -> bool:
    """Whether an answer could be a guess that is held against the authenticator."""
    return ceremony.limit == "authenticator" and challenge.decision is None


def _whose(transaction: Transaction, challenge: Challenge) -> str:
    """The authenticator of the user who answers, or of whoever would have the identifier."""
    return f"{who(transaction)} {challenge.authenticator}"


def who(transaction: Transaction) -> str:
    """The user's id, or what follows from the identifier that no user has: as long, however long that is."""
    return transaction.user_id or ids.digest_of("nobody", logins.folded(transaction.identifier or ""))


def _with_one_more(
    whose: str, also: Callable[[Turn, Transaction], Transaction] | None
) -> Callable[[Turn, Transaction], Transaction]:
    """What a wrong answer changes: the count of them, and whatever its refusal says itself."""

    def count(turn: Turn, transaction: Transaction) -> Transaction:
        limits.count(turn, WRONG_ANSWERS, whose)
        return also(turn, transaction) if also else transaction

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
        if user is None:
            limits.count(turn, _wrong_passwords(turn), who(named))
        else:
            failures = user.failures + 1
            locked = failures >= max_attempts(turn.scenario) and user_statuses.may("sign_in", user)
            counted = replace(user, failures=failures)
            turn.put_user(with_status(turn.scenario, counted, UserStatus.LOCKED_OUT, turn.now) if locked else counted)
            if locked and unlocking.shows(turn) and policy.has_flow(turn, "unlock"):
                return unlocking.led(turn, named) or transaction
        return transactions.back_to_identify(transaction) if restart else transaction

    return count


def _wrong_passwords(turn: Turn) -> Limit:
    """Of an identifier that no user has: as many as lock a user out, for as long."""
    holds_s = UNLOCK_AFTER.of(turn, "okta_password") or inf
    return Limit(name="wrong_passwords", most=max_attempts(turn.scenario), within_s=inf, holds_s=holds_s)


def _nobody_is_locked_out(turn: Turn, transaction: Transaction) -> bool:
    return limits.is_reached(turn, _wrong_passwords(turn), who(transaction))
