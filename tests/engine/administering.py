"""What an administrator, a vendor or somebody with a phone may do between a page and its answer.

Everything by the functions that the control API calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from mock_okta.engine.control.devices import UndecidableDevice, decide_device
from mock_okta.engine.control.email_links import UnknownLink, open_link
from mock_okta.engine.control.identity_providers import decide_idp
from mock_okta.engine.control.phones import decide, open_decisions
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.start_tokens import LIFETIME_S, issue_token
from mock_okta.engine.model import Scenario, State, User, UserStatus
from mock_okta.user_changes import change_user

ORIGIN = "http://localhost:6582"
Act = Callable[[Scenario, State, User, float], State]

_NUMBERS = count(1)


def chance() -> str:
    """What no other change has."""
    return f"change {next(_NUMBERS)}"


NEEDED: dict[str, dict[str, Any]] = {
    "nfc_pin": {"pin": "1234"},
    "phone_number": {"number": "+15557654321"},
    "security_question": {"question": "disliked_food", "answer": "mud pie"},
    "webauthn": {"credential_id": "bm9ib2R5cw"},
    "yubikey_token": {"public_id": "c" * 12, "private_id": "0" * 12, "secret_key": "0" * 32},
}
"""What has to be said of a new enrolment."""


def changing(**changes: Any) -> Act:
    """Changes the user."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        return change_user(scenario, state, user.login, changes, at=at, chance=chance())[0]

    return act


def enrolling(said: Callable[[User], dict[str, Any]]) -> Act:
    """Changes what the user has enrolled."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        return change_user(scenario, state, user.login, {"enrolled": said(user)}, at=at, chance=chance())[0]

    return act


def _missing(user: User) -> dict[str, Any]:
    held = {each.authenticator for each in user.enrolled}
    return {key: NEEDED.get(key, {}) for key in AUTHENTICATORS if key not in held and key != "okta_password"}


def _into_every_group(scenario: Scenario, state: State, user: User, at: float) -> State:
    groups = {group for each in scenario.users for group in each.groups} | _groups_of(scenario)
    return change_user(scenario, state, user.login, {"groups": sorted(groups)}, at=at, chance=chance())[0]


def _groups_of(scenario: Scenario) -> set[str]:
    """The groups that steps depend on."""
    conditions = (step.when.get("group", ()) for flow in scenario.flows.values() for step in flow)
    return {str(each) for one in conditions for each in ((one,) if isinstance(one, str) else one)}


def _answering(**answer: Any) -> Act:
    """Decides what every identity provider answers from now on."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        for idp in state.identity_providers:
            state = decide_idp(state, idp.name, **(answer or {"login": user.login}))
        return state

    return act


def _deciding(pick: int) -> Act:
    """Decides what the user's phone asks."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        words = open_decisions(state, user.login)
        return decide(state, user.login, words[pick]) if words else state

    return act


def _opening(same_browser: bool) -> Act:
    """Opens the newest link."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        links = [mail.link for mail in state.outbox if mail.link]
        with suppress(UnknownLink):
            if links:
                how = {"same_browser": same_browser, "consent": True, "chance": chance()}
                state, reply = open_link(scenario, state, links[-1], at=at, origin=ORIGIN, **how)
                assert reply.status < 500
        return state

    return act


def _letting_in(allow: bool) -> Act:
    """Decides about every device that waits."""

    def act(scenario: Scenario, state: State, user: User, at: float) -> State:
        for request in tuple(state.device_requests.values()):
            how = {"login": user.login, "allow": allow, "at": at, "chance": chance(), "origin": ORIGIN}
            with suppress(UndecidableDevice):
                state = decide_device(scenario, state, request.user_code, **how)
        return state

    return act


def _handing_out(scenario: Scenario, state: State, user: User, at: float) -> State:
    for kind in LIFETIME_S:
        state, _ = issue_token(state, user.login, kind, at=at, chance=chance())
    return state


def _taking_away(user: User) -> dict[str, Any]:
    return {each.authenticator: None for each in user.enrolled}


def _suspending(user: User) -> dict[str, Any]:
    return {each.authenticator: {"suspended": True} for each in user.enrolled}


ACTS: dict[str, Act] = {
    **{f"makes the user {status}": changing(status=str(status)) for status in UserStatus},
    "takes the app away": changing(assigned=False),
    "gives the app": changing(assigned=True),
    "takes the user out of all groups": changing(groups=[]),
    "puts the user into every group": _into_every_group,
    "sets another password": changing(password="Ijkl9012!"),
    "changes the profile": changing(profile={"email": "moved@example.com", "firstName": "Moved", "lastName": "Later"}),
    "takes every enrolment away": enrolling(_taking_away),
    "leaves the password alone": changing(enrolled=[]),
    "suspends every enrolment": enrolling(_suspending),
    "gives every authenticator": enrolling(_missing),
    "lets the identity providers name the user": _answering(),
    "lets the identity providers turn round": _answering(cancel=True),
    "decides as the phone proposes": _deciding(0),
    "decides otherwise": _deciding(-1),
    "opens the link": _opening(True),
    "opens the link elsewhere": _opening(False),
    "lets the device in": _letting_in(True),
    "turns the device away": _letting_in(False),
    "hands out tokens": _handing_out,
}
"""By what they do."""


def every_user(scenario: Scenario, state: State, act: Act, at: float) -> State:
    """The state after the act was done to each user."""
    for user in users(state):
        state = act(scenario, state, state.users[user.id], at)
    return state


def users(state: State) -> list[User]:
    """The users, in an order."""
    return sorted(state.users.values(), key=lambda user: user.login)


def breaches(state: State) -> Iterator[str]:
    """What must hold of a tenant whoever has done what, and does not."""
    for user in users(state):
        held = [each.authenticator for each in user.enrolled]
        for key in ("okta_password", "okta_email", "security_question", "google_otp"):
            if held.count(key) > 1:
                yield f"{user.login} has {key} twice"
        ids = [each.id for each in user.enrolled]
        if len(set(ids)) < len(ids):
            yield f"{user.login} has one enrolment twice"
    logins = [user.login.casefold() for user in state.users.values()]
    if len(set(logins)) < len(logins):
        yield "a login is taken twice"
