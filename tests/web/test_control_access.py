"""Who may use the control API: this machine under a name of its own, or whoever has the token."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.config import Config
from mock_okta.errors import ConfigError
from tests.web.served_org import PAGE, ServedOrg, problems, serve

CALLS = ("GET tenants", "GET tenants/default", "GET tenants/default/outbox", "GET journal", "GET gaps",
         "POST tenants/default/reset", "DELETE tenants/default/script")  # fmt: skip


def status_of(at: ServedOrg, call: str = "GET tenants", *, address: str = "127.0.0.1", **headers: str) -> int:
    """What the control API answers; headers are written as in Python."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    method, path = call.split()
    asked: Any = at.client.open(
        f"/__mock__/{path}", method=method, headers=named, environ_overrides={"REMOTE_ADDR": address}
    )
    return asked.status_code


# ---------------------------------------------------------------------------------------------------------------------
# This machine
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["10.0.0.7", "::ffff:10.0.0.7", "fe80::1", "0.0.0.0", ""])
@pytest.mark.parametrize("call", CALLS)
def test_other_machines_are_turned_away(call, address):
    assert status_of(serve(), call, address=address) == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in_by_every_address_of_its_own(address):
    assert status_of(serve(), address=address) == 200


OWN_NAMES = (
    "localhost", "localhost:6582", "LocalHost:1", "localhost.", "localhost.:6582", "app.localhost:3000", "127.0.0.1",
    "127.0.0.1:80", "127.1.2.3:6582", "127.0.0.1.", "[::1]", "[::1]:6582", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]:6582",
)  # fmt: skip
FOREIGN_NAMES = (
    "evil.test", "evil.test:6582", "localhost.evil.test", "127.0.0.1.evil.test", "127.0.0.1.nip.io", "evillocalhost",
    "localhost,evil.test", "evil.test, localhost", "localhost@evil.test", "localhost:6582@evil.test",
    "localhost:port", "localhost:123456", "0.0.0.0", "0.0.0.0:6582", "[::]", "[::]:6582", "10.0.0.7", "[fe80::1]",
    "[::ffff:10.0.0.7]", "[::1", "::1", "[::1]evil.test", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "",
    "local host", "localhost/", "l\u00f6calhost", "mock-okta:6582",
)  # fmt: skip


@pytest.mark.parametrize("host", OWN_NAMES)
def test_it_answers_under_names_of_this_machine(host):
    assert status_of(serve(), Host=host) == 200


@pytest.mark.parametrize("host", FOREIGN_NAMES)
def test_a_page_whose_host_name_leads_here_is_still_of_another_host(host):
    at = serve()
    assert {call: status_of(at, call, Host=host) for call in CALLS} == dict.fromkeys(CALLS, 403)


def test_whoever_calls_it_by_another_name_is_told_what_to_do():
    refused = serve().control("GET", "tenants", Host="mock-okta:6582")
    assert problems(refused) == [
        ("Host", "the control API answers under names of this machine only, not as 'mock-okta:6582'")
    ]
    assert refused.json["errors"][0]["hint"] == (
        "call it as localhost or 127.0.0.1, name this host with --base-url, or start the server with --control-token"
        " and send that token"
    )


@pytest.mark.parametrize("host", ["evil.test", "mock-okta:6582", "0.0.0.0:6582"])
def test_all_other_paths_answer_under_any_name(host):
    assert serve().get("/oauth2/default/v1/keys", Host=host).status_code == 200


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"base_url": "https://okta.test:8443"}, "okta.test:8443"),
        ({"base_url": "https://okta.test:8443"}, "OKTA.test"),
        ({"base_url": "https://okta.test"}, "okta.test.:6582"),
        ({"base_url": "http://[fd00::1]:80"}, "[fd00::1]"),
        ({"host": "build-17"}, "build-17:6582"),
    ],
)
def test_what_the_server_was_told_that_it_is_called_is_a_name_of_its_own(settings, host):
    assert status_of(serve(**settings), Host=host) == 200
    assert status_of(serve(**settings), Host="evil.test") == 403
    assert status_of(serve(), Host=host) == 403


def test_a_server_that_listens_everywhere_is_not_called_so():
    for host in ("0.0.0.0", "::", ""):
        assert status_of(serve(host=host), Host="0.0.0.0:6582") == 403


# ---------------------------------------------------------------------------------------------------------------------
# Proxies
# ---------------------------------------------------------------------------------------------------------------------

FORWARDING = {
    "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443", "X-Forwarded-Server": "proxy", "X-Forwarded-Anything": "at all",
    "Forwarded": "for=127.0.0.1", "Via": "1.1 proxy", "X-Real-IP": "127.0.0.1", "X-Client-IP": "127.0.0.1",
    "True-Client-IP": "127.0.0.1", "CF-Connecting-IP": "127.0.0.1", "X-Cluster-Client-IP": "127.0.0.1",
}  # fmt: skip


@pytest.mark.parametrize("header", FORWARDING)
def test_what_a_proxy_that_nobody_trusts_hands_on_may_come_from_anywhere(header):
    at = serve()
    for value in (FORWARDING[header], ""):
        told = {call: status_of(at, call, **{header: value}) for call in CALLS}
        assert told == dict.fromkeys(CALLS, 403)


