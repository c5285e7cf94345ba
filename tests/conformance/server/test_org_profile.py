"""Org profiles, outboxes, and how a run against an org keeps its manners."""

from __future__ import annotations

import sys

import httpx
import pytest

from mock_okta_conformance.errors import SetupError
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.outbox import newest_code
from mock_okta_conformance.server.profile import OrgProfile, Person, profile_of_mock, read_profile
from mock_okta_conformance.server.runner import run_server
from mock_okta_conformance.server.steps import Stuck
from mock_okta_conformance.verdicts import MET, Outcome, missed
from tests.conformance.server.mutant import SCENARIO
from tests.conformance.wsgi_mock import BASE_URL, WsgiMock

PROFILE = """\
issuer: https://acme.okta.example/oauth2/default/
clients:
  web: {client_id: 0oaWEB, client_secret: hush, redirect_uri: http://localhost:8080/cb}
users:
  - {login: mary, password: secret, email: mary@acme.example}
outbox: {url: "http://127.0.0.1:9/mail?to={to}"}
real: true
"""


def read(tmp_path, text: str, **options):
    path = tmp_path / "org.yaml"
    path.write_text(text)
    return read_profile(path, **options)


def test_a_profile_is_read(tmp_path):
    profile = read(tmp_path, PROFILE)
    assert profile.issuer == "https://acme.okta.example/oauth2/default"
    assert profile.clients["web"].client_secret == "hush"
    assert (profile.users[0].address, profile.outbox[0]) == ("mary@acme.example", "url")
    assert profile.offers == {"web", "user", "outbox"}
    assert (profile.is_real, profile.requests_per_s) == (True, 2.0)
    assert "hush" not in repr(profile)
    assert "secret'" not in repr(profile)


def test_the_issuer_of_the_command_goes_before_that_of_the_file(tmp_path):
    assert read(tmp_path, PROFILE, issuer="http://127.0.0.1:1/oauth2/x").issuer == "http://127.0.0.1:1/oauth2/x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("isuer: http://x", "isuer: unknown member .did you mean 'issuer'"),
        ("issuer: acme", "issuer: 'acme' is no http or https address"),
        ("issuer: http://x\nclients: {wep: {}}", "clients: wep: unknown member .did you mean 'web'"),
        ("issuer: http://x\nclients: {web: {client_id: a}}", "clients.web: redirect_uri: missing"),
        ("issuer: http://x\nusers: [{login: a}]", r"users\[0\]: password: missing"),
        ("issuer: http://x\noutbox: {url: a, command: b}", "outbox: exactly one of command, control, url is wanted"),
        ("- x", "an org profile is a mapping"),
        ("issuer: [", "cannot be read"),
    ],
)
def test_a_wrong_profile_is_explained(tmp_path, text, said):
    with pytest.raises(SetupError, match=said):
        read(tmp_path, text)


def test_the_mock_can_say_what_there_is_to_know(mock: WsgiMock):
    made = mock.control.make_tenant(SCENARIO)
    with httpx.Client(transport=mock.transport) as http:
        profile = profile_of_mock(made["issuer"], http)
    assert profile.offers == {"web", "browser", "user", "outbox"}
    assert profile.clients["web"].client_id == made["client_id"]


def test_a_server_that_is_no_mock_says_nothing():
    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(404))) as http:
        assert profile_of_mock("http://127.0.0.1:9/oauth2/x", http) is None


def test_codes_come_by_address_or_by_command():
    def mails(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://127.0.0.1:9/mail?to=mary%40acme.example"
        return httpx.Response(200, json={"code": "123456"})

    with httpx.Client(transport=httpx.MockTransport(mails)) as http:
        assert newest_code("url", "http://127.0.0.1:9/mail?to={to}", "mary@acme.example", http) == "123456"
        command = f"{sys.executable} -c 'import sys; print(len(sys.argv[1]))' {{to}}"
        assert newest_code("command", command, "mary@acme.example", http) == "17"


def test_an_empty_outbox_is_told(mock: WsgiMock):
    made = mock.control.make_tenant(SCENARIO)
    with httpx.Client(transport=mock.transport) as http, pytest.raises(SetupError, match="no new code for mary"):
        newest_code("control", f"{BASE_URL}/__mock__/tenants/{made['id']}", "mary", http)


def row(check, *, level=Level.OKTA, run="S", needs=()) -> Requirement:
    return Requirement(
        id="S-TEST-01", level=level, text="A server is judged.", sources=("x",), check=check, run=run, needs=needs
    )


def judged(check, *, respond=None, profile=None, allowed=("S", "U"), **options):
    answer = respond or (lambda request: httpx.Response(200, json={}))
    org = Org(profile or OrgProfile(issuer="http://127.0.0.1:9"), transport=httpx.MockTransport(answer))
    report = run_server((row(check, **options), row(lambda org: MET)), org, allowed=allowed)
    org.close()
    return report


def test_a_miss_of_okta_practice_differs_on_a_real_org_and_fails_on_the_mock():
    real = OrgProfile(issuer="http://127.0.0.1:9", is_real=True)
    assert judged(lambda org: missed("a", "b")).rows[0].outcome is Outcome.FAIL
    found = judged(lambda org: missed("a", "b"), profile=real).rows[0]
    assert (found.outcome, found.worst.note) == (Outcome.WARN, "differs from what we know of Okta")


def test_information_never_fails():
    assert judged(lambda org: missed("a", "b"), level=Level.INFO).rows[0].outcome is Outcome.PASS


def test_what_was_not_allowed_is_not_run_and_says_so():
    found = judged(lambda org: 1 / 0, run="L").rows[0]
    assert (found.outcome, found.worst.note) == (
        Outcome.NOT_OBSERVED,
        "class L (may lock, throttle or wait) was not allowed",
    )


def test_what_the_profile_lacks_is_not_applicable():
    found = judged(lambda org: 1 / 0, needs=("web", "user")).rows[0]
    assert (found.outcome, found.worst.note) == (Outcome.NOT_APPLICABLE, "the org profile has no user, web")


def test_a_flow_that_does_not_go_through_blocks_the_row():
    def stuck(org):
        raise Stuck("no first page")

    found = judged(stuck).rows[0]
    assert (found.outcome, found.worst.note) == (Outcome.BLOCKED, "no first page")


def test_the_first_429_ends_the_run():
    limited = httpx.Response(429, headers={"x-rate-limit-reset": "1700000000"})
    found = judged(lambda org: org.get(f"{org.issuer}/x"), respond=lambda request: limited)
    assert [row.outcome for row in found.rows] == [Outcome.BLOCKED, Outcome.BLOCKED]
    assert "the limit ends: 1700000000" in found.rows[1].worst.note


def test_an_org_that_is_not_there_is_an_error():
    def nobody(request):
        raise httpx.ConnectError("nobody there")

    found = judged(lambda org: org.get(f"{org.issuer}/x"), respond=nobody).rows[0]
    assert (found.outcome, found.worst.note) == (Outcome.ERROR, "GET http://127.0.0.1:9/x: nobody there")


def test_passwords_are_masked():
    profile = OrgProfile(issuer="http://127.0.0.1:9", users=(Person(login="mary", password="hush-hush"),))
    found = judged(lambda org: missed("a", "it said hush-hush"), profile=profile).rows[0]
    assert found.worst.finding.observed == "it said ‹password›"
