"""An effect is one row: what an entry of a script may do to a request, what may be written, and what makes no sense.

The grammar of scenario files, the table in `docs/scenarios.md`, what `mock-okta check` refuses and what `advance` does
follow from the rows of `engine.effects`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.script.occasions import Occasion, endpoints_at

Grammar = Mapping[str, Any]
"""JSON Schema (draft 2020-12). A `title` is what a value is called in error messages, an `examples` entry is shown
where a text has the wrong form."""


class Misfit(Struct, frozen=True):
    """Something that an entry says and that makes no sense.

    path: where, below the effect's key
    quoted: a text that the message is about, of any length
    """

    path: tuple[str | int, ...]
    message: str
    hint: str
    quoted: str | None = None


class Part(Enum):
    """A part of a reply that an effect may change."""

    HEADERS = "headers"
    JSON = "JSON"
    ID_TOKEN = "ID token"


class Only(Struct, frozen=True):
    """Where alone an effect can do something.

    endpoints: names of rows; an entry that says nothing of where is for all of them
    message: what is wrong with another, `{endpoint}`
    """

    endpoints: tuple[str, ...]
    message: str
    hint: str

    def misfit(self, at: Mapping[str, Any]) -> Misfit | None:
        """What is wrong with the effect at requests on which these conditions hold."""
        if endpoints_at(at) <= set(self.endpoints):
            return None
        return Misfit((), self.message.format(endpoint=at.get("endpoint")), self.hint)


def _nothing(value: Any) -> None:
    return None


def _makes_sense(value: Any, at: Mapping[str, Any]) -> Iterable[Misfit]:
    return ()


class Effect(Struct, frozen=True, kw_only=True):
    """One thing that an entry may do, by one or more of `before`, `replace` and `alter`. Of two that replace the reply
    an entry has one; all else is done in the order of the table.

    name: its key in an entry
    grammar: of its value; the `description` is one sentence for editors and for the docs
    before: acts before the request is answered
    replace: gives a reply, or raises a Refusal, in place of the normal one
    alter: gives the reply that goes out for one that would
    has: of one that replaces the reply, the parts that its reply has, where it has that value
    bare: of one that replaces the reply, whether that goes out without the headers of ordinary replies
    changes: the part of the reply that it changes; there is nothing to do where that is missing
    drops: how to write the value otherwise, where it is one with which nobody sees the reply
    only: where it can do anything
    sense: what is wrong with a value, and with it at these requests, besides its grammar. The value may have any form
    """

    name: str
    grammar: Grammar
    before: Callable[[Turn, Occasion, Any], None] | None = None
    replace: Callable[[Turn, Occasion, Any], Reply] | None = None
    alter: Callable[[Turn, Reply, Any], Reply] | None = None
    has: Callable[[Any], Iterable[Part]] | None = None
    bare: bool = False
    changes: Part | None = None
    drops: Callable[[Any], str | None] = _nothing
    only: Only | None = None
    sense: Callable[[Any, Mapping[str, Any]], Iterable[Misfit]] = _makes_sense

    def __post_init__(self) -> None:
        if self.before is None and self.replace is None and self.alter is None:
            raise ValueError(f"the effect {self.name!r} does nothing")
        if (self.replace is None) != (self.has is None):
            raise ValueError(f"the effect {self.name!r} has to say what its reply has, if it replaces the reply")
        if not self.grammar.get("description"):
            raise ValueError(f"the effect {self.name!r} has no description")

    @property
    def when(self) -> str:
        """When it acts, as the docs say it."""
        if self.replace is not None:
            return "instead of the normal reply"
        return "on the reply" if self.alter is not None else "before the request is answered"


_PLACEHOLDER = re.compile(r"\{(\d)\}")


def sense_of_params(text: str, params: Any) -> Iterator[Misfit]:
    """Parameters of a message: as many as its text has places for, {0}, {1}, …"""
    needed = 1 + max(map(int, _PLACEHOLDER.findall(text)), default=-1)
    if isinstance(params, list) and len(params) != needed:
        takes = f"{needed or 'no'} parameter{'' if needed == 1 else 's'}"
        too_few = needed > len(params)
        hint = f"add `params:`, a list of {needed}" if too_few else "leave out what has no place in the text"
        yield Misfit(("params",), f"the message takes {takes}, found {len(params) or 'none'}", hint, quoted=text)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one: what has the wrong form is the grammar's to refuse."""
    return value if isinstance(value, dict) else {}
