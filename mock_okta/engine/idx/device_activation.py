"""The page where the user of a device types what it shows, and signs in for it (idx-protocol notes 3.5, user-code)."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers, device_requests, steps, transaction_start
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.transactions import start_device_transaction
from mock_okta.engine.model import Remark, Transaction


def begin(turn: Turn, user_code: str) -> Transaction:
    """A new transaction at the page that asks for the code.

    user_code: as the address of the page has brought it along, "" if it has not
    """
    may_guess = device_requests.may_guess(turn)
    found = device_requests.waiting(turn, user_code) if may_guess else None
    fresh = start_device_transaction(turn, browsers.asking(turn), found[0] if found else "")
    begun = steps.enter(turn, fresh)
    if user_code and found is None:
        if may_guess:
            device_requests.count_wrong_code(turn)
        begun = replace(begun, notices=(Remark(name="idx.invalid.device.code"),))
    turn.put_transaction(begun)
    return begun


def code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`userCode`, filled in where it is known."""
    known = turn.state.device_requests.get(transaction.device or "")
    return (Field(name="userCode", label="Activation Code", value=known and known.user_code, needed=True),)


def activate(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Begins the sign-in to what the device asks for; a browser that is signed in need not do so again."""
    if not device_requests.may_guess(turn):
        raise Refused(MESSAGES["tooManyRequests"])
    found = device_requests.waiting(turn, values["userCode"])
    if found is None:
        raise Refused(MESSAGES["idx.invalid.device.code"], after=_one_more_wrong_code)
    code, request = found
    known = replace(transaction, device=code, authorization_request=request.asked)
    return transaction_start.resumed(turn, steps.settle(turn, known))


def _one_more_wrong_code(turn: Turn, transaction: Transaction) -> Transaction:
    device_requests.count_wrong_code(turn)
    return transaction
