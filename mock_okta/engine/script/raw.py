"""`raw:`, a reply that a script gives word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.script.effect import Grammar, Misfit, Part, mapping
from mock_okta.engine.script.headers import grammar_of_headers, sense_of_headers, set_headers
from mock_okta.engine.script.occasions import Occasion

BODILESS = (204, 205, 304)
"""Statuses of replies that have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5)."""

GRAMMAR: Grammar = {
    "type": "object",
    "description": "The whole reply, word for word.",
    "properties": {
        "status": {
            "type": "integer",
            "description": "HTTP status; 200 if left out.",
            "minimum": 200,
            "maximum": 599,
        },
        "headers": grammar_of_headers("All headers of the reply; a Content-Type that fits the body, if left out."),
        "body": {"description": "A text goes out as it is, anything else as JSON."},
    },
    "additionalProperties": False,
}


def parts_of_raw(effect: Any) -> tuple[Part, ...]:
    """Headers, and JSON where the body is a list or a mapping."""
    return (Part.HEADERS, Part.JSON) if isinstance(mapping(effect).get("body"), (dict, list)) else (Part.HEADERS,)


def sense_of_raw(effect: Any, at: Mapping[str, Any]) -> Iterator[Misfit]:
    """A body where there can be none, and headers that are not a script's to set."""
    raw = mapping(effect)
    for misfit in sense_of_headers(raw.get("headers"), at):
        yield replace(misfit, path=("headers", *misfit.path))
    status = raw.get("status")
    if status in BODILESS and raw.get("body") not in (None, ""):
        yield Misfit(("body",), f"a reply with status {status} has no body", "leave it out")


def raw_reply(turn: Turn, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """The reply: `status`, `headers`, `body` (text as is, all else as JSON).

    It has the headers that the script names and a `Content-Type`, which null leaves out.
    """
    body = effect.get("body")
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    reply = Reply(
        status=effect.get("status", 200),
        body=body.encode() if isinstance(body, str) else body,
        headers=(("Content-Type", kind),),
    )
    return set_headers(turn, reply, effect.get("headers", {}))
