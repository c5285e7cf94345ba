"""`mock-okta env` against a server that runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from mock_okta.cli import main
from mock_okta.config import Config
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
from tests.web.house import scenario


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
        assert len(settings[name]) == 40
    assert settings["OKTA_IDX_REDIRECTURI"] == "http://localhost:8080/login/callback"
    assert settings["OKTA_IDX_SCOPES_0"] == "openid"
    assert settings["OKTA_TESTING_DISABLEHTTPSCHECK"] == "true"
    assert "SSL_CERT_FILE" not in settings


@pytest.mark.parametrize("option", [("--json",), ("--format", "json")])
def test_json_has_the_users_as_well(server, capsys, option):
    document = json.loads(env(capsys, "--url", server.origin, *option))
    assert document["users"][0]["password"] == "Abcd1234!"
    assert document["environment"]["ISSUER"] == document["issuer"]


def test_an_org_profile_has_issuer_clients_and_users(server, capsys):
    profile = yaml.safe_load(env(capsys, "--url", server.origin, "--tenant", "two-factors", "--format", "org"))
    assert profile["issuer"] == f"{server.origin}/oauth2/two-factors"
    assert list(profile["clients"]) == ["web", "browser"]
    assert "client_secret" not in profile["clients"]["browser"]
    assert profile["users"][0]["login"] == "mary@example.com"
    assert profile["outbox"] == {"control": f"{server.origin}/__mock__/tenants/two-factors"}


def test_a_ca_is_passed_on(server, capsys, tmp_path):
    document = json.loads(env(capsys, "--url", server.origin, "--json", "--ca-file", "/somewhere/ca.pem"))
    assert document["environment"]["NODE_EXTRA_CA_CERTS"] == "/somewhere/ca.pem"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "http://127.0.0.1:9"), "no mock-okta answers at http://127.0.0.1:9"),
        (("--url", "file:///etc/passwd"), "no http or https address"),
        (("--tenant", "nobody"), "there is no tenant 'nobody'"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_exit_2(server, capsys, arguments, said):
    where = () if "--url" in arguments else ("--url", server.origin)
    assert main(["env", *where, *arguments]) == 2
    assert said in capsys.readouterr().err
