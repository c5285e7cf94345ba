"""What an administrator does to a user while the server runs: calls below `/__mock__/tenants/{id}/users/{login}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from immutables import Map
from msgspec.structs import replace

from mock_okta.engine.base.retention import committed
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.bootstrap import complete
from mock_okta.engine.idx import account_events
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.password import with_status
from mock_okta.engine.model import Enrollment, Request, Scenario, State, User, UserStatus
from mock_okta.engine.model.logins import LOGIN, user_named, users_by
from mock_okta.errors import Problem, ScenarioError
from mock_okta.loader import check_user_changes
from mock_okta.loader.build import enrollment_of, listed_enrollment

PASSWORD = "okta_password"
EMAIL = "okta_email"

Said = Mapping[str, Any]
"""What is said of one enrolment, as under `enrolled:` in a scenario."""


def change_user(
    scenario: Scenario, state: State, login: str, changes: Mapping[str, Any], *, at: float, chance: str
) -> tuple[State, User]:
    """The state with the user of that login changed, and the user as it then is.

    changes: members of a user as in a scenario file; what is not named stays. A profile is merged. `enrolled` as a list
        is all that the user has then, but for a password; as a mapping it changes what it names alone, and null takes
        an enrolment away. What is said of one that the user has is merged into it.
        What is said of `email_verified` is said of the address that the user then has.
    at: epoch seconds; chance: as of a request
    Raises: UnknownUser; ScenarioError with all that is wrong with the changes
    """
    user = user_named(state, login).as_of(at)
    check_user_changes(changes)
    turn = _turn(scenario, state, at, chance)
    for name, change in _CHANGES.items():
        if name in changes:
            user = change(turn, user, changes[name])
    _refuse([*_problems_of(user), *_problems_of_identifiers(turn, user)])
    turn.put_user(user)
    return committed(state, turn.writes(), None), turn.state.users[user.id]


def clear_sessions(
    scenario: Scenario, state: State, login: str, *, oauth_tokens: bool = False, at: float, chance: str
) -> State:
    """The state in which no session of that user is left: the next sign-in asks for everything again.

    oauth_tokens: nor any code, access or refresh token (Okta's "Revoke all user sessions", `oauthTokens`)
    at: epoch seconds; chance: as of a request
    Raises: UnknownUser
    """
    turn = _turn(scenario, state, at, chance)
    account_events.clear_sessions(turn, user_named(state, login), oauth_tokens=oauth_tokens)
    return committed(state, turn.writes(), None)


def _turn(scenario: Scenario, state: State, at: float, chance: str) -> Turn:
    """A turn of an administrator: what follows from changes of users is as whoever has made them needs it."""
    request = Request(method="", endpoint="", origin="", at=at, chance=chance)
    return Turn(scenario, state, request, follow=partial(account_events.follow, by_admin=True))


def _with_enrolled(turn: Turn, user: User, said: list[Any] | Mapping[str, Said | None]) -> User:
    enrolled = _listed(turn, user, said) if isinstance(said, list) else _altered(turn, user, said)
    return replace(user, enrolled=tuple(enrolled))


def _listed(turn: Turn, user: User, said: list[Any]) -> Iterator[Enrollment]:
    """The enrolments of a list: for each entry one that the user has, as long as there are such, or else a new one."""
    entries = [listed_enrollment(entry) for entry in said]
    left = list(user.enrolled)
    if all(key != PASSWORD for key, _ in entries):
        yield from (each for each in left if each.authenticator == PASSWORD)
    for key, settings in entries:
        held = next((each for each in left if each.authenticator == key), None)
        if held is None:
            yield _issued(turn, user, key, settings)
        else:
            left.remove(held)
            yield _merged(held, {"suspended": False, **settings})


def _altered(turn: Turn, user: User, said: Mapping[str, Said | None]) -> Iterator[Enrollment]:
    """What the user has, with what is said of it."""
    gone = {key for key, settings in said.items() if settings is None or AUTHENTICATORS[key].given_out}
    first = {key: user.enrollment(key) for key in said}
    for each in user.enrolled:
        if each.authenticator not in gone:
            settings = said.get(each.authenticator) if first.get(each.authenticator) is each else None
            yield _merged(each, settings or {})
    for key, settings in said.items():
        if settings is not None and (first[key] is None or key in gone):
            yield _issued(turn, user, key, settings)


def _merged(held: Enrollment, settings: Said) -> Enrollment:
    said = enrollment_of(held.authenticator, settings)
    return replace(
        held,
        secret=Map({**held.secret, **said.secret}),
        methods=said.methods if "methods" in settings else held.methods,
        suspended=settings.get("suspended", held.suspended),
    )


def _issued(turn: Turn, user: User, key: str, settings: Said) -> Enrollment:
    """A new enrolment; what a scenario may leave unsaid is drawn, or follows from the user. Raises: ScenarioError"""
    own = {"email": user.profile.get("email", user.login)} if key == EMAIL else {}
    needed = (each.name for each in AUTHENTICATORS[key].of_enrollment if each.needed)
    _refuse([_missing(key, name) for name in needed if name not in settings])
    return complete(turn, enrollment_of(key, {**own, **settings}))


def _with_password(turn: Turn, user: User, password: str) -> User:
    known = user.enrollment(PASSWORD) or complete(turn, Enrollment(authenticator=PASSWORD))
    others = tuple(each for each in user.enrolled if each.authenticator != PASSWORD)
    return replace(user, enrolled=(replace(known, secret=Map(password=password)), *others), failures=0)


def _with_status(turn: Turn, user: User, status: str) -> User:
    return with_status(turn.scenario, replace(user, failures=0), UserStatus(status), turn.now)


_CHANGES: Mapping[str, Callable[[Turn, User, Any], User]] = {
    "status": _with_status,
    "assigned": lambda turn, user, said: replace(user, assigned=said),
    "groups": lambda turn, user, said: replace(user, groups=tuple(said)),
    "profile": lambda turn, user, said: replace(user, profile=Map({**user.profile, **said})),
    "enrolled": _with_enrolled,
    "password": _with_password,
    "email_verified": lambda turn, user, said: replace(user, verified_email=user.email if said else ""),
}


# ---------------------------------------------------------------------------------------------------------------------
# What nobody can have
# ---------------------------------------------------------------------------------------------------------------------


def _problems_of(user: User) -> list[Problem]:
    held = [each.authenticator for each in user.enrolled]
    problems = [
        Problem("", 0, "enrolled", f"nobody has more than {row.most} of {row.key}", "leave one of them out")
        for row in AUTHENTICATORS.values()
        if row.most is not None and held.count(row.key) > row.most
    ]
    password = user.enrollment(PASSWORD)
    if password is not None and not password.secret.get("password"):
        problems.append(Problem("", 0, "enrolled", f"{PASSWORD} without a password", "send `password` too"))
    address = user.enrollment(EMAIL)
    if address is not None and "@" not in str(address.secret.get("email", "")):
        hint = f'say which: {{"{EMAIL}": {{"email": "mary@example.com"}}}}'
        problems.append(Problem("", 0, "enrolled", f"{EMAIL} without an address", hint))
    return problems


def _problems_of_identifiers(turn: Turn, user: User) -> Iterator[Problem]:
    """What the org says users are identified by has one user each."""
    for name in turn.scenario.org.get("identifiers", ()):
        value = user.profile.get(name)
        others = [each for each in users_by(turn.state, name, str(value)) if each.id != user.id] if value else []
        if others and name != LOGIN:
            message = f"{name} {str(value)[:100]!r} is taken, and users are identified by it"
            yield Problem("", 0, f"profile.{name}", message, f"{others[0].login} has it")


def _missing(key: str, name: str) -> Problem:
    return Problem("", 0, f"enrolled.{key}", f"{name!r} is missing", f'say it: {{"{key}": {{"{name}": …}}}}')


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)
