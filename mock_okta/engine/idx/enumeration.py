"""User enumeration prevention: which flows keep to themselves who exists, and what whoever does has enrolled.

"Authentication" and "Recovery" are two boxes of one setting (Okta release notes 2023.02; support.okta.com, "About User
Enumeration Prevention"), which hides "user accounts and authenticator enrollments" (Okta help, "General Security").
Until something is proved, everybody sees what the policy allows, whether they have it or not (support.okta.com, "User
Enumeration Prevention Influencing Okta SSPR"). For a sign-in the pages disagree: one says that email and password are
offered to everybody first, another that a factor is asked for at random. Here it is what the step names, as in a
recovery, which is the first of these for the usual policy.
"""

from __future__ import annotations

from collections.abc import Mapping

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Enrollment, Scenario, Transaction, User

AUTHENTICATION, RECOVERY = "authentication", "recovery"
WORDS = (AUTHENTICATION, RECOVERY)
"""What the setting may name; `true` is both."""

FLOWS: Mapping[str, str] = {"sign_in": AUTHENTICATION, "recover": RECOVERY, "unlock": RECOVERY}
"""The flows in which somebody is named before anything is proved."""


def is_prevented(scenario: Scenario, flow: str) -> bool:
    """Whether nobody learns from this flow who exists."""
    said = scenario.org.get("user_enumeration_prevention", False)
    return FLOWS.get(flow) in (WORDS if said is True else said or ())


def is_prevented_anywhere(scenario: Scenario) -> bool:
    """Whether some flow tells nobody who exists."""
    return any(is_prevented(scenario, flow) for flow in FLOWS)


def hides(turn: Turn, transaction: Transaction) -> bool:
    """Whether replies are the same for everybody still: nothing is proved yet, and the flow tells nobody apart."""
    return not transaction.proofs and is_prevented(turn.scenario, transaction.flow)


def user_shown(turn: Turn, transaction: Transaction) -> User | None:
    """The user, as far as replies may depend on who that is."""
    return None if hides(turn, transaction) else turn.user(transaction.user_id)


def behind(transaction: Transaction, user: User | None, wanted: Enrollment, method: str) -> User:
    """Whoever is named, with no more than the one enrolment that stands behind what everybody is offered, if any.

    It is called by the name that was typed, so that what a ceremony says of its user says nothing else.
    """
    held = next((each for each in user.enrolled if _fits(each, wanted, method)), None) if user else None
    return User(login=transaction.identifier or "", enrolled=(held,) if held else ())


def _fits(held: Enrollment, wanted: Enrollment, method: str) -> bool:
    same = held.authenticator == wanted.authenticator and not held.suspended
    return same and (not held.methods or method in held.methods)
