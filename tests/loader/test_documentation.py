"""What docs/scenarios.md shows can be loaded, and names everything."""

import re
from pathlib import Path

import pytest

from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.idx.conditions import CONDITIONS
from mock_okta.loader import document, parse
from mock_okta.loader.checks.moves import REFERENCES
from mock_okta.schema import scenario_schema
from mock_okta.schema.steps import documented
from mock_okta.schema.users import documented_notices, documented_statuses
from mock_okta.schema.words import SHORT_NAMES
from tests.coverage.walked import exchanges_of

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SCENARIO = scenario_schema()

MARY = "users: [{login: mary@example.com, password: Abcd1234!, enrolled: [okta_email]}]\n"


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_loads_and_its_walks_end_as_they_say(block):
    """A block that shows one part of a file stands here among the parts that it needs."""
    about = "" if "about:" in block else "about: An example.\n"
    users = "" if re.search(r"^users:", block, re.MULTILINE) else MARY
    scenario = parse(about + users + block, "example.yaml")
    for walk in scenario.walks:
        assert list(exchanges_of(scenario, walk))


def test_there_are_examples():
    assert len(BLOCKS) >= 9


def steps_in(table_after):
    return re.findall(r"^\| `(- .+?)` \|", PAGE.split(table_after)[1].split("\n## ")[0], re.MULTILINE)


@pytest.mark.parametrize("step", steps_in("## What to prove"))
def test_a_step_of_the_table_loads(step):
    """In the sign-in; one that leads there, in a recovery."""
    start = "" if step.startswith("- identify") else "  - identify\n"
    flow = "recover" if step.startswith("- sign_in") else "sign_in"
    assert parse(f"about: x\n{MARY}{flow}:\n{start}  {step}\n").flows


def test_the_table_of_steps_is_that_of_the_rows():
    """Where this fails, put in what `mock_okta.schema.steps.documented` makes."""
    assert documented() in PAGE


def words_of_the_page():
    return set(re.findall(r"[\w$-]+", PAGE))


@pytest.mark.parametrize("part", ["users", "script"])
def test_every_key_of_an_entry_is_on_the_page(part):
    schema = SCENARIO["properties"][part]["items"]
    schema = SCENARIO["$defs"]["intervention"] if "$ref" in schema else schema
    assert set(schema["properties"]) <= words_of_the_page()


def test_the_tables_of_statuses_and_mails_are_those_of_the_engine():
    """Where this fails, put in what the functions of `mock_okta.schema.users` make."""
    assert documented_statuses() in PAGE
    assert documented_notices() in PAGE


def test_the_table_of_effects_is_that_of_the_engine():
    """In their order, each with what its row says; a new row asks for a line here and an example above."""
    table = PAGE.split("| effect | acts | does |")[1].split("\n\n")[0].splitlines()[2:]
    assert table == [f"| `{row.name}` | {row.when} | {row.grammar['description']} |" for row in EFFECTS.values()]


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_has_an_example(name):
    script = PAGE.split("## What goes wrong: `script`")[1].split("```")[1]
    assert re.search(rf"^    {name}:", script, re.MULTILINE)


def test_every_top_level_key_and_condition_is_on_the_page():
    conditions = SCENARIO["$defs"]["intervention"]["properties"]["at"]["properties"]
    assert set(SCENARIO["properties"]) | set(conditions) <= words_of_the_page()


def test_every_condition_of_a_step_is_on_the_page():
    section = PAGE.split("### Steps for some")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == {*CONDITIONS}


def test_every_move_is_on_the_page():
    """Those of one authenticator stand there for those of all."""
    moves = set(SCENARIO["$defs"]["move"]["anyOf"][1]["properties"])
    of_authenticators = {move for move in moves if move.split()[0] in ("select", "answer", "enroll", "launch")}
    plain = sorted(moves - of_authenticators)
    assert [move for move in plain if not {f"`{move}`", f"`{move}:"} & set(re.findall(r"`[\w ]+(?:`|:)", PAGE))] == []
    assert [f"{verb} X" for verb in ("select", "answer", "enroll", "launch") if f"`{verb} X`" not in PAGE] == []
    assert [short for short in SHORT_NAMES if f"`{short}`" not in PAGE] == []


def test_every_reference_is_on_the_page():
    assert [reference for reference in REFERENCES if f"`{reference}" not in PAGE] == []


def test_what_is_said_about_limits_is_so():
    assert f"{document.MAX_BYTES // 1024**2} MiB and {document.MAX_VALUES:,} values" in PAGE
