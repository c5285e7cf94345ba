"""Filling in a form that the server offers.

The body is made of the form's own fields and nothing else: what the server fixed (`mutable: false`) goes back as it
came, what it proposed (`value`) goes back unless the user said otherwise, and the user's values go in unchanged, each
with the JSON type it was given in.
Source: Ion, "Form Submission" and the field members `mutable`, `required`, `options`, `form`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta_conformance.reference.errors import InvalidInput
from mock_okta_conformance.reference.ion import Field, Option

Values = Mapping[str, Any]
_ABSENT: Any = object()


def fill(fields: tuple[Field, ...], values: Values, *, path: str = "") -> dict[str, Any]:
    """The JSON object to submit, members in the order of the form.

    values: what the user wants to say, nested as the form is; names that the form doesn't have are left out
    Raises: InvalidInput if something required is missing, of another type, or not among the options
    """
    body = {}
    for field in fields:
        content = _content(field, values.get(field.name), f"{path}{field.name}")
        if content is not _ABSENT:
            body[field.name] = content
    return body


def _content(field: Field, given: Any, path: str) -> Any:
    if field.options and field.mutable:
        return _choice(field, given, path)
    if field.form is not None:
        return _nested(field, given, path)
    if not field.mutable:
        return _ABSENT if field.value is None else field.value
    if given is None:
        given = field.value
    if given is None:
        return _missing(field, path)
    _check_type(field, given, path)
    return given


def _missing(field: Field, path: str) -> Any:
    if field.required:
        raise InvalidInput(f"{path} is required", code="required")
    return _ABSENT


def _nested(field: Field, given: Any, path: str) -> Any:
    if given is None and not field.required:
        return _untouched(field, path)
    if given is not None and not isinstance(given, Mapping):
        raise InvalidInput(f"{path} is a form of its own", code="type")
    return fill(field.form or (), given or {}, path=f"{path}.")


def _untouched(field: Field, path: str) -> Any:
    """What an optional form that the user left alone contributes: its fixed and proposed values, if it can stand so."""
    try:
        return fill(field.form or (), {}, path=f"{path}.") or _ABSENT
    except InvalidInput:
        return _ABSENT


# -- options ----------------------------------------------------------------------------------------------------------


def _choice(field: Field, given: Any, path: str) -> Any:
    if given is None:
        given = field.value
    if given is None:
        if not field.required or len(field.options) > 1:
            return _missing(field, path)
        return _taken(field.options[0], {}, path)
    for option in field.options:
        if _stands_for(option, given):
            return _taken(option, given, path)
    raise InvalidInput(f"{path} takes only what is offered: {_labels(field)}", code="option")


def _stands_for(option: Option, given: Any) -> bool:
    """Whether the option is the one meant: equal to it, or a form that has the values given, none of them otherwise."""
    if option.form is None:
        return type(option.value) is type(given) and option.value == given
    named = [f for f in option.form if isinstance(given, Mapping) and f.name in given]
    return bool(named) and all(_agrees(f, given[f.name]) for f in named)


def _agrees(field: Field, given: Any) -> bool:
    if not field.mutable:
        return bool(field.value == given)
    if field.options:
        return any(_stands_for(option, given) for option in field.options)
    return True


def _taken(option: Option, given: Any, path: str) -> Any:
    if option.form is None:
        return option.value
    return fill(option.form, given, path=f"{path}.")


def _labels(field: Field) -> str:
    return ", ".join(str(o.label or o.value) for o in field.options)


# -- types ------------------------------------------------------------------------------------------------------------


def _check_type(field: Field, given: Any, path: str) -> None:
    """Refuses a value whose JSON type isn't the field's. Types that we don't know are the server's business."""
    named = field.type or (_TYPE_OF.get(type(field.value)) if field.value is not None else "string")
    wanted = _PYTHON.get(named or "")
    if wanted is None or (field.type is None and isinstance(given, Mapping | list)):
        return
    if not isinstance(given, wanted) or (isinstance(given, bool) and named != "boolean"):
        raise InvalidInput(f"{path} takes a {named}", code="type")


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "object": Mapping,
    "array": list,
    "set": list,
}
_TYPE_OF = {str: "string", bool: "boolean", int: "number", float: "number"}
