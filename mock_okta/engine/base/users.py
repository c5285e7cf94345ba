"""The users of a tenant in an order that people expect; the state itself has none."""

from __future__ import annotations

from mock_okta.engine.model import Scenario, State, User


def in_order(scenario: Scenario, state: State) -> list[User]:
    """Everybody: those of the scenario as it lists them, then whoever came later, by login."""
    places = {user.login: place for place, user in enumerate(scenario.users)}
    return sorted(state.users.values(), key=lambda user: (places.get(user.login, len(places)), user.login))
