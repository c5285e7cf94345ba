"""The tenants of a server as values, without HTTP."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from mock_okta.engine import advance as real_advance
from mock_okta.engine.model import Reply, Request, State
from mock_okta.errors import ConfigError
from mock_okta.journal import Budget, Exchange, Journal
from mock_okta.org import Library, Org, TenantRefused
from tests.web.served_org import answering, scenario, serve


def org(*scenarios, library=None, **settings) -> Org:
    return serve(*scenarios, library=library, **settings).org


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

    at = serve(advance=advance)
    tenant = at.org.default
    tenant.advance_clock(60)
    tenant.handle(Request(method="GET", endpoint="keys", origin="http://localhost", at=0.0, chance="1"))
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

    tenant = serve(advance=advance).org.default
    request = Request(method="GET", endpoint="keys", origin="http://localhost", at=0.0, chance="1")
    threads = [threading.Thread(target=tenant.handle, args=(request,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(tenant.journal) == 6


# -- journal ----------------------------------------------------------------------------------------------------------


def exchange(body: bytes = b"") -> Exchange:
    request = Request(method="POST", endpoint="token", origin="http://localhost", at=1.0, chance="1", body=body)
    tenant = serve(advance=answering(Reply(status=200, body=b""))).org.default
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
    at = serve(journal_mib=1)
    for number in range(30):
        made = at.make_tenant(id=f"t{number}")
        for _ in range(12):
            at.begin(made)
        assert len(at.control("GET", f"tenants/t{number}/journal").json) == 24
    assert len(at.control("GET", "tenants/t0/journal").json) < 24


# -- chance -----------------------------------------------------------------------------------------------------------


def handles(**settings) -> list[str]:
    """What a new server gives out: to its default tenant before and after a reset, and to two made while it runs."""
    at = serve(**settings)
    served = [at.control("GET", "tenants/default").json] * 2
    given = [at.begin(served[0]).json["stateHandle"]]
    at.control("POST", "tenants/default/reset")
    given.append(at.begin(served[1]).json["stateHandle"])
    made = [at.make_tenant(scenario="two-factors"), at.make_tenant(scenario="two-factors", id="mine")]
    return [*given, *(at.begin(tenant).json["stateHandle"] for tenant in made), *(each["id"] for each in made)]


def test_without_a_seed_every_start_gives_out_other_handles():
    first, second = handles(), handles()
    assert len({*first, *second}) == len(first) + len(second) - 1  # `mine` is called so twice


def test_a_named_seed_makes_every_start_the_same():
    assert handles(seed="s") == handles(seed="s")
    assert len({*handles(seed="s"), *handles(seed="another")}) == 2 * len(handles()) - 1


def test_ids_of_what_is_served_from_the_start_do_not_depend_on_the_seed_of_the_start():
    known = [
        serve(**settings).control("GET", "tenants/default").json for settings in ({}, {"seed": "s"}, {"seed": "t"})
    ]
    assert known[0] == known[1] == known[2]


def test_a_life_replays_byte_for_byte():
    seen: list[tuple[State, Request, Reply, State]] = []

    def advance(scenario, state, request):
        after, reply = real_advance(scenario, state, request)
        seen.append((state, request, reply, after))
        return after, reply

    at = serve(advance=advance)
    at.answer(at.identify(at.begin(at.make_tenant(scenario="two-factors"))), "Abcd1234!")
    assert len(seen) == 4
    for before, request, reply, after in seen:
        assert real_advance(scenario(), before, request) == (after, reply)


def test_no_two_requests_of_a_life_have_one_chance():
    seen: list[Request] = []

    def advance(scenario, state, request):
        seen.append(request)
        return state, Reply(status=200)

    tenant = serve(advance=advance).org.default
    for _ in range(3):
        tenant.handle(Request(method="GET", endpoint="keys", origin="http://localhost", at=0.0, chance=""))
        tenant.change(lambda state: (state, seen.append(Request(
            method="", endpoint="", origin="", at=0.0, chance=tenant.chance()))))  # fmt: skip
    assert len({request.chance for request in seen}) == 6


READING = (
    ("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/okta-organization"), ("GET", "/oauth2/v1/keys"),
    ("POST", "/oauth2/v1/token"), ("GET", "/oauth2/v1/userinfo"), ("POST", "/oauth2/v1/introspect"),
    ("POST", "/oauth2/v1/interact"), ("POST", "/oauth2/v1/revoke"), ("GET", "/oauth2/v1/authorize"),
    ("POST", "/idp/idx/introspect"), ("POST", "/idp/idx/identify"), ("POST", "/idp/idx/nowhere"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), READING)
def test_a_request_that_changes_nothing_leaves_the_very_state(method, path):
    at = serve()
    before = at.org.default.state
    at.client.open(path, method=method)
    assert at.org.default.state is before


def test_a_page_that_is_looked_at_again_changes_nothing_but_when_it_was_of_use():
    at = serve()
    page = at.begin(at.control("GET", "tenants/default").json)
    before = at.org.default.state
    again = at.post("/idp/idx/introspect", {"stateHandle": page.json["stateHandle"]})
    assert again.json == page.json
    assert replace(at.org.default.state, use=before.use) == before
