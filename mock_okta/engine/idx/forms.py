"""Forms: how a field is written in ION, and how the values that come back are read.

Source: idx-protocol notes 2.5 (building blocks) and 3 (wrappers); the order of members follows the recordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from msgspec import Struct

ACCEPTS = "application/json; okta-version=1.0.0"
PRODUCES = "application/ion+json; okta-version=1.0.0"


class Field(Struct, frozen=True, kw_only=True):
    """One field of a form. None means that the member is left out.

    required: as it goes out; the answer is refused without such a field
    needed: whether the answer is refused without it, where orgs judge otherwise than they write (each with its source)
    value: what a client sends back untouched (with `mutable` False), or a default
    form, options: nested fields, or a choice between nested forms or plain values
    in_value: the nested form stands in `value`, as where a choice is offered once more (idx-protocol notes 3)
    hint: which renderer the widget takes
    unseen: read where it is sent, and not written: what a client adds of its own
    closed: the nested form takes no other members than its own
    refused: not written, and the answer is refused with it: it belongs to another choice
    """

    name: str
    type: str | None = None
    label: str | None = None
    description: str | None = None
    form: tuple[Field, ...] | None = None
    required: bool | None = None
    secret: bool | None = None
    min_length: int | None = None
    max_length: int | None = None
    format: str | None = None
    value: Any = None
    options: tuple[Option, ...] | None = None
    visible: bool | None = None
    mutable: bool | None = None
    relates_to: str | None = None
    needed: bool | None = None
    in_value: bool = False
    hint: str | None = None
    unseen: bool = False
    closed: bool = False
    refused: bool = False

    @property
    def insisted_on(self) -> bool:
        """Whether the answer is refused without it."""
        return bool(self.required if self.needed is None else self.needed)


class Option(Struct, frozen=True, kw_only=True):
    """One choice of a field: a plain `value`, or a nested `form`."""

    label: str
    value: Any = None
    form: tuple[Field, ...] | None = None
    relates_to: str | None = None


class Unreadable(Exception):
    """The answer does not fit the form. `path` leads to where, e.g. ("credentials", "passcode")."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(".".join(path))
        self.path = path


class MalformedAnswer(Unreadable):
    """The answer has a value of a JSON type that the form does not take."""


class NotAnOption(Unreadable):
    """The answer picks something that is not on offer."""


class MissingField(Unreadable):
    """The answer lacks a field that the form insists on."""


class UnmodifiableField(Unreadable):
    """The answer sets a member that is not the client's to set."""


FieldMessages = Mapping[tuple[str, ...], list[dict[str, Any]]]


def state_handle(handle: str) -> Field:
    """The hidden field that every form carries and every client sends back."""
    return Field(name="stateHandle", required=True, value=handle, visible=False, mutable=False)


_BEFORE_OPTIONS = (
    ("required", attrgetter("required")),
    ("secret", attrgetter("secret")),
    ("minLength", attrgetter("min_length")),
    ("maxLength", attrgetter("max_length")),
    ("value", attrgetter("value")),
    ("format", attrgetter("format")),
)


