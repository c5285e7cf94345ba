"""Settings of authenticators and of enrolments, from the rows that the engine declares them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.settings import (
    METHODS,
    OF_EVERY_AUTHENTICATOR,
    OF_EVERY_ENROLLMENT,
    TEXT,
    TEXTS,
    Setting,
)
from mock_okta.schema.blocks import NOTHING, Schema, either, many, record, tagged, text, whole, word
from mock_okta.schema.words import AUTHENTICATOR_KEYS

WITHOUT_SETTINGS = tuple(
    key for key, row in AUTHENTICATORS.items() if not any(setting.needed for setting in row.of_enrollment)
)
"""Authenticators whose key alone says enough of an enrolment."""


Kinds = Mapping[str, Callable[[Setting[Any]], Schema]]
NO_OTHERS: Kinds = MappingProxyType({})


def of_setting(setting: Setting[Any], others: Kinds = NO_OTHERS) -> Schema:
    """What may be said for one setting. others: kinds besides those below, by name"""
    schema = (others.get(setting.kind.name) or _KINDS[setting.kind.name])(setting)
    return schema if setting.default is None or setting.members else {**schema, "default": _plain(setting.default)}


def records_of(settings: Iterable[Setting[Any]], about: str, others: Kinds = NO_OTHERS) -> Schema:
    """A mapping with these settings."""
    listed = tuple(settings)
    members = {each.name: of_setting(each, others) for each in listed}
    return record(about, members, [each.name for each in listed if each.needed])


def of_authenticators() -> Schema:
    """`authenticators:`: what holds for the whole org."""
    rows = {key: _of_org(key) for key in AUTHENTICATOR_KEYS}
    return record("Settings of authenticators, where the defaults do not fit.", rows, title="authenticator")


def _of_org(key: str) -> Schema:
    row = AUTHENTICATORS[key]
    name = Setting(name="name", kind=TEXT, about=f"What users see; {row.name} if left out.", example=row.name)
    listed = {each.name: each for each in (name, *OF_EVERY_AUTHENTICATOR, *row.of_org)}
    if "methods" in listed:
        listed["methods"] = Setting(name="methods", kind=TEXTS, about=METHODS.about, words=row.methods)
    return records_of(listed.values(), f"Settings of {row.name}.")


def of_enrollment() -> Schema:
    """An entry of `enrolled:`: the key of an authenticator, alone or with what is special about this enrolment."""
    alone = word("authenticator", WITHOUT_SETTINGS, "Key of an authenticator.")
    settings = {key: _of_one_enrollment(key) for key in AUTHENTICATOR_KEYS}
    with_settings = tagged("With what is special about it.", settings, title="authenticator")
    return either("An authenticator the person has.", alone, with_settings)


def of_changed_enrollments() -> Schema:
    """`enrolled` of a change: a list of all that the person has then, or a mapping that changes what it names alone."""
    said = {key: {**_of_one_enrollment(key), "required": []} for key in AUTHENTICATOR_KEYS}
    alone = word("authenticator", AUTHENTICATOR_KEYS, "Key of an authenticator.")
    entry = either("An authenticator.", alone, tagged("With what is new about it.", said, title="authenticator"))
    changed = {key: either("What is new about it; null takes it away.", each, NOTHING) for key, each in said.items()}
    return either(
        "Authenticators the person has.",
        many(entry, "All of them, but for the password."),
        record("Those that change.", changed, title="authenticator"),
    )


def _of_one_enrollment(key: str) -> Schema:
    row = AUTHENTICATORS[key]
    every = (Setting(name="methods", kind=TEXTS, about=METHODS.about, words=row.methods), *OF_EVERY_ENROLLMENT)
    listed = {each.name: each for each in (*reversed(every), *row.of_enrollment)}
    listed["methods"] = every[0]
    return records_of(listed.values(), f"An enrolment in {row.name}.")


# ---------------------------------------------------------------------------------------------------------------------
# One function for each kind
# ---------------------------------------------------------------------------------------------------------------------


def _text(setting: Setting[Any]) -> Schema:
    if setting.words:
        return word("value", setting.words, setting.about)
    form: dict[str, Any] = {} if setting.pattern is None else {"pattern": setting.pattern}
    example: dict[str, Any] = {} if setting.example is None else {"examples": [setting.example]}
    return text(setting.about, **form, **example)


def _whole(setting: Setting[Any]) -> Schema:
    least = -(2**31) if setting.least is None else setting.least
    return whole(setting.about, least, 2**63 - 1 if setting.most is None else setting.most)


def _flag(setting: Setting[Any]) -> Schema:
    return {"type": "boolean", "description": setting.about}


def _texts(setting: Setting[Any]) -> Schema:
    item = word(setting.noun, setting.words, setting.each) if setting.words else text(setting.each)
    return many(item, setting.about, **({"minItems": setting.least} if setting.least else {}))


def _mapping(setting: Setting[Any]) -> Schema:
    return records_of(setting.members, setting.about)


def _mappings(setting: Setting[Any]) -> Schema:
    return many(_mapping(setting), setting.about)


_KINDS: dict[str, Callable[[Setting[Any]], Schema]] = {
    "flag": _flag,
    "mapping": _mapping,
    "mappings": _mappings,
    "text": _text,
    "texts": _texts,
    "whole": _whole,
}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
