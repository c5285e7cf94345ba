"""The journal is read from where one has stopped reading."""

from __future__ import annotations

import httpx
import pytest

from mock_okta import MockOkta
from tests.web.served_org import problems, serve

KEYS = "/oauth2/default/v1/keys"


def numbers(org, path: str = "tenants/default/journal", **query: object) -> list[int]:
    filters = "&".join(f"{name}={value}" for name, value in query.items())
    return [line["number"] for line in org.control("GET", f"{path}?{filters}").json]


def asked(org, times: int):
    for _ in range(times):
        org.get(KEYS)
    return org


def test_exchanges_are_numbered_from_one_whatever_other_tenants_do():
    org = serve()
    other = org.make_tenant()
    for _ in range(3):
        org.get(KEYS)
        org.get(f"/oauth2/{other['id']}/v1/keys")
    assert numbers(org) == numbers(org, f"tenants/{other['id']}/journal") == [1, 2, 3]


def test_only_what_came_after_a_number_is_read():
    org = asked(serve(), 5)
    assert numbers(org, after=3) == [4, 5]
    assert numbers(org, after=5) == numbers(org, after=99) == []
    assert numbers(org, after=0) == [1, 2, 3, 4, 5]


def test_the_other_filters_hold_too():
    org = asked(serve(), 2)
    org.get("/oauth2/default/.well-known/openid-configuration")
    asked(org, 2)
    assert numbers(org, after=1, endpoint="keys") == [2, 4, 5]
    assert numbers(org, after=1, latest=2) == [4, 5]
    har = org.control("GET", "tenants/default/journal?after=3&format=har").json
    assert len(har["log"]["entries"]) == 2


def test_numbers_go_on_when_exchanges_were_forgotten():
    org = asked(serve(journal_length=3), 5)
    assert numbers(org, after=1) == numbers(org) == [3, 4, 5]


@pytest.mark.parametrize(("method", "path"), [("DELETE", "journal"), ("POST", "reset")])
def test_numbers_go_on_when_the_journal_was_emptied(method, path):
    org = asked(serve(), 2)
    org.control(method, f"tenants/default/{path}")
    assert numbers(org) == []
    assert numbers(asked(org, 1), after=2) == [3]


def test_requests_that_led_to_no_tenant_are_numbered_too():
    org = serve()
    for _ in range(3):
        org.get("/nowhere")
    assert numbers(org, "journal", after=1) == [2, 3]


@pytest.mark.parametrize("after", ["x", "", "nan", "1e99"])
def test_a_number_that_is_none_is_refused(after):
    refused = serve().control("GET", f"tenants/default/journal?after={after}")
    assert (refused.status_code, problems(refused)) == (400, [("after", f"after is {after!r}")])


def test_a_test_in_python_reads_on_where_it_stopped():
    with MockOkta() as okta:
        for _ in range(2):
            httpx.get(f"{okta.issuer}/v1/keys")
        (*_, last) = okta.journal()
        httpx.get(f"{okta.issuer}/.well-known/openid-configuration")
        assert [(each["number"], each["endpoint"]) for each in okta.journal(after=last["number"])] == [
            (3, "openid-configuration")
        ]
