"""`mock-okta conform`, as people call it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mock_okta import MockOkta
from mock_okta.cli import main
from mock_okta_conformance.adapters.bundled import BUNDLED
from mock_okta_conformance.known import read_known


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a list of known failures."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def okta() -> Iterator[MockOkta]:
    with MockOkta("password-then-email") as okta:
        yield okta


def test_the_reference_client_passes_over_real_connections(capsys, tmp_path):
    """TLS among them: C-CFG-02 is played against a server with a certificate of its own."""
    code = main(
        ["conform", "client", "--adapter", "reference", "--check", "C-CFG-*", "--not", "C-CFG-05",
         "--json", "report.json", "--junit", "report.xml"]
    )  # fmt: skip
    assert code == 0, capsys.readouterr().out
    document = json.loads(Path("report.json").read_text())
    assert {row["id"]: row["outcome"] for row in document["requirements"]} == dict.fromkeys(
        ("C-CFG-01", "C-CFG-02", "C-CFG-03", "C-CFG-04", "C-CFG-06"), "pass"
    )
    assert ET.parse("report.xml").getroot().find("testsuite").get("failures") == "0"


@pytest.mark.slow
@pytest.mark.slow
def test_the_reference_client_gives_up_on_servers_that_break_off_or_say_nothing(capsys):
    """One of them says nothing for fifteen seconds."""
    assert main(["conform", "client", "--adapter", "reference", "--check", "C-ERR-04"]) == 0, capsys.readouterr().out


def test_a_failure_is_exit_code_1_and_json_can_go_to_standard_output(capsys, tmp_path):
    (tmp_path / "broken.py").write_text(
        "from mock_okta_conformance.reference.adapter import Adapter\n"
        "driver = Adapter()\n"
        "def handle(message):\n"
        "    reply = driver.handle(message)\n"
        "    if reply.get('view', {}).get('state') == 'success':\n"
        "        reply['view']['stored'] = ['code_verifier']\n"
        "    return reply\n"
    )
    command = ["conform", "client", "--adapter", "python:broken:handle", "--check", "C-TX-02", "--json", "-"]
    assert main([*command, "--fail-on", "should"]) == 0
    assert json.loads(capsys.readouterr().out)["requirements"][0]["outcome"] == "warn"
    assert main([*command, "--strict"]) == 1
    assert json.loads(capsys.readouterr().out)["exitCode"] == 1


def test_a_running_mock_can_be_used(okta, capsys):
    command = ["conform", "client", "--adapter", "reference", "--mock", okta.base_url, "--check", "C-PKCE-04"]
    assert main(command) == 0


def test_the_list_is_printed_and_nothing_is_run(capsys):
    assert main(["conform", "client", "--list", "--level", "must", "--check", "C-JWK-*"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "C-JWK-01    MUST     A client accepts a key that was published after it had fetched the keys.",
        "C-JWK-02    MUST     A client passes over keys that it does not understand, and refuses tokens if it cannot "
        "read the keys.",
        "2 requirements",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["client"], 2, "--adapter is missing"),
        (["client", "--adapter", "okta-auth-j"], 2, "did you mean 'okta-auth-js'"),
        (["client", "--adapter", "reference", "--check", "C-NOPE"], 2, "'C-NOPE' matches no requirement"),
        (["client", "--adapter", "true", "--check", "C-TX-02"], 3, "ended with exit code 0"),
        (["server"], 2, "--issuer is missing"),
        (["server", "--issuer", "http://127.0.0.1:9", "--allow", "S,Q"], 2, "'Q' is none of the classes"),
        (["server", "--org", "nowhere.yaml"], 2, "nowhere.yaml: cannot be read"),
        (["server", "--issuer", "http://127.0.0.1:9", "--check", "S-META-01"], 3, ""),
        (["server", "--issuer", "http://127.0.0.1:9", "--check", "S-INTR-01"], 4, ""),
    ],
)
def test_what_goes_wrong_has_its_exit_code(arguments, code, said, capsys):
    assert main(["conform", *arguments]) == code
    assert said in capsys.readouterr().err


def test_known_failures_are_found_where_the_command_is_called(capsys, tmp_path):
    (tmp_path / "conform-known.yaml").write_text("known: [{check: C-TX-02, reason: it was once}]\n")
    assert main(["conform", "client", "--adapter", "reference", "--check", "C-TX-02"]) == 1
    assert "FIXED C-TX-02 PROFILE" in capsys.readouterr().out


def test_the_mock_passes_with_nothing_but_its_issuer(okta, capsys):
    assert main(["conform", "server", "--issuer", okta.issuer]) == 0
    printed = capsys.readouterr().out
    assert "79 of 82 requirements judged" in printed
    assert "note: the control API of the mock named clients, users and outbox" in printed


def test_the_mock_passes_with_the_profile_that_env_prints(capsys, tmp_path):
    with MockOkta("password-then-email") as okta:  # an org mails somebody 30 times in a minute, and this takes 24
        assert main(["env", "--url", okta.base_url, "--tenant", okta.id, "--format", "org"]) == 0
        (tmp_path / "org.yaml").write_text(capsys.readouterr().out)
        assert main(["conform", "server", "--org", "org.yaml"]) == 0
    assert "79 of 82 requirements judged" in capsys.readouterr().out


def test_an_https_issuer_is_judged_with_its_ca(capsys):
    with MockOkta(https=True) as okta:
        assert ssl.create_default_context(cafile=str(okta.ca_file))
        command = ["conform", "server", "--issuer", okta.issuer, "--check", "S-META-*"]
        assert main([*command, "--ca-file", str(okta.ca_file)]) == 0
        assert main(command) == 3
    assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().out


def test_a_bundled_driver_comes_with_what_its_client_is_known_to_miss(capsys, tmp_path, monkeypatch):
    (tmp_path / "known.yaml").write_text("known: [{check: C-TX-02, reason: it was once}]\n")
    row = replace(BUNDLED["reference"], known=tmp_path / "known.yaml")
    monkeypatch.setitem(BUNDLED, "reference", row)
    command = ["conform", "client", "--adapter", "reference", "--check", "C-TX-02"]
    assert main(command) == 1
    printed = capsys.readouterr().out
    assert "FIXED C-TX-02" in printed
    assert f"note: known failures are those of {tmp_path / 'known.yaml'}" in printed
    (tmp_path / "none.yaml").write_text("")
    assert main([*command, "--known", "none.yaml"]) == 0


def test_okta_auth_js_has_such_a_list():
    assert read_known(BUNDLED["okta-auth-js"].known)
