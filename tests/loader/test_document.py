"""Reading YAML: what is refused, and what a file cannot do to the reader."""

import json

import pytest
import yaml

from mock_okta.errors import ScenarioError
from mock_okta.loader import parse
from mock_okta.loader.document import MAX_BYTES, read
from tests.loader.reading import problem_of, problems_of

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED_LAUGHS = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 10)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
EMPTY_LAUGHS = f"""\
a: &a {{}}
b: &b {{<<: [{", ".join(["*a"] * 15_000)}]}}
c: &c {{<<: [{", ".join(["*b"] * 15_000)}]}}
"""

# fmt: off
REFUSED = {
    "nothing": ("", 1, "the file is empty"),
    "comments only": ("# hello\n", 1, "the file is empty"),
    "an open bracket": ("about: x\nusers: [\n", 3, "this is not YAML: did not find expected node content"),
    "a tab": ("about: x\nusers:\n\t- login: x\n", 3, "this is not YAML: found character that cannot start any token"),
    "a colon": ("about: x: y\n", 1, "this is not YAML: mapping values are not allowed in this context"),
    "two documents": ("about: x\n---\nabout: y\n", 2, "this is not YAML: but found another document"),
    "an alias of nothing": ("about: x\nusers: *u\n", 2, "this is not YAML: found undefined alias"),
    "a byte that is not UTF-8": (b"about: x\norg: {label: \xff}\n", 2, "byte 0xff is not UTF-8"),
    "a control character": ("about: x\norg: {label: \x07}\n", 2, "the character U+0007 cannot stand in YAML"),
    "half of a character": ("about: \ud83d\n", 1, "the character U+D83D cannot stand in YAML"),
    "two megabytes": (b"#" * (MAX_BYTES + 1), 1, "the file is larger than 1024 KiB"),
    "a pit of brackets": ("about: x\nusers: " + "[" * 500_000, 2, "values are nested more than 32 deep"),
    "a pit of dashes": ("- " * 500_000, 1, "values are nested more than 32 deep"),
    "a list inside itself": ("about: &a [*a]", 1, "values are nested more than 32 deep"),
    "a mapping merged into itself": ("about: x\norg: &a {<<: *a}", 2, "values are nested more than 32 deep"),
    "a billion laughs": (LAUGHS, 1, "the file has more than 40000 values"),
    "a billion merged laughs": (MERGED_LAUGHS, 6, "the file has more than 40000 values"),
    "a billion laughs about nothing": (EMPTY_LAUGHS, 3, "the file has more than 40000 values"),
    "a million values": ("about: x\nusers: [" + "1," * 100_000 + "]", 2, "the file has more than 40000 values"),
}
# fmt: on


@pytest.mark.parametrize(("text", "line", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_one_problem(text, line, message):
    problem = problem_of(text)
    assert (problem.message, problem.line, problem.field) == (message, line, "")
    assert problem.hint


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!binary", "!!set", "!mine", "!!timestamp2"]
)
@pytest.mark.parametrize("value", ["x", "[x]", "{x: y}"])
def test_a_tag_is_refused(tag, value):
    problem = problems_of(f"about: x\norg: {tag} {value}\n")[0]
    assert (problem.line, problem.message) == (2, f"the tag '{tag}' is not allowed")
    assert problem.hint == "a scenario is plain data: leave the tag out"


def test_a_key_that_stands_twice_is_told_with_both_lines():
    problem = problem_of("about: x\norg: {}\nabout: y\n")
    assert (problem.line, problem.message, problem.hint) == (
        3, "the key 'about' stands here twice", "it is first in line 1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "found"), [("1", "1"), ("on", "on"), ("~", "~"), ("? [a]\n", "a list"), ("? {a: b}\n", "a mapping")]
)
def test_a_key_that_is_no_text_is_refused(key, found):
    problem = problem_of(f"about: x\n{key}: y\n")
    assert (problem.line, problem.message) == (2, f"a key must be a text, found {found}")


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "1.0e+400", "9" * 5000, "0x" + "f" * 50_000, "!!int five"])
def test_a_number_that_json_does_not_have_is_refused(number):
    problem = problem_of(f"about: x\nscript: [{{at: {{}}, raw: {{body: {number}}}}}]\n")
    assert "is not a number that JSON has" in problem.message


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-01-31", "2026-01-31"),
        ("12:30", "12:30"),
        ("1:30.5", "1:30.5"),
        ("010", 8),
        ("-0x1f", -31),
        ("0b11", 3),
        ("1_000", 1000),
        ("+12", 12),
        ("1.5", 1.5),
        ("yes", True),
        ("null", None),
        ("=", "="),
        ("<<", "<<"),
        ("'12'", "12"),
        ("!!str 12", "12"),
    ],
)
def test_a_scalar_is_what_yaml_says_and_json_can_hold(written, value):
    text = f"about: x\nscript: [{{at: {{}}, raw: {{body: [{written}]}}}}]\n"
    assert parse(text).script[0].effect["raw"]["body"] == [value]


def test_an_alias_repeats_and_a_merge_adds():
    scenario = parse("""\
about: x
users:
  - &mary {login: mary@example.com, password: Abcd1234!, groups: [staff]}
  - {<<: *mary, login: joe@example.com}
""")
    joe = scenario.users[1]
    assert (joe.login, joe.groups) == ("joe@example.com", ("staff",))


def test_only_a_mapping_can_be_merged():
    problem = problem_of("about: x\norg:\n  <<: [1]\n")
    assert (problem.line, problem.field, problem.message) == (3, "org.<<", "only a mapping can be merged in")


@pytest.mark.parametrize("text", ["💥", 'a "quoted" \\ud83d\\udca5 \\\\ud83d', "é\u2028"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_is_yaml_too(text, ascii_only):
    assert parse(json.dumps({"about": text}, ensure_ascii=ascii_only)).about == text


def test_a_byte_order_mark_is_passed_over():
    assert parse(b"\xef\xbb\xbfabout: x\n").about == "x"


def test_the_slow_reader_reads_the_same():
    text = "about: x\nusers: &u [{login: a, profile: {n: 1.5}}]\n"
    fast, slow = read(text, "f"), read(text, "f", loader=yaml.SafeLoader)
    assert (fast.value, fast.places) == (slow.value, slow.places)


def test_half_of_a_character_is_refused_as_an_escape_too():
    assert problem_of('about: "\\ud800"\n').message.startswith("this is not YAML: ")
    (problem,) = read('about: "\\ud800"\n', "f", loader=yaml.SafeLoader).problems
    assert (problem.field, problem.message) == ("about", "half of a surrogate pair is no character")


@pytest.mark.parametrize("text", [LAUGHS, "[" * 100_000, "about: [\n", "\t"])
def test_the_slow_reader_refuses_the_same(text):
    with pytest.raises(ScenarioError):
        read(text, "f", loader=yaml.SafeLoader)
