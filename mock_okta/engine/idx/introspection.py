"""What introspection changes: nothing, but where something was decided elsewhere, or in orgs that go back.

Source: okta-idx-golang (`OktaVerifyContinuePolling`) and okta-idx-dotnet (`PollAuthenticatorEnrollmentStatusAsync`),
which wait for a phone by introspection alone; for recoveries, the replies recorded in the tests of both in May and June
2021.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import ceremonies, devices, enumeration, moves, stale_pages
from mock_okta.engine.model import Transaction


def look(turn: Turn, transaction: Transaction) -> Transaction:
    """The transaction as introspection shows it. Raises: Refused for a decision that leads nowhere else"""
    if _is_decided(turn, transaction):
        poll = moves.poll if transaction.user_id is not None else devices.poll_device
        return poll(turn, replace(transaction, notices=()), {})
    if _goes_back(turn, transaction):
        user = enumeration.user_shown(turn, transaction)
        held = user.enrollment("okta_password") if user else None
        return ceremonies.begin(turn, transaction, held, "verify", {}) if held else transaction
    return transaction


def _is_decided(turn: Turn, transaction: Transaction) -> bool:
    """Whether a phone, a link or a vendor has spoken, and no poll has taken it up yet."""
    challenge = transaction.challenge
    if challenge is None or challenge.decision in (None, "over") or not stale_pages.stands(turn, transaction):
        return False
    return challenge.purpose == "enroll" or setting(turn.scenario, "introspection") == "decided"


def _goes_back(turn: Turn, transaction: Transaction) -> bool:
    """Whether a recovery in which nothing was picked yet is seen from the page of the password once more."""
    unpicked = transaction.flow == "recover" and transaction.stage in ("select", "verification-data")
    return unpicked and not transaction.proofs and setting(turn.scenario, "recovery") == "from_password"
