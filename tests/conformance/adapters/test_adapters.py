"""Ways to name a driver, and what is said to those who misname one."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from mock_okta_conformance.adapters import CallableAdapter, HttpAdapter, ProcessAdapter, open_adapter
from mock_okta_conformance.adapters.bundled import BUNDLED, install_node_packages
from mock_okta_conformance.adapters.file import read_adapter_file
from mock_okta_conformance.errors import AdapterError, AdapterHung, SetupError


def echo(message):
    return {"view": {"state": "input", "steps": [message["op"]]}}


async def echo_later(message):
    return echo(message)


@pytest.mark.parametrize("handle", [echo, echo_later], ids=["plain", "async"])
def test_a_callable_is_asked(handle):
    adapter = CallableAdapter(handle, origin="x")
    assert adapter.ask({"id": 4, "op": "hello"}) == {"id": 4, "view": {"state": "input", "steps": ["hello"]}}
    adapter.close()


def test_a_callable_that_raises_is_a_broken_driver():
    adapter = CallableAdapter(lambda message: 1 / 0, origin="x")
    with pytest.raises(AdapterError, match=r"x: handle\(\) raised ZeroDivisionError"):
        adapter.ask({"id": 1, "op": "hello"})
    adapter.close()


def test_a_callable_that_returns_no_dict_is_a_broken_driver():
    adapter = CallableAdapter(lambda message: "hello", origin="x")
    with pytest.raises(AdapterError, match="returned str, not a dict"):
        adapter.ask({"id": 1, "op": "hello"})
    adapter.close()


def test_a_callable_that_never_returns_costs_one_message():
    adapter = CallableAdapter(
        lambda message: time.sleep(1.0) if message["op"] == "start" else echo(message), origin="x"
    )
    with pytest.raises(AdapterHung):
        adapter.ask({"id": 1, "op": "start"}, timeout_s=0.1)
    adapter.restart()
    assert adapter.ask({"id": 2, "op": "hello"})["id"] == 2
    adapter.close()


def test_an_address_is_posted_to():
    def served(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": 1, "view": {"state": "input"}})

    adapter = HttpAdapter("http://127.0.0.1:9/", origin="x", transport=httpx.MockTransport(served))
    assert adapter.ask({"id": 1, "op": "hello"})["view"] == {"state": "input"}
    adapter.close()


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (httpx.Response(500, json={}), AdapterError),
        (httpx.Response(200, text="hello"), AdapterError),
        (httpx.ReadTimeout("late"), AdapterHung),
        (httpx.ConnectError("nobody there"), AdapterError),
    ],
)
def test_an_address_that_answers_otherwise_is_a_broken_driver(answer, raised):
    def served(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    adapter = HttpAdapter("http://127.0.0.1:9/", origin="x", transport=httpx.MockTransport(served))
    with pytest.raises(raised):
        adapter.ask({"id": 1, "op": "hello"})
    adapter.close()


@pytest.mark.parametrize("name", [name for name, row in BUNDLED.items() if row.open is None])
def test_a_driver_that_is_only_planned_is_named_as_such(name):
    with pytest.raises(SetupError, match=r"is not bundled yet\. Bundled now: reference, okta-auth-js"):
        open_adapter(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("okta-auth-j", "did you mean 'okta-auth-js'"),
        ("python:nowhere", "write it as package.module:handle"),
        ("python:no_such_module:handle", "cannot import 'no_such_module'"),
        ("python:json:handle", "module 'json' has no callable 'handle'"),
    ],
)
def test_a_misnamed_driver_is_explained(text, said):
    with pytest.raises(SetupError, match=said):
        open_adapter(text)


def test_a_command_line_is_split_as_a_shell_would(tmp_path):
    adapter = open_adapter("sh -c 'cat >/dev/null'")
    assert isinstance(adapter, ProcessAdapter)
    adapter.close()


def write(folder: Path, text: str) -> Path:
    path = folder / "adapter.yaml"
    path.write_text(text)
    return path


def test_an_adapter_file_can_describe_each_kind(tmp_path):
    process = read_adapter_file(write(tmp_path, "kind: process\ncommand: [cat]\nenv: {A: 1}\ncapabilities: [nonce]"))
    http = read_adapter_file(write(tmp_path, "adapter:\n  kind: http\n  url: http://127.0.0.1:9/"))
    (tmp_path / "my_driver.py").write_text("def handle(message):\n    return {'view': {'state': 'input'}}\n")
    python = read_adapter_file(write(tmp_path, "kind: python\npython: my_driver:handle"))
    assert (process.capabilities, http.capabilities) == (frozenset({"nonce"}), None)
    assert python.ask({"id": 1, "op": "hello"})["view"] == {"state": "input"}
    for adapter in (process, http, python):
        adapter.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: proces\ncommand: x", "kind: 'proces' is none of http, process, python .did you mean 'process'"),
        ("kind: browser", "kind 'browser' is planned and not there yet"),
        ("kind: process\ncomand: x", "comand: not a member of kind 'process' .did you mean 'command'"),
        ("kind: http", "url: missing; kind 'http' needs it"),
        ("kind: http\nurl: x\ncapabilities: [nonse]", "unknown capability 'nonse' .did you mean 'nonce'"),
        ("kind: http\nurl: x\ncapabilities: nonce", "a list of names is wanted"),
        ("- a list", "an adapter file is a mapping"),
        ("kind: [", "no YAML"),
    ],
)
def test_a_wrong_adapter_file_is_explained(tmp_path, text, said):
    with pytest.raises(SetupError, match=said):
        read_adapter_file(write(tmp_path, text))


def test_an_adapter_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"nowhere\.yaml: cannot be read"):
        read_adapter_file(tmp_path / "nowhere.yaml")


def test_without_node_the_driver_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AdapterError, match=r"needs node on the PATH; install Node\.js 20 or later"):
        install_node_packages(tmp_path)


def test_a_failing_npm_is_quoted(tmp_path, monkeypatch):
    for name, text in (("node", "exit 0"), ("npm", "echo 'no such lockfile' >&2; exit 1")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(AdapterError, match=r"npm ci failed in .*\nno such lockfile"):
        install_node_packages(tmp_path)


def test_the_lockfile_of_the_driver_names_no_host():
    folder = Path(__file__).parents[3] / "conformance" / "mock_okta_conformance" / "drivers" / "okta-auth-js"
    assert '"resolved"' not in (folder / "package-lock.json").read_text()
