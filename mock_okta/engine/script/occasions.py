"""When an intervention acts.

Attempts are counted from 1, for each entry and transaction (for each entry alone where a request belongs to no
transaction).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Intervention, logins

OF_EVERY_REQUEST = ("endpoint",)
OF_PAGES = ("remediation", "authenticator", "user")
"""Conditions on what only a request below `/idp/idx/` can be about."""
ON_HOW_OFTEN = ("attempt", "probability")
"""Conditions on how often a request has been made, which are asked once all others hold."""
CONDITIONS = OF_EVERY_REQUEST + OF_PAGES + ON_HOW_OFTEN

IDX = "idx"
"""The endpoint whose requests alone can be about what is in `OF_PAGES`."""

_CHANCE_DIGITS = 6


class Occasion(Struct, frozen=True, kw_only=True):
    """What a request is about, as far as an intervention may ask.

    remediation: the one that the request submits; user: the login, once it is known
    """

    endpoint: str
    transaction: str = ""
    remediation: str | None = None
    authenticator: str | None = None
    user: str | None = None


def endpoints_at(at: Mapping[str, Any]) -> set[str]:
    """The endpoints to whose requests these conditions narrow an entry: none where they hold for all, two at odds."""
    named = at.get("endpoint")
    of_pages = {IDX} if any(condition in at for condition in OF_PAGES) else set()
    return of_pages | ({named.partition("/")[0]} if isinstance(named, str) else set())


def pick(turn: Turn, occasion: Occasion) -> Intervention | None:
    """The intervention for this request, if any; counts the attempt on every entry that is about it."""
    picked: Intervention | None = None
    for entry in turn.state.script:
        if not _is_about(entry, occasion):
            continue
        attempt = _count(turn, f"{entry.id}\0{occasion.transaction}")
        spent = f"{entry.id}\0spent"
        if picked or entry.at.get("attempt", attempt) != attempt or spent in turn.state.attempts:
            continue
        if not _chance_has_it(turn, entry, occasion, attempt):
            continue
        picked = entry
        if entry.once:
            _count(turn, spent)
    return picked


def _is_about(entry: Intervention, occasion: Occasion) -> bool:
    return all(
        _spelt(condition, getattr(occasion, condition)) == _spelt(condition, wanted)
        for condition, wanted in entry.at.items()
        if condition not in ON_HOW_OFTEN
    )


def _spelt(condition: str, value: str | None) -> str | None:
    """A fact, or what is wanted of it, as it is compared."""
    return logins.folded(value) if condition == "user" and value is not None else value


def _chance_has_it(turn: Turn, entry: Intervention, occasion: Occasion, attempt: int) -> bool:
    """Drawn from the tenant's seed and the attempt alone, so that whatever else is drawn stays as it is."""
    seed = f"{turn.state.seed}\0{entry.id}\0{occasion.transaction}"
    drawn = int(ids.draw(seed, attempt, _CHANCE_DIGITS, ids.DIGITS))
    most: float = 10**_CHANCE_DIGITS * entry.at.get("probability", 1)
    return drawn < most


def _count(turn: Turn, key: str) -> int:
    count = turn.state.attempts.get(key, 0) + 1
    turn.put("attempts", key, count)
    return count
