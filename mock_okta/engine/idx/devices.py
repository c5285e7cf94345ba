"""Okta FastPass outside a challenge: asked for before anybody is named, or launched from the sign-in page.

Source: idx-protocol notes 3.1 (launch-authenticator), 3.2 (device-challenge-poll and the extension), 4.5, 7.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import moves, policy, steps
from mock_okta.engine.idx.authenticators import fastpass, push
from mock_okta.engine.idx.authenticators.fastpass import KEY, LAUNCH, LAUNCH_METHOD
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.step_kinds import probing
from mock_okta.engine.idx.step_kinds.row import kind_of, over
from mock_okta.engine.model import Challenge, Transaction

GIVEN_UP = "OV_UNREACHABLE_BY_LOOPBACK"
"""The one reason for which the next way is tried; the others are the user's wish, or the app's."""


# ---------------------------------------------------------------------------------------------------------------------
# Asking the device
# ---------------------------------------------------------------------------------------------------------------------


def launch(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Asks the device because somebody pressed the button."""
    remembered = replace(transaction, remember_me=values.get("rememberMe", transaction.remember_me))
    way = LAUNCH_METHOD.of(turn, KEY)
    ways = (way,) if way in fastpass.WAYS else tuple(fastpass.CHALLENGE_METHODS.of(turn, KEY))
    return probing.ask_device(turn, remembered, ways)


def poll_device(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Asks whether the app has spoken; if so, that says who is there, and proves it."""
    challenge = policy.challenge_of(transaction)
    if not challenge.decision and turn.now >= challenge.expires_at:
        challenge = replace(challenge, decision="timeout")
    if not challenge.decision:
        return transaction
    user = turn.user_by_login(str(challenge.data.get("login", "")))
    device = push.device_for(user, challenge) if user else None
    if user is None or device is None:
        return moves.answer(turn, replace(transaction, challenge=challenge), {})
    found = replace(challenge, enrollment_id=device.id)
    return moves.answer(turn, replace(transaction, identifier=user.login, user_id=user.id, challenge=found), {})


def give_up(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """The page has given up: the next way to reach the device, or on without it."""
    challenge = policy.challenge_of(transaction)
    left = tuple(challenge.data.get("ways", ()))[1:]
    if left and values.get("reason") == GIVEN_UP:
        return _another_way(turn, transaction, challenge, left)
    return _without_device(turn, transaction)


def _another_way(turn: Turn, transaction: Transaction, challenge: Challenge, ways: tuple[str, ...]) -> Transaction:
    if transaction.user_id is None:
        return probing.ask_device(turn, transaction, ways)
    return moves.supply(turn, transaction, {"ways": ways})


def _without_device(turn: Turn, transaction: Transaction) -> Transaction:
    """Where the user is known, to the list of what else there is; else to the sign-in page."""
    if transaction.identifier is not None:
        enrolls = transaction.challenge is not None and transaction.challenge.purpose == "enroll"
        return replace(transaction, stage="enroll-select" if enrolls else "select", challenge=None)
    found = steps.at_hand(turn, transaction)
    if found is not None and kind_of(found[0]).given_up:
        transaction = over(replace(transaction, position=found[1]))
    return steps.settle(turn, replace(transaction, challenge=None))


def reason_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Why the page gave up: no form shows it, the widget sends it (idx-protocol notes 1.4)."""
    return (Field(name="reason", unseen=True),)


# ---------------------------------------------------------------------------------------------------------------------
# Apple's single sign-on extension
# ---------------------------------------------------------------------------------------------------------------------


def call_extension(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """The page calls. If the operating system lets the call through, nobody answered it; after two calls that is it."""
    if policy.challenge_of(transaction).decision:
        ask = poll_device if transaction.user_id is None else moves.poll
        return ask(turn, transaction, {})
    stage = "device-sso-called" if transaction.stage != "device-sso-called" else "device-sso-failed"
    return replace(transaction, stage=stage)


def extension_failed(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """There is no extension on this device."""
    return _without_device(turn, transaction)


# ---------------------------------------------------------------------------------------------------------------------
# What replies show of it
# ---------------------------------------------------------------------------------------------------------------------


def can_launch(turn: Turn, transaction: Transaction) -> bool:
    """Whether the sign-in page has a button for Okta FastPass."""
    return transaction.stage == "launch" or bool(LAUNCH.of(turn, KEY))


def can_launch_known(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page with the button says beforehand how the device is reached."""
    return can_launch(turn, transaction) and LAUNCH_METHOD.of(turn, KEY) in fastpass.WAYS


def can_launch_unknown(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page with the button learns how the device is reached only once it is pressed."""
    return can_launch(turn, transaction) and not can_launch_known(turn, transaction)


def challenge_shown(turn: Turn, transaction: Transaction) -> Mapping[str, Any] | None:
    """`authenticatorChallenge`, of a page that asks the device or has the button for it."""
    if transaction.stage == "device-challenge":
        return fastpass.challenge_value(turn, transaction, fastpass.way_of(policy.challenge_of(transaction)))
    if not can_launch_known(turn, transaction):
        return None
    return fastpass.challenge_value(turn, transaction, LAUNCH_METHOD.of(turn, KEY))


def cancel_name(turn: Turn, transaction: Transaction) -> str:
    """By link the action has another name (recorded)."""
    way = fastpass.way_of(policy.challenge_of(transaction))
    return "cancel-polling-transaction" if way in fastpass.LINKS else "cancel-polling"


def was_called(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """Says that the page has called the extension once already."""
    return {"isSSOExtensionVerifyEndpointAlreadyCalled": True}
