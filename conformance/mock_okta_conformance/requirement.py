"""A requirement: one sentence, on somebody's authority, and the function that judges it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from mock_okta_conformance.verdicts import Finding

Judged = TypeVar("Judged")
Played = TypeVar("Played")


class Level(StrEnum):
    """Whose word it is.

    MUST     normative text of an RFC, OpenID Connect or Ion
    SHOULD   recommended there, or asked for by Okta's documentation
    PROFILE  practice of Okta's own SDKs, without a normative text
    OKTA     documented or recorded behaviour of Okta's servers
    INFO     worth knowing; never a failure
    """

    MUST = "MUST"
    SHOULD = "SHOULD"
    PROFILE = "PROFILE"
    OKTA = "OKTA"
    INFO = "INFO"

    @property
    def fails(self) -> bool:
        """Whether a miss is a failure; otherwise it is a warning."""
        return self in (Level.MUST, Level.OKTA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Generic[Judged, Played]):
    """One row of a table. Ids are never used again for another sentence.

    text: one testable sentence
    sources: section of the RFC or specification, page of the documentation, or file of the SDK
    check: judges the evidence of a probe, or drives an org and judges what it answers
    probes: client rows only: what is played to bring the evidence about; empty for a passive row, which is judged on
      the evidence of every probe
    needs: capabilities of the client, or parts of the org profile, without which the row is n/a
    run: server rows only: "S" safe on any org, "U" needs a throw-away user and its mail, "A" needs a prepared org,
      "L" may lock, throttle or wait, "M" only the mock
    """

    id: str
    level: Level
    text: str
    sources: tuple[str, ...]
    check: Callable[[Judged], Finding]
    probes: tuple[Played, ...] = ()
    needs: tuple[str, ...] = ()
    run: str = "S"

    @property
    def area(self) -> str:
        """The middle of the id: "IDT" of C-IDT-07."""
        return self.id.split("-")[1]

    @property
    def is_passive(self) -> bool:
        """Whether every probe is judged by this row."""
        return not self.probes


AnyRequirement = Requirement[Any, Any]
"""For what does not mind which half a row is of."""
