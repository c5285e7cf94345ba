"""How sure a sign-in is: what the proofs are called in tokens, and what the app's `acr_values` ask for besides.

Whatever flow leads to tokens, its own steps come first, and then a step for the first of the levels that its user can
reach, by what is enrolled already or can be enrolled on the way. Nobody gets tokens below all of the levels: who can
reach none is refused, and the app hears `unmet_authentication_requirements`. Source: okta-oauth notes 4.4 (amr), 4.5
(acr); Okta's guide to step-up authentication ("Evaluation flow", "Factor enrollment").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mock_okta.engine.base import acr, amr
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import grace_periods
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import allowed_methods, serves, usable_methods
from mock_okta.engine.idx.step_kinds.row import kind_of
from mock_okta.engine.model import NOTHING, Enrollment, Proof, Step, Transaction, User

VERB = "assure"
PASSWORD = "okta_password"

NOTHING_MORE = Step(verb=VERB)
"""What asks for no level is met."""
OUT_OF_REACH = Step(verb=VERB, settings={"level": ""})
"""What nothing meets: the user can reach none of the levels."""


def amr_of(transaction: Transaction) -> tuple[str, ...]:
    """The `amr` values of what was proved in a transaction."""
    return amr_of_proofs(transaction.proofs)


def amr_of_proofs(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """The `amr` values of these proofs; `mfa` when they are of two different kinds."""
    proofs = tuple(proofs)
    values = [value for proof in proofs for value in _amr_of_proof(proof)]
    if len(kinds_of(proofs)) > 1:
        values.insert(1, "mfa")
    return tuple(dict.fromkeys(values))


def _amr_of_proof(proof: Proof) -> tuple[str, ...]:
    return proof.amr or AUTHENTICATORS[proof.authenticator].amr.get(proof.method, ())


def kinds_of(proofs: Iterable[Proof]) -> set[str]:
    """The kinds of factors that were proved, here or at an identity provider that says so."""
    return {kind for proof in proofs for kind in _kinds_of_proof(proof)}


def _kinds_of_proof(proof: Proof) -> Iterable[str]:
    return amr.kinds_of(proof.amr) or (AUTHENTICATORS[proof.authenticator].kind,)


def is_met(transaction: Transaction, step: Step) -> bool:
    """Whether what was proved reaches the level that the step asks for."""
    level = step.settings.get("level")
    return level is None or (level in acr.LEVELS and acr.LEVELS[level].is_met(frozenset(amr_of(transaction))))


def methods_that_count(step: Step) -> Mapping[str, tuple[str, ...]]:
    """By authenticator, the methods that meet a step which does not take all of them; empty where it does."""
    found: Mapping[str, tuple[str, ...]] = step.settings.get("methods", NOTHING)
    return found


def nobody_can_reach(turn: Turn, values: Sequence[str]) -> bool:
    """Whether no user could reach any of these levels with the authenticators that the org has.

    An identity provider may have proved whatever it says.
    """
    if not values or turn.state.identity_providers:
        return False
    there = [key for key in AUTHENTICATORS if _is_there(turn, key)]
    return all(value != acr.TWO_FACTORS and not _methods_by_key(turn, there, value) for value in values)


def _is_there(turn: Turn, key: str) -> bool:
    is_there = key == PASSWORD or _is_set_up(turn, key) or turn.state.users.has("enrolled", key)
    return is_there and serves(turn, AUTHENTICATORS[key], "sign_on")


# ---------------------------------------------------------------------------------------------------------------------
# The step
# ---------------------------------------------------------------------------------------------------------------------


def asked_for(turn: Turn, transaction: Transaction) -> tuple[Step, ...]:
    """The step that the app's `acr_values` add to the policy: for the first of them that this user can reach.

    Always one where there are such values, so that the positions of later steps stay whatever becomes of the user.
    """
    values = transaction.asked.acr_values
    if not values:
        return ()
    user = turn.state.users.get(transaction.user_id or "")
    if user is None:
        return (NOTHING_MORE,)
    steps = (_step_for(turn, transaction, user, value) for value in values)
    return (next((step for step in steps if step is not None), OUT_OF_REACH),)


def _step_for(turn: Turn, transaction: Transaction, user: User, value: str) -> Step | None:
    """What a level takes; None where the user cannot reach it."""
    if value == acr.TWO_FACTORS_IF_POSSIBLE:
        enrolled = {AUTHENTICATORS[each.authenticator].kind for each in _held(turn, user)}
        value = acr.TWO_FACTORS if len(enrolled) > 1 else acr.ONE_FACTOR
    if value == acr.ONE_FACTOR:
        return NOTHING_MORE
    if acr.LEVELS[value].is_met(frozenset(amr_of(transaction))):
        return Step(verb=VERB, settings={"level": value})
    there = tuple(dict.fromkeys((*(each.authenticator for each in _held(turn, user)), *_to_set_up(turn, user))))
    kinds = {AUTHENTICATORS[key].kind for key in there} | kinds_of(transaction.proofs)
    if value == acr.TWO_FACTORS and len(kinds) > 1:
        return Step(verb=VERB, choice="two_kinds", authenticators=there, settings={"level": value})
    methods = _methods_by_key(turn, there, value, user)
    settings = {"level": value, "methods": methods}
    return Step(verb=VERB, choice="one_of", authenticators=tuple(methods), settings=settings) if methods else None


def _held(turn: Turn, user: User) -> Iterator[Enrollment]:
    """What the user has and can prove here."""
    for each in user.enrolled:
        row = AUTHENTICATORS[each.authenticator]
        if row.verify and serves(turn, row, "sign_on") and row.usable(turn, each):
            yield each


def _to_set_up(turn: Turn, user: User) -> Iterator[str]:
    """What the user does not have and can set up on the way, by the keys of authenticators."""
    for key, row in AUTHENTICATORS.items():
        may_enroll = row.verify is not None and row.enroll is not None and not row.enroll.elsewhere
        is_of_use = may_enroll and serves(turn, row, "sign_on")
        if is_of_use and user.enrollment(key) is None and _is_set_up(turn, key):
            yield key


def _is_set_up(turn: Turn, key: str) -> bool:
    """Whether the org lets its users enrol this: it says something of it, or asks for it in some flow."""
    steps = (step for flow in turn.scenario.flows.values() for step in flow if kind_of(step).requires)
    return key in turn.scenario.authenticators or any(
        key in (*step.authenticators, *step.optional, *(grace_periods.IN_GRACE.find(step.settings) or ()))
        for step in steps
    )


def _methods_by_key(
    turn: Turn, keys: Iterable[str], value: str, user: User | None = None
) -> dict[str, tuple[str, ...]]:
    """The methods with which one proof reaches the level, of those that the org allows, and the user has."""
    level, found = acr.LEVELS[value], {}
    for key in keys:
        row = AUTHENTICATORS[key]
        held = [each for each in user.enrolled if each.authenticator == key] if user else []
        usable = [method for each in held for method in usable_methods(turn, row, each)]
        can = usable if held else allowed_methods(turn, row)
        counting = tuple(method for method in dict.fromkeys(can) if level.is_met(frozenset(row.amr.get(method, ()))))
        if counting:
            found[key] = counting
    return found
