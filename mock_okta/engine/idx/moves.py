"""What each remediation does when it is submitted.

Theory of operation
-------------------

A *remediation* is one thing that a page offers: a row of `remediations.REMEDIATIONS` with a path, a form, and the
*move* that accepts what was submitted. A move takes the turn, the *transaction* and the values that were read from the
form, and returns the transaction at its next resting place, or raises Refused. The endpoint finds the row, reads the
form, makes the move, and shows the page; where it is refused it forgets whatever the move has changed, and applies
`Refused.after`.

Most moves do one of three things, and leave the rest to `steps.settle`, which finds the open step:
- they say who it is (`identify`), or begin another flow (`recover`, `start_registration`, `start_unlocking`);
- they pick an authenticator (`choose`), so that a *ceremony* begins (`ceremonies.begin`): something is sent or drawn,
  the open *challenge* remembers it, and a form asks for the answer. An authenticator has up to three ceremonies, to be
  proved ("verify"), acquired ("enroll") and renewed ("reset"): `authenticators.row.Ceremony`;
- they bring the answer (`answer`; `poll`, where a phone or a vendor has decided elsewhere), which is judged below.

However it came, an answer to a challenge goes through `wrong_answers.judge`, and once it is right its move does the
same three things: it changes the enrolment, adds a *proof* to the transaction, settles. That is why a link in a mail, a
push and a code lead to the same page, and why no row of an authenticator says what comes next.

Who may change what: a move may change the user, the enrolment and the transaction, through the turn only. Proofs are
added here and where a new user's profile brings a password (`profiles`), nowhere else; a challenge is begun in
`ceremonies` and in the steps that ask a device or renew a password.

What always holds:
- a refused move leaves no trace but what `Refused.after` counts;
- only a right answer of somebody, by something that they have, is a proof;
- an answer to a page that does not stand any more is not judged (`stale_pages`, asked before every move).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import (
    ceremonies,
    enumeration,
    identity_providers,
    policy,
    sessions,
    start_tokens,
    steps,
    transactions,
    unlocking,
    wrong_answers,
)
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, email
from mock_okta.engine.idx.authenticators.password import DAYS_TO_EXPIRY
from mock_okta.engine.idx.authenticators.row import Attempt, Ceremony, Values
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.idx.step_kinds.row import kind_of, over
from mock_okta.engine.model import Challenge, Enrollment, Proof, Transaction, User, UserStatus

Move = Callable[[Turn, Transaction, Values], Transaction]


# ---------------------------------------------------------------------------------------------------------------------
# Who it is
# ---------------------------------------------------------------------------------------------------------------------


def identify(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Says who the user is, and on the single form proves the password as well."""
    named = _named(turn, transaction, values["identifier"])
    named = replace(named, remember_me=values.get("rememberMe", False))
    if identity_providers.routed(turn, named):
        return steps.settle(turn, named)
    locked_out = unlocking.led(turn, named)
    if locked_out is not None or "credentials" not in values:
        return locked_out or steps.settle(turn, named)
    user = policy.user_of(turn, named)
    enrollment = user.enrollment("okta_password") if user else None
    waiting = Challenge(
        authenticator="okta_password", method="password", enrollment_id=enrollment.id if enrollment else ""
    )
    return _verify(turn, named, enrollment, waiting, values["credentials"])


