"""When an intervention acts: the conditions that an entry may have, one row each, and which entry acts.

The grammar of `at:` and what `mock-okta check` says of it follow from the rows.

Attempts are counted from 1, for each entry and transaction (for each entry alone where a request belongs to no
transaction).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from mock_okta.engine.base import ids
from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Intervention, logins

IDX = "idx"
"""The endpoint whose requests alone can be about what is `of_pages`."""

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


def _is(fact: str | int | None, wanted: str | int) -> bool:
    return fact == wanted


def _is_login(login: str | None, wanted: str) -> bool:
    return login is not None and logins.folded(login) == logins.folded(wanted)


def _is_within(drawn: int, share: float) -> bool:
    most: float = 10**_CHANCE_DIGITS * share
    return drawn < most


class Condition(Struct, frozen=True, kw_only=True):
    """One thing that an entry may ask of a request.

    kind: what it takes: "endpoint", "remediation", "authenticator", "text", "count" or "share"
    about: one sentence for whoever writes the scenario
    holds: whether it does, given the fact and what is wanted of it; the fact is a member of the `Occasion`, None where
        the request has none, or one of `_how_often`
    of_pages: only a request below `/idp/idx/` can be about it
    counts: it is about how often there was such a request, and so is asked once all others hold
    """

    name: str
    kind: str
    about: str
    holds: Callable[[Any, Any], bool] = _is
    of_pages: bool = False
    counts: bool = False


# fmt: off
CONDITIONS: dict[str, Condition] = table("name", (
    Condition(name="endpoint", kind="endpoint", about="Where the request goes."),
    Condition(name="remediation", kind="remediation", about="What the request submits.", of_pages=True),
    Condition(name="authenticator", kind="authenticator", about="What the request picks or answers.", of_pages=True),
    Condition(name="user", kind="text", about="Login of the user, once it is known.", holds=_is_login, of_pages=True),
    Condition(name="attempt", kind="count", about="Only the n-th such request of a sign-in; counts from 1.",
              counts=True),
    Condition(name="probability", kind="share", about="How often it acts; chance follows from the tenant's seed.",
              holds=_is_within, counts=True),
))
# fmt: on


def endpoints_at(at: Mapping[str, Any]) -> set[str]:
    """The endpoints to whose requests these conditions narrow an entry: none where they hold for all, two at odds."""
    named = at.get("endpoint")
    of_pages = {IDX} if any(CONDITIONS[name].of_pages for name in at.keys() & CONDITIONS) else set()
    return of_pages | ({named.partition("/")[0]} if isinstance(named, str) else set())


def pick(turn: Turn, occasion: Occasion) -> Intervention | None:
    """The intervention for this request, if any; counts the attempt on every entry that is about it."""
    picked: Intervention | None = None
    facts = asdict(occasion)
    for entry in turn.state.script:
        if not _hold(entry, facts):
            continue
        attempt = _count(turn, f"{entry.id}\0{occasion.transaction}")
        spent = f"{entry.id}\0spent"
        if picked or spent in turn.state.attempts or not _hold(entry, _how_often(turn, entry, occasion, attempt)):
            continue
        picked = entry
        if entry.once:
            _count(turn, spent)
    return picked


def _hold(entry: Intervention, facts: Mapping[str, Any]) -> bool:
    """Whether all conditions of an entry hold that are about one of these facts."""
    return all(CONDITIONS[name].holds(facts[name], wanted) for name, wanted in entry.at.items() if name in facts)


def _how_often(turn: Turn, entry: Intervention, occasion: Occasion, attempt: int) -> Mapping[str, int]:
    """The attempt, and what is drawn for it: from the tenant's seed and the attempt alone, so that whatever else is
    drawn stays as it is."""
    seed = f"{turn.state.seed}\0{entry.id}\0{occasion.transaction}"
    return {"attempt": attempt, "probability": int(ids.draw(seed, attempt, _CHANCE_DIGITS, ids.DIGITS))}


def _count(turn: Turn, key: str) -> int:
    count = turn.state.attempts.get(key, 0) + 1
    turn.put("attempts", key, count)
    return count
