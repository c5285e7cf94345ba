"""Requests that reach no engine: unknown paths and servers, wrong methods, gaps, and our own failures."""

from __future__ import annotations

import pytest

from mock_okta.engine.endpoints import ENDPOINTS
from tests.web.served_org import failing, serve


def assert_envelope(response, status: int, code: str, summary: str) -> None:
    assert response.status_code == status
    assert response.content_type == "application/json"
    error = response.json
    assert list(error) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]
    assert (error["errorCode"], error["errorSummary"], error["errorLink"]) == (code, summary, code)
    assert len(error["errorId"]) == 25
    assert error["errorId"].startswith("oae")


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/oauth2", "/oauth2/default", "/oauth2/default/v1/nope", "/idp/nope", "//"]
)
def test_an_unknown_path_is_not_found(path):
    assert_envelope(serve().get(path), 404, "E0000008", "The requested path was not found")


@pytest.mark.parametrize("path", ["/oauth2/nobody/v1/token", "/oauth2/nobody/.well-known/openid-configuration"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_authorization_server_is_named(path, method):
    summary = "Not found: Resource not found: nobody (AuthorizationServer)"
    assert_envelope(serve().client.open(path, method=method), 404, "E0000007", summary)


@pytest.mark.parametrize(("path", "methods"), [(path, row.methods) for row in ENDPOINTS.values() for path in row.paths])
def test_a_wrong_method_is_refused_and_the_right_ones_are_named(path, methods):
    refused = serve().client.patch(path.replace("<server>", "default"))
    assert_envelope(refused, 405, "E0000022", "The endpoint does not support the provided HTTP method")
    assert refused.headers["Allow"] == ", ".join(methods)
    assert "X-Okta-Request-Id" not in refused.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE", "BREW"])
def test_the_identity_engine_takes_posts_only(method):
    refused = serve().client.open("/idp/idx/introspect", method=method)
    assert_envelope(refused, 405, "E0000022", "The endpoint does not support the provided HTTP method")


def test_head_is_answered_as_get_without_a_body():
    at = serve()
    head = at.client.head("/oauth2/default/v1/keys")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == at.get("/oauth2/default/v1/keys").headers["Content-Length"]


def test_an_unknown_handle_is_an_expired_session():
    for handle in ("02.id.nobody" + "x" * 37, "nobody" + "x" * 37, "rubbish"):
        for name in ("stateHandle", "interactionHandle"):
            replied = serve().post("/idp/idx/introspect", {name: handle})
            assert replied.status_code == 401
            assert replied.json["messages"]["value"][0]["i18n"]["key"] == "idx.session.expired"
            assert replied.json["version"] == "1.0.0"


def test_a_request_without_a_handle_is_for_the_default_tenant():
    at = serve()
    assert at.post("/idp/idx/introspect", {}).status_code == 400
    assert [exchange.endpoint for exchange in at.org.default.journal] == ["idx/introspect"]


@pytest.mark.parametrize("host", ["a b", "x/../y", "http://x", "[1:2", "%", 'x"y', "a,b"])
def test_a_host_that_no_address_can_have_is_refused(host):
    refused = serve().get("/.well-known/openid-configuration", Host=host)
    assert_envelope(refused, 400, "E0000020", "Bad request.")


def test_our_own_failure_names_a_line_of_the_journal_and_nothing_else():
    at = serve(advance=failing)
    broken = at.post("/oauth2/default/v1/token", {})
    assert_envelope(broken, 500, "E0000009", "Internal Server Error")
    assert "secret" not in broken.text
    [line] = at.control("GET", "tenants/default/journal").json
    assert line["failure"]["id"] == broken.json["errorId"]
    assert "RuntimeError" in line["failure"]["traceback"]
    assert line["response"]["status"] == 500


def test_a_failure_leaves_the_state_as_it_was():
    at = serve(advance=failing)
    before = at.org.default.state
    at.post("/oauth2/default/v1/token", {})
    assert at.org.default.state is before


def test_requests_that_led_nowhere_have_a_journal_too():
    at = serve()
    at.get("/nope")
    at.post("/idp/idx/introspect", {"stateHandle": "rubbish"})
    lost = at.control("GET", "journal").json
    assert [line["request"]["url"] for line in lost] == ["http://localhost/nope", "http://localhost/idp/idx/introspect"]
    assert [line["response"]["status"] for line in lost] == [404, 401]
