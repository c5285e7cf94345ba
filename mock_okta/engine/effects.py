"""All that an entry of a script may do: one row each, in the order in which they are done.

The grammar of scenario files, the table in `docs/scenarios.md`, what `mock-okta check` refuses and what `advance` does
follow from these rows.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mock_okta.engine import scripted_reply
from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.id_token_change import ALGORITHMS, SIGNATURES, with_id_token_changed
from mock_okta.engine.script import headers, patch, raw
from mock_okta.engine.script.effect import Effect, Grammar, Only, Part

CENTURY_S = 100 * 365 * 86_400

EXPIRE: Grammar = {
    "type": "string",
    "title": "thing to expire",
    "enum": ["transaction", "code"],
    "description": "End it before the request is answered.",
}
DELAY: Grammar = {
    "type": "integer",
    "description": "Wait this long before the reply.",
    "minimum": 1,
    "maximum": 600_000,
}
CUT: Grammar = {
    "type": "string",
    "title": "way to cut",
    "enum": ["drop", "truncate"],
    "description": "Close the connection before the reply, or half-way through it.",
}
ID_TOKEN: Grammar = {
    "type": "object",
    "description": "What is wrong with the ID token.",
    "properties": {
        "claims": {"type": "object", "description": "Claims to set."},
        "shift": {
            "type": "object",
            "description": "Seconds to move times by.",
            "additionalProperties": {
                "type": "integer",
                "description": "Seconds.",
                "minimum": -CENTURY_S,
                "maximum": CENTURY_S,
            },
        },
        "drop": {
            "type": "array",
            "items": {"type": "string", "description": "Name of a claim.", "minLength": 1},
            "description": "Claims to leave out.",
        },
        "header": {"type": "object", "description": "Members of the JOSE header to set."},
        "alg": {
            "type": "string",
            "title": "algorithm",
            "enum": list(ALGORITHMS),
            "description": "What it is signed with.",
        },
        "signature": {
            "type": "string",
            "title": "signature",
            "enum": list(SIGNATURES),
            "description": "Whose signature it has: that of the key it names, of another key, or none that fits.",
            "default": "valid",
        },
        "omit": {"type": "boolean", "description": "Send no ID token at all.", "default": False},
    },
    "additionalProperties": False,
    "minProperties": 1,
}

AT_TOKEN = Only(
    ("token",),
    "only a reply of the endpoint 'token' has an ID token, so this never happens",
    "use `at: {endpoint: token}`",
)


def _delay(turn: Turn, reply: Reply, delay_ms: int) -> Reply:
    return replace(reply, delay_ms=delay_ms)


def _cut(turn: Turn, reply: Reply, how: str) -> Reply:
    return replace(reply, cut=how)


def _shown_instead(how: Any) -> str | None:
    """Nobody sees a reply that is dropped. The request is answered all the same, so `reply` beside it is no mistake."""
    return "`cut: truncate`" if how == "drop" else None


# fmt: off
EFFECTS: dict[str, Effect] = table("name", (
    Effect(name="expire", grammar=EXPIRE, before=idx.expire, only=scripted_reply.ON_PAGES),
    Effect(name="reply", grammar=scripted_reply.GRAMMAR, replace=scripted_reply.say,
           has=lambda said: (Part.HEADERS, Part.JSON), sense=scripted_reply.sense),
    Effect(name="raw", grammar=raw.GRAMMAR, replace=raw.raw_reply, has=raw.parts_of_raw, bare=True,
           sense=raw.sense_of_raw),
    Effect(name="id_token", grammar=ID_TOKEN, alter=with_id_token_changed,
           changes=Part.ID_TOKEN, only=AT_TOKEN),
    Effect(name="patch", grammar=patch.GRAMMAR, alter=patch.patched, changes=Part.JSON, sense=patch.sense_of_patch),
    Effect(name="headers", grammar=headers.grammar_of_headers("Headers to set on the reply."),
           alter=headers.set_headers, changes=Part.HEADERS, sense=headers.sense_of_headers),
    Effect(name="delay_ms", grammar=DELAY, alter=_delay),
    Effect(name="cut", grammar=CUT, alter=_cut, drops=_shown_instead),
))
# fmt: on
