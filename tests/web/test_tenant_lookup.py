"""Which tenant a request belongs to, over HTTP and through the walks' own transport; and that it is read once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from mock_okta.engine.model import Intervention, Request
from mock_okta.engine.model import reading as reading_module
from mock_okta_conformance.walks.engine_transport import EngineTransport
from tests.web.served_org import ServedOrg, scenario, serve

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIRST, SECOND = scenario("first"), scenario("second")


def handle(org: ServedOrg, tenant: str, prefix: str = "02.id.") -> str:
    """A handle that could be of that tenant."""
    found = org.org.find(tenant)
    return f"{prefix}{found.tag}{'x' * 37}"


def idx(**body: object) -> tuple[str, str, dict[str, str], bytes]:
    return ("POST", "/idp/idx/introspect", JSON, json.dumps(body).encode())


Asked = tuple[str, tuple[str, str, dict[str, str], bytes]]
"""Whose it is ("" for nobody's), and a request: method, path, headers, body."""

NOBODYS = "02.id." + "-" * 43


def requests(org: ServedOrg) -> Iterator[Asked]:
    yield from requests_to_the_identity_engine(org)
    yield from other_requests(org)


def requests_to_the_identity_engine(org: ServedOrg) -> Iterator[Asked]:
    second, plain = handle(org, "second"), handle(org, "second", "")
    deep = b'{"stateHandle": "%s", "x": %s}' % (second.encode(), b"[" * 40 + b"]" * 40)
    yield "second", idx(stateHandle=second)
    yield "second", idx(interactionHandle=plain)
    yield "second", idx(stateToken=second)
    yield "second", idx(stateHandle=None, interactionHandle=plain)
    yield "second", idx(stateHandle=7, stateToken=second)
    yield "first", idx()
    yield "first", idx(stateHandle=["02.id."])
    yield "", idx(stateHandle=NOBODYS)
    yield "", idx(stateHandle="no handle at all")
    yield "", idx(stateHandle="")
    yield "", idx(stateHandle=NOBODYS, interactionHandle=plain)
    yield "second", ("POST", "/idp/idx/identify", {"Content-Type": "text/plain"}, idx(stateHandle=second)[3])
    yield "second", ("POST", "/idp/idx/identify", {}, idx(stateHandle=second)[3])
    yield "second", ("POST", "/idp/idx/identify", JSON, deep)
    yield "first", ("POST", "/idp/idx/identify", JSON, b'{"stateHandle": "')
    yield "first", ("POST", "/idp/idx/identify", JSON, b"[1]")
    yield "first", ("POST", "/idp/idx/identify", JSON, b"\xff\xfe{")
    yield "first", ("POST", "/idp/idx/nowhere", JSON, b"")


def other_requests(org: ServedOrg) -> Iterator[Asked]:
    second, plain = handle(org, "second"), handle(org, "second", "")
    yield "second", ("POST", "/oauth2/second/v1/token", FORM, urlencode({"stateToken": handle(org, "first")}).encode())
    yield "first", ("POST", "/oauth2/v1/token", FORM, urlencode({"stateToken": second}).encode())
    yield "first", ("GET", "/oauth2/default/v1/keys", {}, b"")
    yield "", ("POST", "/oauth2/third/v1/token", FORM, b"")
    yield "", ("GET", "/.well-known/oauth-authorization-server/oauth2/third", {}, b"")
    yield "second", ("GET", f"/login/token/redirect?stateToken={second}", {}, b"")
    yield "second", ("GET", f"/login/token/redirect?x=1&stateToken=no&token=ft{plain}", {}, b"")
    yield "first", ("GET", f"/login/token/redirect?stateToken={NOBODYS}", {}, b"")
    yield "first", ("GET", "/login/token/redirect?stateToken=no", {}, b"")
    yield "second", ("GET", f"/email/verify/0oa1?token=ft{plain}", {}, b"")
    yield "second", ("POST", "/sso/idps/0oa1", FORM, urlencode({"stateToken": second}).encode())
    yield (
        "second",
        (
            "POST",
            "/sso/idps/0oa1",
            {"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"},
            urlencode({"stateToken": second}).encode(),
        ),
    )
    yield (
        "first",
        ("POST", "/sso/idps/0oa1", {"Content-Type": "text/plain"}, urlencode({"stateToken": second}).encode()),
    )
    yield "first", ("POST", "/sso/idps/0oa1", FORM, b"x&" * 101 + urlencode({"stateToken": second}).encode())
    yield "second", ("POST", "/activate/second", FORM, urlencode({"stateToken": handle(org, "first")}).encode())
    yield "second", ("GET", "/api/v1/sessions/me", {"Cookie": f"idx={plain}"}, b"")
    yield "second", ("GET", "/api/v1/sessions/me", {"Cookie": f'other=1; idx=no; idx="{plain}"'}, b"")
    yield "first", ("GET", "/api/v1/sessions/me", {"Cookie": f"xidx={plain}"}, b"")
    yield (
        "second",
        ("GET", f"/api/v1/sessions/me?stateToken={second}", {"Cookie": f"idx={handle(org, 'first', '')}"}, b""),
    )
    yield "first", ("GET", "/api/v1/sessions/me", {}, b"")  # fmt: skip


NUMBERS = range(len(list(requests(serve(FIRST, SECOND)))))


def answered(org: ServedOrg) -> str:
    """Whose journal has the one request that was made."""
    found = {name for name in ("first", "second") if len(org.org.find(name).journal)}
    assert len(found) <= 1
    return "".join(found)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_request_belongs_to_the_same_tenant_over_http_and_without_a_server(number):
    served, unserved = serve(FIRST, SECOND), serve(FIRST, SECOND)
    wanted, (method, path, headers, body) = list(requests(served))[number]
    client = served.client.application.test_client(use_cookies=False)  # or it would overwrite the header
    by_http = client.open(path, method=method, headers=headers, data=body)
    _, (method, path, headers, body) = list(requests(unserved))[number]
    asked = httpx.Request(method, f"http://localhost{path}", headers=headers, content=body)
    replied = EngineTransport(unserved.org).handle_request(asked)
    assert (answered(served), answered(unserved)) == (wanted, wanted)
    assert replied.status_code == by_http.status_code


# -- read once --------------------------------------------------------------------------------------------------------


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """The texts that are taken apart while requests are answered, by whom ever."""
    seen: list[str] = []
    loads, parse_form, decode = json.loads, reading_module.parse_qsl, reading_module.base64.b64decode

    def noting(kind, parse):
        def parsing(text, *args, **kwargs):
            seen.append(f"{kind} {text if isinstance(text, str) else text.decode()}")
            return parse(text, *args, **kwargs)

        return parsing

    monkeypatch.setattr(json, "loads", noting("json", loads))
    monkeypatch.setattr(reading_module, "parse_qsl", noting("form", parse_form))
    monkeypatch.setattr(reading_module.base64, "b64decode", noting("base64", decode))
    return seen


def scripted() -> ServedOrg:
    """A tenant whose script looks at every request."""
    waiting = Intervention(at={"remediation": "nothing", "user": "nobody"}, effect={"delay_ms": 1})
    return serve(scenario(script=(waiting,)))


def test_a_json_body_is_parsed_once_for_the_tenant_the_script_and_the_engine(parsed):
    org = scripted()
    page = org.begin(org.control("GET", "tenants/default").json)
    body = json.dumps({"identifier": "mary@example.com", "stateHandle": page.json["stateHandle"]})
    parsed.clear()
    org.client.post("/idp/idx/identify", data=body, headers=JSON)
    assert parsed == [f"json {body}"]


def test_a_form_and_a_basic_header_are_parsed_once_for_cors_and_the_engine(parsed):
    org = scripted()
    form = urlencode({"grant_type": "interaction_code", "interaction_code": "x", "code_verifier": "y" * 43})
    headers = {**FORM, "Authorization": "Basic YTpi", "Origin": "https://elsewhere.example"}
    parsed.clear()
    org.client.post("/oauth2/default/v1/token", data=form, headers=headers)
    assert sorted(parsed) == ["base64 YTpi", f"form {form}"]


def test_a_form_is_parsed_once_where_it_leads_to_the_tenant(parsed):
    org = scripted()
    form = urlencode({"stateToken": handle(org, "default")})
    org.client.post("/sso/idps/0oa1", data=form, headers=FORM)
    assert parsed == [f"form {form}"]


def test_a_request_with_another_body_is_read_anew():
    from msgspec.structs import replace

    first = Request(method="POST", endpoint="idx/identify", origin="", at=0.0, chance="", body=b'{"a": 1}')
    assert first.reading.members == {"a": 1}
    assert replace(first, at=1.0).reading is first.reading
    assert replace(first, body=b'{"a": 2}').reading.members == {"a": 2}
