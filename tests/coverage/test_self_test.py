"""Every reply of every walk can be read by every kind of client, and looking at a page again shows the same page."""

from __future__ import annotations

from collections.abc import Iterator

from mock_okta.engine.model import Reply
from tests.coverage.walked import ORIGIN, Body, Exchange, exchanges, positions
from tests.engine.invariants import problems
from tests.library import scenarios

SCRIPTED = frozenset(each.name for each in scenarios().values() if each.script)
"""Scenarios that break replies on purpose."""


def replies() -> Iterator[tuple[Exchange, Reply]]:
    for each in exchanges():
        if each.endpoint.startswith("idx/") and each.scenario not in SCRIPTED:
            headers = tuple((name, str(value)) for name, value in each.headers.items())
            yield each, Reply(status=each.status, body=dict(each.body), headers=headers)


def test_no_reply_of_a_walk_breaks_any_client():
    found = {f"{each}: {problem}" for each, reply in replies() for problem in problems(reply, ORIGIN)}
    assert not found, "\n".join(sorted(found)[:40])


def test_there_are_enough_of_them():
    assert sum(1 for _ in replies()) > 1000


def test_a_page_that_is_looked_at_again_is_the_same():
    """But where something was decided elsewhere meanwhile."""
    for position in positions():
        transaction = position.state.transactions.get(position.page["stateHandle"])
        if transaction is None or (transaction.challenge is not None and transaction.challenge.decision):
            continue
        _, again = position.post("introspect", {})
        assert _state(again.body) == _state(position.page), str(position)


def _state(page: Body) -> tuple:
    return page.get("stateHandle"), [row["name"] for row in page.get("remediation", {}).get("value", ())]
