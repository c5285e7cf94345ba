"""What flows ask for: the grammar of each verb, from its row in `STEP_KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_okta.engine.idx.conditions import CONDITIONS
from mock_okta.engine.idx.device_assurance import FALLBACKS, RULES
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import StepKind
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.schema import settings
from mock_okta.schema.blocks import (
    AUTHENTICATOR,
    MESSAGE,
    NOTHING,
    Schema,
    either,
    flag,
    formed,
    free,
    many,
    record,
    status,
    tagged,
    text,
    whole,
    word,
)
from mock_okta.schema.words import AUTHENTICATOR_KEYS


def flow(name: str) -> Schema:
    """One of the flows: a list of steps."""
    return many({"$ref": "#/$defs/step"}, FLOWS[name], minItems=1)


def step() -> Schema:
    """An entry of a flow."""
    values = {**STEPS, "when": {"$ref": "#/$defs/when"}}
    bare = [name for name, value in values.items() if NOTHING in value.get("anyOf", ())]
    with_values = record(
        "A step with its values.", values, title="step", oneOf=[{"required": [verb]} for verb in STEPS]
    )
    return either("A step of a flow.", word("step", bare, "A step that needs no value."), with_values)


def when() -> Schema:
    """`when:` of a step, and what `not` and `any` take."""
    conditions = {name: _CONDITIONS[row.kind](row.about) for name, row in CONDITIONS.items()}
    return record("The step counts only where all of these hold.", conditions, title="condition", minProperties=1)


_WHEN: Schema = {"$ref": "#/$defs/when"}
_PATTERN = text("A value; `*` and `?` stand for any letters, and for any one.")
_CONDITIONS: dict[str, Callable[[str], Schema]] = {
    "texts": lambda about: either(about, _PATTERN, many(_PATTERN, "Any of these will do.", minItems=1)),
    "mapping": lambda about: free(about, minProperties=1),
    "flag": lambda about: {"type": "boolean", "description": about},
    "conditions": lambda about: _WHEN,
    "list of conditions": lambda about: many(_WHEN, about, minItems=1),
}


def _keys(about: str) -> Schema:
    return many(AUTHENTICATOR, about, minItems=1, uniqueItems=True)


def _graces(about: str) -> Schema:
    grace = {
        "until": formed("Until this time.", _TIME, "a time", "2030-12-31T00:00:00.000Z"),
        "days": whole("From the first time that the user is asked.", 1, 3650),
        "skips": whole("So often.", 1, 100),
    }
    each = tagged("How long it may be put off.", grace, title="grace")
    return record(about, dict.fromkeys(AUTHENTICATOR_KEYS, each), minProperties=1)


def _rules(about: str) -> Schema:
    link = text("Where the user reads how to.")
    rule = word("rule", RULES, "What the device has to have, or its user has to do.")
    named = {
        "rule": rule,
        "value": text("What it names, e.g. the least version."),
        "link": link,
        "fallback": word("fallback", FALLBACKS, "Where Okta Verify does not answer: say what to do, or open it."),
    }
    own = {"key": text("An i18n key of one's own."), "text": text("What is said."), "link": link}
    several = record(
        "With what there is to say of it.", named | own, anyOf=[{"required": ["rule"]}, {"required": ["key", "text"]}]
    )
    return many(many(either("A rule.", rule, several), "All of these.", minItems=1), about, minItems=1)


def _field() -> Schema:
    option = record("A choice.", {"label": text("As shown."), "value": text("As sent.")}, ["label", "value"])
    whole_field = record(
        "A field with all that there is to say of it.",
        {
            "name": text("Of the attribute."),
            "label": text("As shown; the name if left out."),
            "required": flag("Refuse a form without it.", False),
            "type": word("type", ["string", "boolean"], "JSON type; a string if left out."),
            "min_length": whole("Characters.", 0, 10_000),
            "max_length": whole("Characters.", 1, 10_000),
            "options": many(option, "All that may be chosen.", minItems=1),
            "input": word("input", ["select", "radio", "checkbox"], "How a choice is shown.", default="select"),
        },
        ["name"],
    )
    return either("A field of the form.", text("An attribute of every profile, e.g. firstName."), whole_field)


def _own_words() -> Schema:
    link = record("A link.", {"url": text("Where to."), "label": text("As shown.")}, ["url"])
    members = {
        "key": text("An i18n key, of Okta's or of one's own."),
        "params": many({"type": ["string", "integer"]}, "What stands in for {0}, {1} in the text."),
        "text": text("Other words than Okta's."),
        "class": word("class", ["ERROR", "INFO", "WARNING"], "How it is shown."),
        "status": status("HTTP status, instead of the usual one."),
        "links": many(link, "Links below it."),
        "deviceRemediation": free("What a device can do about it."),
    }
    return record("A message in other words, or with more to it.", members, ["key"])


_SAID = either("A message.", MESSAGE, _own_words())


# ---------------------------------------------------------------------------------------------------------------------
# From the rows
# ---------------------------------------------------------------------------------------------------------------------

_MEMBERS: dict[str, Callable[[Setting[Any]], Schema]] = {
    "authenticators": lambda row: _keys(row.about),
    "fields": lambda row: many(_field(), row.about, minItems=1),
    "graces": lambda row: _graces(row.about),
    "messages": lambda row: many(_SAID, row.about, minItems=1),
    "rules": lambda row: _rules(row.about),
    "time": lambda row: formed(row.about, _TIME, "a time", str(row.example)),
}
"""What the settings take that only steps have, by kind (`step_kinds.row`)."""

_BARE: dict[str, Callable[[Setting[Any]], tuple[Schema, ...]]] = {
    "authenticator": lambda row: (word("authenticator", row.words, row.about) if row.words else AUTHENTICATOR,),
    "authenticators": lambda row: (AUTHENTICATOR, _keys(row.about)),
    "messages": lambda row: (MESSAGE, _own_words(), many(_SAID, row.about, minItems=1)),
}
"""What stands for such a setting where it is the value of the step itself."""

_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"


def _grammar(row: StepKind) -> Schema:
    """What a verb takes: a bare value, a mapping of settings, or nothing."""
    branches = list(_BARE[row.bare.kind.name](row.bare)) if row.bare else []
    branches += [_mapping(row)] if row.settings or not row.bare else []
    branches += [NOTHING] if row.alone else []
    return branches[0] if len(branches) == 1 else either(row.about, *branches)


def _mapping(row: StepKind) -> Schema:
    least, most = row.takes
    bounds = ({"minProperties": least} if least else {}) | ({"maxProperties": most} if most else {})
    return settings.records_of(row.settings, row.how or row.about, _MEMBERS) | bounds


STEPS: dict[str, Schema] = {row.verb: _grammar(row) for row in STEP_KINDS.values() if not row.implied}
"""What each verb takes."""


def documented() -> str:
    """The table of steps, in Markdown, as docs/scenarios.md shows it."""
    shown = [example for row in STEP_KINDS.values() for example in row.examples]
    lines = [f"| `{line}` | {asks_for} |" for line, asks_for in shown]
    return "\n".join(["| step | asks for |", "|---|---|", *lines]) + "\n"
