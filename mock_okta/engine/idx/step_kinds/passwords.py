"""Steps at which a secret is made anew: because the flow says so, or because a password has expired."""

from __future__ import annotations

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import ceremonies, policy, renewals
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import ONE_KEY, StepKind, is_done, to_reset
from mock_okta.engine.model import Enrollment, Step, Transaction

PASSWORD = "okta_password"
RESETTABLE = tuple(key for key, row in AUTHENTICATORS.items() if row.reset)
"""Authenticators that can be made anew in the place of what proved them before."""


def ask_for_new_secret(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that sets another password, or whatever else the step resets."""
    return ceremonies.begin(turn, transaction, _to_reset(turn, transaction, step), "reset", {})


def reset_choice(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """The one enrolment that the step resets."""
    return (_to_reset(turn, transaction, step),)


def _to_reset(turn: Turn, transaction: Transaction, step: Step) -> Enrollment:
    """What the step resets: the user's enrolment, or a new one where there is none. The password unless it says so."""
    key = next(iter(step.authenticators), PASSWORD)
    user = policy.user_of(turn, transaction)
    return (user.enrollment(key) if user else None) or Enrollment(authenticator=key)


def renewal_choice(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """The password, in orgs whose page for an expired one lists what is renewed."""
    return (Enrollment(authenticator=PASSWORD),) if setting(turn.scenario, "renewal") == "listed" else ()


ROWS = (
    StepKind(
        verb="reset",
        is_met=is_done,
        enter=ask_for_new_secret,
        choices=reset_choice,
        purpose=to_reset,
        whom="user",
        makes=(PASSWORD,),
        about="Ask for a new password.",
        examples=(("- reset", "a new password"),),
        bare=Setting(name="authenticators", kind=ONE_KEY, words=RESETTABLE, about="What is made anew."),
    ),
    StepKind(
        verb="renew",
        is_met=renewals.is_fresh,
        enter=renewals.ask,
        may_skip=renewals.is_only_a_warning,
        choices=renewal_choice,
        whom="user",
        implied=True,
        about="Ask for a new password where the one that was proved has expired, or is about to.",
    ),
)
