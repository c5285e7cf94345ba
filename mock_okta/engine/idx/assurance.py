"""How sure a sign-in is: what the proofs are called in tokens, and what the app's `acr_values` ask for besides.

Source: okta-oauth notes 4.4 (amr), 4.5 (acr).
"""

from __future__ import annotations

from collections.abc import Iterable

from mock_okta.engine.base import acr
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import serves
from mock_okta.engine.model import Proof, Step, Transaction, User

NOTHING_MORE = Step(verb="verify")
"""What asks for no authenticator is met."""


def amr_of(transaction: Transaction) -> tuple[str, ...]:
    """The `amr` values of what was proved in a transaction."""
    return amr_of_proofs(transaction.proofs)


def amr_of_proofs(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """The `amr` values of these proofs; `mfa` when they are of two different kinds."""
    rows = [(AUTHENTICATORS[proof.authenticator], proof.method) for proof in proofs]
    values = [value for row, method in rows for value in row.amr.get(method, ())]
    if len({row.kind for row, _ in rows}) > 1:
        values.insert(1, "mfa")
    return tuple(dict.fromkeys(values))


def asked_for(turn: Turn, transaction: Transaction) -> tuple[Step, ...]:
    """The step that the app's `acr_values` add to the policy: for the first of them that this user can reach.

    Always one where there are such values, so that the positions of later steps stay whatever becomes of the user.
    """
    if not transaction.asked.acr_values:
        return ()
    user = turn.state.users.get(transaction.user_id or "")
    steps = (_step_for(turn, user, value) for value in transaction.asked.acr_values) if user else ()
    return (next((step for step in steps if user and _is_reachable(turn, user, step)), NOTHING_MORE),)


def _step_for(turn: Turn, user: User, value: str) -> Step:
    match value:
        case "urn:okta:loa:1fa:pwd":
            return Step(verb="verify", authenticators=("okta_password",))
        case "urn:okta:loa:2fa:any":
            return Step(verb="verify", choice="two_kinds", authenticators=_usable(turn, user))
        case "urn:okta:loa:2fa:any:ifpossible" if len(_kinds_of(user)) > 1:
            return Step(verb="verify", choice="two_kinds", authenticators=_usable(turn, user))
        case "phr" | "phrh":
            strong = tuple(key for key in AUTHENTICATORS if key in acr.LEVELS[value].authenticators)
            return Step(verb="verify", choice="one_of", authenticators=strong)
    return NOTHING_MORE


def _usable(turn: Turn, user: User) -> tuple[str, ...]:
    """All that the org has set up, and all that the user has."""
    there = {*turn.scenario.authenticators, *(each.authenticator for each in user.enrolled)}
    return tuple(key for key, row in AUTHENTICATORS.items() if key in there and row.verify)


def _kinds_of(user: User) -> set[str]:
    return {AUTHENTICATORS[each.authenticator].kind for each in user.enrolled}


def _is_reachable(turn: Turn, user: User, step: Step) -> bool:
    """Whether the user has what the step needs, or can acquire it on the way."""
    if step == NOTHING_MORE:
        return True
    keys = [key for key in step.authenticators if serves(turn, AUTHENTICATORS[key], "sign_on")]
    there = {key for key in keys if user.enrollment(key) or (key in turn.scenario.authenticators)}
    needed = 2 if step.choice == "two_kinds" else 1
    return len({AUTHENTICATORS[key].kind for key in there}) >= needed
