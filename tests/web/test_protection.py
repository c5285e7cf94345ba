"""No browser guesses what a reply of this server is, whatever was asked and however it was refused."""

from __future__ import annotations

import re

import pytest

from mock_okta.engine.model import Intervention
from mock_okta.web.app import ANY_METHOD, gap_paths
from tests.web.served_org import failing, scenario, serve

UNKNOWN = (
    "/",
    "/nope",
    "//",
    "/__mock__",
    "/__mock__/",
    "/__mock__/nope",
    "/oauth2/nobody/v1/token",
    "/idp/idx/nope",
)


def paths() -> list[str]:
    """One address below every rule that there is."""
    rules = (*serve().client.application.url_map.iter_rules(), *gap_paths().iter_rules())
    named = {re.sub(r"<(?:path:)?(?:server|id)>", "default", rule.rule) for rule in rules}
    return sorted({re.sub(r"<(?:path:)?\w+>", "x", path) for path in named})


@pytest.mark.parametrize("path", [*paths(), *UNKNOWN])
def test_every_reply_forbids_guessing(path):
    at = serve(max_body_bytes=100)
    for method in ANY_METHOD:
        for body in (b"", b"[" * 90, b"x" * 101):
            reply = at.client.open(path, method=method, data=body)
            assert reply.headers.getlist("X-Content-Type-Options") == ["nosniff"], (method, reply.status)


def test_so_do_replies_about_hosts_that_are_none_and_about_strangers():
    at = serve()
    for path in ("/oauth2/v1/keys", "/__mock__/tenants", "/__mock__/health"):
        for headers in ({"Host": "a b"}, {"Host": "evil.test"}, {"Origin": "https://evil.test"}):
            assert at.client.get(path, headers=headers).headers["X-Content-Type-Options"] == "nosniff", path


@pytest.mark.parametrize("path", ["/oauth2/v1/keys", "/idp/idx/identify"])
def test_so_do_replies_of_an_engine_that_breaks_down(path):
    for method in ("GET", "POST"):
        reply = serve(advance=failing).client.open(path, method=method)
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_a_scenario_can_allow_it():
    entry = Intervention(at={"endpoint": "keys"}, effect={"headers": {"X-Content-Type-Options": "sniff"}})
    reply = serve(scenario(script=(entry,))).get("/oauth2/v1/keys")
    assert reply.headers.getlist("X-Content-Type-Options") == ["sniff"]
