"""The scenarios that come with the program."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mock_okta import loader
from mock_okta.errors import ConfigError, ScenarioError
from mock_okta.schema import scenario_schema
from tests import library

ROOT = Path(__file__).parents[2]
EDITOR = Draft202012Validator(scenario_schema())
EXPECTATIONS = {"success", "message", "error", "terminal", "offers", "status"}

checked = cache(loader.check)
every_scenario = pytest.mark.parametrize("name", loader.bundled())


def test_the_library_has_what_the_documentation_names():
    assert {
        "identifier-first", "locked-out", "password", "password-single-form", "password-then-email", "unassigned-user",
    } <= set(loader.bundled())  # fmt: skip


def test_no_two_scenarios_have_the_same_name():
    files = [path.stem for path in (ROOT / "scenarios").rglob("*.yaml")]
    assert sorted(files) == list(loader.bundled())


@every_scenario
def test_it_is_checked_and_found_right(name):
    assert checked(name).name == name


@every_scenario
def test_it_is_the_same_without_the_check(name):
    assert library.scenario(name) == checked(name)


@every_scenario
def test_editors_find_nothing_wrong_with_it(name):
    assert list(EDITOR.iter_errors(library.document(name))) == []


@every_scenario
def test_it_begins_by_saying_who_would_want_it(name):
    assert library.text(name).startswith("# For ")


@every_scenario
def test_it_fits_on_two_screens(name):
    assert len(library.text(name).splitlines()) <= 120


@every_scenario
def test_it_has_walks_to_good_and_to_bad_ends_and_each_ends_in_an_expectation(name):
    walks = library.scenario(name).walks
    verbs = [{verb for verb, _ in walk.moves} for walk in walks]
    assert any("success" in each for each in verbs)
    assert any("success" not in each for each in verbs) or any("message" in each for each in verbs)
    assert all(each & EXPECTATIONS for each in verbs)


# -- finding ----------------------------------------------------------------------------------------------------------


def test_a_path_is_loaded_by_its_suffix_or_its_folder(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("about: Mine.\n")
    assert loader.load(file).about == loader.load(str(file)).about == "Mine."


def test_a_bundled_file_can_be_named_by_its_path():
    assert loader.load(loader.bundled_path("password")).name == "password"


def test_an_unknown_name_is_told_with_the_nearest_one():
    with pytest.raises(ConfigError) as refused:
        loader.load("pasword-then-mail")
    assert str(refused.value) == "unknown scenario 'pasword-then-mail'; did you mean 'password-then-email'?"


@pytest.mark.parametrize("name", ["nothing-like-it", "", "x" * 10_000])
def test_an_unknown_name_without_a_near_one_is_told_with_all(name):
    with pytest.raises(ConfigError) as refused:
        loader.load(name)
    assert str(refused.value).endswith(f"there are: {', '.join(loader.bundled())}")
    assert len(str(refused.value)) < 5000


@pytest.mark.parametrize("path", ["no/such.yaml", ".yaml/", "/", "a\0b.yaml", "./password"])
def test_a_file_that_cannot_be_read_is_a_matter_of_configuration(path):
    with pytest.raises(ConfigError, match="cannot read the scenario"):
        loader.load(path)


def test_a_broken_file_is_told_under_the_name_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("about: Mine.\nuser: []\n")
    with pytest.raises(ScenarioError, match=r"^mine\.yaml:2: user: unknown key 'user'"):
        loader.load("mine.yaml")


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 2_000_000)
    with pytest.raises(ScenarioError, match="larger than 1024 KiB"):
        loader.load(file)


# -- starting up ------------------------------------------------------------------------------------------------------


def test_loading_the_library_needs_no_validator():
    """The validator costs more time to import than the whole library takes to load."""
    code = (
        "import sys; from mock_okta import loader; [loader.load(name) for name in loader.bundled()];"
        "sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
