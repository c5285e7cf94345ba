"""Signing in with a key that knows its user: filled in by the browser, by a button, or launched.

Source: idx-protocol notes 3.1 (challenge-webauthn-autofillui-authenticator and its siblings), 7.15.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import moves, policy, steps
from mock_okta.engine.idx.authenticators import webauthn
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.transactions import anonymous_until, back_to_identify
from mock_okta.engine.model import Challenge, Step, Transaction

KEY = webauthn.KEY
SET_UP = Step(verb="add", authenticators=(KEY,), settings={"resident": True})
"""What a user who has no such key yet wants to do after signing in."""


def answer_page(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Takes an assertion of the sign-in page: it says who is there, and proves it."""
    return _signed_in(turn, transaction, webauthn.page_challenge(turn, transaction), values)


def answer_launched(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Takes an assertion of the page that asks for nothing else."""
    return _signed_in(turn, transaction, policy.challenge_of(transaction).data["challenge"], values)


def _signed_in(turn: Turn, transaction: Transaction, text: str, values: Values) -> Transaction:
    """Raises: Refused with 401 for a key that nobody has (the widget goes back to the identifier then)"""
    challenge = Challenge(authenticator=KEY, method="webauthn", data={"challenge": text})
    found = webauthn.owner(turn, challenge, values["credentials"])
    if found is None:
        message = MESSAGES["authfactor.webauthn.error.assertion_validation_failure"]
        raise Refused(replace(message, status=401))
    user, enrollment = found
    asked = replace(challenge, enrollment_id=enrollment.id)
    return moves.answer(turn, replace(transaction, identifier=user.login, user_id=user.id, challenge=asked), values)


def launch(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Asks any key that knows its user to sign in, before anybody is named."""
    asked = Challenge(authenticator=KEY, method="webauthn")
    asked = webauthn.draw_challenge(turn, None, asked, {})
    return replace(transaction, stage="passkey", challenge=asked, expires_at=anonymous_until(transaction))


def set_up_later(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Signs in another way, and sets a key up after that."""
    return steps.settle(turn, replace(back_to_identify(transaction), extra=(SET_UP,)))


def form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`credentials`, with whose key it is."""
    inner = webauthn.passkey_form(turn, transaction)
    return (Field(name="credentials", type="object", form=inner, required=True),)


def has_autofill(turn: Turn, transaction: Transaction) -> bool:
    """Whether browsers may fill in a key on the sign-in page."""
    return bool(webauthn.AUTOFILL.of(turn, KEY))


def has_button(turn: Turn, transaction: Transaction) -> bool:
    """Whether the sign-in page has a button for passkeys."""
    return bool(webauthn.BUTTON.of(turn, KEY))


def can_launch(turn: Turn, transaction: Transaction) -> bool:
    """Whether the sign-in page has the older button, which leads to a page of its own."""
    return bool(webauthn.LAUNCH.of(turn, KEY))


def challenge_shown(turn: Turn, transaction: Transaction) -> Mapping[str, Any] | None:
    """`webauthnAutofillUIChallenge`, of a sign-in page that takes a key."""
    shown = has_autofill(turn, transaction) or has_button(turn, transaction)
    return webauthn.page_challenge_data(turn, transaction) if shown else None
