"""Too long, too deep, wrongly encoded: refused with 4xx, and never at the cost of others."""

from __future__ import annotations

import pytest

from mock_okta.engine.idx.device_requests import LIFETIME_S, MOST_REQUESTS
from mock_okta.engine.model import App, AppType
from mock_okta.engine.model.json_depth import is_too_deep
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from tests.web.served_org import ION, PAGE, scenario, serve

PATHS = (
    *("/oauth2/default/v1/token", "/oauth2/v1/interact", "/oauth2/nobody/v1/token"),
    *("/idp/idx/introspect", "/idp/idx/identify", "/nope", "/api/v1/users"),
    *("/__mock__/tenants/default/clock", "/__mock__/tenants/default/script"),
)

ODD_BODIES = {
    "deep arrays": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep below a handle": b'{"stateHandle":"x","a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "no UTF-8": b'{"stateHandle":"\xff\xfe"}',
    "UTF-16": '{"stateHandle":"x"}'.encode("utf-16"),
    "UTF-32": '{"stateHandle":"x"}'.encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "half a pair": b'{"stateHandle":"\\ud800","identifier":"\\udfff"}',
    "zeroes": b"\x00" * 100,
    "not a number": b'{"stateHandle":NaN}',
    "a long number": b'{"stateHandle":' + b"9" * 10_000 + b"}",
    "a list": b"[1,2,3]",
    "a text": b'"stateHandle"',
    "nothing": b"",
    "a form": b"grant_type=%ff&%00=&=&&&a%5b%5d=1;b",
}


KINDS = ("application/json", "application/x-www-form-urlencoded", "text/plain; charset=klingon", "")


@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_an_odd_body_is_the_fault_of_its_sender(body):
    at = serve()
    for path in PATHS:
        for kind in KINDS:
            refused = at.client.post(path, data=body, content_type=kind).status_code
            assert 400 <= refused < 500 or (refused == 501 and path.startswith("/api/")), (path, kind)


@pytest.mark.parametrize("path", ["/oauth2/v1/token", "/idp/idx/identify", "/__mock__/tenants"])
def test_a_body_that_is_too_long_is_413(path):
    at = serve(max_body_bytes=1000)
    assert at.client.post(path, data=b"x" * 1001, content_type="text/plain").status_code == 413
    assert at.client.post(path, data=b"x" * 1000, content_type="text/plain").status_code != 413


def test_a_page_may_read_that_its_body_was_too_long():
    at = serve(max_body_bytes=10)
    refused = at.client.post("/idp/idx/identify", data=b"x" * 11, headers={"Origin": PAGE})
    assert refused.status_code == 413
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert refused.json["errorCauses"] == [{"errorSummary": "The body is longer than 10 bytes."}]


def test_a_length_that_is_none_does_no_harm():
    at = serve()
    for length in ("-1", "1e3", "x", ""):
        replied = at.client.post("/idp/idx/identify", data=b"{}", headers={"Content-Length": length})
        assert 400 <= replied.status_code < 500, length


def test_a_body_may_be_as_deep_as_the_limit_and_no_deeper():
    at = serve(max_json_depth=5)
    for depth, cause in ((5, []), (6, [{"errorSummary": "The body is nested deeper than 5 levels."}])):
        refused = at.client.post("/idp/idx/identify", data=b"[" * depth + b"]" * depth, content_type=ION)
        assert refused.status_code == 400
        assert refused.json.get("errorCauses", []) == cause


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[[[]]]", True),
        (b"[[],[],[]]", False),
        (b'["[[[[[[", "\\"[[[["]', False),
        (b'{"a":{"b":{}}}', True),
        (b"[[[", True),
        (b'"unclosed [[[', True),
        (b"", False),
    ],
)
def test_depth_is_counted_outside_of_texts(body, deep):
    assert is_too_deep(body, 2) is deep


def test_a_long_query_and_many_headers_do_no_harm():
    at = serve()
    assert at.get("/oauth2/default/v1/keys?" + "a=1&" * 10_000).status_code == 200
    odd = {f"X-{number}": "é" * 10 for number in range(100)}
    assert at.client.get("/oauth2/default/v1/keys", headers=odd).status_code == 200


@pytest.mark.parametrize("path", ["/oauth2/%00/v1/token", "/oauth2/%ff/v1/token", "/oauth2/..%2f..%2f/v1/token",
                                  "/idp/idx/%0d%0aSet-Cookie:x", "/oauth2/" + "x" * 5000 + "/v1/keys"])  # fmt: skip
def test_an_odd_path_leads_nowhere(path):
    replied = serve().client.post(path, data=b"{}")
    assert 400 <= replied.status_code < 500
    assert "Set-Cookie" not in replied.headers


def test_what_a_tenant_remembers_is_bounded_by_the_settings():
    at = serve(max_records=20, tenant_mib=2)
    made = at.make_tenant()
    first = at.begin(made)
    for _ in range(30):
        at.begin(made)
    tenant = at.org.find(made["id"])
    assert len(tenant.state.transactions) == 20
    assert at.identify(first).status_code == 401
    live = at.identify(at.begin(made))
    for _ in range(3):
        at.begin(made, state="x" * 900_000)
        live = at.answer(live, "wrong")
    assert live.json["messages"]["value"][0]["i18n"]["key"] == "incorrectPassword"
    at.control("POST", f"tenants/{made['id']}/reset")
    assert tenant.state.bounds.records == 20


def test_a_script_takes_an_eighth_of_the_room_at_most():
    at = serve(tenant_mib=1)
    entry = {"at": {"endpoint": "keys"}, "raw": {"body": "x" * 50_000}}
    statuses = [at.control("POST", "tenants/default/script", entry).status_code for _ in range(4)]
    assert statuses == [201, 201, 400, 400]


def test_devices_that_gave_up_keep_no_other_out():
    at = serve(scenario(apps=(App(type=AppType.NATIVE, label="tv", grant_types=(DEVICE_CODE,)),)))
    client_id = at.org.default.state.client_ids[0]
    fields = {"client_id": client_id, "scope": "openid"}
    for _ in range(MOST_REQUESTS):
        assert at.form("/oauth2/v1/device/authorize", fields).status_code == 200
    assert at.form("/oauth2/v1/device/authorize", fields).status_code == 429
    at.hands[0] += LIFETIME_S
    assert at.form("/oauth2/v1/device/authorize", fields).status_code == 200
