"""Whether a page still stands when its answer comes.

Between a page and its answer others act: the same user in another tab, an administrator, time. Everything that takes an
answer asks here first; where the step of the page is not open any more, or cannot be met in the way that the page asks
for, the answer is not judged, and the flow goes on from where the user is (`steps.settle`). That Okta does the same is
inferred: nowhere recorded, and any other reply would hold the user up for something that is settled already.
"""

from __future__ import annotations

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration, policy, steps
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.idx.step_kinds.row import kind_of
from mock_okta.engine.model import Challenge, Enrollment, Transaction


def stands(turn: Turn, transaction: Transaction) -> bool:
    """Whether the step of the page is the open one still, and can be met by what the page asks for."""
    if transaction.position is None or STAGES[transaction.stage].ends:
        return True
    found = steps.open_step(turn, transaction)
    if found is None or found[1] != transaction.position:
        return False
    challenge, kind = transaction.challenge, kind_of(found[0])
    if challenge is None or kind.purpose is None:
        return True
    if challenge.purpose == "verify":
        return challenge.authenticator in found[0].authenticators and _is_held(turn, transaction, challenge)
    wanted = {choice.authenticator for choice in steps.choices(turn, transaction)}
    return challenge.purpose == steps.purpose(turn, transaction) and challenge.authenticator in wanted


def _is_held(turn: Turn, transaction: Transaction, challenge: Challenge) -> bool:
    """Whether the user has what is to be proved still; who is nobody, hidden or must not go on is asked in vain."""
    user = enumeration.user_shown(turn, transaction)
    if user is None or any(_is_meant(challenge, each) for each in user.enrolled):
        return True
    return not policy.treatment(turn, transaction).heard


def _is_meant(challenge: Challenge, enrollment: Enrollment) -> bool:
    """Whether the challenge is about this enrolment; of the keys of one person, or the devices, any will do."""
    if challenge.authenticator != enrollment.authenticator:
        return False
    return AUTHENTICATORS[enrollment.authenticator].grouped or challenge.enrollment_id in ("", enrollment.id)
