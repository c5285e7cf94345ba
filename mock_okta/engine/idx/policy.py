"""What a flow still asks for, and with what the user can answer.

The rules are those of idx-protocol notes 7.16, which generalise the recordings; Okta's own policy engine cannot be
seen. Everything here only looks; `steps.settle` moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import assurance, conditions, grace_periods
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.password import DAYS_TO_EXPIRY, WARN_DAYS
from mock_okta.engine.idx.authenticators.row import Authenticator, Use, allowed_methods, serves, usable_methods
from mock_okta.engine.idx.step_kinds.row import kind_of
from mock_okta.engine.model import Challenge, Enrollment, Step, Transaction, User, UserStatus

TWO_KINDS = 2
SIGNED_IN = frozenset({UserStatus.ACTIVE, UserStatus.PASSWORD_EXPIRED})
"""The statuses of users who have signed in before."""
MAY_SIGN_IN = frozenset({UserStatus.ACTIVE, UserStatus.RECOVERY, UserStatus.PASSWORD_EXPIRED})
NOT_YET_ACTIVE = frozenset({UserStatus.STAGED, UserStatus.PROVISIONED})
CLOSED = frozenset({UserStatus.SUSPENDED, UserStatus.DEPROVISIONED})
"""The statuses that only an administrator lifts."""
BARRED = CLOSED | {UserStatus.LOCKED_OUT}
"""The statuses of users who finish no flow."""

RECOVERING = frozenset({"recover", "unlock"})
"""The flows in which every step at which something is proved needs a proof of its own, of what the user has already."""

RENEW = Step(verb="renew")
"""Every sign-in asks for a new password in the end, if the one that was proved has expired."""

STANDARD_FLOWS: Mapping[str, tuple[Step, ...]] = {
    "activate": (Step(verb="enroll", authenticators=("okta_password",)),),
    "reset": (Step(verb="reset"),),
}
"""What a flow asks for that a scenario says nothing about."""


def steps_of(turn: Turn, transaction: Transaction) -> tuple[Step, ...]:
    """The steps of the flow that the transaction is in: the scenario's, and those that every sign-in has."""
    steps = turn.scenario.flows.get(transaction.flow) or STANDARD_FLOWS.get(transaction.flow, ())
    if transaction.flow != "sign_in":
        return steps
    return (*steps, *assurance.asked_for(turn, transaction), *transaction.extra, RENEW)


def counting(turn: Turn, transaction: Transaction) -> Iterator[tuple[int, Step]]:
    """The steps whose conditions hold, each with its position in the flow."""
    for position, step in enumerate(steps_of(turn, transaction)):
        if not step.when or conditions.hold(turn, transaction, step.when):
            yield position, step


def has_flow(turn: Turn, name: str) -> bool:
    """Whether the org offers this flow."""
    return name in turn.scenario.flows or name in STANDARD_FLOWS


def user_of(turn: Turn, transaction: Transaction) -> User | None:
    """The user whom the transaction is about, if there is one."""
    return turn.state.users.get(transaction.user_id) if transaction.user_id else None


def challenge_of(transaction: Transaction) -> Challenge:
    """The open challenge, at a stage that has one."""
    assert transaction.challenge is not None, f"no challenge at {transaction.stage}"
    return transaction.challenge


def proved(transaction: Transaction) -> set[str]:
    """The keys of the authenticators that were proved so far."""
    return {proof.authenticator for proof in transaction.proofs}


def kinds_proved(transaction: Transaction) -> set[str]:
    """The kinds of what was proved: "knowledge", "possession", "inherence"."""
    return {AUTHENTICATORS[key].kind for key in proved(transaction)}


def fresh(turn: Turn, transaction: Transaction, step: Step) -> Transaction:
    """The transaction without the proofs that are too old for this step."""
    lasts_s = step.settings.get("reauthenticate_s")
    if lasts_s is None:
        return transaction
    proofs = tuple(proof for proof in transaction.proofs if proof.at >= turn.now - lasts_s)
    return replace(transaction, proofs=proofs)


def use_of(turn: Turn, transaction: Transaction, position: int | None) -> Use:
    """What is proved at this step of the flow is proved for."""
    if transaction.flow not in RECOVERING:
        return "sign_on"
    first = next((place for place, step in counting(turn, transaction) if kind_of(step).proves), None)
    return "initiate" if first == position else "additional"


def _without_spent(turn: Turn, transaction: Transaction, position: int) -> Transaction:
    """The transaction without the proofs that have met earlier steps, where no proof meets two.

    Source: help.okta.com, "Self-service account recovery": the additional verification is by another authenticator.
    """
    if transaction.flow not in RECOVERING or not transaction.proofs:
        return transaction
    left = transaction.proofs
    for place, step in counting(turn, transaction):
        if place >= position:
            break
        if kind_of(step).proves:
            used = [proof for proof in left if proof.authenticator in step.authenticators]
            used = used[:1] if step.choice == "one_of" else used
            left = tuple(proof for proof in left if proof not in used)
    return replace(transaction, proofs=left)


