"""Whether a document has the form of a scenario, each mistake as one sentence.

The grammar is JSON Schema and the judge is the `jsonschema` library; what the judge says is written for programs. Each
keyword that can fail has a function here that says it for people. Where a value may be one of several things, only the
one that the author seems to have meant is talked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from mock_okta.errors import did_you_mean
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.schema import Schema, intervention_schema, scenario_schema, user_changes_schema
from mock_okta.schema.words import ROWS_OF_ERROR_CODE

Complaint = Any
"""A ValidationError of jsonschema, whose stubs declare every member as possibly unset."""

Sentence = tuple[Path, str, str]
"""Where, what is wrong, and how to mend it."""


def check_scenario(document: Document) -> None:
    """Notes every place where the document breaks the grammar of scenarios."""
    _check(document, _scenario_validator())


def check_intervention(document: Document) -> None:
    """Notes every place where the document breaks the grammar of one entry of `script:`."""
    _check(document, _intervention_validator())


def check_user_changes(document: Document) -> None:
    """Notes every place where the document breaks the grammar of what may be changed of a user."""
    _check(document, _user_changes_validator())


def _check(document: Document, validator: Any) -> None:
    for error in validator.iter_errors(document.value):
        for path, message, hint in _said(error, document):
            document.report(path, message, hint)


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint that names the nearest known word, or failing that, the known words."""
    return did_you_mean(word, known, cutoff=0.7) or f"known here: {_listed(known)}"


def _listed(words: Sequence[str], limit: int = 12) -> str:
    more = f", and {len(words) - limit} more" if len(words) > limit else ""
    return ", ".join(str(word) for word in words[:limit]) + more


# ---------------------------------------------------------------------------------------------------------------------
# One function for each keyword
# ---------------------------------------------------------------------------------------------------------------------


def _said(error: Complaint, document: Document) -> Iterator[Sentence]:
    return _SAYERS.get(str(error.validator), _something)(error, document)


def _path(error: Complaint) -> Path:
    return tuple(error.absolute_path)


def _wrong_type(error: Complaint, document: Document) -> Iterator[Sentence]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    yield _mismatch(_path(error), error.instance, wanted, document)


def _mismatch(path: Path, found: Any, wanted: Sequence[str], document: Document) -> Sentence:
    allowed = " or ".join(dict.fromkeys(_TYPES[name] for name in wanted if name != "null")) or "nothing"
    return path, f"expected {allowed}, found {_found(found)}", _cure(found, wanted, document.raw_of(path))


def _cure(found: Any, wanted: Sequence[str], raw: str | None) -> str:
    """How to make of the value what it should have been."""
    if raw and "string" in wanted:
        return f'put it in quotes: "{shortened(raw)}"'
    if isinstance(found, str) and {"integer", "number", "boolean"} & set(wanted):
        return f"write it without quotes, as {_EXAMPLES[wanted[0]]}"
    if raw and "array" in wanted:
        return f"write it as a list: [{shortened(raw)}]"
    if wanted == ["null"]:
        return "leave the value out"
    return f"write it as {_EXAMPLES[wanted[0]]}"


def _found(value: Any) -> str:
    if isinstance(value, str):
        return f"the text '{shortened(value)}'" if value else "an empty text"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a mapping"


def _unknown_word(error: Complaint, document: Document) -> Iterator[Sentence]:
    if not isinstance(error.instance, str):
        return  # the wrong type is reported already
    noun = error.schema.get("title", "value")
    message = f"unknown {noun} '{shortened(error.instance)}'"
    rows = ROWS_OF_ERROR_CODE.get(error.instance, []) if noun == "error" else []
    hint = f"errors with that code: {_listed(rows)}" if rows else nearest(error.instance, error.validator_value)
    yield _path(error), message, hint


def _unknown_key(error: Complaint, document: Document) -> Iterator[Sentence]:
    known = list(error.schema["properties"])
    noun = error.schema.get("title", "key")
    for key in error.instance:
        if key not in known:
            hint = nearest(key, known) if known else "this takes no values"
            yield (*_path(error), key), f"unknown {noun} '{shortened(key)}'", hint


def _missing_key(error: Complaint, document: Document) -> Iterator[Sentence]:
    # The judge names the missing key in its message only; it complains once for each.
    for key in error.validator_value:
        if key not in error.instance and repr(key) in error.message:
            about = error.schema["properties"][key].get("description", "")
            yield _path(error), f"{key!r} is missing", f"add `{key}:`{' - ' + about if about else ''}"


def _never(error: Complaint, document: Document) -> Iterator[Sentence]:
    yield _path(error), f"{error.instance} is never", f"write a number above {error.validator_value}"


def _out_of_range(error: Complaint, document: Document) -> Iterator[Sentence]:
    least, most = error.schema.get("minimum", 0), error.schema["maximum"]
    relation = f"less than {least}" if error.instance < least else f"more than {most}"
    yield _path(error), f"{error.instance} is {relation}", f"write a number from {least} to {most}"


def _empty(error: Complaint, document: Document) -> Iterator[Sentence]:
    least = "at least one entry" if isinstance(error.instance, list) else "at least one character"
    yield _path(error), "this must not be empty", f"write {least}"


def _repeated(error: Complaint, document: Document) -> Iterator[Sentence]:
    yield _path(error), "the same value stands here twice", "leave one of them out"


def _wrong_form(error: Complaint, document: Document) -> Iterator[Sentence]:
    example = error.schema.get("examples", [""])[0]
    message = f"'{shortened(error.instance)}' is not {error.schema.get('title', 'of the right form')}"
    yield _path(error), message, f"for example: {example}"


