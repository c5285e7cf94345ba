"""The walker in front of a driver that says what it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from mock_okta.schema.words import CLIENT_ERRORS
from mock_okta_conformance.reference.errors import ClientError
from mock_okta_conformance.walks.walker import configuration, play

TENANT = {
    "issuer": "http://localhost/oauth2/x",
    "client_id": "0oaWeb",
    "client_secret": "s3cret",
    "redirect_uri": "http://localhost:8080/login/callback",
    "apps": [
        {"client_id": "0oaWeb", "client_secret": "s3cret", "redirect_uris": ["http://localhost:8080/login/callback"]},
        {"client_id": "0oaSpa", "client_secret": None, "redirect_uris": ["http://localhost:3000/cb"]},
    ],
}

INPUT = {"state": "input", "steps": ["identify"]}
CHALLENGE = {"state": "input", "steps": ["challenge-authenticator"]}
SUCCESS = {"state": "success", "tokens": {"accessToken": "a"}}
WRONG = {**CHALLENGE, "messages": [{"text": "Password is incorrect", "key": "incorrectPassword"}]}
REFUSED = {"state": "error", "error": {"type": "refused", "code": "E0000047", "text": "Slow down."}}
CANCELED = {"state": "canceled", "steps": ["identify"]}


@dataclass
class Script:
    """A driver and a world: answers with the views in turn, and remembers what it was told."""

    views: list[Any]
    status: int = 200
    sent: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    ahead_s: float = 0.0

    def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        self.told.append(message)
        if message["op"] == "end":
            return {"id": message["id"]}
        view = self.views.pop(0)
        return {"id": message["id"], **(view if "unsupported" in view or "fault" in view else {"view": view})}

    def now(self) -> float:
        return self.ahead_s

    def advance(self, seconds: float) -> None:
        self.ahead_s += seconds

    def codes(self) -> list[str]:
        return self.sent

    def subjects(self) -> list[str]:
        return self.sent

    def clear_sessions(self, login: str, *, oauth_tokens: bool) -> None:
        self.told.append({"op": "clear", "do": login, "values": oauth_tokens})

    def exchanges(self) -> list[dict[str, Any]]:
        request = {"method": "POST", "url": "http://localhost/idp/idx/identify?stateToken=canary"}
        return [{"request": request, "response": {"status": self.status, "body": {}}, "transaction": "02.id.x"}]

    def said(self) -> list[tuple[str, Any, Any]]:
        return [(m["op"], m.get("do"), m.get("values")) for m in self.told]


@dataclass(frozen=True)
class Ways:
    moves: tuple[tuple[str, Any], ...]
    start: dict[str, Any] = field(default_factory=dict)
    name: str = "signs in"


def played(script: Script, *moves: Any, **start: Any):
    pairs = tuple((move, {}) if isinstance(move, str) else move for move in moves)
    return play(script.handle, script, Ways(pairs, start), TENANT, scenario="x")


def test_an_administrator_ends_sessions_and_tokens_if_told_so():
    script = Script([INPUT])
    moves = ({"login": "a"}, {"login": "a", "oauthTokens": True})
    assert played(script, *(("clear sessions", values) for values in moves)) is None
    assert [said for said in script.said() if said[0] == "clear"] == [("clear", "a", False), ("clear", "a", True)]


def test_the_newest_mail_is_the_one_that_is_expected():
    sent = ["Account Lockout", "Password Changed"]
    assert played(Script([INPUT], sent=sent), ("mail", "Password Changed")) is None
    failure = played(Script([INPUT], sent=sent), ("mail", "Account Lockout"))
    assert failure.expected == "that the newest mail is 'Account Lockout'"
    assert failure.seen.startswith("mails: Account Lockout, Password Changed")
    assert played(Script([INPUT]), ("mail", "Account Lockout")).seen.startswith("mails: none")


def test_a_walk_tells_one_move_after_the_other():
    script = Script([INPUT, CHALLENGE, SUCCESS, SUCCESS])
    moves = (
        ("identify", {"identifier": "mary"}),
        ("offers", ["challenge-authenticator"]),
        ("answer password", {"password": "x"}),
    )
    assert played(script, *moves, "success", "userinfo") is None
    assert script.said() == [
        ("start", None, None),
        ("act", "identify", {"identifier": "mary"}),
        ("act", "answer password", {"password": "x"}),
        ("token", "userinfo", None),
        ("end", None, None),
    ]
    assert [message["id"] for message in script.told] == [1, 2, 3, 4, 5]


def test_codes_are_filled_in():
    script = Script([INPUT, CHALLENGE, CHALLENGE], sent=["111111", "222222"])
    assert (
        played(script, ("answer email", {"code": "$outbox.code"}), ("answer email", {"code": "$outbox.previous"}))
        is None
    )
    assert [values for _, _, values in script.said()[1:3]] == [{"code": "222222"}, {"code": "111111"}]


def test_a_code_that_was_never_sent_is_a_failure():
    failure = played(Script([INPUT], sent=["111111"]), ("answer email", {"code": "$outbox.previous"}))
    assert (failure.expected, failure.seen.splitlines()[0]) == (
        "a mail for $outbox.previous",
        "mails with a code so far: 1",
    )


def test_the_clock_is_the_worlds():
    script = Script([INPUT])
    assert played(script, ("clock", {"advance_s": 61})) is None
    assert script.ahead_s == 61


@pytest.mark.parametrize(
    ("view", "status", "move"),
    [
        (SUCCESS, 200, "success"),
        ({"state": "terminal", "error": {"type": "session_expired"}}, 401, "terminal"),
        (WRONG, 400, ("message", "incorrectPassword")),
        (WRONG, 400, ("message", "Password is incorrect")),
        (REFUSED, 429, ("message", "Slow down.")),
        (REFUSED, 429, ("error", "E0000047")),
        (REFUSED, 429, ("error", "refused")),
        (REFUSED, 429, ("status", 429)),
        (INPUT, 200, ("offers", ["identify"])),
        (SUCCESS, 200, ("offers", [])),
    ],
    ids=str,
)
def test_what_is_expected_is_so(view, status, move):
    assert played(Script([view], status), move) is None


@pytest.mark.parametrize(
    ("view", "status", "move", "expected"),
    [
        (INPUT, 200, "success", "signed in, with tokens that verify"),
        ({"state": "success"}, 200, "success", "signed in, with tokens that verify"),
        (INPUT, 200, "terminal", "the end: nothing more can be submitted"),
        (WRONG, 400, ("message", "errors.E0000004"), "the message errors.E0000004"),
        (REFUSED, 429, ("error", "invalid_grant"), "the error invalid_grant"),
        (INPUT, 200, ("status", 400), "HTTP status 400"),
        ({**INPUT, "steps": ["b", "a"]}, 200, ("offers", ["a", "b"]), "offers a, b"),
    ],
    ids=str,
)
def test_what_is_not_so_is_a_failure(view, status, move, expected):
    assert played(Script([view], status), move).expected == expected


def test_a_failure_says_everything():
    failure = played(
        Script([INPUT, WRONG], 400), ("answer password", {"password": "canary"}), ("status", 400), "success"
    )
    assert str(failure) == (
        "x: signs in: move 3 of 3 (success)\n"
        "  expected  signed in, with tokens that verify\n"
        "  seen      state input, offers challenge-authenticator\n"
        "            message incorrectPassword: Password is incorrect\n"
        "            last request POST http://localhost/idp/idx/identify → 400"
    )


@pytest.mark.parametrize(
    "after", [(), (("identify", {}),), (("clock", {"advance_s": 1}),), (("offers", []), "userinfo")]
)
def test_an_error_that_nobody_expected_is_a_failure_of_its_move(after):
    failure = played(Script([INPUT, REFUSED, INPUT]), "poll", *after)
    assert (failure.move, failure.said, failure.expected) == (1, "poll", "no error, or an expectation about it")


def test_an_error_that_was_expected_lets_the_walk_go_on():
    assert played(Script([INPUT, REFUSED, SUCCESS], 429), "poll", ("error", "E0000047"), "poll", "success") is None


def test_an_error_at_the_start_is_one_too():
    assert played(Script([REFUSED])).move == 0
    assert played(Script([REFUSED]), ("error", "E0000047")) is None


@pytest.mark.parametrize("reply", [{"unsupported": "act poll"}, {"fault": "KeyError"}])
def test_a_driver_that_cannot_is_a_failure(reply):
    failure = played(Script([INPUT, reply]), "poll")
    assert failure.expected == "a driver that can do this"
    assert failure.seen.startswith(" ".join(f"{name}: {text}" for name, text in reply.items()))


def test_after_cancelling_the_next_move_begins_anew():
    script = Script([INPUT, CANCELED, INPUT, CHALLENGE])
    assert played(script, "cancel", ("offers", ["identify"]), ("identify", {"identifier": "mary"})) is None
    assert [op for op, _, _ in script.said()] == ["start", "act", "start", "act", "end"]


def test_a_page_that_was_left_open_has_its_handle_still():
    script = Script([SUCCESS, {"state": "terminal"}, INPUT])
    assert played(script, "resume") is None
    assert script.said()[1] == ("act", "resume", {"handle": "02.id.x"})
    script = Script([INPUT, INPUT])
    assert played(script, "resume") is None
    assert script.said()[1] == ("act", "resume", {})


def test_the_configuration_is_the_tenants_unless_the_walk_says_otherwise():
    config, params = configuration(TENANT, {})
    assert config == {
        "issuer": "http://localhost/oauth2/x",
        "clientId": "0oaWeb",
        "clientSecret": "s3cret",
        "redirectUri": "http://localhost:8080/login/callback",
        "scopes": ["openid", "profile", "email", "offline_access"],
    }
    config, params = configuration(TENANT, {"clientId": "0oaSpa", "scopes": ("openid",), "maxAge": 60, "nonce": "n"})
    assert (config["redirectUri"], config["scopes"], "clientSecret" in config) == (
        "http://localhost:3000/cb",
        ["openid"],
        False,
    )
    assert params == {"maxAge": 60, "nonce": "n"}


def test_walks_may_expect_whatever_the_reference_client_says_of_its_own_accord():
    def kinds(error):
        return {error.kind}.union(*map(kinds, error.__subclasses__()))

    assert kinds(ClientError) - {ClientError.kind} == {*CLIENT_ERRORS}
