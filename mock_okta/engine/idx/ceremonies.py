"""How a ceremony begins: at once, or after the page that asks how (or whether) an authenticator shall be used."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration, policy
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import Values, usable_methods
from mock_okta.engine.idx.transactions import IDENTIFIED_S
from mock_okta.engine.model import NOTHING, Challenge, Enrollment, Transaction


def wait_for_choice(
    transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values = NOTHING
) -> Transaction:
    """Rests at the page that asks how (or whether) this authenticator shall be used; what was said already stands."""
    waiting = Challenge(
        authenticator=enrollment.authenticator,
        method=str(values.get("methodType", "")),
        purpose=purpose,
        enrollment_id=enrollment.id,
        wrong_answers=transaction.challenge.wrong_answers if transaction.challenge else 0,
    )
    stage = "verification-data" if purpose == "verify" else "enrollment-data"
    return replace(transaction, stage=stage, challenge=waiting)


def begin(turn: Turn, transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values) -> Transaction:
    """Begins a ceremony; wrong answers to earlier challenges of the transaction still count.

    Where replies must not depend on what the user has, it begins all the same, and nothing is sent to who has nothing.
    """
    row = AUTHENTICATORS[enrollment.authenticator]
    before = transaction.challenge
    methods = usable_methods(turn, row, enrollment) or row.methods
    method = str(values.get("methodType") or methods[0])
    user, identity = policy.user_of(turn, transaction), enrollment.id
    if purpose == "verify" and enumeration.hides(turn, transaction):
        user = enumeration.behind(turn, transaction, enrollment, method)
        identity = user.enrolled[0].id if user.enrolled else ""
    challenge = Challenge(
        authenticator=row.key,
        method=method,
        purpose=purpose,
        enrollment_id=identity,
        wrong_answers=before.wrong_answers if before else 0,
    )
    begun = row.ceremony_of(challenge).begin(turn, user, challenge, values)
    ceremony = row.ceremony_of(begun)
    resting = replace(transaction, stage=ceremony.stage, challenge=begun, expires_at=turn.now + IDENTIFIED_S)
    if ceremony.announce is not None:
        ceremony.announce(turn, resting)
    return resting
