"""The code keeps every line of the table in docs/architecture.md, and the table says no more than the code needs."""

import pytest

from tests.architecture import (
    ROOT,
    breaches,
    files,
    is_pure,
    modules,
    page,
    place_of,
    places,
    pure_modules,
    read,
    sources,
    standard_module_of,
    table,
    used,
)

LINES = pytest.mark.parametrize("line", table(), ids=str)


def files_of(line):
    return [file for file in files() if places()[place_of(file)] is line]


def test_the_table_is_read_whole():
    written = page().split("|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    assert len(table()) == len(written)
    assert len(places()) == sum(len(line.places) for line in table())


def test_every_file_belongs_to_a_line():
    assert [file for file in files() if place_of(file) is None] == []


@LINES
def test_a_place_is_there_and_has_files(line):
    assert [place for place in line.places if not (ROOT / place).exists()] == []
    assert [place for place in line.places if all(place_of(file) != place for file in files())] == []


@LINES
def test_a_line_does_only_what_it_may(line):
    assert [breach for file in files_of(line) for breach in breaches(sources()[file])] == []


@LINES
def test_imports_run_one_way(line):
    """A line names lines above it only, so that no two need each other."""
    assert [place for place in line.ours if place not in places() or places()[place].number >= line.number] == []


@LINES
def test_a_line_allows_no_more_than_is_needed(line):
    assert sorted({*line.ours, *line.others} - used(line)) == []


def test_only_the_last_line_may_import_everything():
    assert [line.takes_everything for line in table()].count(True) == 1
    assert table()[-1].takes_everything


@LINES
def test_what_is_pure_says_so(line):
    assert line.is_pure == is_pure(line)


def test_what_is_listed_as_pure_is_needed():
    needed = {
        standard_module_of(each)
        for line in table()
        if line.is_pure
        for file in files_of(line)
        for each in sources()[file].imports
    }
    assert pure_modules() - needed == set()


# ---------------------------------------------------------------------------------------------------------------------
# Each line turns red
# ---------------------------------------------------------------------------------------------------------------------

WAYS = {
    "on top": "import {0}",
    "a member": "from {0} import anything",
    "everything in it": "from {0} import *",
    "late": "def late():\n    import {0}",
    "for types": "if TYPE_CHECKING:\n    from {0} import Anything",
    "by name": "importlib.import_module('{0}')",
    "by how a name begins": "import_module(f'{0}.{{name}}')",
    "in the old way": "__import__('{0}')",
}


def said_of(line, statement):
    """What is said to a copy of a file of this line that has one more statement at its end."""
    file = files_of(line)[0]
    text = (ROOT / file).read_text(encoding="utf-8")
    last = len(text.splitlines())
    return [breach for breach in breaches(read(file, f"{text}\n{statement}\n")) if _line_of(breach) > last]


def _line_of(breach):
    return int(breach.split(":")[1].split()[0])


def module_of(place):
    """A module of that place, by the name that others import it by."""
    names = {file: name for name, file in modules().items()}
    return names[next(file for file in files() if place_of(file) == place)]


def forbidden(line):
    """A module of each place of ours from which this line may not import."""
    others = (place for place, other in places().items() if other is not line and not place.startswith("."))
    return [module_of(place) for place in others if place not in line.ours]


@LINES
def test_a_forbidden_import_turns_a_line_red_in_every_way(line):
    for module in ("numpy",) if line.takes_everything else ("numpy", forbidden(line)[-1]):
        said = said_of(line, "\n".join(way.format(module) for way in WAYS.values()))
        assert [f" imports {module}" in breach for breach in said] == [True] * len(WAYS), said


@LINES
def test_every_place_that_a_line_may_not_import_from_turns_it_red(line):
    modules = [] if line.takes_everything else forbidden(line)
    said = said_of(line, "\n".join(f"import {module}" for module in modules))
    assert [breach.split(" imports ")[1].split(":")[0] for breach in said] == modules


IMPURE = (
    "time", "random", "secrets", "uuid", "os.path", "io", "pathlib", "tempfile", "importlib.resources", "logging",
    "socket", "ssl", "http.client", "urllib.request", "sqlite3", "threading", "asyncio", "ctypes", "subprocess",
)  # fmt: skip
CALLS = ("open('x')", "print(1)", "input()", "datetime.now()", "date.today()", "eval('1')", "Path('x').open()")


@pytest.mark.parametrize("line", [line for line in table() if line.is_pure], ids=str)
def test_clock_chance_files_and_network_turn_a_pure_line_red(line):
    assert len(said_of(line, "\n".join(f"import {module}" for module in IMPURE))) == len(IMPURE)
    assert len(said_of(line, "\n".join(CALLS))) == len(CALLS)


@LINES
def test_a_relative_import_turns_a_line_red(line):
    assert len(said_of(line, "from .. import advance\nfrom . import advance\nfrom .advance import advance")) == 3
