"""What one life of a tenant hands out works in no other: not at a twin, not after a reset, not after a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from mock_okta import loader
from mock_okta.engine.model import Scenario
from mock_okta.tenant import Tenant
from tests.web.lives import DOORS, identity_of, live, new_org, opened_by, scenario_of

RICH = (
    "activation-token", "device-code", "identity-verification", "keep-me-signed-in", "magic-link-consent",
    "recovery-token", "social",
)  # fmt: skip
"""Between them they hand out all that there is: sessions, links, device codes, tokens to begin with, identities."""


@dataclass(frozen=True)
class Pair:
    """Two lives in which the same requests came.

    handed, again: what each has handed out, without what a stranger would too
    before, identity: the ids and client secrets with which each began
    old_tag, tenant: the tag of the first, and the second itself
    """

    handed: frozenset[str]
    again: frozenset[str]
    before: frozenset[str]
    identity: frozenset[str]
    old_tag: str
    tenant: Tenant

    @property
    def secrets(self) -> frozenset[str]:
        """What the first handed out, beside its ids."""
        return self.handed - self.before


def twins(scenario: Scenario) -> Pair:
    """Two tenants of one server and one seed."""
    org = new_org()
    first = org.create(scenario, id="first", seed="s")
    before, handed = identity_of(first), live(org, first)
    second = org.create(scenario, id="second", seed="s")
    return paired(scenario, before, handed, first.tag, identity_of(second), live(org, second), second)


def reset(scenario: Scenario) -> Pair:
    """One tenant of a named seed, before and after it was reset."""
    org = new_org()
    tenant = org.create(scenario, id="first", seed="s")
    before, handed = identity_of(tenant), live(org, tenant)
    tenant.reset()
    return paired(scenario, before, handed, tenant.tag, identity_of(tenant), live(org, tenant), tenant)


def restarted(scenario: Scenario) -> Pair:
    """The tenant that a server has from the start, and the same one of the next server."""
    org, later = new_org(scenario), new_org(scenario)
    before, handed = identity_of(org.default), live(org, org.default)
    tenant = later.default
    return paired(scenario, before, handed, org.default.tag, identity_of(tenant), live(later, tenant), tenant)


def paired(scenario, before, handed, old_tag, identity, again, tenant) -> Pair:
    common = said_by_everybody(scenario.name)
    return Pair(
        handed=frozenset(handed - common),
        again=frozenset(again - common),
        before=frozenset(before - common),
        identity=frozenset(identity - common),
        old_tag=old_tag,
        tenant=tenant,
    )


@cache
def said_by_everybody(name: str) -> frozenset[str]:
    """What was not drawn: texts, names of members, what the client had sent."""
    org, scenario = new_org(), scenario_of(name)
    one, other = (org.create(scenario, id=id, seed=id) for id in ("one", "other"))
    known = identity_of(one) & identity_of(other)
    return frozenset({name} | known | (live(org, one) & live(org, other)))


@cache
def lives(pair: Callable[[Scenario], Pair], name: str) -> Pair:
    return pair(scenario_of(name))


PAIRS = pytest.mark.parametrize("pair", [twins, reset, restarted], ids=lambda pair: pair.__name__)
SCENARIOS = pytest.mark.parametrize(
    "name", [*RICH, *(pytest.param(name, marks=pytest.mark.slow) for name in loader.bundled() if name not in RICH)]
)


@SCENARIOS
@PAIRS
def test_no_handle_code_token_or_cookie_is_given_out_in_two_lives(pair, name):
    seen = lives(pair, name)
    assert seen.secrets
    assert seen.secrets & seen.again == set()


@SCENARIOS
@PAIRS
def test_nothing_that_was_given_out_in_one_life_opens_anything_in_the_other(pair, name):
    seen = lives(pair, name)
    shown = [text.replace(seen.old_tag, seen.tenant.tag) for text in seen.secrets]
    assert opened_by(seen.tenant, shown) == set()


@SCENARIOS
@pytest.mark.parametrize("pair", [reset, restarted], ids=lambda pair: pair.__name__)
def test_ids_and_client_secrets_are_the_same_in_every_life_of_a_tenant(pair, name):
    seen = lives(pair, name)
    assert seen.before == seen.identity


@SCENARIOS
def test_ids_and_client_secrets_of_twins_are_their_own(name):
    seen = lives(twins, name)
    assert seen.before
    assert seen.before & seen.identity == set()


def test_each_door_is_opened_by_something_in_the_life_that_has_given_it_out():
    opened: set[str] = set()
    for name in RICH:
        org, scenario = new_org(), scenario_of(name)
        tenant = org.create(scenario, id="first", seed="s")
        handed = live(org, tenant) - said_by_everybody(name)
        opened.update(door for door, _ in opened_by(tenant, handed))
    assert opened == {door.name for door in DOORS} | {"idx cookie"}
