"""Authentication context: the values of `acr_values` that Okta knows, and which of them a sign-in has met.

Source: okta-oauth notes 4.5. Values that Okta does not know are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.model import Scenario, State

ATTESTATION = "urn:okta:app:mfa:attestation"
"""Not a level: asks Okta to vouch for a second factor only, and has rules of its own."""

_PHISHING_RESISTANT = frozenset({"okta_verify", "webauthn", "smart_card_idp"})


class Level(Struct, frozen=True):
    """One level of assurance.

    is_met: whether a sign-in with these `amr` values has reached it
    authenticators: one of them must be there for anyone to reach it; empty if any will do
    """

    value: str
    is_met: Callable[[frozenset[str]], bool]
    authenticators: frozenset[str] = frozenset()


LEVELS: dict[str, Level] = table(
    "value",
    (
        Level("urn:okta:loa:1fa:any", lambda amr: True),
        Level("urn:okta:loa:1fa:pwd", lambda amr: "pwd" in amr),
        Level("urn:okta:loa:2fa:any", lambda amr: "mfa" in amr),
        Level("urn:okta:loa:2fa:any:ifpossible", lambda amr: True),
        Level("phr", lambda amr: bool(amr & {"phr", "pop", "sc"}), _PHISHING_RESISTANT),
        Level("phrh", lambda amr: "hwk" in amr, _PHISHING_RESISTANT),
    ),
)


def known_levels(values: Iterable[str]) -> tuple[str, ...]:
    """The values that Okta knows, in the order of preference in which they came."""
    return tuple(value for value in values if value in LEVELS)


def are_unreachable(scenario: Scenario, state: State, values: Iterable[str]) -> bool:
    """Whether nobody could meet any of these levels with the authenticators that the org has."""

    def is_there(authenticator: str) -> bool:
        return authenticator in scenario.authenticators or state.users.has("enrolled", authenticator)

    needed = [LEVELS[value].authenticators for value in values]
    return bool(needed) and all(keys and not any(map(is_there, keys)) for keys in needed)


def met_level(values: Iterable[str], amr: Iterable[str]) -> str | None:
    """The first of the requested levels that the sign-in has met: the `acr` claim."""
    reached = frozenset(amr)
    return next((value for value in values if LEVELS[value].is_met(reached)), None)
