"""How a ceremony begins: at once, or after the page that asks how (or whether) an authenticator shall be used."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration, notices, policy, sending
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import Ceremony, Values, usable_methods
from mock_okta.engine.idx.transactions import IDENTIFIED_S, prolonged
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
    )
    stage = "verification-data" if purpose == "verify" else "enrollment-data"
    return replace(transaction, stage=stage, challenge=waiting)


def begin(turn: Turn, transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values) -> Transaction:
    """Begins a ceremony: what has to be drawn is drawn, what has to go out goes out. Raises: Refused

    Where replies must not depend on what the user has, it begins all the same, and nothing is sent to who has nothing.
    """
    row = AUTHENTICATORS[enrollment.authenticator]
    methods = usable_methods(turn, row, enrollment) or row.methods
    method = str(values.get("methodType") or methods[0])
    user, identity = policy.reached(turn, transaction), enrollment.id
    if purpose == "verify" and enumeration.hides(turn, transaction):
        user = enumeration.behind(transaction, user, enrollment, method)
        identity = user.enrolled[0].id if user.enrolled else ""
    challenge = Challenge(
        authenticator=row.key,
        method=method,
        purpose=purpose,
        enrollment_id=identity,
        began_at=turn.now,
    )
    begun = row.ceremony_of(challenge).begin(turn, user, challenge, values)
    ceremony = row.ceremony_of(begun)
    idle = replace(transaction, stage=ceremony.stage, challenge=begun, expires_at=turn.now + IDENTIFIED_S)
    resting = prolonged(turn, idle)
    if ceremony.announce is not None:
        _announce(turn, resting, ceremony)
    return resting


def _announce(turn: Turn, transaction: Transaction, ceremony: Ceremony) -> None:
    """Lets go out what the ceremony sends, or what whoever is not sent that is mailed in its place."""
    assert ceremony.announce is not None, "called only where something goes out"
    user, treatment = policy.user_of(turn, transaction), policy.treatment(turn, transaction)
    sending.send(turn, transaction, ceremony.announce(turn, transaction) if treatment.reached else None)
    if user is not None and treatment.mails:
        notices.send(turn, treatment.mails, user)
