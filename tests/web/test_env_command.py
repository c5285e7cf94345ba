"""`mock-okta env` against a server that runs."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from mock_okta.cli import main
from mock_okta.commands.env import default_url
from mock_okta.config import Config, read_config
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.serving.server import RunningServer
from mock_okta.serving.tls import secure
from mock_okta.web.app import create_app
from mock_okta_conformance.server.profile import read_profile
from tests.web.served_org import scenario


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    config = Config(port=0)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    running = RunningServer(create_app(org, config), config)
    yield running
    running.stop()


def env(capsys, *arguments: str) -> str:
    assert main(["env", *arguments]) == 0
    return capsys.readouterr().out


def test_shell_exports_can_be_evaluated(server, capsys):
    exports = env(capsys, "--url", server.origin)
    shown = subprocess.run(
        ["sh", "-c", f'{exports}\nprintf "%s|%s|%s" "$OKTA_OAUTH2_ISSUER" "$OKTA_IDX_ISSUER" "$OKTA_IDX_SCOPES"'],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    issuer = f"{server.origin}/oauth2/two-factors"
    assert shown == f"{issuer}|{issuer}|openid profile email offline_access"


def test_a_dotenv_file_has_what_the_sdks_read(server, capsys):
    lines = dict(line.split("=", 1) for line in env(capsys, "--url", server.origin, "--format", "dotenv").splitlines())
    settings = {name: json.loads(value) for name, value in lines.items()}
    for name in ("OKTA_OAUTH2_CLIENT_ID", "OKTA_IDX_CLIENTID", "CLIENT_ID"):
        assert settings[name].startswith("0oa")
    for name in ("OKTA_OAUTH2_CLIENT_SECRET", "OKTA_IDX_CLIENTSECRET", "CLIENT_SECRET"):
        assert len(settings[name]) == 64
    assert settings["OKTA_IDX_REDIRECTURI"] == "http://localhost:8080/login/callback"
    assert settings["OKTA_IDX_SCOPES_0"] == "openid"
    assert settings["OKTA_TESTING_DISABLEHTTPSCHECK"] == "true"
    assert "SSL_CERT_FILE" not in settings


@pytest.mark.parametrize("option", [("--json",), ("--format", "json")])
def test_json_has_the_users_as_well(server, capsys, option):
    document = json.loads(env(capsys, "--url", server.origin, *option))
    assert document["users"][0]["password"] == "Abcd1234!"
    assert document["environment"]["ISSUER"] == document["issuer"]


def test_an_org_profile_is_what_the_suite_reads(server, capsys, tmp_path):
    file = tmp_path / "org.yaml"
    file.write_text(env(capsys, "--url", server.origin, "--format", "org", "--ca-file", "ca.pem"))
    profile = read_profile(file)
    assert profile.issuer == f"{server.origin}/oauth2/two-factors"
    assert list(profile.clients) == ["web", "browser"]
    assert profile.clients["web"].client_secret is not None
    assert profile.clients["browser"].client_secret is None
    assert [(user.login, user.address) for user in profile.users] == [("mary@example.com", "mary@example.com")]
    assert profile.outbox == ("control", f"{server.origin}/__mock__/tenants/two-factors")
    assert profile.ca_file == "ca.pem"


def test_a_ca_is_passed_on(server, capsys, tmp_path):
    document = json.loads(env(capsys, "--url", server.origin, "--json", "--ca-file", "/somewhere/ca.pem"))
    assert document["environment"]["NODE_EXTRA_CA_CERTS"] == "/somewhere/ca.pem"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "http://127.0.0.1:9"), "no mock-okta answers at http://127.0.0.1:9"),
        (("--url", "file:///etc/passwd"), "no http or https address"),
        (("--tenant", "nobody"), "there is no tenant 'nobody'"),
        (("--url", "https://127.0.0.1:9"), "start one with `mock-okta serve`"),
        (("--url", "https://127.0.0.1:9", "--ca-file", "/no/such/file"), "there is no such CA file"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_exit_2(server, capsys, arguments, said):
    where = () if "--url" in arguments else ("--url", server.origin)
    assert main(["env", *where, *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("form", ["shell", "dotenv", "json", "org"])
def test_exports_that_there_are_not_make_eval_fail(capsys, form):
    assert main(["env", "--url", "http://127.0.0.1:9", "--format", form]) == 2
    assert capsys.readouterr().out == ("false\n" if form == "shell" else "")


def test_a_server_that_is_just_starting_is_waited_for(capsys):
    config = Config(port=free_port())
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    servers = []
    start = Timer(0.3, lambda: servers.append(RunningServer(create_app(org, config), config)))
    start.start()
    assert f"http://127.0.0.1:{config.port}/oauth2/" in env(
        capsys, "--url", f"http://127.0.0.1:{config.port}", "--wait", "30"
    )
    start.join()
    servers[0].stop()


def test_who_has_been_waited_for_in_vain_is_told(capsys):
    assert main(["env", "--url", "http://127.0.0.1:9", "--wait", "0.1"]) == 2
    assert "no mock-okta answers" in capsys.readouterr().err


def test_a_server_that_refuses_is_not_waited_for(server, capsys):
    assert main(["env", "--url", server.origin, "--tenant", "nobody", "--wait", "600"]) == 2
    assert "there is no tenant 'nobody'" in capsys.readouterr().err


def test_a_server_of_another_scheme_is_told_from_none(server, secured, capsys):
    origin, _ = secured
    for url, said in (
        (origin.replace("https", "http"), "begins with https://"),
        (server.origin.replace("http", "https"), "begins with http://"),
        (origin, "--ca-file FILE makes it trusted"),
    ):
        assert main(["env", "--url", url, "--wait", "600"]) == 2
        assert said in capsys.readouterr().err


def test_the_variables_of_serve_lead_to_the_server_and_its_ca(secured, capsys, monkeypatch):
    origin, folder = secured
    monkeypatch.setenv("MOCK_OKTA_HTTPS", "1")
    monkeypatch.setenv("MOCK_OKTA_PORT", origin.rpartition(":")[2])
    monkeypatch.setenv("MOCK_OKTA_CA_DIR", str(folder))
    document = json.loads(env(capsys, "--json"))
    assert document["environment"]["SSL_CERT_FILE"] == str(folder / "mock-okta-ca.pem")


@pytest.mark.parametrize(("variables", "url"), [
    ({}, "http://127.0.0.1:6582"),
    ({"MOCK_OKTA_HTTPS": "0", "MOCK_OKTA_PORT": "80"}, "http://127.0.0.1:80"),
    ({"MOCK_OKTA_HTTPS": "yes", "MOCK_OKTA_HOST": "::1"}, "https://[::1]:6582"),
])  # fmt: skip
def test_the_url_is_where_serve_answers_with_the_same_variables(variables, url):
    assert default_url(read_config({}, variables)) == url


@pytest.fixture(scope="module")
def secured(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """A server of https, and the folder of its CA."""
    folder = tmp_path_factory.mktemp("ca")
    config = Config(port=0, https=True, ca_dir=str(folder))
    tls, _ = secure(config, folder)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    running = RunningServer(create_app(org, config), config, tls=tls)
    yield running.origin, folder
    running.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port
