"""Anything at all, over a socket: no reply is ever a failure of ours, and the server is still there afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mock_okta.config import Config
from mock_okta.engine.endpoints import ENDPOINTS
from mock_okta.engine.gaps import GAPS
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
from tests.depth import examples
from tests.engine.engine_client import CHALLENGE
from tests.web.served_org import CALLBACK, scenario

MOVES_EACH = 10
"""In each of a hundred examples: a thousand in all, where all are made up."""

PATHS = tuple(path for endpoint in ENDPOINTS.values() for path in endpoint.paths)
IDX_PATHS = ("introspect", "identify", "challenge", "challenge/answer", "challenge/resend", "challenge/poll", "cancel",
             "credential/enroll", "skip", "recover", "enroll/new", "nope", "../v1/token")  # fmt: skip
CONTROL_PATHS = ("tenants", "tenants/default/clock", "tenants/default/script", "tenants/default/outbox?latest",
                 "tenants/default/journal?status=200", "tenants/default/users/mary@example.com", "journal", "health",
                 "tenants/nobody/reset", "tenants/default/push")  # fmt: skip
MEMBERS = ("identifier", "credentials", "passcode", "authenticator", "id", "methodType", "rememberMe", "stateHandle",
           "interactionHandle", "stateToken", "scenario", "yaml", "advance_s", "at", "raw", "status")  # fmt: skip
GOOD = ("mary@example.com", "Abcd1234!", "HANDLE", "email", 60, True)

names = st.sampled_from(MEMBERS) | st.text(max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(GOOD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
bodies = st.one_of(
    values.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(MEMBERS), values, max_size=5).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
    st.dictionaries(st.sampled_from(("grant_type", "client_id", "code", "token", "scope", "x")), st.text(max_size=9))
    .map(lambda form: urlencode(form, errors="replace").encode()),
)  # fmt: skip
paths = st.one_of(
    st.sampled_from(PATHS).map(lambda path: path.replace("<server>", "default")),
    st.sampled_from(IDX_PATHS).map(lambda path: f"/idp/idx/{path}"),
    st.sampled_from(CONTROL_PATHS).map(lambda path: f"/__mock__/{path}"),
    st.sampled_from([rule for gap in GAPS.values() for rule in gap.paths]).map(
        lambda rule: rule.replace("<server>", "default").replace("<path:rest>", "x")
    ),
    st.text("abc/.-_~%0129?=&", max_size=20).map(lambda text: f"/{text}"),
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(("application/json", "application/x-www-form-urlencoded", "x", "a/b; c=")),
        "Accept": st.sampled_from(("application/ion+json; okta-version=1.0.0", "*/*", "text/html", "")),
        "Origin": st.sampled_from(("http://localhost:8080", "https://stranger.example", "null", "x")),
        "Authorization": st.sampled_from(("Bearer x", "Basic eDp5", "Basic %", "Bearer", "x")),
        "Host": st.sampled_from(("localhost", "x y", "[::1]:1", "")),
        "Accept-Language": st.text("abc-;=,*q.0", max_size=9),
    },
)
moves = st.tuples(st.sampled_from(("POST", "POST", "POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")), paths,
                  headers, bodies)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[RunningServer, Org]]:
    config = Config(port=0, max_tenants=50)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    server = RunningServer(create_app(org, config), config)
    yield server, org
    server.stop()


def ask(server: RunningServer, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def begin(server: RunningServer, org: Org) -> str:
    """A fresh state handle, so that moves with it get beyond the door."""
    fields = {"client_id": org.default.state.client_ids[1], "scope": "openid", "redirect_uri": CALLBACK, "state": "s",
              "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    handle = json.loads(ask(server, "POST", "/oauth2/v1/interact", form, urlencode(fields).encode())[1])
    sent = json.dumps({"interactionHandle": handle["interaction_handle"]}).encode()
    return json.loads(ask(server, "POST", "/idp/idx/introspect", {}, sent)[1])["stateHandle"]


@settings(examples(100), suppress_health_check=list(HealthCheck))
@given(st.lists(moves, min_size=MOVES_EACH, max_size=MOVES_EACH))
def test_a_thousand_requests_of_any_kind_never_make_it_fail(running: tuple[RunningServer, Org], several: list[Any]):
    server, org = running
    org.default.reset()
    handle = begin(server, org)
    for method, path, sent, body in several:
        status, reply = ask(server, method, path, sent, body.replace(b"HANDLE", handle.encode()))
        # What a move may itself have put into the script is its own wish.
        org.default.change(lambda state: (replace(state, script=()), None))
        assert status < 500 or status == 501, (method, path, sent, body, reply)
    assert ask(server, "GET", "/__mock__/health", {}, b"")[0] == 200
