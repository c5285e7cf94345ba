"""A graph has what is in its scenario: all that any walk passes, and nothing that nobody can reach."""

import pytest

from mock_okta import loader
from mock_okta.engine.model import Scenario
from mock_okta.graph.drawing import drawn
from mock_okta.graph.exploration import explored
from mock_okta.graph.pages import Graph, Page
from mock_okta.loader import parse
from tests.graph.pictured import faults
from tests.graph.walked_moves import passed

MARY = "about: x\nusers: [{login: mary@example.com, password: Abcd1234!, enrolled: [okta_email]}]\n"

QUICK = (
    "activation-token", "consent", "device-code", "fastpass-by-link", "held-in-safe-mode", "identity-verification",
    "magic-link-new-tab", "passkeys", "password", "password-recovery", "recovery-token", "registration-by-link",
    "smart-card", "social", "unlock-by-link",
)  # fmt: skip
"""One scenario of each kind; the others take longer together."""


OTHERS = [name for name in loader.bundled() if name not in QUICK]


@pytest.fixture(scope="module", params=[*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def scenario(request) -> Scenario:
    return loader.load(request.param)


@pytest.fixture(scope="module")
def graph(scenario) -> Graph:
    return explored(scenario)


NOT_DRAWN = {
    "assurance-out-of-reach": "who sets a new password and then reaches no level",
    "lockout-shown": "who is led to the unlock page by the last wrong password",
    "signed-out-by-an-administrator": "what an administrator does meanwhile",
    "unlocks-by-itself": "who is locked out by the last wrong password, and let in again by time",
}
"""Ways of walks that no graph has: they take more than answers, by the scenario."""


def test_every_page_and_move_of_a_walk_is_in_the_graph(request, scenario, graph):
    if scenario.name in NOT_DRAWN:
        request.applymarker(pytest.mark.xfail(strict=True, raises=AssertionError, reason=NOT_DRAWN[scenario.name]))
    walked = passed(scenario)
    missing = [(page, walk) for page, walk in walked.pages.items() if page not in graph.offers]
    moves = frozenset(graph.moves)
    missing += [(move, walk) for move, walk in walked.moves.items() if move not in moves]
    assert missing == []
    assert walked.pages


@pytest.mark.parametrize("everything", [False, True])
def test_nothing_in_its_picture_lies_on_anything_else(scenario, graph, everything):
    assert [*faults(drawn(scenario, graph, everything=everything))] == []


def stages(graph):
    return {page.stage for page in graph.pages}


def test_every_page_but_the_first_is_reached_by_a_move():
    graph = explored(loader.load("registration"))
    reached = {move.target for move in graph.moves if move.target != move.source}
    assert set(graph.pages) - {start.page for start in graph.starts} <= reached


def test_what_nobody_can_come_to_is_not_there():
    """Everybody has what the first step asks for, so that nobody is asked to enrol it."""
    graph = explored(parse(f"{MARY}sign_in: [identify, {{verify: okta_password}}, {{enroll: okta_password}}]\n"))
    assert "enroll-select" not in stages(graph)
    assert "success" in stages(graph)


def test_a_step_for_some_has_both_ways():
    some = "{verify: okta_email, when: {address: 10.0.0.0/8}}"
    graph = explored(parse(f"{MARY}sign_in: [identify, {{verify: okta_password}}, {some}]\n"))
    password = next(page for page in graph.pages if page.authenticator == "okta_password" and page.flow == "sign_in")
    after = {move.target.stage for move in graph.moves if move.source == password and move.name != "cancel"}
    assert {"success", "verification-data"} <= after


@pytest.mark.parametrize(
    "when",
    [
        "{header: {x-risk: 'high*'}}",
        "{scope: albums.read}",
        "{acr_values: 'urn:okta:loa:2fa:any'}",
        "{address: ['10.1.', 192.168.0.0/16]}",
        "{any: [{header: {x-risk: true}}, {login: mary@example.com}]}",
        "{session: true}",
    ],
)
def test_what_a_request_brings_along_is_told_apart(when):
    server = "authorization_server: {scopes: [albums.read]}\n"
    step = f"{{message: idx.device.not.activated.internal.error, when: {when}}}"
    graph = explored(parse(f"{MARY}{server}sign_in: [identify, {{verify: okta_password}}, {step}]\n"))
    assert "idx.device.not.activated.internal.error" in {page.says for page in graph.pages}


@pytest.mark.parametrize("joe", ["status: SUSPENDED", "assigned: false"])
def test_who_may_not_sign_in_comes_no_further_than_the_first_proof(joe):
    user = f"{{login: joe@example.com, password: Abcd1234!, {joe}, enrolled: [okta_email]}}"
    steps = "[identify, {verify: okta_password}, {verify: okta_email}]"
    graph = explored(parse(f"about: x\nusers: [{user}]\nsign_in: {steps}\n"))
    assert {page.authenticator for page in graph.pages if page.flow == "sign_in"} == {"", "okta_password"}


def test_nobody_comes_past_a_factor_that_is_suspended():
    enrolled = "[okta_email: {suspended: true}, security_question: {question: disliked_food, answer: Pizza}]"
    user = f"{{login: joe@example.com, password: Abcd1234!, enrolled: {enrolled}}}"
    steps = "[identify, {verify: okta_password}, {verify: okta_email}, {verify: security_question}]"
    graph = explored(parse(f"about: x\nusers: [{user}]\nsign_in: {steps}\n"))
    assert {page.authenticator for page in graph.pages if page.flow == "sign_in"} == {"", "okta_password", "okta_email"}


def test_two_graphs_of_a_scenario_are_the_same():
    scenario = loader.load("password-then-phone")
    assert explored(scenario) == explored(scenario)


def test_a_graph_of_many_ways_is_bounded_and_says_so():
    graph = explored(loader.load("everything-required"))
    assert not graph.complete
    assert Page(stage="success") in graph.pages
