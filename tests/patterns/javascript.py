"""A Python pattern in the syntax of JavaScript, from Python's own reading of it, to be judged by a checker for those.

It goes back where the Python pattern does: every operator is kept. Characters are taken as JavaScript takes them, but
for `\\w` and `\\d` of text, which in Python hold letters and digits of other scripts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]  # the only way to Python's own reading of a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

WORD_OF_TEXT = r"\w\xaa-\ufffd"
DIGIT_OF_TEXT = r"\d\u0660-\u0669\u06f0-\u06f9\uff10-\uff19"
SPACE_OF_TEXT = r"\s\x1c-\x1f\x85"


class Untranslatable(ValueError):
    """JavaScript has nothing for a part of this pattern."""


def in_javascript(pattern: str | bytes, flags: int, mode: str) -> tuple[str, str]:
    """Source and flags of the pattern. `mode` is "match", "fullmatch" or "search": where a match begins and ends.

    Raises: Untranslatable, re.error
    """
    tree = parser.parse(pattern, flags)
    flags = tree.state.flags
    body = _Translation(isinstance(pattern, bytes) or bool(flags & re.ASCII), flags).sequence(tree)
    source = {"fullmatch": f"^(?:{body})$", "match": f"^(?:{body})", "search": body}[mode]
    return source, "i" if flags & re.IGNORECASE else ""


class _Translation:
    """is_ascii: `\\w` and `\\d` are those of ASCII"""

    def __init__(self, is_ascii: bool, flags: int) -> None:
        self._flags = flags
        self._is_ascii = is_ascii
        self._atomic = 0
        self._categories = {
            op.CATEGORY_DIGIT: r"\d" if is_ascii else DIGIT_OF_TEXT,
            op.CATEGORY_WORD: r"\w" if is_ascii else WORD_OF_TEXT,
            op.CATEGORY_SPACE: r"\s" if is_ascii else SPACE_OF_TEXT,
        }
        self._negated = {
            op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
            op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
            op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
        }

    def sequence(self, items: Iterable[Any]) -> str:
        return "".join(self._item(*item) for item in items)

    def _item(self, kind: Any, given: Any) -> str:
        match kind:
            case op.LITERAL:
                return _character(given)
            case op.NOT_LITERAL:
                return f"[^{_character(given)}]"
            case op.ANY:
                return r"[\s\S]" if self._flags & re.DOTALL else r"[^\n]"
            case op.IN:
                return self._class(given)
            case op.BRANCH:
                return f"(?:{'|'.join(map(self.sequence, given[1]))})"
            case op.SUBPATTERN:
                return self._group(*given)
            case op.MAX_REPEAT:
                return f"(?:{self.sequence(given[2])}){_times(given)}"
            case op.MIN_REPEAT:
                return f"(?:{self.sequence(given[2])}){_times(given)}?"
            case op.POSSESSIVE_REPEAT:
                return self._never_back(f"(?:{self.sequence(given[2])}){_times(given)}")
            case op.ATOMIC_GROUP:
                return self._never_back(self.sequence(given))
            case op.GROUPREF:
                return rf"\k<g{given}>"
            case op.ASSERT | op.ASSERT_NOT:
                behind, mark = "<" if given[0] < 0 else "", "=" if kind is op.ASSERT else "!"
                return f"(?{behind}{mark}{self.sequence(given[1])})"
            case op.AT:
                return self._place(given)
        raise Untranslatable(str(kind))

    def _group(self, number: int | None, added: int, removed: int, items: Any) -> str:
        if added or removed:
            raise Untranslatable("flags of a group")
        return f"(?:{self.sequence(items)})" if number is None else f"(?<g{number}>{self.sequence(items)})"

    def _never_back(self, body: str) -> str:
        """What a look-ahead has found is not tried another way: an atomic group, said as JavaScript can."""
        self._atomic += 1
        return rf"(?=(?<a{self._atomic}>{body}))\k<a{self._atomic}>"

    def _class(self, members: list[Any]) -> str:
        negated = members[0][0] is op.NEGATE
        return f"[{'^' if negated else ''}{''.join(map(self._member, members[negated:]))}]"

    def _member(self, member: tuple[Any, Any]) -> str:
        kind, given = member
        if kind is op.LITERAL:
            return _character(given)
        if kind is op.RANGE:
            return f"{_character(given[0])}-{_character(given[1])}"
        if kind is op.CATEGORY and given in self._categories:
            return self._categories[given]
        if kind is op.CATEGORY and given in self._negated:  # as ASCII has it: wider, so it overlaps more
            return {op.CATEGORY_DIGIT: r"\D", op.CATEGORY_WORD: r"\W", op.CATEGORY_SPACE: r"\S"}[self._negated[given]]
        raise Untranslatable(str(member))

    def _place(self, place: Any) -> str:
        match place:
            case op.AT_BEGINNING | op.AT_BEGINNING_STRING:
                return "(?:^|(?<=\\n))" if place is op.AT_BEGINNING and self._flags & re.MULTILINE else "^"
            case op.AT_END:
                return "(?=\\n|$)" if self._flags & re.MULTILINE else "(?=\\n?$)"
            case op.AT_END_STRING:
                return "$"
            case op.AT_BOUNDARY if self._is_ascii:
                return r"\b"
            case op.AT_NON_BOUNDARY if self._is_ascii:
                return r"\B"
        raise Untranslatable(str(place))


def _times(given: tuple[Any, Any, Any]) -> str:
    least, most, _ = given
    return f"{{{least},{'' if most is op.MAXREPEAT else most}}}"


def _character(code: int) -> str:
    """One character; those beyond 16 bits, which JavaScript takes for two, as the last one of them."""
    char = chr(code)
    return char if char.isalnum() and char.isascii() else f"\\u{min(code, 0xFFFF):04x}"
