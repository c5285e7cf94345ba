"""Logins, addresses and whatever else identifies users, which Okta compares whatever the case of letters.

Everything that compares them does it here; `tests/test_logins.py` looks for comparisons made another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_okta.engine.model import Scenario, State, User

LOGIN = "login"
IDENTIFIERS = (LOGIN, "email")
"""What users are identified by where an org does not say: names of attributes, and the login."""
LONGEST = 256
"""Characters. Nobody is identified by anything longer (Okta's logins have 100 at most)."""


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


# ---------------------------------------------------------------------------------------------------------------------
# Identifiers
# ---------------------------------------------------------------------------------------------------------------------


def identifiers_of(scenario: Scenario) -> tuple[str, ...]:
    """What users are identified by in this org, the first that fits counts.

    "When it finds a match, the evaluation process stops" (Okta help, "Add identifiers to a user profile policy").
    """
    return tuple(scenario.org.get("identifiers", IDENTIFIERS))


def user_known_as(scenario: Scenario, state: State, identifier: str) -> User | None:
    """The user whom somebody means who has typed this, whatever the case of its letters: of several the first by login.

    Where the org allows a short match, the login without its domain will do, as long as it is one user's.
    """
    for name in identifiers_of(scenario):
        found = users_by(state, name, identifier)
        if found:
            return min(found, key=lambda user: user.login)
    short = state.users.by("short", folded(identifier)) if scenario.org.get("short_match") else []
    return short[0] if len(short) == 1 else None


def users_by(state: State, name: str, value: str) -> list[User]:
    """The users who have this value of an attribute, or this login."""
    if name == LOGIN:
        return state.users.by("login", folded(value))
    return state.users.by("attribute", term_of(name, value))


def term_of(name: str, value: str) -> str:
    """What users are found by who have this value of an attribute."""
    return f"{name} {folded(value)}"


def attributes_of(user: User) -> tuple[str, ...]:
    """The terms of all attributes by which the user could be identified: texts and numbers."""
    said = ((name, str(value)) for name, value in user.profile.items() if _identifies(value))
    return tuple(term_of(name, value) for name, value in said if 0 < len(value) <= LONGEST)


def _identifies(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def short_name(login: str) -> str:
    """The login without its domain."""
    return login.partition("@")[0]


def names_of(scenario: Scenario, user: User) -> tuple[str, ...]:
    """All that the user can be identified by, with what the login is without its domain."""
    named = (user.login if name == LOGIN else str(user.profile.get(name, "")) for name in identifiers_of(scenario))
    return tuple(dict.fromkeys(filter(None, (user.login, short_name(user.login), *named))))
