"""When an intervention acts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mock_okta.engine import add_interventions, bootstrap_tenant
from mock_okta.engine.model import Intervention
from mock_okta.keys import development_keys
from tests.engine.engine_client import EngineClient, scenario

BUSY = {"reply": {"error": "too_many_requests"}}


def engine(seed="test", **at):
    """A client whose tenant is busy on these occasions."""
    tenant = bootstrap_tenant(scenario(), tenant="test", seed=seed, keys=development_keys())
    entry = Intervention(at={"endpoint": "keys", **at}, effect=BUSY)
    return EngineClient(scenario(), add_interventions(tenant, (entry,)))


def statuses(of, requests=200):
    return [of.send("keys", method="GET").status for _ in range(requests)]


@pytest.mark.parametrize(("probability", "least", "most"), [(0, 0, 0), (0.25, 30, 70), (1, 200, 200)])
def test_an_entry_acts_as_often_as_its_probability_says(probability, least, most):
    assert least <= statuses(engine(probability=probability)).count(429) <= most


def test_the_same_seed_chances_upon_the_same_requests():
    assert statuses(engine(probability=0.5)) == statuses(engine(probability=0.5))
    assert statuses(engine(probability=0.5)) != statuses(engine(seed="another", probability=0.5))


def test_chance_takes_nothing_from_what_is_drawn_for_other_things():
    assert engine(probability=0).begin().body["stateHandle"] == engine().begin().body["stateHandle"]


def test_once_means_the_first_time_that_chance_will_have_it():
    tenant = engine(probability=0.25)
    tenant.state = replace(tenant.state, script=tuple(replace(entry, once=True) for entry in tenant.state.script))
    assert statuses(tenant).count(429) == 1


def test_an_attempt_is_the_nth_request():
    assert statuses(engine(attempt=3), requests=5) == [200, 200, 429, 200, 200]


# -- replies word for word --------------------------------------------------------------------------------------------


def raw(effect, endpoint="idx/identify"):
    """The reply of a tenant whose script has this effect on everything."""
    tenant = bootstrap_tenant(scenario(), tenant="test", seed="test", keys=development_keys())
    client = EngineClient(scenario(), add_interventions(tenant, (Intervention(at={}, effect=effect),)))
    return client.send(endpoint, b"{}", content_type="application/json")


@pytest.mark.parametrize("endpoint", ["idx/identify", "token", "keys", "interact", "logout"])
@pytest.mark.parametrize(
    ("effect", "headers"),
    [
        ({"status": 429, "body": "busy"}, {"Content-Type": "text/plain; charset=utf-8"}),
        ({"body": {"keys": []}}, {"Content-Type": "application/json"}),
        (
            {"headers": {"content-type": "text/html", "Retry-After": "1"}},
            {"content-type": "text/html", "Retry-After": "1"},
        ),
        ({"headers": {"Content-Type": None}, "body": "busy"}, {}),
        ({"headers": {"CONTENT-TYPE": None, "X-Rate-Limit-Reset": "1"}}, {"X-Rate-Limit-Reset": "1"}),
    ],
)
def test_a_raw_reply_has_the_headers_that_it_names_and_no_other(endpoint, effect, headers):
    reply = raw({"raw": effect}, endpoint)
    assert dict(reply.headers) == headers
    assert reply.status == effect.get("status", 200)


def test_null_takes_a_header_from_the_normal_reply():
    reply = raw({"headers": {"x-okta-request-id": None, "Cache-Control": "no-store"}}, "keys")
    names = [name.lower() for name, _ in reply.headers]
    assert "x-okta-request-id" not in names
    assert names.count("cache-control") == 1
    assert reply.omitted == ("x-okta-request-id",)
