"""The published grammar: in step with the tables of the engine, and good for editors."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import fields

from mock_okta.engine.base.wire import SWITCHES
from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.conditions import CONDITIONS as CONDITIONS_OF_STEPS
from mock_okta.engine.idx.settings import OF_EVERY_AUTHENTICATOR
from mock_okta.engine.model import App, AuthorizationServer, IdentityProvider
from mock_okta.engine.script.occasions import CONDITIONS, Occasion
from mock_okta.schema import intervention_schema, published, scenario_schema
from mock_okta.schema.walks import VERBS
from mock_okta_conformance.reference import verbs as protocol

PUBLISHED = Path(__file__).parents[2] / "docs" / "scenario.schema.json"
SCENARIO = scenario_schema()


def properties_below(schema, path=""):
    """Every property of the schema with its path."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if not isinstance(schema, dict):
        return
    for name, value in schema.get("properties", {}).items():
        yield f"{path}.{name}", value
    for name, value in schema.items():
        yield from properties_below(value, f"{path}.{name}")


def test_the_published_schema_is_in_step():
    """`python -m mock_okta.schema > docs/scenario.schema.json` brings it there."""
    assert PUBLISHED.read_text(encoding="utf-8") == published()


@pytest.mark.parametrize("schema", [SCENARIO, intervention_schema()])
def test_the_schema_is_a_json_schema(schema):
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_every_property_has_a_description_for_editors():
    properties = list(properties_below(SCENARIO))
    assert len(properties) > 100
    assert [path for path, schema in properties if "$ref" not in schema and not schema.get("description")] == []


def test_every_enumeration_has_a_title_for_error_messages():
    enumerations = [(path, schema) for path, schema in properties_below(SCENARIO) if "enum" in schema]
    assert [path for path, schema in enumerations if not schema.get("title")] == []


def test_every_condition_of_an_entry_is_one_that_the_engine_asks():
    shown = intervention_schema()["properties"]["at"]["properties"]
    assert set(shown) == set(CONDITIONS)
    facts = {row.name for row in CONDITIONS.values() if not row.counts}
    assert {field.name for field in fields(Occasion)} - {"transaction"} == facts


@pytest.mark.parametrize("row", EFFECTS.values(), ids=lambda row: row.name)
def test_an_entry_may_have_every_effect_with_the_grammar_of_its_row_and_needs_one(row):
    schema = intervention_schema()
    assert schema["properties"][row.name] == row.grammar
    assert {"required": [row.name]} in schema["anyOf"]


def test_the_switches_are_those_of_the_engine():
    assert list(SCENARIO["properties"]["wire"]["properties"]) == list(SWITCHES)


def test_an_app_can_be_given_whatever_an_app_has():
    assert list(SCENARIO["properties"]["apps"]["items"]["properties"]) == [field.name for field in fields(App)]


def test_an_identity_provider_can_be_given_whatever_one_has():
    properties = SCENARIO["properties"]["identity_providers"]["items"]["properties"]
    assert list(properties) == [field.name for field in fields(IdentityProvider)]


def test_the_conditions_of_a_step_are_those_of_the_engine():
    assert list(SCENARIO["$defs"]["when"]["properties"]) == list(CONDITIONS_OF_STEPS)


def test_the_moves_of_walks_are_the_verbs_of_the_protocol():
    plain = {move for move in VERBS if move not in ("proceed", "resume", "refresh", "revoke", "userinfo")}
    assert plain | {"select", "answer", "enroll", "launch"} == set(protocol.VERBS)


def test_an_authorization_server_can_be_given_whatever_it_has():
    properties = SCENARIO["properties"]["authorization_server"]["properties"]
    assert list(properties) == [field.name for field in fields(AuthorizationServer)]


@pytest.mark.parametrize(("owner", "model"), [("apps", App), ("authorization_server", AuthorizationServer)])
def test_the_defaults_that_editors_show_are_those_of_the_engine(owner, model):
    schema = SCENARIO["properties"][owner]
    properties = schema.get("items", schema)["properties"]
    shown = {name: row["default"] for name, row in properties.items() if "default" in row}
    assert shown == {field.name: field.default for field in fields(model) if field.name in shown}


@pytest.mark.parametrize("key", AUTHENTICATORS)
def test_the_settings_of_an_authenticator_are_those_of_its_row(key):
    shown = SCENARIO["properties"]["authenticators"]["properties"][key]["properties"]
    of_row = (*OF_EVERY_AUTHENTICATOR, *AUTHENTICATORS[key].of_org)
    assert set(shown) == {"name", *(setting.name for setting in of_row)}


@pytest.mark.parametrize("key", AUTHENTICATORS)
def test_what_can_be_said_of_an_enrolment_is_what_its_row_says(key):
    alone, with_settings = SCENARIO["properties"]["users"]["items"]["properties"]["enrolled"]["items"]["anyOf"]
    shown = with_settings["properties"][key]
    of_row = AUTHENTICATORS[key].of_enrollment
    assert set(shown["properties"]) == {"suspended", "methods", *(setting.name for setting in of_row)}
    assert shown.get("required", []) == [setting.name for setting in of_row if setting.needed]
    assert (key in alone["enum"]) == (not any(setting.needed for setting in of_row))
