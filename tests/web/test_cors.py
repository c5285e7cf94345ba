"""What browsers are told: clients of Okta fail without a word when one of these headers is missing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mock_okta.engine.model import App, AppType, Reply
from tests.web.served_org import PAGE, answering, scenario, serve

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
    refused = serve().post(path, {}, Origin=PAGE)
    assert 400 <= refused.status_code < 500
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert refused.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("path", SESSION_PATHS)
def test_a_preflight_with_cookies_allows_what_the_page_asks_for(path):
    allowed = preflight(serve(), path)
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
    read = serve().get(path, Origin=STRANGER)
    assert read.status_code == 200
    assert read.headers["Access-Control-Allow-Origin"] == STRANGER
    assert "Access-Control-Allow-Credentials" not in read.headers
    assert read.headers["Vary"] == "Origin"
    assert preflight(serve(), path, STRANGER, "GET").headers["Access-Control-Allow-Methods"] == "GET"


@pytest.mark.parametrize("path", ["/oauth2/v1/revoke", "/oauth2/default/v1/revoke"])
def test_any_page_may_revoke_but_without_cookies(path):
    answered = serve().post(path, {}, Origin=STRANGER)
    assert answered.headers["Access-Control-Allow-Origin"] == STRANGER
    assert "Access-Control-Allow-Credentials" not in answered.headers
    assert preflight(serve(), path, STRANGER).headers["Access-Control-Allow-Methods"] == "POST"


@pytest.mark.parametrize("path", ["/oauth2/default/v1/token", "/oauth2/v1/userinfo", "/oauth2/v1/introspect"])
def test_other_endpoints_are_for_trusted_pages_without_cookies(path):
    trusted = serve().post(path, {}, Origin=PAGE)
    assert trusted.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in trusted.headers
    assert "Access-Control-Allow-Origin" not in serve().post(path, {}, Origin=STRANGER).headers


def test_an_untrusted_page_is_answered_but_may_not_read_the_answer():
    refused = serve().post("/oauth2/v1/interact", {}, Origin=STRANGER)
    assert refused.status_code == 400
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in preflight(serve(), "/idp/idx/identify", STRANGER).headers


def test_a_scenario_names_further_trusted_origins():
    at = serve(scenario("mine", trusted_origins=(STRANGER,)))
    assert at.post("/oauth2/mine/v1/interact", {}, Origin=STRANGER).headers["Access-Control-Allow-Origin"] == STRANGER
    assert preflight(at, "/idp/idx/identify", STRANGER).headers["Access-Control-Allow-Origin"] == STRANGER


def test_the_trusted_origin_of_one_tenant_is_not_that_of_another():
    at = serve(scenario("mine", trusted_origins=(STRANGER,)), scenario("yours"))
    yours = at.post("/oauth2/yours/v1/interact", {}, Origin=STRANGER)
    assert "Access-Control-Allow-Origin" not in yours.headers


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "https://localhost", "http://127.0.0.1:9", "http://[::1]:8080", "http://app.localhost:1"],
)
def test_pages_of_this_machine_are_trusted(origin):
    assert serve().post("/idp/idx/introspect", {}, Origin=origin).headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin",
    ["null", "http://localhost.evil.example", "http://evil.example/localhost", "ftp://localhost", "localhost", "*",
     "http://127.0.0.1.evil.example", "http://user@localhost", "http://evil.example#@localhost", "http://[", ""],
)  # fmt: skip
def test_what_only_looks_like_this_machine_is_not_trusted(origin):
    assert "Access-Control-Allow-Origin" not in serve().post("/idp/idx/introspect", {}, Origin=origin).headers


def test_pages_may_read_what_clients_need_for_waiting_and_reporting():
    exposed = serve().post("/idp/idx/introspect", {}, Origin=PAGE).headers["Access-Control-Expose-Headers"]
    for name in ("X-Okta-Request-Id", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"):
        assert name in exposed
    assert "WWW-Authenticate" in exposed


# -- where the page is from -------------------------------------------------------------------------------------------

ELSEWHERE = "https://shop.example"
SHOP = App(
    type=AppType.BROWSER, client_id="shop", redirect_uris=("https://Shop.Example:443/cb",), loopback_redirects=False
)
BANK = App(client_id="bank", client_secret="s", redirect_uris=("https://bank.example/cb",), loopback_redirects=False)
TOKEN = "/oauth2/mine/v1/token"


def mall(**changes):
    return serve(scenario("mine", apps=(SHOP, BANK), **changes))


def may_read(response, origin: str = ELSEWHERE) -> bool:
    return response.headers.get("Access-Control-Allow-Origin") == origin


def test_the_token_endpoint_is_for_pages_at_the_redirect_uris_of_the_client():
    assert may_read(preflight(mall(), TOKEN, ELSEWHERE))
    assert may_read(mall().form(TOKEN, {"client_id": "shop"}, Origin=ELSEWHERE))
    assert may_read(
        mall().form(TOKEN, {}, Origin="https://bank.example", Authorization="Basic YmFuazpz"), "https://bank.example"
    )


@pytest.mark.parametrize("client_id", ["bank", "nobody"])
def test_the_token_endpoint_is_not_for_pages_of_others(client_id):
    refused = mall().form(TOKEN, {"client_id": client_id}, Origin=ELSEWHERE)
    assert refused.status_code in (400, 401)
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize("path", ["interact", "userinfo", "introspect"])
def test_other_endpoints_are_not_for_pages_at_redirect_uris(path):
    at = mall()
    assert not may_read(preflight(at, f"/oauth2/mine/v1/{path}", ELSEWHERE))
    assert not may_read(at.form(f"/oauth2/mine/v1/{path}", {"client_id": "shop"}, Origin=ELSEWHERE))


SPELLINGS = ["https://Shop.Example", "HTTPS://shop.example", "https://shop.example:443", "https://shop.example/"]


@pytest.mark.parametrize("written", SPELLINGS)
@pytest.mark.parametrize("sent", [ELSEWHERE, "https://SHOP.example", "https://shop.example:443"])
def test_an_origin_is_the_same_in_every_spelling(written, sent):
    at = mall(trusted_origins=(written,))
    assert may_read(preflight(at, "/oauth2/mine/v1/userinfo", sent), sent)
    assert may_read(at.post("/oauth2/mine/v1/interact", {}, Origin=sent), sent)
    app = replace(SHOP, redirect_uris=(f"{written.rstrip('/')}/cb",))
    asked = serve(scenario("mine", apps=(app,))).form(TOKEN, {"client_id": "shop"}, Origin=sent)
    assert may_read(asked, sent)
    assert "whitelisted" not in asked.text


def test_foreign_letters_are_sent_in_punycode():
    at = mall(trusted_origins=("https://bücher.example",))
    assert may_read(
        preflight(at, "/idp/idx/identify", "https://xn--bcher-kva.example"), "https://xn--bcher-kva.example"
    )


@pytest.mark.parametrize(
    "origin",
    ["http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example", "https://shop.example/cb",
     "https://me@shop.example", "https://shop.example?", "https://shop.example#", "https://shop.example:99999",
     "shop.example", "null", "https://", "https://[", "https://shop.example" + "/" * 300_000],
    ids=lambda origin: origin[:40],
)  # fmt: skip
def test_what_only_looks_like_it_is_another(origin):
    at = mall(trusted_origins=(ELSEWHERE,))
    assert "Access-Control-Allow-Origin" not in at.form(TOKEN, {"client_id": "shop"}, Origin=origin).headers


# -- replies that no engine gives -------------------------------------------------------------------------------------

LONG = "x" * 2_000_000


@pytest.mark.parametrize(
    ("method", "path", "status", "with_cookies"),
    [
        ("POST", "/oauth2/mine/v1/interact", 413, True),
        ("POST", "/idp/idx/identify", 413, True),
        ("POST", "/oauth2/mine/v1/token", 413, False),
        ("POST", "/oauth2/mine/v1/userinfo", 413, False),
        ("PUT", "/oauth2/mine/v1/interact", 405, True),
        ("PUT", "/idp/idx/identify", 405, True),
        ("PUT", "/oauth2/mine/v1/token", 405, False),
        ("PUT", "/oauth2/mine/v1/keys", 405, False),
        ("POST", "/no/such/path", 404, True),
        ("POST", "/oauth2/nobody/v1/interact", 404, True),
        ("POST", "/oauth2/nobody/v1/token", 404, False),
    ],
)
def test_a_page_may_read_why_nothing_was_done(method, path, status, with_cookies):
    refused = mall().client.open(path, method=method, data=LONG if status == 413 else "", headers={"Origin": PAGE})
    assert refused.status_code == status
    assert may_read(refused, PAGE)
    assert (refused.headers.get("Access-Control-Allow-Credentials") == "true") is with_cookies


def test_a_page_at_a_redirect_uri_may_read_why_no_token_was_given():
    for method, status in (("POST", 413), ("PUT", 405)):
        refused = mall().client.open(TOKEN, method=method, data=LONG, headers={"Origin": ELSEWHERE})
        assert (refused.status_code, may_read(refused)) == (status, True)


@pytest.mark.parametrize("path", ["/no/such/path", "/oauth2/nobody/v1/token", "/api/v1/users"])
def test_pages_may_read_that_there_is_nothing(path):
    assert serve().get(path, Origin=PAGE).headers["Access-Control-Allow-Origin"] == PAGE


def test_a_reply_to_no_page_still_varies_by_origin():
    plain = serve().get("/oauth2/default/v1/keys")
    assert "Access-Control-Allow-Origin" not in plain.headers
    assert plain.headers["Vary"] == "Origin"


def test_a_scenario_can_break_cors():
    broken = Reply(status=200, body={}, headers=(("Access-Control-Allow-Origin", "*"),))
    replied = serve(advance=answering(broken)).post("/idp/idx/introspect", {}, Origin=PAGE)
    assert replied.headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in replied.headers


def asked_of(script) -> set[str]:
    """The names of the CORS headers that a page gets from a tenant with this script."""
    at = serve()
    assert at.control("POST", "tenants/default/script", {"at": {}, **script}).status_code == 201
    replied = at.post("/idp/idx/introspect", {}, Origin=PAGE)
    return {name for name, _ in replied.headers if name.startswith("Access-Control") or name == "Vary"}


CORS = {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"}


def test_a_raw_reply_can_be_read_by_the_page_unless_its_script_says_otherwise():
    assert asked_of({"raw": {"status": 503}}) == CORS
    assert asked_of({"raw": {"headers": {"Access-Control-Allow-Origin": None}}}) == set()
    assert asked_of({"headers": {"Vary": None, "access-control-expose-headers": None}}) == {
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
    }
