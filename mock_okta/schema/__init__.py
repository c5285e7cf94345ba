"""The grammar of scenario files as JSON Schema (draft 2020-12), for checking them and for editors.

`python -m mock_okta.schema > docs/scenario.schema.json` writes the published copy.
"""

from __future__ import annotations

import json

from mock_okta.engine.idx.policy import FLOWS
from mock_okta.schema import org, script, settings, steps, walks
from mock_okta.schema.blocks import Schema, formed, free, many, record, text

__all__ = ["Schema", "intervention_schema", "published", "scenario_schema", "user_changes_schema"]

_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def scenario_schema() -> Schema:
    """The JSON Schema of a scenario file."""
    use_case = formed("Number of a use case.", r"^[A-Z0-9]+(\.[0-9]+)+$", "the number of a use case", "6.1.2")
    origin = formed("Origin.", r"^https?://[^/?#\s]+$", "an origin (scheme, host and port)", "http://localhost:3000")
    members = {
        "about": text("One sentence: what is special here."),
        "covers": many(use_case, "Rows of the official catalogue of use cases."),
        "org": org.org(),
        "authenticators": settings.of_authenticators(),
        "authorization_server": org.authorization_server(),
        "apps": many(org.app(), "OIDC clients; one web app and one browser app if left out.", minItems=1),
        "trusted_origins": many(origin, "Origins that browsers may call from."),
        "users": many(org.user(), "The people of the org."),
        "identity_providers": many(org.identity_provider(), "Who else vouches for users."),
        **{name: steps.flow(name) for name in FLOWS},
        "script": many({"$ref": "#/$defs/intervention"}, "Departures from what Okta would do."),
        "wire": org.wire(),
        "texts": org.texts(),
        "walks": free("Ways through the scenario, by name.", additionalProperties={"$ref": "#/$defs/walk"}),
    }
    whole = record("An Okta org, what a sign-in there has to prove, and the ways through it.", members, ["about"])
    return {**_DIALECT, **whole, "$defs": _shared()}


def _shared() -> dict[str, Schema]:
    return {
        "intervention": script.intervention(),
        "move": walks.move(),
        "selection": walks.selection(),
        "step": steps.step(),
        "walk": walks.walk(),
        "when": steps.when(),
    }


def intervention_schema() -> Schema:
    """The JSON Schema of one entry of `script:`, as a running server takes it."""
    return {**_DIALECT, **script.intervention()}


def user_changes_schema() -> Schema:
    """The JSON Schema of what a running server may change of a user."""
    return {**_DIALECT, **record("What changes of a user.", org.changes_of_user())}


def published() -> str:
    """The text of docs/scenario.schema.json."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