def is_verified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Whether the proofs of the transaction are enough for a "verify" step."""
    transaction = _without_spent(turn, fresh(turn, transaction, step), position)
    if step.choice == "two_kinds":
        return len(kinds_proved(transaction)) >= TWO_KINDS
    return (any if step.choice == "one_of" else all)(key in proved(transaction) for key in step.authenticators)


def to_verify(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """The enrolments with which a "verify" step can be met: those already used are gone.

    An identifier that no user has is answered as if it had everything the step names, without ids or profiles, so that
    nobody learns which users exist.
    """
    transaction = fresh(turn, transaction, step)
    seen = kinds_proved(_without_spent(turn, transaction, position)) if step.choice == "two_kinds" else set()
    use = use_of(turn, transaction, position)
    wanted = [
        key
        for key in step.authenticators
        if key not in proved(transaction) and AUTHENTICATORS[key].kind not in seen and is_proved_for(turn, key, use)
    ]
    user = user_of(turn, transaction)
    if user is None:
        return by_name(turn, with_methods_for(turn, use, (Enrollment(authenticator=key) for key in wanted)))
    held = (each for each in user.enrolled if each.authenticator in wanted)
    usable = (each for each in held if AUTHENTICATORS[each.authenticator].usable(turn, each))
    return by_name(turn, with_methods_for(turn, use, usable))


def is_proved_for(turn: Turn, key: str, use: Use) -> bool:
    """Whether an authenticator can be proved at all, and for that."""
    return AUTHENTICATORS[key].verify is not None and serves(turn, AUTHENTICATORS[key], use)


def with_methods_for(turn: Turn, use: Use, enrollments: Iterable[Enrollment]) -> Iterator[Enrollment]:
    """Those of the enrolments that have a method for that, each with only these methods."""
    for each in enrollments:
        row = AUTHENTICATORS[each.authenticator]
        if use != "initiate" or row.initiates_with is None:
            yield each
            continue
        allowed = row.initiates_with.of(turn, row.key)
        methods = tuple(method for method in usable_methods(turn, row, each) if method in allowed)
        if methods:
            yield replace(each, methods=methods)


def to_enroll(turn: Turn, transaction: Transaction, step: Step, index: int) -> tuple[Enrollment, ...]:
    """What an "enroll" step still asks for: what is required first, then what is optional unless it was skipped.

    A "verify" step that the user has nothing for asks for the same of what it names.
    """
    user = user_of(turn, transaction)

    def lacking(keys: Iterable[str]) -> tuple[Enrollment, ...]:
        return by_name(
            turn,
            (
                Enrollment(authenticator=key)
                for key in keys
                if AUTHENTICATORS[key].enroll and (user is None or user.enrollment(key) is None)
            ),
        )

    if index in transaction.done:
        return lacking(step.authenticators)
    required = lacking((*step.authenticators, *grace_periods.over(turn, transaction, step)))
    return required or lacking((*step.optional, *grace_periods.due(turn, transaction, step)))


def to_unlock(turn: Turn) -> tuple[Enrollment, ...]:
    """With what an account can be unlocked, before anybody knows whose: no ids, no profiles.

    All that any user may be asked for first: up to the first step that counts for everybody.
    """
    keys: dict[str, None] = {}
    for step in turn.scenario.flows.get("unlock", ()):
        if kind_of(step).proves:
            keys |= dict.fromkeys(key for key in step.authenticators if is_proved_for(turn, key, "initiate"))
            if not step.when:
                break
    return by_name(turn, with_methods_for(turn, "initiate", (Enrollment(authenticator=key) for key in keys)))


def days_to_expiry(turn: Turn, transaction: Transaction) -> int | None:
    """How many days the user's password has left, if that is few enough to warn."""
    user = user_of(turn, transaction)
    enrollment = user.enrollment("okta_password") if user else None
    days = DAYS_TO_EXPIRY.find(enrollment.secret) if enrollment else None
    return days if days is not None and days <= WARN_DAYS.of(turn, "okta_password") else None


def as_options(enrollments: Iterable[Enrollment]) -> tuple[Enrollment, ...]:
    """What is picked from: the keys of one WebAuthn, or devices of one Okta Verify, are one with the methods of all."""
    found: dict[str, Enrollment] = {}
    for each in enrollments:
        slot = each.authenticator if AUTHENTICATORS[each.authenticator].grouped else f"{each.authenticator} {each.id}"
        before = found.setdefault(slot, each)
        methods = dict.fromkeys((*before.methods, *each.methods)) if before.methods and each.methods else ()
        found[slot] = replace(before, methods=tuple(methods))
    return tuple(found.values())


def by_name(turn: Turn, enrollments: Iterable[Enrollment]) -> tuple[Enrollment, ...]:
    """In the order of their display names, as the recordings list them."""
    return tuple(sorted(enrollments, key=lambda each: name_of(turn, AUTHENTICATORS[each.authenticator])))


def name_of(turn: Turn, row: Authenticator) -> str:
    """The display name: the scenario's, or Okta's."""
    return str(turn.scenario.authenticators.get(row.key, {}).get("name", row.name))


def methods_of(turn: Turn, row: Authenticator) -> tuple[str, ...]:
    """The methods that the org allows."""
    return allowed_methods(turn, row)


def is_anonymous(turn: Turn, transaction: Transaction) -> bool:
    """Whether replies must not show who the user is: enumeration prevention is on and nothing is proved yet."""
    hidden = bool(turn.scenario.org.get("user_enumeration_prevention")) or transaction.flow == "unlock"
    return hidden and not transaction.proofs and transaction.flow != "register"
