"""The interventions of a tenant: those of its scenario, and those added while it runs."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from mock_okta.engine.base.retention import committed
from mock_okta.engine.base.write_set import GONE, SETUP
from mock_okta.engine.model import Intervention, Scenario, State

_OF_FILE, _ADDED = "file", "added"


def numbered(interventions: Iterable[Intervention], prefix: str = _OF_FILE) -> tuple[Intervention, ...]:
    """The interventions with ids under which their attempts are counted."""
    return tuple(replace(entry, id=f"{prefix}{index}") for index, entry in enumerate(interventions))


def add_interventions(state: State, interventions: Iterable[Intervention]) -> State:
    """Puts interventions before those that the tenant already has."""
    added = numbered(interventions, f"{_ADDED}{len(state.script)}-")
    return committed(state, {(SETUP, "script"): (*added, *state.script)}, None)


def clear_interventions(scenario: Scenario, state: State) -> State:
    """Goes back to the script of the scenario file, as if none of its entries had acted."""
    uncounted = {("attempts", key): GONE for key in state.attempts}
    return committed(state, {(SETUP, "script"): numbered(scenario.script), **uncounted}, None)


def told(entry: Intervention | None, what: str) -> str:
    """What an entry asked for in vain, after the entry's place in the scenario."""
    number = entry.id.removeprefix(_OF_FILE) if entry else ""
    return f"script[{number}].{what}" if number.isdecimal() else f"script, as added while running: {what}"
