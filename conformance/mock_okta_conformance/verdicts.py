"""The words of a verdict, and what a check finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """The ten words, from the least to the most serious. In a group of results the most serious one stands for all."""

    NOT_APPLICABLE = "n/a"
    PASS = "pass"
    NOT_OBSERVED = "not observed"
    FLAKY = "flaky"
    KNOWN = "known"
    WARN = "warn"
    BLOCKED = "blocked"
    FIXED = "fixed"
    FAIL = "fail"
    ERROR = "error"

    @property
    def severity(self) -> int:
        """Place in the order above."""
        return list(Outcome).index(self)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The most serious outcome; `not observed` if there is none at all."""
    return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.NOT_OBSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found.

    outcome: PASS, FAIL (weighed by the level of the requirement later), NOT_OBSERVED or BLOCKED
    expected, observed: the two halves of the failure text
    at: titles of the exchanges that show it, e.g. "request 6: POST /oauth2/default/v1/token → 200"
    """

    outcome: Outcome
    expected: str = ""
    observed: str = ""
    at: tuple[str, ...] = ()


class Titled(Protocol):
    """Anything that a report can name, such as an exchange."""

    @property
    def title(self) -> str:
        """How reports name it."""


MET = Finding(outcome=Outcome.PASS)


def missed(expected: str, observed: str, *at: Titled | str | None) -> Finding:
    """The requirement is not met. `at`: exchanges that show it, or their titles."""
    titles = tuple(each if isinstance(each, str) else str(each.title) for each in at if each is not None)
    return Finding(outcome=Outcome.FAIL, expected=expected, observed=observed, at=titles)


def unseen(why: str) -> Finding:
    """This run holds no evidence either way."""
    return Finding(outcome=Outcome.NOT_OBSERVED, observed=why)


def blocked(why: str) -> Finding:
    """An earlier step failed, so that the question never came up."""
    return Finding(outcome=Outcome.BLOCKED, observed=why)


def expect(condition: object, expected: str, observed: str, *at: Titled | str | None) -> Finding:
    """MET if the condition holds, else what is missing."""
    return MET if condition else missed(expected, observed, *at)


def all_of(findings: Iterable[Finding], *, otherwise: Finding) -> Finding:
    """The first finding that is not met; MET if every one is; `otherwise` if there are none."""
    found = list(findings)
    return next((finding for finding in found if finding.outcome is not Outcome.PASS), MET if found else otherwise)
