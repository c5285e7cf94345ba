"""Devices without a keyboard, which wait while their user signs in elsewhere.

Source: RFC 8628; okta-oauth notes 3.6 and 5.7 (lifetimes, texts); idx-protocol notes 7.15 (how the sign-in ends).
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from mock_okta.engine.base import limits
from mock_okta.engine.base.limits import Limit
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import terminal_pages
from mock_okta.engine.idx.transactions import open_grant
from mock_okta.engine.model import AuthorizationRequest, DeviceRequest, Transaction, UseOrder

LIFETIME_S = 600
SLOWER_BY_S = 5
MOST_REQUESTS = 1000
"""More than this waiting at once, and no further device gets a code (RFC 8628, section 5.1)."""

WRONG_CODES = Limit(name="wrong_user_codes", most=10, within_s=60)
"""In a minute of the tenant, whoever types them; then no code is looked at (RFC 8628, section 5.1; number inferred)."""

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Neither vowels, which make words, nor signs that look alike (RFC 8628, section 6.1)."""
_BETWEEN = re.compile(r"[\s-]")

ACTIVATED = "idx.device.activated"
DENIED = "idx.device.not.activated.consent.denied"
TOO_LATE = "idx.device.not.activated.internal.error"


def issue(turn: Turn, asked: AuthorizationRequest) -> tuple[str, DeviceRequest] | None:
    """A new request with its device code; None if too many are waiting already."""
    if len(turn.state.device_requests) >= MOST_REQUESTS:
        _forget_expired(turn)
    if len(turn.state.device_requests) >= MOST_REQUESTS:
        return None
    code = turn.draw_handle()
    shown = turn.draw(8, _LETTERS)
    request = DeviceRequest(asked=asked, user_code=shown, expires_at=turn.now + LIFETIME_S)
    turn.put("device_requests", code, request)
    return code, request


def waiting(turn: Turn, user_code: str) -> tuple[str, DeviceRequest] | None:
    """The device that shows this code and still waits, with its device code. How the code is typed does not matter."""
    meant = _BETWEEN.sub("", user_code).upper()
    shown = (
        (code, turn.state.device_requests[code]) for code in turn.state.device_requests.keys_by("user_code", meant)
    )
    return next(((code, request) for code, request in shown if _waits(turn, request)), None)


def may_guess(turn: Turn) -> bool:
    """Whether a typed code is looked at: not where too many were wrong, else one could try them all."""
    return not limits.is_reached(turn, WRONG_CODES, "")


def count_wrong_code(turn: Turn) -> None:
    """Remembers that somebody typed a code that no device shows."""
    limits.count(turn, WRONG_CODES, "")


def let_in(turn: Turn, transaction: Transaction) -> Transaction:
    """Ends the sign-in and lets its device have tokens, unless that was decided elsewhere, or given up, meanwhile."""
    code = transaction.device or ""
    request = turn.state.device_requests.get(code)
    if request is None or not _waits(turn, request):
        return terminal_pages.end_with(transaction, TOO_LATE)
    grant = open_grant(turn, transaction, request.expires_at)
    turn.put("device_requests", code, replace(request, grant=grant))
    return terminal_pages.end_with(transaction, ACTIVATED)


def turn_away(turn: Turn, transaction: Transaction) -> Transaction:
    """Tells the device that its user does not let it in."""
    request = turn.state.device_requests.get(transaction.device or "")
    if request is not None and _waits(turn, request):
        turn.put("device_requests", transaction.device or "", replace(request, denied=True))
    return transaction


def _waits(turn: Turn, request: DeviceRequest) -> bool:
    """Whether nobody has decided yet, and there is time."""
    return not request.grant and not request.denied and turn.now < request.expires_at


def _forget_expired(turn: Turn) -> None:
    """Drops those that are over: they must not keep others out. Until then a device is told that its code expired."""
    order = turn.state.use.get("device_requests", UseOrder())
    for queue in tuple(order.ends):
        for code in order.in_order(queue):
            request = turn.state.device_requests.get(code)
            if request is not None and not request.denied and turn.now < request.expires_at:
                break  # those that came later end later
            turn.drop("device_requests", code)
