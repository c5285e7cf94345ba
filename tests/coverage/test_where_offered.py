"""What the rows of remediations say of where they are on offer holds on every page of every walk."""

from __future__ import annotations

import pytest

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import transactions
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.remediations import REMEDIATIONS, offered
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model import Request
from mock_okta.schema.steps import FLOWS
from tests.coverage.walked import positions


@pytest.mark.parametrize("row", REMEDIATIONS.values(), ids=REMEDIATIONS)
def test_a_row_names_flows_steps_and_authenticators_that_there_are(row):
    assert {*row.only_with} <= {*FLOWS, *STEP_KINDS}
    assert {*(row.about or ())} <= {*AUTHENTICATORS}


def test_whoever_is_offered_something_is_in_a_scenario_that_leads_there_with_an_authenticator_that_it_can_be_about():
    found = set()
    for position in positions():
        request = Request(
            method="POST", endpoint="idx/introspect", server="walked", origin="", at=position.at, chance=""
        )
        turn = Turn(position.scenario, position.state, request)
        transaction = transactions.find(turn, position.page["stateHandle"])
        assert transaction is not None
        flows = position.scenario.flows
        there = {*flows, *(step.verb for steps in flows.values() for step in steps)}
        in_play = {transaction.challenge.authenticator} if transaction.challenge else set()
        for row in offered(turn, transaction):
            if row.only_with and not there.intersection(row.only_with):
                found.add((row.name, "only_with", str(position)))
            if row.about is not None and not in_play <= {*row.about}:
                found.add((row.name, "about", str(position), *in_play))
    assert found == set()
