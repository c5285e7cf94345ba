"""YAML text as plain values, with the place where each of them stands.

Only what JSON knows comes out: texts, numbers, truth values, nothing, lists, and mappings with text keys. Tags that
would make other things are refused, so a file cannot name code to run. Size, depth and number of values are bounded,
aliases counted as often as they are used, so a small file cannot become a large one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from msgspec import Struct, field

from mock_okta.errors import Problem, ScenarioError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_VALUES = 40_000
MAX_PROBLEMS = 200
MAX_INTEGER = 2**63

Path = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_JSON_PAIR = r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Place(Struct, frozen=True):
    """Where a value stands. `raw` is the text of a scalar as it was written, None for lists and mappings."""

    line: int
    raw: str | None = None


class Document(Struct):
    """A file as values.

    problems: what is wrong with the file, as far as it has been looked at
    refused: paths whose values could not be taken from the file as they are
    """

    file: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)

    def report(self, path: Path, message: str, hint: str) -> None:
        """Notes a problem with the value at this path, unless the value is not the one in the file anyway."""
        if path not in self.refused:
            self.add(Problem(self.file, self.line_of(path), dotted(path), message, hint))

    def add(self, problem: Problem) -> None:
        """Notes a problem.

        Raises: ScenarioError when there are so many that a longer list would help nobody
        """
        self.problems.append(problem)
        if len(self.problems) == MAX_PROBLEMS:
            raise ScenarioError(self.problems)

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest one around it that is in the file."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path].line if path in self.places else 1

    def raw_of(self, path: Path) -> str | None:
        """The scalar at this path as it was written."""
        place = self.places.get(path)
        return place.raw if place else None


def dotted(path: Path) -> str:
    """The path as people write it: `sign_in[1].verify`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{shortened(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def shortened(text: str, limit: int = 60) -> str:
    """The text on one line, cut where it gets too long for a message."""
    line = text if text.isprintable() else text.encode("unicode_escape").decode()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def read(text: str | bytes, file: str, *, trusted: bool = False, loader: Any = _LOADER) -> Document:
    """Reads one YAML document.

    trusted: the text is our own, so its bounds need not be checked
    loader: a safe loader class of PyYAML; the C one is about eight times as fast
    Raises: ScenarioError if the text is no YAML document at all; smaller problems are noted in the document
    """
    decoded = _decoded(text, file)
    try:
        if not trusted:
            _check_bounds(decoded, file, loader)
        node = yaml.compose(decoded, Loader=loader)
    except yaml.YAMLError as error:
        raise ScenarioError([_syntax_problem(error, file)]) from error
    if node is None:
        raise ScenarioError([Problem(file, 1, "", "the file is empty", "begin with `about:`")])
    document = Document(file)
    document.value = _Values(document).of(node, ())
    return document


def _decoded(text: str | bytes, file: str) -> str:
    if len(text) > MAX_BYTES:
        hint = "split it into several scenarios"
        raise ScenarioError([Problem(file, 1, "", f"the file is larger than {MAX_BYTES // 1024} KiB", hint)])
    decoded = (_from_utf8(text, file) if isinstance(text, bytes) else text).removeprefix("\ufeff")
    if decoded.lstrip().startswith("{"):
        decoded = re.sub(_JSON_PAIR, _joined_pair, decoded)
    stray = _UNPRINTABLE.search(decoded)
    if stray:
        line = decoded.count("\n", 0, stray.start()) + 1
        found = f"the character U+{ord(stray[0]):04X} cannot stand in YAML"
        raise ScenarioError([Problem(file, line, "", found, 'write it as an escape in double quotes, e.g. "\\u0007"')])
    return decoded


def _from_utf8(text: bytes, file: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{text[error.start]:02x} is not UTF-8"
        raise ScenarioError([Problem(file, line, "", found, "save the file as UTF-8")]) from error


def _joined_pair(match: re.Match[str]) -> str:
    """JSON writes U+1F4A5 as two escapes; YAML, of which JSON is otherwise a part, refuses each of them."""
    return str(json.loads(f'"{match[0]}"')) if match[0] != "\\\\" else match[0]


def _check_bounds(text: str, file: str, loader: Any) -> None:
    """Walks over the parser's events, which cost no stack, before anything is built from them."""
    depth = count = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        count += isinstance(event, yaml.NodeEvent)
        if depth > MAX_DEPTH:
            raise ScenarioError([_too_deep(file, _line(event))])
        if count > MAX_VALUES:
            raise ScenarioError([_too_many(file, _line(event))])


def _line(at: yaml.Event | yaml.Node) -> int:
    return at.start_mark.line + 1 if at.start_mark else 1


def _too_deep(file: str, line: int) -> Problem:
    return Problem(file, line, "", f"values are nested more than {MAX_DEPTH} deep", "no scenario needs that")


def _too_many(file: str, line: int) -> Problem:
    hint = "an alias counts as often as it is used; split the file into several scenarios"
    return Problem(file, line, "", f"the file has more than {MAX_VALUES} values", hint)


# ---------------------------------------------------------------------------------------------------------------------
# Nodes
# ---------------------------------------------------------------------------------------------------------------------


class _Values:
    """Turns nodes into values, and notes each one's place in the document.

    An alias is the node it stands for, met again; so a node may be met any number of times, even inside itself.
    """

    __slots__ = ("count", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def of(self, node: yaml.Node, path: Path) -> Any:
        """The value of a node. `path`, if it has no place yet, gets that of the node."""
        line = _line(node)
        self._spend(path)
        if len(path) > MAX_DEPTH:
            raise ScenarioError([_too_deep(self.document.file, self.document.line_of(path))])
        if isinstance(node, yaml.ScalarNode):
            at = self.document.places.get(path)
            self.document.places[path] = Place(at.line if at else line, node.value)
            return self._scalar(node, path)
        self.document.places.setdefault(path, Place(line))
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, path, "seq")
            return [self.of(item, (*path, index)) for index, item in enumerate(node.value)]
        self._check_tag(node, path, "map")
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in self._entries(node, path):
            line = _line(key_node)
            key = self._key(key_node, path, line)
            if key is None:
                continue
            here = (*path, key)
            if key in value:
                first = self.document.line_of(here)
                self._note(line, here, f"the key '{shortened(key)}' stands here twice", f"it is first in line {first}")
                continue
            self.document.places[here] = Place(line)
            value[key] = self.of(value_node, here)
        return value

    def _entries(self, node: yaml.Node, path: Path, depth: int = 0) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        """The entries of a mapping; `<<: *other` adds those of another mapping that this one does not have itself."""
        merges = []
        own = set()
        for key_node, value_node in node.value:
            self._spend(path)
            if key_node.tag == f"{_CORE}merge":
                merges.append((key_node, value_node))
            else:
                own.add(_identity(key_node))
                yield key_node, value_node
        for key_node, value_node in merges:
            for entry in self._merged(key_node, value_node, path, depth + 1):
                if _identity(entry[0]) not in own:
                    own.add(_identity(entry[0]))
                    yield entry

    def _merged(
        self, key_node: yaml.Node, value_node: yaml.Node, path: Path, depth: int
    ) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        line = _line(key_node)
        if depth > MAX_DEPTH:
            raise ScenarioError([_too_deep(self.document.file, line)])
        for source in value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]:
            self._spend(path)
            if isinstance(source, yaml.MappingNode):
                yield from self._entries(source, path, depth)
            else:
                self._note(line, (*path, "<<"), "only a mapping can be merged in", "write `<<: *name` of a mapping")

    def _spend(self, path: Path) -> None:
        """Counts one more value, met here directly or through an alias."""
        self.count += 1
        if self.count > MAX_VALUES:
            raise ScenarioError([_too_many(self.document.file, self.document.line_of(path))])

    def _key(self, node: yaml.Node, path: Path, line: int) -> str | None:
        if isinstance(node, yaml.ScalarNode) and node.tag in _TEXTS:
            return str(node.value)
        if isinstance(node, yaml.ScalarNode):
            found = shortened(node.value)
            hint = f'put it in quotes: "{found}"'
        else:
            found = "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
            hint = "use a word as the key"
        self._note(line, (*path, found), f"a key must be a text, found {found}", hint)
        return None

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        try:
            node.value.encode()
        except UnicodeEncodeError:  # as an escape, which the slow loader lets through
            self._note(_line(node), path, "half of a surrogate pair is no character", "write the character itself")
            return None
        if node.tag in _TEXTS:
            return node.value
        construct = _SCALARS.get(node.tag)
        if construct is None:
            return self._check_tag(node, path, "str")
        try:
            value = construct(node.value)
        except (ValueError, LookupError):
            self._note(self.document.line_of(path), path, *_not_a_number(node.value))
            return None
        if isinstance(value, (int, float)) and not -MAX_INTEGER < value < MAX_INTEGER:
            self._note(self.document.line_of(path), path, *_not_a_number(node.value))
            return None
        return value

    def _check_tag(self, node: yaml.Node, path: Path, usual: str) -> None:
        if node.tag == _CORE + usual:
            return
        tag = shortened(node.tag.replace(_CORE, "!!"))
        hint = "a scenario is plain data: leave the tag out"
        self._note(_line(node), path, f"the tag {tag!r} is not allowed", hint)

    def _note(self, line: int, path: Path, message: str, hint: str) -> None:
        self.document.refused.add(path)
        self.document.add(Problem(self.document.file, line, dotted(path), message, hint))


def _identity(key: yaml.Node) -> object:
    return key.value if isinstance(key, yaml.ScalarNode) else id(key)


def _not_a_number(raw: str) -> tuple[str, str]:
    return f"{shortened(raw)} is not a number that JSON has", f'put it in quotes if it is a text: "{shortened(raw)}"'


def _integer(raw: str) -> int | str:
    """YAML 1.1: decimal, 0x…, 0b…, 0… (octal), underscores. Its base 60, such as 12:30, is a text, as in YAML 1.2."""
    if ":" in raw:
        return raw
    text = raw.replace("_", "")
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if digits[:2] in ("0x", "0b"):
        return sign * int(digits[2:], 16 if digits[1] == "x" else 2)
    return sign * int(digits, 8 if digits.startswith("0") and digits != "0" else 10)


def _float(raw: str) -> float | str:
    if ":" in raw:
        return raw
    value = float(raw.replace("_", ""))
    if not math.isfinite(value):
        raise ValueError(raw)
    return value


_TEXTS = frozenset(_CORE + name for name in ("str", "timestamp", "value", "merge"))
"""What stays the text that it is. A date is a text here, because JSON has no dates."""

_SCALARS: dict[str, Callable[[str], Any]] = {
    f"{_CORE}null": lambda raw: None,
    f"{_CORE}bool": lambda raw: yaml.SafeLoader.bool_values[raw.lower()],
    f"{_CORE}int": _integer,
    f"{_CORE}float": _float,
}


# ---------------------------------------------------------------------------------------------------------------------
# Syntax
# ---------------------------------------------------------------------------------------------------------------------


def _syntax_problem(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    hint = next((hint for words, hint in _SYNTAX_HINTS if words in said), "see the lines above as well")
    return Problem(file, mark.line + 1 if mark else 1, "", f"this is not YAML: {shortened(str(said), 120)}", hint)


_SYNTAX_HINTS = (
    ("cannot start any token", "indent with spaces, and put a text that begins with a sign in quotes"),
    ("mapping values are not allowed", "put a text that has ': ' in it in quotes, and check the indentation"),
    ("did not find expected key", "check the indentation: keys of one mapping stand below each other"),
    ("could not find expected ':'", "a key is followed by ':' and a space"),
    ("did not find expected ',' or", "close the bracket, and put a comma between the values"),
    ("single document", "a file holds one scenario: leave out `---`"),
    ("but found another document", "a file holds one scenario: leave out `---`"),
    ("undefined alias", "name the value with `&name` before it is used as `*name`"),
    ("duplicate anchor", "give each `&name` a name of its own"),
    ("unexpected end of stream", "close the quotes"),
)
