"""What browsers are told: clients of Okta fail without a word when one of these headers is missing."""

from __future__ import annotations

import pytest

from mock_okta.engine.model import Reply
from tests.web.house import PAGE, answering, house, scenario

STRANGER = "https://stranger.example"
SESSION_PATHS = ("/oauth2/v1/interact", "/oauth2/two-factors/v1/interact", "/idp/idx/introspect", "/idp/idx/identify")
OPEN_PATHS = (
    "/.well-known/openid-configuration",
    "/.well-known/okta-organization",
    "/.well-known/oauth-authorization-server",
    "/oauth2/default/.well-known/openid-configuration",
    "/oauth2/default/v1/keys",
)


def preflight(at, path: str, origin: str = PAGE, method: str = "POST"):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type,x-okta-user-agent-extended,x-device-fingerprint",
    }
    return at.client.options(path, headers=asked)


@pytest.mark.parametrize("path", SESSION_PATHS)
def test_a_refused_request_with_cookies_echoes_the_exact_origin(path):
    refused = house().post(path, {}, Origin=PAGE)
    assert 400 <= refused.status_code < 500
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert refused.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("path", SESSION_PATHS)
def test_a_preflight_with_cookies_allows_what_the_page_asks_for(path):
    allowed = preflight(house(), path)
    assert allowed.status_code == 204
    assert allowed.data == b""
    assert allowed.headers["Access-Control-Allow-Origin"] == PAGE
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    assert allowed.headers["Access-Control-Allow-Methods"] == "POST"
    assert "x-device-fingerprint" in allowed.headers["Access-Control-Allow-Headers"]
    assert int(allowed.headers["Access-Control-Max-Age"]) > 0
    assert allowed.headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_metadata_and_keys_are_for_every_page_but_without_cookies(path):
    read = house().get(path, Origin=STRANGER)
    assert read.status_code == 200
    assert read.headers["Access-Control-Allow-Origin"] == STRANGER
    assert "Access-Control-Allow-Credentials" not in read.headers
    assert read.headers["Vary"] == "Origin"
    assert preflight(house(), path, STRANGER, "GET").headers["Access-Control-Allow-Methods"] == "GET"


@pytest.mark.parametrize("path", ["/oauth2/default/v1/token", "/oauth2/v1/userinfo", "/oauth2/v1/revoke"])
def test_other_endpoints_are_for_trusted_pages_without_cookies(path):
    trusted = house().post(path, {}, Origin=PAGE)
    assert trusted.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in trusted.headers
    assert "Access-Control-Allow-Origin" not in house().post(path, {}, Origin=STRANGER).headers


def test_an_untrusted_page_is_answered_but_may_not_read_the_answer():
    refused = house().post("/oauth2/v1/interact", {}, Origin=STRANGER)
    assert refused.status_code == 400
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in preflight(house(), "/idp/idx/identify", STRANGER).headers


def test_a_scenario_names_further_trusted_origins():
    at = house(scenario("mine", trusted_origins=(STRANGER,)))
    assert at.post("/oauth2/mine/v1/interact", {}, Origin=STRANGER).headers["Access-Control-Allow-Origin"] == STRANGER
    assert preflight(at, "/idp/idx/identify", STRANGER).headers["Access-Control-Allow-Origin"] == STRANGER


def test_the_trusted_origin_of_one_tenant_is_not_that_of_another():
    at = house(scenario("mine", trusted_origins=(STRANGER,)), scenario("yours"))
    yours = at.post("/oauth2/yours/v1/interact", {}, Origin=STRANGER)
    assert "Access-Control-Allow-Origin" not in yours.headers


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "https://localhost", "http://127.0.0.1:9", "http://[::1]:8080", "http://app.localhost:1"],
)
def test_pages_of_this_machine_are_trusted(origin):
    assert house().post("/idp/idx/introspect", {}, Origin=origin).headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin",
    ["null", "http://localhost.evil.example", "http://evil.example/localhost", "ftp://localhost", "localhost", "*",
     "http://127.0.0.1.evil.example", "http://user@localhost", "http://evil.example#@localhost", "http://[", ""],
)  # fmt: skip
def test_what_only_looks_like_this_machine_is_not_trusted(origin):
    assert "Access-Control-Allow-Origin" not in house().post("/idp/idx/introspect", {}, Origin=origin).headers


def test_pages_may_read_what_clients_need_for_waiting_and_reporting():
    exposed = house().post("/idp/idx/introspect", {}, Origin=PAGE).headers["Access-Control-Expose-Headers"]
    for name in ("X-Okta-Request-Id", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"):
        assert name in exposed
    assert "WWW-Authenticate" in exposed


@pytest.mark.parametrize("path", ["/no/such/path", "/oauth2/nobody/v1/token", "/api/v1/users"])
def test_pages_may_read_that_there_is_nothing(path):
    assert house().get(path, Origin=PAGE).headers["Access-Control-Allow-Origin"] == PAGE


def test_a_reply_to_no_page_still_varies_by_origin():
    plain = house().get("/oauth2/default/v1/keys")
    assert "Access-Control-Allow-Origin" not in plain.headers
    assert plain.headers["Vary"] == "Origin"


def test_a_scenario_can_break_cors():
    broken = Reply(status=200, body={}, headers=(("Access-Control-Allow-Origin", "*"),))
    replied = house(advance=answering(broken)).post("/idp/idx/introspect", {}, Origin=PAGE)
    assert replied.headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in replied.headers
