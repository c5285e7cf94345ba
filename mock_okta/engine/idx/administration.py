"""What an administrator, or a vendor's server, does to one person's enrolments while a tenant lives.

Pure functions from state to state, for the control API and for tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_okta.engine.idx.authenticators import AUTHENTICATORS, tac
from mock_okta.engine.idx.authenticators.settings import drawn
from mock_okta.engine.model import Enrollment, Request, Scenario, State, User
from mock_okta.engine.turn import Turn

TAC_LIFETIME_S = 7200
"""Two hours, as Okta's authenticator settings have it by default (`defaultTtl: 120`)."""


class Unknown(LookupError):
    """There is no such person, or the person has no such enrolment."""


def change_enrollment(state: State, login: str, authenticator: str, changes: Mapping[str, Any]) -> State:
    """Says anew what an enrolment holds, e.g. another `passcode` that a vendor accepts, or `pin_change`.

    changes: settings of the authenticator's `of_enrollment`; `suspended` too
    Raises: Unknown
    """
    user = _user(state, login)
    held = user.enrollment(authenticator)
    if held is None:
        raise Unknown(f"{login} has no {authenticator}")
    suspended = bool(changes.get("suspended", held.suspended))
    said = {name: value for name, value in changes.items() if name != "suspended"}
    changed = replace(held, secret={**held.secret, **said}, suspended=suspended)
    return _with_enrolled(state, user, tuple(changed if each is held else each for each in user.enrolled))


def remove_enrollment(state: State, login: str, authenticator: str) -> State:
    """Resets an authenticator for a person: all enrolments in it are gone. Raises: Unknown"""
    user = _user(state, login)
    return _with_enrolled(state, user, tuple(each for each in user.enrolled if each.authenticator != authenticator))


def issue_temporary_access_code(
    scenario: Scenario,
    state: State,
    login: str,
    *,
    at: float,
    chance: str,
    lifetime_s: int = TAC_LIFETIME_S,
    multi_use: bool = False,
) -> tuple[State, str]:
    """Gives a person a temporary access code; an earlier one is void.

    at: epoch seconds; chance: as of a request
    Returns: the new state, and the code
    Raises: Unknown
    """
    user = _user(state, login)
    turn = Turn(scenario, state, Request(method="", endpoint="", origin="", at=at, chance=chance))
    code = drawn(turn, tac.CODE)
    secret = {tac.CODE.name: code, tac.MULTI_USE.name: multi_use, tac.EXPIRES_AT.name: at + lifetime_s}
    identity = turn.draw_id(AUTHENTICATORS[tac.KEY].enrollment_prefix)
    others = tuple(each for each in user.enrolled if each.authenticator != tac.KEY)
    issued = Enrollment(authenticator=tac.KEY, id=identity, secret=secret)
    return _with_enrolled(turn.state, user, (*others, issued)), code


def _user(state: State, login: str) -> User:
    found = next((user for user in state.users.values() if user.login == login), None)
    if found is None:
        raise Unknown(f"there is no user {login}")
    return found


def _with_enrolled(state: State, user: User, enrolled: tuple[Enrollment, ...]) -> State:
    return replace(state, users=state.users.set(user.id, replace(user, enrolled=enrolled)))
