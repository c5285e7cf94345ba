"""A password that has expired, or is about to: when a new one is asked for, and where.

Source: idx-protocol notes 3.4 (reenroll-authenticator), 5.2 (idx.password.expiring.message).
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import policy
from mock_okta.engine.model import Challenge, Remark, Step, Transaction, UserStatus


def is_fresh(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The password that was proved need not be changed, and is not about to expire (or the user knows)."""
    typed = any(proof.authenticator == "okta_password" and proof.method != "idp" for proof in transaction.proofs)
    if position in transaction.done or not typed:
        return True
    return not _has_expired(turn, transaction) and policy.days_to_expiry(turn, transaction) is None


def ask(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page for an expired password, or at the one that warns of it."""
    if _has_expired(turn, transaction):
        return _at_new_password(turn, transaction, "reenroll")
    label = str(turn.scenario.org.get("label") or turn.app(transaction.asked.client_id).label)
    warned = replace(transaction, notices=(Remark(name="idx.password.expiring.message", params=(label,)),))
    return _at_new_password(turn, warned, "reenroll-warning")


def is_only_a_warning(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The page may be skipped: the password is about to expire, and works until then."""
    return not _has_expired(turn, transaction)


def _has_expired(turn: Turn, transaction: Transaction) -> bool:
    user = policy.user_of(turn, transaction)
    return user is not None and user.status is UserStatus.PASSWORD_EXPIRED


def _at_new_password(turn: Turn, transaction: Transaction, stage: str) -> Transaction:
    user = policy.user_of(turn, transaction)
    enrollment = user.enrollment("okta_password") if user else None
    challenge = Challenge(
        authenticator="okta_password",
        method="password",
        purpose="reset",
        enrollment_id=enrollment.id if enrollment else "",
    )
    return replace(transaction, stage=stage, challenge=challenge)
