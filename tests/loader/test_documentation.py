"""What docs/scenarios.md shows can be loaded, and names everything."""

import re
from pathlib import Path

import pytest

from mock_okta.loader import document, parse
from mock_okta.schema import scenario_schema

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SCENARIO = scenario_schema()

MARY = "users: [{login: mary@example.com, password: Abcd1234!, enrolled: [okta_email]}]\n"


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_loads(block):
    """A block that shows one part of a file stands here among the parts that it needs."""
    about = "" if "about:" in block else "about: An example.\n"
    users = "" if re.search(r"^users:", block, re.MULTILINE) else MARY
    assert parse(about + users + block).about


def test_there_are_examples():
    assert len(BLOCKS) == 7


def steps_in(table_after):
    return re.findall(r"^\| `(- .+?)` \|", PAGE.split(table_after)[1].split("\n## ")[0], re.MULTILINE)


@pytest.mark.parametrize("step", steps_in("## What to prove"))
def test_a_step_of_the_table_loads(step):
    start = "" if "identify" in step else "  - identify\n"
    assert parse(f"about: x\n{MARY}sign_in:\n{start}  {step}\n").flows


def words_of_the_page():
    return set(re.findall(r"[\w$-]+", PAGE))


@pytest.mark.parametrize("part", ["users", "script"])
def test_every_key_of_an_entry_is_on_the_page(part):
    schema = SCENARIO["properties"][part]["items"]
    schema = SCENARIO["$defs"]["intervention"] if "$ref" in schema else schema
    assert set(schema["properties"]) <= words_of_the_page()


def test_every_top_level_key_condition_and_move_is_on_the_page():
    moves = SCENARIO["$defs"]["walk"]["anyOf"][0]["items"]["anyOf"][1]["properties"]
    conditions = SCENARIO["$defs"]["intervention"]["properties"]["at"]["properties"]
    assert set(SCENARIO["properties"]) | set(conditions) <= words_of_the_page()
    assert [move for move in moves if move not in PAGE] == []


def test_what_is_said_about_limits_is_so():
    assert f"{document.MAX_BYTES // 1024**2} MiB and {document.MAX_VALUES:,} values" in PAGE
