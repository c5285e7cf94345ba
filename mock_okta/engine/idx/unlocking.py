"""The page that unlocks an account: for whoever asks for it, and for who is led there because the account is locked.

Source: Okta's setting "Show lock out failures" of the password policy; okta-signin-widget, issue 3503 (the reply to
`identify` offers `select-authenticator-unlock-account` and nothing else); idx-protocol notes 3.3, 7.12.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration, policy, steps
from mock_okta.engine.idx.authenticators.password import SHOW_LOCKOUT
from mock_okta.engine.idx.authenticators.password_policy import KEY
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.step_kinds.row import kind_of
from mock_okta.engine.model import Transaction, UserStatus


def shows(turn: Turn) -> bool:
    """Whether who is locked out is told so; where the org hides who exists, nobody is (inferred)."""
    return SHOW_LOCKOUT.of(turn, KEY) and not enumeration.is_prevented_anywhere(turn.scenario)


def led(turn: Turn, named: Transaction) -> Transaction | None:
    """The transaction at the page that unlocks accounts, where it is its user's who is to be shown that.

    named: in a flow that a locked account does not finish
    Raises: Refused where users cannot unlock accounts themselves, whose administrators can
    """
    user = policy.user_of(turn, named)
    if user is None or user.status is not UserStatus.LOCKED_OUT or not shows(turn):
        return None
    if not policy.has_flow(turn, "unlock"):
        raise Refused(MESSAGES["errors.E0000119"], after=steps.restarted)
    return at_list(turn, replace(named, flow="unlock", done=(), proofs=(), challenge=None, notices=()))


def at_list(turn: Turn, named: Transaction) -> Transaction:
    """Rests at the list of what an account can be unlocked with, or where the flow asks for something else first."""
    position = position_of_proof(turn, named)
    return steps.settle(turn, named) if position is None else replace(named, stage="unlock-select", position=position)


def position_of_proof(turn: Turn, transaction: Transaction) -> int | None:
    """The position of the open step, if that is one at which something is proved."""
    found = steps.open_step(turn, transaction)
    return found[1] if found is not None and kind_of(found[0]).proves else None
