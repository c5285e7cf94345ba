"""What schemas are made of.

A `title` is what a value is called in error messages ("unknown authenticator 'okta_emial'"); an `examples` entry is
shown where a text has the wrong form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_okta.schema.words import AUTHENTICATOR_KEYS, MESSAGE_KEYS, REMEDIATION_ENDPOINTS

Schema = dict[str, Any]


def text(description: str, **more: Any) -> Schema:
    """A text that is not empty."""
    return {"type": "string", "description": description, "minLength": 1, **more}


def formed(description: str, pattern: str, title: str, example: str, **more: Any) -> Schema:
    """A text of a certain form; `title` says what it then is."""
    return text(description, pattern=pattern, title=title, examples=[example], **more)


def flag(description: str, default: bool | None = None) -> Schema:
    """True or false; without a default, what is left out follows from something else."""
    fallback = {} if default is None else {"default": default}
    return {"type": "boolean", "description": description, **fallback}


def whole(description: str, least: int, most: int, **more: Any) -> Schema:
    """A whole number in a range that includes both its ends."""
    return {"type": "integer", "description": description, "minimum": least, "maximum": most, **more}


def fraction(description: str) -> Schema:
    """A number above 0, up to 1."""
    return {"type": "number", "description": description, "exclusiveMinimum": 0, "maximum": 1}


def word(title: str, words: Iterable[str], description: str, **more: Any) -> Schema:
    """One of some words; `title` is what such a word is called."""
    return {"type": "string", "title": title, "enum": list(map(str, words)), "description": description, **more}


def many(items: Schema, description: str, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": items, "description": description, **more}


def record(description: str, properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """A mapping with these keys and no others; `title` is what a key is called, if not "key"."""
    needed = {"required": list(required)} if required else {}
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        **needed,
        "additionalProperties": False,
        **more,
    }


def tagged(description: str, properties: Mapping[str, Schema], **more: Any) -> Schema:
    """A mapping with exactly one of these keys."""
    return record(description, properties, minProperties=1, maxProperties=1, **more)


def free(description: str, **more: Any) -> Schema:
    """A mapping with any keys."""
    return {"type": "object", "description": description, **more}


def either(description: str, *branches: Schema) -> Schema:
    """A value of one of several types. No two branches take the same type, so a mistake belongs to one of them."""
    return {"description": description, "anyOf": list(branches)}


def status(description: str) -> Schema:
    """A final HTTP status."""
    return whole(description, 200, 599)


def absolute_uri(description: str, example: str) -> Schema:
    """An address that can be registered (RFC 6749, section 3.1.2: absolute, without a fragment)."""
    pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$"
    return formed(description, pattern, "an absolute address without a fragment", example)


AUTHENTICATOR = word("authenticator", AUTHENTICATOR_KEYS, "Key of an authenticator.")
REMEDIATION = word("remediation", REMEDIATION_ENDPOINTS, "Name of a remediation or of an action.")
MESSAGE = word("message", MESSAGE_KEYS, "The i18n key of a message.")
NOTHING: Schema = {"type": "null"}