def identify_for_recovery(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Says whose password is to be recovered."""
    named = _named(turn, transaction, values["identifier"])
    return unlocking.led(turn, named) or steps.settle(turn, named)


def _named(turn: Turn, transaction: Transaction, identifier: str) -> Transaction:
    """The transaction with somebody in it. Raises: Refused for an unknown user, unless the org hides who exists"""
    user = turn.user_known_as(identifier)
    may_be_new = transaction.flow == "sign_in" and identity_providers.routed_by(turn, identifier)
    if user is None and not may_be_new and not enumeration.is_prevented(turn.scenario, transaction.flow):
        raise Refused(MESSAGES["idx.unknown.user"], identifier)
    return replace(transaction, identifier=identifier, user_id=user.id if user else None)


def start_over(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Goes back to the sign-in form of the same transaction."""
    return transactions.back_to_identify(transaction)


def recover(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Begins to recover the password, of the user at hand if there is one.

    Where a recovery tells whether somebody exists and a sign-in does not, it asks for an unknown name again.
    """
    if not policy.has_flow(turn, "recover"):
        refused = MESSAGES["oie.selfservice.reset.password.not.allowed"]
        raise Refused(refused, terminal=transaction.user_id is not None)
    unknown = transaction.user_id is None and not enumeration.is_prevented(turn.scenario, "recover")
    named = replace(transaction, identifier=None) if unknown else transaction
    begun = replace(named, flow="recover", done=(), proofs=(), challenge=None)
    return unlocking.led(turn, begun) or steps.settle(turn, begun)


def start_registration(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Turns to the flow in which a new user registers, with nobody named yet."""
    return steps.settle(turn, replace(transactions.back_to_identify(transaction), flow="register"))


def start_unlocking(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Turns to the flow that unlocks an account, with nobody named yet."""
    return steps.settle(turn, replace(transactions.back_to_identify(transaction), flow="unlock"))


def identify_for_unlocking(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Says whose account it is; what it can be unlocked with is listed whoever that is."""
    return unlocking.at_list(turn, _named(turn, transaction, values["identifier"]))


def choose_for_unlocking(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Says whose account it is, unless that is known, and with what it shall be unlocked.

    Where the flow asks this user for something else first, it goes there, and for the proof when it is time.
    """
    _picked(turn, transaction, values["authenticator"])
    named = _named(turn, transaction, values["identifier"]) if "identifier" in values else transaction
    position = unlocking.position_of_proof(turn, named)
    asked = replace(named, stage="select", position=position)
    if position is None or not steps.choices(turn, asked):
        return steps.settle(turn, named)
    return choose(turn, asked, values)


# ---------------------------------------------------------------------------------------------------------------------
# Proving and acquiring
# ---------------------------------------------------------------------------------------------------------------------


def choose(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Begins with the authenticator that the client picked, or asks what is still missing for that."""
    picked = values["authenticator"]
    purpose = steps.purpose(turn, transaction)
    enrollment = _picked(turn, transaction, picked)
    row = AUTHENTICATORS[enrollment.authenticator]
    method = row.at_once(turn, enrollment) if purpose == "verify" else ""
    if method and "methodType" not in picked:
        picked = {**picked, "methodType": method}
    if row.ceremony(purpose).asks(turn, row, picked):
        return ceremonies.wait_for_choice(transaction, enrollment, purpose, picked)
    return ceremonies.begin(turn, transaction, enrollment, purpose, picked)


def _picked(turn: Turn, transaction: Transaction, picked: Values) -> Enrollment:
    """The choice that the client means: by authenticator id, and by enrolment id where it sends one."""
    for choice in policy.as_options(steps.choices(turn, transaction)):
        if turn.state.authenticator_ids[choice.authenticator] == picked["id"] and (
            picked.get("enrollmentId") in (None, choice.id)
        ):
            return choice
    raise Refused(MESSAGES["errors.E0000079"])


def answer(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Judges the answer to the open challenge."""
    challenge = policy.challenge_of(transaction)
    user = policy.user_of(turn, transaction)
    if challenge.purpose != "verify" and user is not None and not policy.treatment(turn, transaction).heard:
        raise Refused(MESSAGES["errors.E0000004"], after=steps.restarted)
    if challenge.purpose == "enroll":
        return _enroll(turn, transaction, challenge, values.get("credentials", {}))
    enrollment = next((e for e in user.enrolled if e.id == challenge.enrollment_id), None) if user else None
    if challenge.purpose == "reset":
        return _renew(turn, transaction, enrollment, values["credentials"])
    return _verify(turn, transaction, enrollment, challenge, values.get("credentials", {}))


def resend(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Sends the code again; only the newest one works."""
    challenge = policy.challenge_of(transaction)
    enrollment = Enrollment(authenticator=challenge.authenticator, id=challenge.enrollment_id)
    if STAGES[transaction.stage].asks:
        return transaction
    said = {**challenge.data, "methodType": challenge.method}
    again = ceremonies.begin(turn, transaction, enrollment, challenge.purpose, said)
    return replace(again, stage=transaction.stage)


def supply(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Begins again with what was said before and what has been said now."""
    challenge = policy.challenge_of(transaction)
    enrollment = Enrollment(authenticator=challenge.authenticator, id=challenge.enrollment_id)
    said = {**challenge.data, **values, "methodType": challenge.method}
    return ceremonies.begin(turn, transaction, enrollment, challenge.purpose, said)


def send_push(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Sends a push notification, whatever was being done with the authenticator."""
    challenge = policy.challenge_of(transaction)
    enrollment = Enrollment(authenticator=challenge.authenticator, id=challenge.enrollment_id)
    return ceremonies.begin(turn, transaction, enrollment, "verify", {"methodType": "push"})


def poll(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Asks whether something was decided elsewhere: on a phone, by a vendor's back end. If not, the page stays."""
    if transaction.challenge is None:
        return transaction
    challenge = replace(transaction.challenge, data={**transaction.challenge.data, **values})
    row = AUTHENTICATORS[challenge.authenticator]
    ceremony = row.ceremony_of(challenge)
    if ceremony.goes_on is not None and challenge.decision:
        challenge = ceremony.goes_on(challenge)
        return replace(transaction, challenge=challenge, stage=row.ceremony_of(challenge).stage)
    if "timeout" in ceremony.decisions and not challenge.decision and turn.now >= challenge.expires_at:
        challenge = replace(challenge, decision="timeout")
    asked = replace(transaction, challenge=challenge)
    return answer(turn, asked, {}) if challenge.decision else asked


def then_on(accept: Move) -> Move:
    """A move that is over with the step at hand once the answer was accepted, and goes on."""

    def move(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
        return steps.settle(turn, over(accept(turn, transaction, values)))

    return move


def look_again(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Goes on if time alone has met the open step; if not, the page stays."""
    return steps.settle(turn, transaction)


def stay(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Leaves everything as it is: the browser goes elsewhere, and comes back."""
    return transaction


def skip(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Goes on without the step at hand, which is optional."""
    found = steps.at_hand(turn, transaction)
    if found is not None:
        kind_of(found[0]).skipped(turn, transaction, found[0])
    return steps.settle(turn, over(transaction))


def cancel(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Throws the transaction away and begins a new one for the same client (idx-protocol notes 7.3, step 7)."""
    return steps.enter(turn, transactions.restart(turn, transaction))


# ---------------------------------------------------------------------------------------------------------------------
# Judging
# ---------------------------------------------------------------------------------------------------------------------


def _verify(
    turn: Turn, transaction: Transaction, enrollment: Enrollment | None, challenge: Challenge, answer: Values
) -> Transaction:
    """Adds a proof and goes on to the next step, or refuses."""
    user = policy.user_of(turn, transaction)
    ceremony = AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge)
    attempt = Attempt(user=user, enrollment=enrollment, challenge=challenge, answer=answer)
    if user is not None and not policy.treatment(turn, transaction).heard:
        raise _unheard(turn, transaction, ceremony, attempt)
    if user is not None and transaction.flow == "sign_in":
        _refuse_suspended(enrollment)
    if user is not None and ceremony.whose is not None:
        attempt = replace(attempt, enrollment=ceremony.whose(turn, attempt))
    wrong_answers.judge(turn, transaction, ceremony, attempt)
    user = attempt.owner
    if not turn.app(transaction.asked.client_id).admits(user):
        raise Refused(MESSAGES["idx.error.user.not.assigned.to.app"], after=steps.restarted)
    if ceremony.after_check is not None:
        user = _with_enrollment(user, ceremony.after_check(turn, attempt))
    turn.put_user(replace(user, failures=0))
    return steps.settle(turn, _with_proof(turn, transaction, challenge))


def _enroll(turn: Turn, transaction: Transaction, challenge: Challenge, answer: Values) -> Transaction:
    """Gives the user a new enrolment, which is a proof of it too, or refuses."""
    user = policy.user_of(turn, transaction)
    assert user is not None, "only a user can acquire anything"
    row = AUTHENTICATORS[challenge.authenticator]
    ceremony = row.ceremony_of(challenge)
    attempt = Attempt(user=user, enrollment=Enrollment(authenticator=row.key), challenge=challenge, answer=answer)
    wrong_answers.judge(turn, transaction, ceremony, attempt)
    secret = ceremony.keep(turn, attempt)
    new = replace(attempt.held, id=turn.draw_id(row.enrollment_prefix), secret=secret)
    if ceremony.after_check is not None:
        new = ceremony.after_check(turn, replace(attempt, enrollment=new))
    turn.put_user(replace(user, enrolled=(*user.enrolled, new)))
    found = steps.at_hand(turn, transaction)
    if found is not None and kind_of(found[0]).straight:
        transaction = over(transaction)
    return steps.settle(turn, _with_proof(turn, transaction, challenge))


def _renew(turn: Turn, transaction: Transaction, enrollment: Enrollment | None, answer: Values) -> Transaction:
    """Gives an enrolment another secret; whoever could not sign in for the old one's sake now can."""
    user = policy.user_of(turn, transaction)
    challenge = policy.challenge_of(transaction)
    assert user is not None, "only a user has something to renew"
    row = AUTHENTICATORS[challenge.authenticator]
    ceremony = row.ceremony("reset")
    held = enrollment or user.enrollment(row.key)
    old = held or Enrollment(authenticator=row.key, id=turn.draw_id(row.enrollment_prefix))
    attempt = Attempt(user=user, enrollment=old, challenge=challenge, answer=answer)
    wrong_answers.judge(turn, transaction, ceremony, attempt)
    kept = {name: value for name, value in old.secret.items() if name != DAYS_TO_EXPIRY.name}
    new = replace(old, secret=kept | dict(ceremony.keep(turn, attempt)), suspended=False)
    enrolled = tuple(new if each.id == new.id else each for each in user.enrolled)
    enrolled = enrolled if new in enrolled else (*enrolled, new)
    turn.put_user(replace(user, enrolled=enrolled, status=UserStatus.ACTIVE, failures=0))
    start_tokens.use_up(turn, user.id)
    if answer.get("revokeSessions"):
        sessions.close_all(turn, user.id)
    return steps.settle(turn, over(_with_proof(turn, transaction, challenge)))


def _with_proof(turn: Turn, transaction: Transaction, challenge: Challenge) -> Transaction:
    """The transaction with one thing more that was proved; whoever has had a mail has the address, too."""
    user = policy.user_of(turn, transaction)
    if challenge.authenticator == email.KEY and user is not None:
        turn.put_user(email.with_proved_address(user))
    proof = Proof(authenticator=challenge.authenticator, method=challenge.method, at=turn.now)
    return replace(transaction, proofs=(*transaction.proofs, proof))


def _with_enrollment(user: User, changed: Enrollment) -> User:
    return replace(user, enrolled=tuple(changed if each.id == changed.id else each for each in user.enrolled))


def _unheard(turn: Turn, transaction: Transaction, ceremony: Ceremony, attempt: Attempt) -> Refused:
    """What is said to whom the flow does not let go on, whatever was answered: that it was wrong.

    In a sign-in locked, suspended and deactivated users hear what a wrong password on a single form does (recorded); in
    other flows it is what the answer of nobody hears, which is counted alike.
    """
    denied = Refused(MESSAGES["errors.E0000004"], after=steps.restarted)
    if transaction.flow == "sign_in" or attempt.challenge.decision is not None:
        return denied
    try:
        wrong_answers.judge(turn, transaction, ceremony, replace(attempt, user=None, enrollment=None))
    except Refused as refusal:
        return refusal
    return denied


def _refuse_suspended(enrollment: Enrollment | None) -> None:
    """Raises: Refused for a factor that is blocked after too many failures"""
    if enrollment is not None and enrollment.suspended:
        raise Refused(MESSAGES["authfactor.challenge.suspended_factor"], after=steps.restarted)
