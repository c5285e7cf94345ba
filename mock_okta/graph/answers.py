"""How forms are filled in: in every way that makes a difference, and wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.users import in_order
from mock_okta.engine.idx.conditions import listed
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.past_sign_ins import BEHAVIORS
from mock_okta.engine.model import Scenario, User
from mock_okta.graph.circumstances import mentioned

Values = Mapping[str, Any]

MOST_ANSWERS = 24
"""To one form."""
WRONG = "<b>"
"""No password, no code, no number, no address, too short for an answer, and no text for a profile."""
NOBODY = "nobody@elsewhere.example"
TEXTS = {
    "email": "new-{new}@example.com",
    "login": "new-{new}@example.com",
    "passcode": "Efgh5678!",
    "phoneNumber": "+15551230000",
    "reason": "OV_UNREACHABLE_BY_LOOPBACK",
    "secondEmail": "other@example.com",
}
"""What is typed into a field of that name; `new` is another text on each page."""


def filled(turn: Turn, fields: tuple[Field, ...]) -> Iterator[Values]:
    """A form in every way in which it can be filled in, as far as that makes a difference."""
    ways = [[(field.name, value) for value in _values(turn, field)] for field in fields if not field.refused]
    for chosen in islice(product(*ways), MOST_ANSWERS):
        yield {name: value for name, value in chosen if value is not None}


def _values(turn: Turn, field: Field) -> list[Any]:
    """The values of one field; None leaves it out."""
    if field.name == "identifier":
        return [*(user.login for user in told_apart(turn)), NOBODY]
    if field.name == "userProfile":
        return list(_profiles(turn, field.form or ()))
    if field.options:
        forms = [filled(turn, option.form) for option in field.options if option.form is not None]
        found: list[Any] = [values for form in forms for values in form] or [option.value for option in field.options]
    elif field.form is not None:
        found = list(filled(turn, field.form))
    elif field.mutable is False and field.value is not None:
        return [field.value]
    elif field.type == "boolean":
        if not field.insisted_on:
            return [None, True] if stays_matter(turn.scenario) else [None]
        found = [True, False]
    else:
        found = [field.value or _text(turn, field)]
    return found if field.insisted_on else [*found, None]


def _profiles(turn: Turn, fields: tuple[Field, ...]) -> Iterator[Values]:
    """A profile, and one for each value of an attribute that a condition asks for."""
    ordinary = {each.name: _attribute(turn, each) for each in fields}
    yield ordinary
    for name, wanted in mentioned(turn.scenario):
        for attribute, values in wanted.items() if name == "profile" else ():
            if attribute in ordinary:
                yield from ({**ordinary, attribute: value} for value in listed(values))


def _attribute(turn: Turn, field: Field) -> Any:
    if not field.options:
        return True if field.type == "boolean" else _text(turn, field)
    value: Any = field.options[0].value
    while isinstance(value, Mapping):  # a choice says first how it is shown
        shown = value.get("value", value)
        value = shown["options"][0]["value"] if isinstance(shown, Mapping) and "options" in shown else shown
    return value


def _text(turn: Turn, field: Field) -> str:
    known = TEXTS.get(field.name)
    return known.format(new=int(turn.now)) if known else "Adalbert"[: field.max_length]


def told_apart(turn: Turn) -> list[User]:
    """The users, but of those who differ in nothing that a flow looks at only the first."""
    by_name = {name for name, _ in mentioned(turn.scenario)} & {"login", "profile"}
    seen: dict[object, User] = {}
    for user in in_order(turn.scenario, turn.state):
        held = tuple((each.authenticator, each.methods, each.suspended) for each in user.enrolled)
        known = user.login if by_name or turn.state.identity_providers else tuple(sorted(user.profile))
        seen.setdefault((user.status, user.groups, user.assigned, held, known), user)
    return list(seen.values())


def stays_matter(scenario: Scenario) -> bool:
    """Whether it makes a difference that somebody wishes to stay signed in."""
    verbs = {step.verb for flow in scenario.flows.values() for step in flow}
    return "keep_me_signed_in" in verbs or any(name == "remembered" for name, _ in mentioned(scenario))


def devices_matter(scenario: Scenario) -> bool:
    """Whether it makes a difference who has signed in on a device before, or from an address."""
    return any(name in BEHAVIORS or name == "remembered" for name, _ in mentioned(scenario))


def with_passwords(turn: Turn, values: Values) -> Iterator[Values]:
    """An answer to the single form, with the password of whoever it names, and with a wrong one."""
    user = turn.user_known_as(str(values["identifier"]))
    held = user.enrollment("okta_password") if user else None
    for passcode in (held.secret["password"] if held else WRONG, WRONG):
        yield {**values, "credentials": {"passcode": passcode}}


def wrong(fields: tuple[Field, ...]) -> Values:
    """A form with every text in it wrong."""
    return {field.name: _wrong(field) for field in fields if not field.refused}


def _wrong(field: Field) -> Any:
    inner = field.form or (field.options[0].form if field.options else None)
    if inner is not None:
        return wrong(inner)
    if field.value is not None:
        return field.value
    if field.type == "boolean":
        return True
    plain = [option.value for option in field.options or () if not isinstance(option.value, Mapping)]
    return plain[0] if plain else WRONG
