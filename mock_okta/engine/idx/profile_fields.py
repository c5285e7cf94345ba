"""What a "profile" step asks for. Source: idx-protocol notes 3.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.model import Step

STANDARD_FIELDS: tuple[Mapping[str, Any], ...] = (
    {"name": "firstName", "label": "First name", "required": True, "min_length": 1, "max_length": 50},
    {"name": "lastName", "label": "Last name", "required": True, "min_length": 1, "max_length": 50},
    {"name": "email", "label": "Email", "required": True},
)
"""What Okta asks of a new user unless told otherwise."""


def fields_of(step: Step) -> tuple[Mapping[str, Any], ...]:
    """The fields of the form, as the scenario says or else Okta."""
    return tuple(step.settings.get("fields", ())) or STANDARD_FIELDS
