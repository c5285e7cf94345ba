"""`mock-okta serve` in a process of its own: what it prints, what it leaves with, how it stops."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock_okta.commands.serve import load_scenarios
from mock_okta.errors import ConfigError, ScenarioError

ROOT = Path(__file__).parent.parent.parent
LIMIT_S = 30.0

BROKEN = "abuot: x\nusers: [{password: 1}]\n"


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_OKTA_")}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mock_okta", "serve", *arguments]


@contextmanager
def serving(
    *arguments: str, under: tuple[str, ...] = (), **variables: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address that it printed."""
    process = subprocess.Popen(
        [*under, *command(*arguments)], env=environment(**variables),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # whoever runs the tests may ignore it
    )  # fmt: skip
    watchdog = threading.Timer(LIMIT_S, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline()
        ready = re.fullmatch(r"mock-okta ready at (\S+)\n", line)
        assert ready, f"{line!r} {process.stderr.read() if not line else ''}"
        yield process, ready[1]
    finally:
        process.kill()
        process.communicate()
        watchdog.cancel()


def left(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(**variables), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


def get(base: str, path: str, timeout_s: float = 10.0) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(base.partition("://")[2], timeout=timeout_s)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def post(base: str, path: str, body: object) -> int:
    connection = http.client.HTTPConnection(base.partition("://")[2], timeout=10.0)
    try:
        connection.request("POST", path, json.dumps(body))
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_ready_line_comes_when_it_answers():
    with serving("password-then-email", "locked-out", "--port", "0") as (_, base):
        status, body = get(base, "/__mock__/health")
        assert status == 200
        assert json.loads(body)["scenarios"] == ["password-then-email", "locked-out"]
        metadata = json.loads(get(base, "/oauth2/default/.well-known/openid-configuration")[1])
        assert metadata["issuer"] == f"{base}/oauth2/default"


def test_with_no_scenario_named_the_whole_library_is_served():
    with serving("--port", "0") as (_, base):
        assert json.loads(get(base, "/__mock__/health")[1])["scenarios"][0] == "password"
        assert get(base, "/oauth2/locked-out/v1/keys")[0] == 200
        assert get(base, "/oauth2/default/v1/keys")[0] == 200


def test_variables_stand_for_options(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("about: x\nusers: [{login: ada@example.com, password: Abcd1234!}]\n")
    with serving(str(file), MOCK_OKTA_PORT="0", MOCK_OKTA_CONTROL_TOKEN="open") as (_, base):
        assert get(base, "/oauth2/mine/v1/keys")[0] == 200
        assert get(base, "/__mock__/tenants")[0] == 401


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_and_requests_in_flight_are_answered(number):
    with serving("password", "--port", "0") as (process, base):
        slow = {"at": {"endpoint": "keys"}, "delay_ms": 20_000}
        assert post(base, "/__mock__/tenants/default/script", slow) == 201
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(get(base, "/oauth2/default/v1/keys", 30.0)[0]))
        asking.start()
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        asking.join()
        assert answers == [200]
        assert time.monotonic() - began < 5.0
        assert process.stderr.read() == ""


def test_a_taken_port_is_a_sentence_and_exit_2():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = left("password", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1:{port}: address already in use")
    assert done.stderr.count("\n") == 1


def test_an_unknown_scenario_is_a_sentence_and_exit_2():
    done = left("pasword", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'password'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_problem_of_every_file_is_told_and_nothing_is_served(tmp_path):
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for file in files:
        file.write_text(BROKEN)
    done = left("password", *map(str, files), "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(str(file) in done.stderr for file in files)
    assert done.stderr.count("did you mean 'about'?") == 2


def test_problems_of_different_kinds_are_told_together(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text(BROKEN)
    with pytest.raises(ConfigError, match=r"(?s)pasword.*one\.yaml"):
        load_scenarios(("pasword", str(file)))
    with pytest.raises(ScenarioError):
        load_scenarios((str(file),))


def test_two_scenarios_of_one_name_are_refused(tmp_path):
    file = tmp_path / "password.yaml"
    file.write_text("about: x\nusers: [{login: ada@example.com, password: Abcd1234!}]\n")
    with pytest.raises(ConfigError, match="two scenarios are named 'password'"):
        load_scenarios(("password", str(file)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workers", "2"), "lives in one process"),
        (("--store", "redis://localhost"), "only 'memory'"),
        (("--port", "70000"), "ports are 0 to 65535"),
        (("--base-url", "okta.test"), "base_url is 'okta.test'"),
        (("--prot", "1"), "No such option"),
    ],
)
def test_a_wrong_option_is_exit_2(arguments, said):
    done = left("password", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_open_address_without_a_control_token_is_warned_of():
    with serving("password", "--port", "0", "--host", "0.0.0.0") as (process, base):
        assert base.startswith("http://127.0.0.1:")
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read().startswith("warning: 0.0.0.0 can be reached from other machines")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_https_names_its_ca_on_the_next_line_and_takes_it_away_afterwards(number):
    with serving("password", "--port", "0", "--https") as (process, base):
        ca_file = Path(process.stdout.readline().removeprefix("mock-okta CA at ").rstrip())
        assert base.startswith("https://127.0.0.1:")
        assert ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
        process.send_signal(number)
        assert process.wait(10) == 0
        assert not ca_file.parent.exists()


def test_under_nohup_it_survives_its_terminal():
    with serving("password", "--port", "0", under=("nohup",)) as (process, base):
        process.send_signal(signal.SIGHUP)
        assert get(base, "/__mock__/health")[0] == 200
        process.terminate()
        assert process.wait(10) == 0


def test_the_ca_can_have_a_folder(tmp_path):
    folder = tmp_path / "made" / "for" / "it"
    with serving("password", "--port", "0", "--https", "--ca-dir", str(folder)) as (process, _):
        assert process.stdout.readline() == f"mock-okta CA at {folder / 'mock-okta-ca.pem'}\n"
        process.terminate()
        process.wait(10)
    assert (folder / "mock-okta-ca.pem").exists()


def test_a_base_url_is_what_the_ready_line_says():
    with serving("password", "--port", "0", "--base-url", "https://okta.test") as (_, base):
        assert base == "https://okta.test"
