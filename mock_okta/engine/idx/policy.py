"""What a flow still asks for, and with what the user can answer.

The rules are those of idx-protocol notes 7.16, which generalise the recordings; Okta's own policy engine cannot be
seen. Everything here only looks; `steps.settle` moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import assurance, conditions, enumeration, grace_periods, user_statuses
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, password_policy
from mock_okta.engine.idx.authenticators.password import DAYS_TO_EXPIRY, WARN_DAYS
from mock_okta.engine.idx.authenticators.row import Authenticator, Use, allowed_methods, serves, usable_methods
from mock_okta.engine.idx.step_kinds.row import kind_of
from mock_okta.engine.idx.user_statuses import Cell
from mock_okta.engine.model import Challenge, Enrollment, Step, Transaction, User

TWO_KINDS = 2

RECOVERING = frozenset({"recover", "unlock"})
"""The flows that rest on what the user has already, with a proof of its own for each step that asks for one."""

RENEW = Step(verb="renew")
"""Every sign-in asks for a new password in the end, if the one that was proved has expired."""

FLOWS = {
    "sign_in": "What has to be proved, in order; a password if left out.",
    "register": "What a new user goes through; nobody can register if left out.",
    "recover": "What somebody who has forgotten the password goes through; refused if left out.",
    "unlock": "What somebody who is locked out goes through; not offered if left out.",
    "activate": "What a new user with an activation token goes through.",
}
"""What a scenario can say the steps of, by name."""

STANDARD_FLOWS: Mapping[str, tuple[Step, ...]] = {
    "activate": (Step(verb="enroll", authenticators=("okta_password",)),),
    "reset": (Step(verb="reset"),),
}
"""What a flow asks for that a scenario says nothing about."""


def steps_of(turn: Turn, transaction: Transaction) -> tuple[Step, ...]:
    """The steps of the flow that the transaction is in: the scenario's, and those that come after them anyway."""
    steps = turn.scenario.flows.get(transaction.flow) or STANDARD_FLOWS.get(transaction.flow, ())
    asked_for = assurance.asked_for(turn, transaction)
    if transaction.flow != "sign_in":
        return (*steps, *asked_for) if asked_for else steps
    return (*steps, *asked_for, *transaction.extra, RENEW)


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
    return turn.user(transaction.user_id)


def treatment(turn: Turn, transaction: Transaction) -> Cell:
    """What the flow does with its user: by the status, and nobody recovers a password that is too young to change."""
    user = user_of(turn, transaction)
    if user is None:
        return user_statuses.NOBODY
    has_proved = bool(transaction.proofs)
    cell = user_statuses.of_flow(transaction.flow, user, has_proved=has_proved)
    if transaction.flow == "recover" and not has_proved and cell.heard and password_policy.is_too_young(turn, user):
        return user_statuses.DENIED
    return cell


def reached(turn: Turn, transaction: Transaction) -> User | None:
    """The user of the transaction, where the flow sends anything to this one."""
    return user_of(turn, transaction) if treatment(turn, transaction).reached else None


def challenge_of(transaction: Transaction) -> Challenge:
    """The open challenge, at a stage that has one."""
    assert transaction.challenge is not None, f"no challenge at {transaction.stage}"
    return transaction.challenge


def proved(transaction: Transaction) -> set[str]:
    """The keys of the authenticators that were proved so far."""
    return {proof.authenticator for proof in transaction.proofs}


def kinds_proved(transaction: Transaction) -> set[str]:
    """The kinds of what was proved: "knowledge", "possession", "inherence"."""
    return assurance.kinds_of(transaction.proofs)


def fresh(turn: Turn, transaction: Transaction, step: Step) -> Transaction:
    """The transaction without the proofs that are too old for this step."""
    lasts_s = step.settings.get("reauthenticate_s")
    if lasts_s is None:
        return transaction
    proofs = tuple(proof for proof in transaction.proofs if proof.at >= turn.now - lasts_s)
    return replace(transaction, proofs=proofs)


