"""What an administrator does to a user while the server runs: `PATCH /__mock__/tenants/{id}/users/{login}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from immutables import Map

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import Enrollment, Request, Scenario, State, User, UserStatus
from mock_okta.engine.turn import Turn
from mock_okta.errors import Problem, ScenarioError, did_you_mean

PASSWORD = "okta_password"
EMAIL = "okta_email"


def change_user(
    scenario: Scenario, state: State, user: User, changes: Mapping[str, Any], *, chance: str
) -> tuple[State, User]:
    """The state with that user changed, and the user as it then is.

    changes: members of a user as in a scenario file; what is not named stays, a profile is merged
    chance: as of a request
    Raises: ScenarioError with all that is wrong with them
    """
    problems = [problem for name, value in changes.items() for problem in _problems(name, value)]
    if problems:
        raise ScenarioError(problems)
    turn = Turn(scenario, state, Request(method="", endpoint="", origin="", at=0.0, chance=chance))
    if "status" in changes:
        user = replace(user, status=UserStatus(changes["status"]), failures=0)
    if "assigned" in changes:
        user = replace(user, assigned=changes["assigned"])
    if "groups" in changes:
        user = replace(user, groups=tuple(changes["groups"]))
    if "profile" in changes:
        user = replace(user, profile=Map({**user.profile, **changes["profile"]}))
    if "enrolled" in changes:
        user = replace(user, enrolled=_enrollments(turn, user, changes["enrolled"]))
    if "password" in changes:
        user = _with_password(turn, user, changes["password"])
    turn.put_user(user)
    return turn.state, user


def _enrollments(turn: Turn, user: User, listed: list[Any]) -> tuple[Enrollment, ...]:
    """The enrolments of that list, those that the user has already with their ids and secrets; a password stays."""
    wanted = dict(map(_entry, listed))
    if user.enrollment(PASSWORD) and PASSWORD not in wanted:
        wanted = {PASSWORD: {"suspended": user.enrollment(PASSWORD).suspended}, **wanted}  # type: ignore[union-attr]
    made = []
    for key, settings in wanted.items():
        known = user.enrollment(key) or _new_enrollment(turn, user, key)
        made.append(replace(known, suspended=settings.get("suspended", False)))
    return tuple(made)


def _new_enrollment(turn: Turn, user: User, key: str) -> Enrollment:
    secret = Map(email=user.profile.get("email", user.login)) if key == EMAIL else Map()
    return Enrollment(authenticator=key, id=turn.draw_id(AUTHENTICATORS[key].enrollment_prefix), secret=secret)


def _with_password(turn: Turn, user: User, password: str) -> User:
    known = user.enrollment(PASSWORD)
    enrollment = replace(known or _new_enrollment(turn, user, PASSWORD), secret=Map(password=password))
    others = tuple(each for each in user.enrolled if each.authenticator != PASSWORD)
    return replace(user, enrolled=(enrollment, *others), failures=0)


def _entry(entry: str | Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))


# ---------------------------------------------------------------------------------------------------------------------
# What may stand in a change
# ---------------------------------------------------------------------------------------------------------------------


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_enrollment_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_enrollment, value))


def _is_enrollment(value: Any) -> bool:
    if isinstance(value, str):
        return value in AUTHENTICATORS
    if not isinstance(value, dict) or len(value) != 1:
        return False
    key, settings = next(iter(value.items()))
    return key in AUTHENTICATORS and isinstance(settings, dict) and set(settings) <= {"suspended"}


def _is_status(value: Any) -> bool:
    return isinstance(value, str) and value in list(UserStatus)


CHANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "status": (_is_status, f"one of {', '.join(UserStatus)}"),
    "assigned": (lambda value: isinstance(value, bool), "true or false"),
    "groups": (_is_list_of_texts, "a list of names"),
    "profile": (lambda value: isinstance(value, dict), 'an object, e.g. {"firstName": "Mary"}'),
    "enrolled": (
        _is_enrollment_list,
        f'a list of {", ".join(AUTHENTICATORS)}, each alone or as {{"{EMAIL}": {{"suspended": true}}}}',
    ),
    "password": (_is_text, "a text that is not empty"),
}


def _problems(name: str, value: Any) -> list[Problem]:
    if name not in CHANGES:
        hint = did_you_mean(name, CHANGES) or f"there are: {', '.join(CHANGES)}"
        return [Problem("", 0, name, f"a user has no {name!r} that can be changed", hint)]
    fits, allowed = CHANGES[name]
    return [] if fits(value) else [Problem("", 0, name, f"{name} can't be {value!r}"[:200], f"it is {allowed}")]