def _not_one_key(error: Complaint, document: Document) -> Iterator[Sentence]:
    known = list(error.schema.get("properties", {}))
    if not error.instance:
        hint = f"use one of: {_listed(known)}" if known else "write at least one entry"
        yield _path(error), "this must not be empty", hint
    elif all(key in known for key in error.instance):
        found = _listed([repr(key) for key in error.instance])
        yield _path(error), f"one key is allowed here, found {found}", "begin a new `-` for each"


def _none_of(error: Complaint, document: Document) -> Iterator[Sentence]:
    """`anyOf` and `oneOf`: several kinds of value, or several keys of which one is needed."""
    branches = error.validator_value
    if all(set(branch) == {"required"} for branch in branches):
        if not isinstance(error.instance, dict):  # of the wrong type, which is reported already
            return
        keys = [key for branch in branches for key in branch["required"]]
        yield from _needed_keys(error, keys)
        return
    fitting = _fitting_branches(error)
    if not fitting:
        wanted = [name for branch in branches for name in _types_of(branch)]
        yield _mismatch(_path(error), error.instance, wanted, document)
    elif isinstance(error.instance, str) and (values := _keyed_branch(branches, error.instance)):
        hint = f"write `{error.instance}: …` - {values.get('description', '')}"
        yield _path(error), f"{error.instance!r} needs a value", hint
    else:
        for cause in min(fitting, key=len):
            yield from _said(cause, document)


def _needed_keys(error: Complaint, keys: Sequence[str]) -> Iterator[Sentence]:
    path, given = _path(error), [key for key in keys if key in error.instance]
    found = _listed([repr(key) for key in given])
    if len(given) > 1 and path and isinstance(path[-1], int):
        yield path, f"one key is allowed here, found {found}", "begin a new `-` for each"
    elif len(given) > 1:
        yield path, f"only one of {found} can stand here", "leave the other out"
    elif set(error.instance) <= set(error.schema["properties"]):  # an unknown key is reported already
        yield path, f"one of {_listed(keys)} is missing", "add what is to happen"


def _fitting_branches(error: Complaint) -> list[list[Complaint]]:
    """The complaints of each branch that is at least of the right type."""
    branches: dict[int, list[Complaint]] = {}
    for cause in error.context:
        branches.setdefault(cause.relative_schema_path[0], []).append(cause)
    return [causes for causes in branches.values() if not any(_is_about_type(cause) for cause in causes)]


def _is_about_type(cause: Complaint) -> bool:
    """Whether the complaint is about the type of the whole value."""
    if cause.relative_path:
        return False
    return cause.validator == "type" or (cause.validator == "anyOf" and not _fitting_branches(cause))


def _types_of(branch: Schema) -> list[str]:
    if "type" in branch:
        return branch["type"] if isinstance(branch["type"], list) else [branch["type"]]
    return [name for inner in branch.get("anyOf", ()) for name in _types_of(inner)]


def _keyed_branch(branches: Sequence[Schema], word: str) -> Schema | None:
    """What a word takes when it is a key, for a word that cannot stand alone."""
    return next((branch["properties"][word] for branch in branches if word in branch.get("properties", {})), None)


def _something(error: Complaint, document: Document) -> Iterator[Sentence]:
    yield _path(error), f"{_found(error.instance)} cannot stand here", "see docs/scenarios.md for what can"


_SAYERS: dict[str, Callable[[Complaint, Document], Iterator[Sentence]]] = {
    "additionalProperties": _unknown_key,
    "anyOf": _none_of,
    "enum": _unknown_word,
    "exclusiveMinimum": _never,
    "maxProperties": _not_one_key,
    "maximum": _out_of_range,
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _not_one_key,
    "minimum": _out_of_range,
    "oneOf": _none_of,
    "pattern": _wrong_form,
    "required": _missing_key,
    "type": _wrong_type,
    "uniqueItems": _repeated,
}

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}

_EXAMPLES = {
    "array": "a list: [one, two]",
    "boolean": "true or false",
    "integer": "a whole number such as 60",
    "null": "nothing",
    "number": "a number such as 60",
    "object": "a mapping: {key: value}",
    "string": "a text",
}


# ---------------------------------------------------------------------------------------------------------------------
# The judge
# ---------------------------------------------------------------------------------------------------------------------


def _unique(validator: Any, wanted: bool, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """`uniqueItems` in linear time; the library compares each with each where the items are of several kinds."""
    if wanted and isinstance(instance, list) and len(set(map(repr, instance))) < len(instance):
        yield ValidationError("not unique")


def _matches(validator: Any, pattern: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """`pattern` as JSON Schema means it: `$` is the end of the text, not (as in Python) also before a last newline."""
    exact = rf"{pattern[:-1]}\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(exact, instance):
        yield ValidationError("no match")


def _is_whole(checker: Any, instance: Any) -> bool:
    """JSON Schema takes 6.0 for an integer; range() does not."""
    return isinstance(instance, int) and not isinstance(instance, bool)


def _judge(schema: Schema) -> Any:
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)
    judge: Any = extend(Draft202012Validator, {"pattern": _matches, "uniqueItems": _unique}, type_checker=types)  # type: ignore[no-untyped-call]
    return judge(schema)


@cache
def _scenario_validator() -> Any:
    return _judge(scenario_schema())


@cache
def _intervention_validator() -> Any:
    return _judge(intervention_schema())


@cache
def _user_changes_validator() -> Any:
    return _judge(user_changes_schema())
