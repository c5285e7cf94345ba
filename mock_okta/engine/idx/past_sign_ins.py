"""Behavior detection: whether a user signs in from where none of the last sign-ins came from.

Source: help.okta.com, "About behavior types" (a device is a browser, or what a trusted app says; a behavior is new
until a sign-in has succeeded); Behavior API, `maxEventsUsedForEvaluation` and its defaults; developer.okta.com, "Device
Context" (`X-Device-Token`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import JsonObject, PastSignIns, Transaction

MOST_PAST = 100
NEVER_YET = PastSignIns()


class Behavior(Struct, frozen=True, kw_only=True):
    """One thing that may be new of a sign-in.

    member: of `PastSignIns`, and `fact` of the browser: what is compared
    past: how many past sign-ins it is compared with, where the scenario says nothing
    """

    name: str
    member: str
    fact: str
    past: int
    about: str


# fmt: off
BEHAVIORS: dict[str, Behavior] = table("name", (
    Behavior(name="new_device", member="devices", fact="device", past=20,
             about="Whether the device is new to the user: the cookie `DT`, or `X-Device-Token` of a server."),
    Behavior(name="new_ip", member="addresses", fact="address", past=50,
             about="Whether the address is new to the user."),
))
# fmt: on


def is_new(turn: Turn, transaction: Transaction, name: str) -> bool:
    """Whether none of the user's last sign-ins had this; what can't be known again is always new."""
    row = BEHAVIORS[name]
    past = turn.state.past_sign_ins.get(transaction.user_id or "", NEVER_YET)
    last = dict(getattr(past, row.member)).get(getattr(transaction.browser, row.fact) or None)
    return last is None or last <= past.count - _past(turn, row)


def note(turn: Turn, transaction: Transaction) -> None:
    """Counts a finished sign-in, where a step may depend on it; one that a session has shortened is none.

    Nothing is counted elsewhere, so that two sign-ins of one user have no entry in common.
    """
    if transaction.user_id is None or transaction.session or not _is_looked_at(turn):
        return
    past = turn.state.past_sign_ins.get(transaction.user_id, NEVER_YET)
    count = past.count + 1
    seen = {
        row.member: (
            *((value, number) for value, number in getattr(past, row.member) if number > count - _past(turn, row)),
            (getattr(transaction.browser, row.fact), count),
        )
        for row in BEHAVIORS.values()
    }
    seen = {member: tuple(dict(pairs).items()) for member, pairs in seen.items()}
    turn.put("past_sign_ins", transaction.user_id, PastSignIns(count=count, **seen))


def _is_looked_at(turn: Turn) -> bool:
    conditions = (step.when for flow in turn.scenario.flows.values() for step in flow if step.when)
    return any(not BEHAVIORS.keys().isdisjoint(_names_in(when)) for when in conditions)


def _names_in(when: JsonObject) -> Iterator[str]:
    """The names of conditions, those inside of others too."""
    yield from when
    if "not" in when:
        yield from _names_in(when["not"])
    for inner in when.get("any", ()):
        yield from _names_in(inner)


def _past(turn: Turn, row: Behavior) -> int:
    said: Mapping[str, int] = turn.scenario.org.get("behavior_detection", {})
    return said.get(row.name, row.past)
