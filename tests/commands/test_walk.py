import json

import pytest

from mock_okta import loader
from mock_okta.cli import main
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play

SMALL = """
about: A password.
users:
  - login: mary@example.com
    password: Abcd1234!
sign_in:
  - identify: {with_password: true}
walks:
  signs in:
    - identify: {identifier: mary@example.com, password: Abcd1234!}
    - success
    - userinfo
"""

WRONG = """  goes wrong:
    - identify: {identifier: mary@example.com, password: wrong-password}
    - status: 400
    - success
"""


@pytest.fixture
def small(tmp_path):
    def write(text: str = SMALL) -> str:
        path = tmp_path / "small.yaml"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.slow
def test_all_bundled_walks_go_as_they_say(capsys):
    assert main(["walk"]) == 0
    told = capsys.readouterr().out
    assert "FAIL" not in told
    assert "  ok    wrong code, then the right one" in told.splitlines()
    assert told.splitlines()[-1].startswith(f"{told.count('  ok  ')} walks as expected, in ")


def test_scenarios_can_be_named(capsys, small):
    assert main(["walk", small(), "unassigned-user"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line and line[0] != " "][:2] == [
        "small",
        "unassigned-user",
    ]


def test_a_walk_that_goes_wrong_says_why(capsys, small):
    assert main(["walk", small(SMALL + WRONG)]) == 1
    told = capsys.readouterr().out
    assert "FAIL  goes wrong" in told
    assert "small: goes wrong: move 3 of 3 (success)" in told
    assert "expected  signed in, with tokens that verify" in told
    assert "state input, offers identify" in told
    assert told.splitlines()[-1].startswith("1 of 2 walks went wrong, in 1 scenario (")
    assert "wrong-password" not in told


def test_the_same_for_machines(capsys, small):
    assert main(["walk", "--json", small(SMALL + WRONG)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert [(walk["scenario"], walk["walk"], walk["failure"] is None) for walk in report["walks"]] == [
        ("small", "signs in", True),
        ("small", "goes wrong", False),
    ]
    assert report["walks"][1]["failure"]["move"] == 3


def test_without_walks_nothing_ran(capsys, small):
    assert main(["walk", small(SMALL.partition("walks:")[0])]) == 4
    assert capsys.readouterr().out == "there are no walks in these scenarios\n"


@pytest.mark.parametrize("arguments", [["nope"], ["/nowhere/x.yaml"], ["password", "--journal", "/nowhere/x.jsonl"]])
def test_what_cannot_be_used_is_a_sentence(arguments, capsys):
    assert main(["walk", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_broken_scenarios_are_told_with_all_their_problems(capsys, small):
    assert main(["walk", small(SMALL.replace("login:", "logon:").replace("identify:", "identfy:"))]) == 2
    assert len([line for line in capsys.readouterr().err.splitlines() if line.startswith("/")]) > 1


def journal(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_journal_has_one_exchange_a_line_and_no_secrets(tmp_path, capsys, small):
    path = tmp_path / "journal.jsonl"
    assert main(["walk", small(), "--journal", str(path)]) == 0
    lines = journal(path)
    assert [line["endpoint"] for line in lines] == [
        "openid-configuration", "interact", "idx/introspect", "idx/identify", "token", "keys", "userinfo",
    ]  # fmt: skip
    for line in lines:
        assert {"method", "url", "headers", "body"} == line["request"].keys()
        assert {"status", "headers", "body"} == line["response"].keys()
        assert (line["scenario"], line["walk"]) == ("small", "signs in")
    identify, token, userinfo = lines[3], lines[4], lines[6]
    assert identify["request"]["body"]["credentials"] == {"passcode": "‹passcode›"}
    assert token["request"]["body"]["code_verifier"] == "‹code_verifier›"
    assert token["response"]["body"]["id_token"] == "‹id_token›"
    assert userinfo["request"]["headers"]["authorization"] == "Bearer ‹access_token›"
    assert "Abcd1234!" not in path.read_text()
    assert "eyJ" not in path.read_text()


def test_the_journal_has_its_secrets_when_asked_for(tmp_path, small):
    path = tmp_path / "journal.jsonl"
    assert main(["walk", small(), "--journal", str(path), "--secrets"]) == 0
    lines = journal(path)
    assert lines[3]["request"]["body"]["credentials"] == {"passcode": "Abcd1234!"}
    assert lines[4]["response"]["body"]["id_token"].startswith("eyJ")


def test_a_walk_fails_where_the_script_asks_for_what_a_reply_has_no_place_for(capsys, small):
    patched = SMALL + "script: [{at: {endpoint: userinfo}, patch: [{op: remove, path: /nick}]}]\n"
    assert main(["walk", small(patched)]) == 1
    told = capsys.readouterr().out
    assert "move 3 of 3 (userinfo)" in told
    assert "seen      script[0].patch[0]: cannot remove /nick in this reply, so nothing was patched" in told


def test_a_walk_without_a_server_fails_for_the_same(small):
    patched = SMALL + "script: [{at: {endpoint: userinfo}, patch: [{op: remove, path: /nick}]}]\n"
    scenario = loader.load(small(patched))
    org = Org(Config(), bundled_library(), scenarios=[scenario], keys=development_keys())
    transport = EngineTransport(org)
    world = EngineWorld(org.default, transport)
    adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
    tenant = describe(org.default, "http://localhost")
    failure = play(adapter.handle, world, scenario.walks[0], tenant, scenario="small")
    assert "script[0].patch[0]: cannot remove /nick" in failure.seen
