"""`headers:`, headers that a script sets on a reply, or takes from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.script.effect import Grammar, Misfit, mapping

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of a connection and not of a reply (RFC 9110, section 7.6.1): the server's alone to write."""


def grammar_of_headers(about: str) -> Grammar:
    """Headers by name; null for one that is not to be sent."""
    name = {
        "type": "string",
        "description": "Name.",
        "minLength": 1,
        "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        "title": "the name of a header",
        "examples": ["Retry-After"],
    }
    value = {
        "type": "string",
        "description": "Value.",
        "minLength": 0,
        "pattern": "^[\\t -~\\u00a0-\\u00ff]*$",
        "title": "one line of Latin-1",
        "examples": ["no-store"],
    }
    none = {"type": "null", "description": "No such header."}
    either = {"description": "Value; null sends no such header.", "anyOf": [value, none]}
    return {"type": "object", "description": about, "propertyNames": name, "additionalProperties": either}


def sense_of_headers(headers: Any, at: Mapping[str, Any]) -> Iterator[Misfit]:
    """Headers that are not a script's to set."""
    for name in mapping(headers):
        if name.lower() in HOP_BY_HOP:
            message = f"'{name}' is about the connection, which is the server's"
            yield Misfit((name,), message, "leave it out; `cut` ends the connection")
        elif name.lower() == "content-length":
            yield Misfit((name,), "the server counts the bytes itself", "`cut: truncate` sends too few of them")


def set_headers(turn: Turn, reply: Reply, headers: Mapping[str, str | None]) -> Reply:
    """The reply with these headers in place of its own; null sends none of that name."""
    named = {name.lower() for name in headers}
    kept = (pair for pair in reply.headers if pair[0].lower() not in named)
    added = ((name, value) for name, value in headers.items() if value is not None)
    omitted = (name.lower() for name, value in headers.items() if value is None)
    return replace(reply, headers=(*kept, *added), omitted=(*reply.omitted, *omitted))
