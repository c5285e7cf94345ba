"""The tenants of a server as values, without HTTP."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from mock_okta.config import Config
from mock_okta.engine.model import Reply, Request
from mock_okta.errors import ConfigError
from mock_okta.journal import Budget, Exchange, Journal
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org, TenantRefused
from tests.web.house import answering, house, scenario


def org(*scenarios, library=None, **settings) -> Org:
    return house(*scenarios, library=library, **settings).org


def library_of(*names: str, asked: list[str]) -> Library:
    def load(name: str):
        asked.append(name)
        if name not in names:
            raise ConfigError(f"unknown scenario {name!r}")
        return scenario(name)

    return Library(names, load)


def test_a_library_is_read_when_it_is_touched_and_only_once():
    asked: list[str] = []
    served = org(library=library_of("password", "other", asked=asked))
    assert served.scenario_names == ("password", "other")
    assert asked == []
    assert served.find("other") is served.find("other")
    assert served.default is served.find("default") is served.find("")
    assert asked == ["other", "password"]


def test_with_scenarios_named_the_library_is_not_served_but_can_be_asked_for():
    asked: list[str] = []
    served = org(scenario("mine"), library=library_of("password", asked=asked))
    assert served.find("password") is None
    assert served.scenario("password").name == "password"
    assert served.scenario_names == ("mine",)


def test_threads_that_touch_a_scenario_at_once_get_one_tenant():
    asked: list[str] = []
    served = org(library=library_of("password", asked=asked))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(served.find("password"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(tenant) for tenant in found}) == 1
    assert asked == ["password"]


def test_a_tag_leads_to_its_tenant_until_that_is_deleted():
    served = org()
    tenant = served.create(scenario())
    assert served.find_by_tag(tenant.tag) is tenant
    served.delete(tenant.id)
    assert served.find_by_tag(tenant.tag) is None
    assert served.find_by_tag("nobody") is None


def test_two_tenants_cannot_have_one_id():
    served = org()
    served.create(scenario(), id="mine")
    with pytest.raises(TenantRefused) as refused:
        served.create(scenario(), id="mine")
    assert (refused.value.status, refused.value.field) == (409, "id")


def test_the_clock_of_a_tenant_is_told_to_the_engine():
    seen: list[Request] = []

    def advance(scenario, state, request):
        seen.append(request)
        return state, Reply(status=200)

    at = house(advance=advance)
    tenant = at.org.default
    tenant.advance_clock(60)
    tenant.handle(Request(method="GET", endpoint="keys", origin="http://localhost", at=0.0))
    assert seen[0].at == at.hands[0] + 60


def test_one_request_at_a_time_enters_the_engine():
    inside: list[int] = []
    most: list[int] = []

    def advance(scenario, state, request):
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.005)
        inside.pop()
        return state, Reply(status=200)

    tenant = house(advance=advance).org.default
    request = Request(method="GET", endpoint="keys", origin="http://localhost", at=0.0)
    threads = [threading.Thread(target=tenant.handle, args=(request,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(tenant.journal) == 6


# -- journal ----------------------------------------------------------------------------------------------------------


def exchange(body: bytes = b"") -> Exchange:
    request = Request(method="POST", endpoint="token", origin="http://localhost", at=1.0, body=body)
    tenant = house(advance=answering(Reply(status=200, body=b""))).org.default
    tenant.handle(request)
    return next(iter(tenant.journal))


def test_a_journal_forgets_its_oldest_exchanges():
    journal = Journal(2, Budget(1_000_000))
    kept = [exchange(body) for body in (b"1", b"2", b"3")]
    for each in kept:
        journal.add(each)
    assert list(journal) == kept[1:]


def test_all_journals_together_keep_within_their_budget():
    budget = Budget(100_000)
    journals = [Journal(1000, budget) for _ in range(3)]
    line = exchange(b"x" * 5000)
    for _ in range(50):
        for journal in journals:
            journal.add(line)
    assert 100_000 - line.size < budget.taken <= 100_000
    assert max(map(len, journals)) - min(map(len, journals)) <= 1
    for journal in journals:
        journal.clear()
    assert budget.taken == 0


def test_the_oldest_exchanges_go_first_whosever_they_are():
    budget = Budget(100_000)
    early, late = Journal(1000, budget), Journal(1000, budget)
    line = exchange(b"x" * 5000)
    for _ in range(50):
        early.add(line)
    for _ in range(5):
        late.add(line)
    assert len(late) == 5
    assert len(early) == 100_000 // line.size - 5


def test_an_exchange_that_is_larger_than_all_room_is_alone():
    budget = Budget(10_000)
    early, late = Journal(1000, budget), Journal(1000, budget)
    early.add(exchange(b"1"))
    late.add(exchange(b"x" * 20_000))
    late.add(exchange(b"2"))
    assert (len(early), [each.request_body for each in late]) == (0, [b"2"])


def test_long_addresses_and_headers_count_as_bodies_do():
    plain = exchange()
    assert replace(plain, url="x" * 9000).size > plain.size + 8000
    assert replace(plain, request_headers=(("x-long", "x" * 9000),)).size > plain.size + 8000


def test_a_new_tenants_journal_is_whole_after_others_have_filled_theirs():
    at = house(journal_mib=1)
    for number in range(30):
        made = at.make_tenant(id=f"t{number}")
        for _ in range(12):
            at.begin(made)
        assert len(at.control("GET", f"tenants/t{number}/journal").json) == 24
    assert len(at.control("GET", "tenants/t0/journal").json) < 24


def test_the_seed_of_a_scenario_is_its_name():
    first = Org(Config(), Library((), scenario), scenarios=[scenario("a")], keys=development_keys())
    again = Org(Config(), Library((), scenario), scenarios=[scenario("a")], keys=development_keys())
    assert first.default.state.client_ids == again.default.state.client_ids
    assert first.default.tag == again.default.tag
