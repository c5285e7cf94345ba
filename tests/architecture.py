"""The table of docs/architecture.md, the imports of the code, and what of them the table forbids."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = "docs/architecture.md"
INNER = "mock_okta/"
"""The folder to which the paths in the column `of ours` belong, if they do not begin at the root."""
EVERYTHING = "everything above"
"""What the last line, the tests, may import of ours."""
PURE = "pure"
"""Said of a line that reaches no clock, no chance, no file and no socket."""
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "now", "today", "utcnow", "breakpoint"})
MADE = frozenset({".git", ".venv", "artifacts", "build", "dist", "node_modules"})
"""Folders that hold nothing that anybody has written."""


@dataclass(frozen=True)
class Line:
    """One line of the table.

    places: the files and folders that it is about, from the root of the repository; folders end with a slash
    ours, others: what these may import: places of other lines, and top-level names of libraries
    """

    number: int
    places: tuple[str, ...]
    ours: tuple[str, ...]
    others: tuple[str, ...]
    is_pure: bool
    takes_everything: bool

    def __str__(self) -> str:
        return " ".join(self.places)


@dataclass(frozen=True)
class Import:
    """One import, wherever it stands: on top, in a function, for type checkers only, or by `import_module`."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


@dataclass(frozen=True)
class Source:
    """A file: what it imports, and what it calls that a pure one may not."""

    file: str
    imports: tuple[Import, ...]
    calls: tuple[str, ...]


# ---------------------------------------------------------------------------------------------------------------------
# The table
# ---------------------------------------------------------------------------------------------------------------------


@cache
def page() -> str:
    return (ROOT / PAGE).read_text(encoding="utf-8")


@cache
def table() -> tuple[Line, ...]:
    rows = re.findall(r"^\| (`.*?) \| .*? \| (.*?) \| (.*?) \|$", page(), re.MULTILINE)
    return tuple(_line(number, *row) for number, row in enumerate(rows))


def _line(number: int, places: str, ours: str, others: str) -> Line:
    return Line(
        number=number,
        places=tuple(re.findall("`(.+?)`", places)),
        ours=tuple(map(_from_root, re.findall("`(.+?)`", ours))),
        others=tuple(re.findall("`(.+?)`", others)),
        is_pure=others.startswith(PURE),
        takes_everything=ours == EVERYTHING,
    )


def _from_root(path: str) -> str:
    return path if (ROOT / path).exists() and not (ROOT / INNER / path).exists() else INNER + path


@cache
def pure_modules() -> frozenset[str]:
    """The parts of the standard library that pure lines may import, as the page lists them."""
    listed = re.search(r"pure\s+parts\s+of\s+the\s+standard\s+library\s+are\s(.*?)\.\n", page(), re.DOTALL)
    assert listed, f"{PAGE} does not list the pure parts of the standard library"
    return frozenset(re.findall("`(.+?)`", listed[1]))


@cache
def places() -> dict[str, Line]:
    return {place: line for line in table() for place in line.places}


def place_of(file: str) -> str | None:
    """The innermost place that a file belongs to."""
    found = [place for place in places() if file == place or (place.endswith("/") and file.startswith(place))]
    return max(found, key=len, default=None)


# ---------------------------------------------------------------------------------------------------------------------
# The code
# ---------------------------------------------------------------------------------------------------------------------


@cache
def files() -> tuple[str, ...]:
    """Every Python file that somebody has written."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return tuple(sorted(str(path) for path in found if not MADE & {*path.parts}))


@cache
def modules() -> dict[str, str]:
    """Every module, by each name that it can be imported by."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    roots = {Path(), *(Path(package).parent for package in packages)}
    return {
        ".".join(Path(file).relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for root in roots
        for file in files()
        if Path(file).is_relative_to(root)
    }


@cache
def sources() -> dict[str, Source]:
    return {file: read(file, (ROOT / file).read_text(encoding="utf-8")) for file in files()}


def read(file: str, text: str) -> Source:
    """What a file with this text imports and calls."""
    nodes = list(ast.walk(ast.parse(text)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return Source(
        file=file,
        imports=tuple(Import(file, line, module) for node in nodes for line, module in _imported(node)),
        calls=tuple(f"{file}:{node.lineno} calls {_called(node)}()" for node in calls if _called(node) in IMPURE_CALLS),
    )


def _imported(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = "." * node.level  # no module has such a name, so that a relative import is refused
        yield from ((node.lineno, f"{above}{node.module or ''}.{alias.name}") for alias in node.names)
    elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__") and node.args:
        name = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
        if isinstance(name, ast.Constant):
            yield node.lineno, str(name.value).rstrip(".")


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def file_of(each: Import) -> str | None:
    """The file of ours that an import leads to; a script may import what lies beside it."""
    name = each.module
    while name:
        if name in modules():
            return modules()[name]
        name = name.rpartition(".")[0]
    beside = str(Path(each.file).with_name(f"{each.module.split('.')[0]}.py"))
    return beside if beside in files() else None


def library_of(each: Import) -> str | None:
    """The library of others that it leads to: its top-level name, dots before a relative one included."""
    top = each.module.split(".")[0] or each.module
    is_own = file_of(each) is not None or top in sys.stdlib_module_names
    return None if is_own else top


def standard_module_of(each: Import) -> str | None:
    """The module of the standard library that it leads to: of two names where those with the first are many."""
    if file_of(each) is not None or each.module.split(".")[0] not in sys.stdlib_module_names:
        return None
    listed = [each.module, each.module.rpartition(".")[0]]
    return next((name for name in listed if name in pure_modules()), each.module)


# ---------------------------------------------------------------------------------------------------------------------
# What is forbidden
# ---------------------------------------------------------------------------------------------------------------------


def breaches(source: Source) -> Iterator[str]:
    """What a file does that its line does not allow."""
    own = places()[place_of(source.file) or ""]
    for each in source.imports:
        file, library, standard = file_of(each), library_of(each), standard_module_of(each)
        if file is not None and not _may_import(own, file):
            yield f"{each}: `{own}` may not import `{place_of(file)}`"
        if library is not None and library not in own.others:
            yield f"{each}: `{own}` may not import `{library}`"
        if standard is not None and own.is_pure and standard not in pure_modules():
            yield f"{each}: `{own}` is pure, and `{standard}` is not listed as pure"
    if own.is_pure:
        yield from source.calls


def _may_import(own: Line, file: str) -> bool:
    place = place_of(file)
    return own.takes_everything or place in (*own.places, *own.ours)


def used(line: Line) -> set[str]:
    """The places of other lines, and the libraries, that the files of a line import."""
    found: set[str] = set()
    for file, source in sources().items():
        if places()[place_of(file) or ""] is line:
            for each in source.imports:
                target = file_of(each)
                found.add((place_of(target) if target else library_of(each)) or "")
    return found - {*line.places, ""}


def is_pure(line: Line) -> bool:
    """Whether nothing in the files of a line reaches the clock, chance, files or the network."""
    own = [source for file, source in sources().items() if places()[place_of(file) or ""] is line]
    standard = {standard_module_of(each) for source in own for each in source.imports} - {None}
    return standard <= pure_modules() and not any(source.calls for source in own)