def test_whoever_comes_through_a_proxy_is_told_by_which_header():
    refused = serve().control("GET", "tenants", X_Real_IP="127.0.0.1")
    message = "the control API answers this machine only, and this call came through a proxy"
    assert problems(refused) == [("X-Real-Ip", message)]
    assert "--trust-proxy" in refused.json["errors"][0]["hint"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X_Forwarded_For": "127.0.0.1"}, 200),
        ({"X_Forwarded_For": "127.0.0.1", "Via": "1.1 proxy", "X_Forwarded_Host": "localhost:8080"}, 200),
        ({"X_Forwarded_For": "10.0.0.7"}, 403),
        ({"X_Forwarded_For": "127.0.0.1, 10.0.0.7"}, 403),
        ({"X_Forwarded_For": "10.0.0.7, 127.0.0.1"}, 403),
        ({"X_Forwarded_For": "unknown"}, 403),
        ({"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Host": "evil.test"}, 403),
        ({"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Host": "localhost", "Host": "evil.test"}, 403),
        ({"Forwarded": "for=127.0.0.1"}, 403),
        ({"X_Real_IP": "10.0.0.7"}, 403),
    ],
)
def test_whom_a_trusted_proxy_speaks_for_counts_as_the_caller(headers, status):
    assert status_of(serve(trust_proxy=True), **headers) == status


# ---------------------------------------------------------------------------------------------------------------------
# Pages
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.test", "null", "file://", ""])
def test_pages_of_other_hosts_cannot_make_this_machine_call(origin):
    at = serve()
    assert at.control("POST", "tenants", {"scenario": "two-factors"}, Origin=origin).status_code == 403
    assert len(at.org.tenants()) == 1


def test_pages_of_this_machine_may_read_the_outbox():
    at = serve()
    browser = {"Origin": PAGE, "Host": "localhost:6582", "Sec_Fetch_Site": "same-site"}
    read = at.control("GET", "tenants/default/outbox", **browser)
    assert read.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in read.headers
    asked = at.client.options("/__mock__/tenants/default/users/x", headers={"Origin": PAGE})
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(("method", "path"), [("GET", "nowhere"), ("PUT", "tenants"), ("GET", "tenants/nobody")])
def test_pages_of_this_machine_may_read_why_a_call_was_refused(method, path):
    assert serve().control(method, path, Origin=PAGE).headers["Access-Control-Allow-Origin"] == PAGE


# ---------------------------------------------------------------------------------------------------------------------
# The token
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["Bearer opens it", "bearer opens it", "BEARER opens it", "Bearer   opens it"])
def test_a_control_token_opens_the_door_from_anywhere(sent):
    at = serve(control_token="opens it")
    assert status_of(at, Authorization=sent, address="10.0.0.7", Host="evil.test", Via="1.1 proxy") == 200


@pytest.mark.parametrize(
    "sent",
    [None, "", "opens it", "Bearer", "Bearer ", "Bearer opens", "Bearer opens it too", "Basic opens it",
     "Beareropens it", "Bearer opens it, Bearer opens it", "Bearer\topens it", "\u00fc", "Bearer \u00fc"],
)  # fmt: skip
def test_and_shuts_it_to_those_without_even_on_this_machine(sent):
    at = serve(control_token="opens it")
    headers = {} if sent is None else {"Authorization": sent}
    assert {call: status_of(at, call, **headers) for call in CALLS} == dict.fromkeys(CALLS, 401)


def test_who_has_no_token_is_told_how_to_send_it():
    refused = serve(control_token="opens it").control("GET", "tenants", Authorization="opens it")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.json["errors"][0]["hint"] == "send it as Authorization: Bearer TOKEN"


@pytest.mark.parametrize("token", ["", " ", " opens", "opens ", "\u00f6ffnet", "opens\n", "op\x00ens"])
def test_a_token_that_anybody_or_nobody_could_send_is_refused_at_the_start(token):
    with pytest.raises(ConfigError, match="control_token"):
        Config(control_token=token)


# ---------------------------------------------------------------------------------------------------------------------
# Health
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, {"Host": "evil.test"}),
        ({}, {"address": "10.0.0.7", "Host": "mock-okta:6582"}),
        ({}, {"X_Forwarded_For": "10.0.0.7"}),
        ({}, {"Origin": "https://evil.test"}),
        ({"control_token": "opens it"}, {}),
        ({"control_token": "opens it"}, {"Authorization": "Bearer wrong"}),
    ],
)
def test_strangers_are_told_that_it_is_ready_and_no_more(settings, headers):
    at = serve(**settings)
    address = {"REMOTE_ADDR": headers.pop("address", "127.0.0.1")}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    health = at.client.get("/__mock__/health", headers=named, environ_overrides=address)
    assert (health.status_code, health.json) == (200, {"ready": True})


def test_those_who_may_use_it_are_told_what_it_serves():
    for at, headers in ((serve(), {}), (serve(control_token="opens it"), {"Authorization": "bearer opens it"})):
        assert at.control("GET", "health", **headers).json["scenarios"] == ["two-factors"]


def test_a_call_that_there_is_not_says_so():
    at = serve()
    for method, path, status in (("GET", "helth", 404), ("PUT", "health", 405)):
        refused = at.control(method, path)
        assert refused.status_code == status
        assert path in refused.json["message"]
