"""Logins and addresses, which Okta compares whatever the case of their letters.

Everything that compares them does it here; `tests/test_logins.py` looks for comparisons made another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_okta.engine.model import State, User


class UnknownUser(LookupError):
    """Nobody has this login."""


def folded(login: str) -> str:
    """What all spellings of one login have in common."""
    return login.casefold()


def same(one: str, other: str) -> bool:
    """Whether two texts are one login, address or domain."""
    return folded(one) == folded(other)


def among(login: str, logins: Iterable[str]) -> bool:
    """Whether a login is one of these."""
    return any(same(login, each) for each in logins)


def user_with(state: State, login: str) -> User | None:
    """The user with this login."""
    return next(iter(state.users.by("login", folded(login))), None)


def user_named(state: State, login: str) -> User:
    """The same. Raises: UnknownUser"""
    found = user_with(state, login)
    if found is None:
        raise UnknownUser(f"there is no user {login!r}")
    return found


def user_known_as(state: State, identifier: str) -> User | None:
    """The user with this login, or else with this e-mail address: of several the first by login."""
    found = user_with(state, identifier)
    if found is not None:
        return found
    return min(state.users.by("email", folded(identifier)), key=lambda user: user.login, default=None)
