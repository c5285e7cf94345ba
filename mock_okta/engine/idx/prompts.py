"""Prompts that come once in a while: what a user has answered, or put off, is not asked again for some time.

Source: help.okta.com, "Authenticator enrollment policies" (grace periods ask once daily); developer.okta.com, "Passkey
enrollment promotion" (skip limit, cooldown) and "Configure Keep Me Signed In" (prompt frequency).
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Prompt, Transaction

DAY_S = 86_400


def so_far(turn: Turn, transaction: Transaction, what: str) -> Prompt:
    """What became of this prompt; one that was never there comes now for the first time."""
    return turn.state.prompts.get(_slot(transaction, what)) or Prompt(first=turn.now)


def begin(turn: Turn, transaction: Transaction, what: str) -> None:
    """Remembers when the user was first asked."""
    if _slot(transaction, what) not in turn.state.prompts:
        turn.put("prompts", _slot(transaction, what), Prompt(first=turn.now))


def answer(turn: Turn, transaction: Transaction, what: str) -> None:
    """Remembers that the user has answered."""
    turn.put("prompts", _slot(transaction, what), replace(so_far(turn, transaction, what), answered=turn.now))


def put_off(turn: Turn, transaction: Transaction, what: str) -> None:
    """Counts that the user wants to be asked another time."""
    before = so_far(turn, transaction, what)
    turn.put("prompts", _slot(transaction, what), replace(before, answered=turn.now, skips=before.skips + 1))


def rests(turn: Turn, transaction: Transaction, what: str, interval_s: int) -> bool:
    """Whether the user has answered it, or put it off, so short a time ago that it does not come now."""
    answered = so_far(turn, transaction, what).answered
    return answered is not None and turn.now < answered + interval_s


def forget(turn: Turn, user_id: str, what: str) -> None:
    """Lets it come at the next sign-in, whatever the user has answered."""
    turn.drop("prompts", f"{user_id} {what}")


def _slot(transaction: Transaction, what: str) -> str:
    return f"{transaction.user_id} {what}"
