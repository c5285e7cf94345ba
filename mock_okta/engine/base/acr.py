"""Authentication context: the values of `acr_values` that Okta knows, and which of them a sign-in has met.

Source: okta-oauth notes 4.5; Okta's guide to step-up authentication. Values that Okta does not know are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from mock_okta.engine.base.table import table

ATTESTATION = "urn:okta:app:mfa:attestation"
"""Not a level: asks Okta to vouch for a second factor only, and has rules of its own."""

ONE_FACTOR = "urn:okta:loa:1fa:any"
TWO_FACTORS = "urn:okta:loa:2fa:any"
TWO_FACTORS_IF_POSSIBLE = "urn:okta:loa:2fa:any:ifpossible"

_FASTPASS = frozenset({"okta_verify", "phr"})


class Level(Struct, frozen=True):
    """One level of assurance.

    is_met: whether a sign-in with these `amr` values has reached it
    """

    value: str
    is_met: Callable[[frozenset[str]], bool]


LEVELS: dict[str, Level] = table(
    "value",
    (
        Level(ONE_FACTOR, lambda amr: True),
        Level("urn:okta:loa:1fa:pwd", lambda amr: "pwd" in amr),
        Level(TWO_FACTORS, lambda amr: "mfa" in amr),
        Level(TWO_FACTORS_IF_POSSIBLE, lambda amr: True),
        Level("phr", lambda amr: bool(amr & {"phr", "pop", "sc"})),
        # Of Okta's authenticators Okta Verify alone meets it, and FastPass is what it signs with a key of the device.
        Level("phrh", lambda amr: "hwk" in amr or amr >= _FASTPASS),
    ),
)


def known_levels(values: Iterable[str]) -> tuple[str, ...]:
    """The values that Okta knows, in the order of preference in which they came."""
    return tuple(value for value in values if value in LEVELS)


def met_level(values: Iterable[str], amr: Iterable[str]) -> str | None:
    """The first of the requested levels that the sign-in has met: the `acr` claim."""
    reached = frozenset(amr)
    return next((value for value in values if LEVELS[value].is_met(reached)), None)