def is_rested_on(transaction: Transaction, step: Step) -> bool:
    """Whether a recovery or unlock rests on what is proved at this step; not on what the app asks for after it."""
    kind = kind_of(step)
    return transaction.flow in RECOVERING and kind.proves and not kind.implied


def use_of(turn: Turn, transaction: Transaction, position: int | None) -> Use:
    """What is proved at this step of the flow is proved for."""
    if transaction.flow not in RECOVERING:
        return "sign_on"
    places = [place for place, step in counting(turn, transaction) if is_rested_on(transaction, step)]
    if position not in places:
        return "sign_on"
    return "initiate" if position == places[0] else "additional"


def _without_spent(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """The transaction without the proofs that have met earlier steps, where no proof meets two.

    Source: help.okta.com, "Self-service account recovery": the additional verification is by another authenticator.
    """
    if not transaction.proofs or not is_rested_on(transaction, step):
        return transaction
    left = transaction.proofs
    for place, earlier in counting(turn, transaction):
        if place >= position:
            break
        if is_rested_on(transaction, earlier):
            used = [proof for proof in left if proof.authenticator in earlier.authenticators]
            used = used[:1] if earlier.choice == "one_of" else used
            left = tuple(proof for proof in left if proof not in used)
    return replace(transaction, proofs=left)


def is_verified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Whether the proofs of the transaction are enough for a "verify" step."""
    transaction = _without_spent(turn, fresh(turn, transaction, step), step, position)
    if step.choice == "two_kinds":
        return len(kinds_proved(transaction)) >= TWO_KINDS
    return (any if step.choice == "one_of" else all)(key in proved(transaction) for key in step.authenticators)


def to_verify(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """The enrolments with which a "verify" step can be met: those already used are gone.

    Where nobody shall learn which users exist, everybody is answered as if they had everything the step names, without
    ids or profiles; so is an identifier that no user has, and a user who must not go on and has none of it.
    """
    transaction = fresh(turn, transaction, step)
    counting = assurance.methods_that_count(step)
    # Where not every method counts, or an identity provider stands for the password, a proof may not have been enough.
    again = counting or (step.choice == "two_kinds" and not is_rested_on(transaction, step))
    used = set() if again else proved(transaction)
    other = _of_other_kinds(_without_spent(turn, transaction, step, position), step)
    use = use_of(turn, transaction, position)
    wanted = [key for key in other if key not in used and is_proved_for(turn, key, use)]
    user = enumeration.user_shown(turn, transaction)
    if user is None:
        return by_name(turn, with_methods_for(turn, use, (Enrollment(authenticator=key) for key in wanted)))
    held = (each for each in user.enrolled if each.authenticator in wanted)
    usable = (each for each in held if AUTHENTICATORS[each.authenticator].usable(turn, each))
    able = with_methods_for(turn, use, usable)
    ways = by_name(turn, _by_methods(turn, able, counting) if counting else able)
    if not ways and not treatment(turn, transaction).heard:
        return by_name(turn, with_methods_for(turn, use, (Enrollment(authenticator=key) for key in wanted)))
    return ways


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


def _of_other_kinds(transaction: Transaction, step: Step) -> tuple[str, ...]:
    """The authenticators of the step, without those of a kind that is proved where two kinds are needed."""
    if step.choice != "two_kinds":
        return step.authenticators
    seen = kinds_proved(transaction)
    return tuple(key for key in step.authenticators if AUTHENTICATORS[key].kind not in seen)


def _by_methods(
    turn: Turn, enrollments: Iterable[Enrollment], counting: Mapping[str, tuple[str, ...]]
) -> Iterator[Enrollment]:
    """The enrolments with no other methods than those that count, where they have any of them."""
    for each in enrollments:
        usable = usable_methods(turn, AUTHENTICATORS[each.authenticator], each)
        methods = tuple(method for method in usable if method in counting[each.authenticator])
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
    required = lacking((*_of_other_kinds(transaction, step), *grace_periods.over(turn, transaction, step)))
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
    """Whether replies must not show who the user is: nothing is proved yet in a flow that hides it; unlocking does."""
    return enumeration.hides(turn, transaction) or (transaction.flow == "unlock" and not transaction.proofs)