def written(fields: Iterable[Field], messages: FieldMessages, path: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The fields of a form as they stand in a reply."""
    return [as_ion(field, messages, path) for field in fields if not field.unseen]


def as_ion(field: Field, messages: FieldMessages, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The field as it stands in a reply, with the messages that belong to it or to a field inside it."""
    here = (*path, field.name)
    members: dict[str, Any] = {"name": field.name}
    if field.type is not None:
        members["type"] = field.type
    if field.label is not None:
        members["label"] = field.label
    if field.description is not None:
        members["desc"] = field.description
    if field.form is not None:
        nested = {"value": written(field.form, messages, here)}
        members |= {"value": {"form": nested}} if field.in_value else {"form": nested}
    for member, value_of in _BEFORE_OPTIONS:
        value = value_of(field)
        if value is not None:
            members[member] = value
    if field.options is not None:
        members["options"] = [_option_as_ion(option, messages, here) for option in field.options]
    if field.visible is not None:
        members["visible"] = field.visible
    if field.mutable is not None:
        members["mutable"] = field.mutable
    if field.hint is not None:
        members["hint"] = field.hint
    if field.relates_to is not None:
        members["relatesTo"] = field.relates_to
    if here in messages:
        members["messages"] = {"type": "array", "value": messages[here]}
    return members


def _option_as_ion(option: Option, messages: FieldMessages, path: tuple[str, ...]) -> dict[str, Any]:
    value = option.value
    if option.form is not None:
        value = {"form": {"value": written(option.form, messages, path)}}
    members: dict[str, Any] = {"label": option.label, "value": value}
    if option.relates_to is not None:
        members["relatesTo"] = option.relates_to
    return members


def paths(fields: Iterable[Field], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a message can stand in a form: the path of each field that is sent, those in options included."""
    for field in fields:
        if field.unseen:
            continue
        here = (*path, field.name)
        yield here
        yield from paths(field.form or (), here)
        for option in field.options or ():
            yield from paths(option.form or (), here)


_JSON_TYPES: dict[str | None, tuple[type, ...]] = {
    None: (str,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "object": (dict,),
}


def read(fields: Iterable[Field], answer: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of `answer` that the form asks for, checked for JSON type, for choice and for what is missing.

    Members that the form does not have are left out: clients send extras. What the form has fixed and does not insist
    on is filled in where a client leaves it out, as the widget does (idx-protocol notes 1.4, 8.4-25).
    Raises: MalformedAnswer, MissingField, NotAnOption, UnmodifiableField
    """
    values: dict[str, Any] = {}
    for field in fields:
        given, here = answer.get(field.name), (*path, field.name)
        if given not in (None, ""):
            values[field.name] = _value(field, given, here)
        elif field.insisted_on:
            raise MissingField(_innermost(field, here))
        elif field.mutable is False and field.value is not None:
            values[field.name] = field.value
    return values


def _value(field: Field, given: Any, path: tuple[str, ...]) -> Any:
    if field.refused:
        raise UnmodifiableField(path)
    nested = field.form is not None or _has_forms(field)
    expected: Any = _JSON_TYPES["object" if nested or isinstance(field.value, dict) else field.type]
    if not isinstance(given, expected):
        raise MalformedAnswer(path)
    if field.form is not None:
        return _read_nested(field, field.form, given, path)
    if nested:
        return _read_choice(field, given, path)
    choices = [option.value for option in field.options or () if not isinstance(option.value, dict)]
    if (choices and given not in choices) or (field.mutable is False and not _is_as_fixed(field.value, given)):
        raise NotAnOption(path)
    return field.value if isinstance(field.value, dict) else given


def _is_as_fixed(value: Any, given: Any) -> bool:
    """Whether the client has sent back what the form has fixed; an object may have extras."""
    if isinstance(value, dict):
        return all(given.get(name) == each for name, each in value.items())
    return value is None or given == value


def _read_nested(
    field: Field, inner: tuple[Field, ...], given: Mapping[str, Any], path: tuple[str, ...]
) -> dict[str, Any]:
    own = {each.name for each in inner}
    for name in given if field.closed else ():
        if name not in own and given[name] not in (None, ""):
            raise UnmodifiableField((*path, name))
    return read(inner, given, path)


def _has_forms(field: Field) -> bool:
    return any(option.form is not None for option in field.options or ())


def _read_choice(field: Field, given: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The answer read with the form of the option that it means: the first that it does not contradict."""
    refusal: Unreadable = NotAnOption(path)
    for option in field.options or ():
        try:
            return read(option.form or (), given, path)
        except NotAnOption:
            continue
        except Unreadable as problem:
            refusal = problem
    raise refusal


def _innermost(field: Field, path: tuple[str, ...]) -> tuple[str, ...]:
    """Where a message about a missing field belongs: on the first field inside it that the form insists on."""
    inner = next((inner for inner in field.form or () if inner.insisted_on), None)
    return _innermost(inner, (*path, inner.name)) if inner else path
