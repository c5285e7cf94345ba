"""What the documents name is there: files, folders, tables, helpers."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "tests/README.md",
    *sorted(f"docs/{each.name}" for each in ROOT.glob("docs/*.md")),
)
TO_BE_WRITTEN = {
    "mock_okta/engine/idx/authenticators/paper_card.py",
    "mock_okta/engine/idx/step_kinds/announcing.py",
    "mock_okta/engine/oauth/grants/badge.py",
    "mock_okta/engine/oauth/server_time.py",
    "mock_okta/engine/script/redirect.py",
}
"""What a reader makes."""
TOPS = {each.name for each in (*ROOT.iterdir(), *(ROOT / "mock_okta").iterdir()) if each.is_dir()}
FILES = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md))`")


def paragraphs(page):
    """The paragraphs of a page, and the rows of its tables, without what is shown as code."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [part for block in text.split("\n\n") for part in (block.splitlines() if block.startswith("|") else [block])]


def is_of_ours(name):
    return "/" not in name or name.split("/")[0] in TOPS


def paths_in(paragraph):
    """What a paragraph names that should be there, each as it is written."""
    return [name for name in FILES.findall(paragraph) if is_of_ours(name) and name not in TO_BE_WRITTEN]


def found(name, paragraph):
    """The file or folder that is meant: from the root, in the package, or beside another that the paragraph names."""
    beside = [(ROOT / other).parent for other in FILES.findall(paragraph) if (ROOT / other).exists()]
    inside = [ROOT / other for other in FILES.findall(paragraph) if (ROOT / other).is_dir()]
    places = (folder / name for folder in (ROOT, ROOT / "mock_okta", *beside, *inside))
    return next((place for place in places if place.exists()), None)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page):
    assert [name for part in paragraphs(page) for name in paths_in(part) if found(name, part) is None] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@cache
def defined_in(place):
    """The names that a module, or any module of a folder, defines on top."""
    files = place.rglob("*.py") if place.is_dir() else (place,)
    bodies = (ast.parse(file.read_text(encoding="utf-8")).body for file in files)
    return {name for body in bodies for statement in body for name in _names(statement)}


def _names(statement):
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    yield from (each.id for each in targets if isinstance(each, ast.Name))


def rows(page):
    return [part for part in paragraphs(page) if part.startswith("| ") and paths_in(part)]


def missing_names(row, names):
    places = [place for name in paths_in(row) if (place := found(name, row)) and place.suffix in ("", ".py")]
    there = {name for place in places for name in defined_in(place)}
    return [name for name in names if name not in there]


@pytest.mark.parametrize("row", rows("CONTRIBUTING.md"), ids=lambda row: row.split("|")[1].strip())
def test_every_table_that_a_row_of_contributing_names_is_in_its_files(row):
    assert missing_names(row, re.findall(r"`([A-Z][A-Z_]{2,})`", row)) == []


@pytest.mark.parametrize("row", rows("tests/README.md"), ids=lambda row: row.split("|")[1].strip())
def test_every_helper_is_where_the_readme_of_the_tests_says(row):
    names = re.findall(r"`(\w+)`", row.split("|")[2])
    assert names
    assert missing_names(row, names) == []
