"""Every command before bad input: the right exit code, one clear message, and no traceback."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_okta.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]

FILE_ARGUMENTS = {
    "check": ["check", "{}"],
    "serve": ["serve", "--port", "0", "{}"],
    "walk": ["walk", "{}"],
    "graph": ["graph", "{}"],
    "known": ["conform", "client", "--adapter", "reference", "--check", "C-TX-02", "--known", "{}"],
    "adapter file": ["conform", "client", "--check", "C-TX-02", "--adapter", "{}"],
    "org": ["conform", "server", "--check", "S-META-01", "--org", "{}"],
    "ca file": ["conform", "server", "--issuer", "https://127.0.0.1:9", "--check", "S-META-01", "--ca-file", "{}"],
}
"""Every option and argument that names a file to read."""

WRITTEN = {
    "graph": ["graph", "password", "--output", "{}"],
    "journal": ["walk", "password", "--journal", "{}"],
    "json of a client": ["conform", "client", "--adapter", "reference", "--check", "C-TX-02", "--json", "{}"],
    "junit of a client": ["conform", "client", "--adapter", "reference", "--check", "C-TX-02", "--junit", "{}"],
    "json of a server": ["conform", "server", "--issuer", "http://127.0.0.1:9", "--json", "{}"],
    "junit of a server": ["conform", "server", "--issuer", "http://127.0.0.1:9", "--junit", "{}"],
}
"""Every option that names a file to write."""


def bad_files(folder: Path) -> dict[str, str]:
    """Names of files that cannot be read or hold nonsense, with the suffix that commands look for."""
    made = {
        "empty": b"",
        "binary": b"\x00\xff\xfe\x01",
        "not utf-8": "über".encode("latin-1"),
        "no yaml": b"{[:",
        "a list": b"[1, 2]",
        "a text": b"hello",
        "a number": b"5",
        "nested": b"known: 5\nusers: 7\nclients: x\nkind: 1\n",
        "a tag": b"!!python/object/apply:os.system [id]",
    }
    names = {"missing": str(folder / "no" / "such.yaml"), "a folder": str(folder / "folder.yaml")}
    (folder / "folder.yaml").mkdir()
    for name, content in made.items():
        path = folder / f"{name.replace(' ', '-')}.yaml"
        path.write_bytes(content)
        names[name] = str(path)
    return names


BAD = (
    "missing", "a folder", "empty", "binary", "not utf-8", "no yaml", "a list", "a text", "a number", "nested",
    "a tag",
)  # fmt: skip


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a list of known failures."""
    monkeypatch.chdir(tmp_path)


def ends(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code, and what was said on standard error. An exception fails the test."""
    code = main(arguments)
    said, errors = capsys.readouterr()
    assert "Traceback" not in said + errors
    return code, errors if errors else said


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("arguments", FILE_ARGUMENTS.values(), ids=FILE_ARGUMENTS)
def test_a_file_that_cannot_be_used_is_told(arguments, bad, tmp_path, capsys):
    path = bad_files(tmp_path)[bad]
    code, said = ends([word.format(path) for word in arguments], capsys)
    found_wanting = 1 if arguments[0] == "check" and bad not in ("missing", "a folder") else 2
    empty_list_of_known = "--known" in arguments and bad == "empty"
    assert code == (0 if empty_list_of_known else found_wanting), said
    assert said.strip()


@pytest.mark.parametrize("place", ["no/such/x", "folder", "folder/", "file/below"])
@pytest.mark.parametrize("arguments", WRITTEN.values(), ids=WRITTEN)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_done(arguments, place, tmp_path, capsys):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    code, said = ends([word.format(place) for word in arguments], capsys)
    assert code == 2
    assert said.count("\n") <= 4
    assert "ok " not in said


USAGE = {
    "no such scenario": (["serve", "pasword"], 2, "did you mean 'password'"),
    "two scenarios of one name": (["serve", "password", "password", "--port", "0"], 2, "two scenarios are named"),
    "a port that is none": (["serve", "--port", "65536"], 2, "port"),
    "a port that is no number": (["serve", "--port", "x"], 2, "port"),
    "a host that is nowhere": (["serve", "--host", "256.1.1.1", "--port", "0", "password"], 2, "256.1.1.1"),
    "a store that there is not": (["serve", "--store", "redis://x"], 2, "store"),
    "no such walk": (["walk", "nope.yaml"], 2, "nope.yaml"),
    "a graph of no scenario": (["graph", "pasword"], 2, "did you mean 'password'"),
    "a graph in an unknown format": (["graph", "password", "--format", "png"], 2, "png"),
    "an unknown format": (["env", "--format", "xml"], 2, "xml"),
    "nobody at that address": (["env", "--url", "http://127.0.0.1:9"], 2, "no mock-okta answers"),
    "no adapter": (["conform", "client"], 2, "--adapter is missing"),
    "an unknown adapter": (["conform", "client", "--adapter", "okta-auth"], 2, "is no bundled name"),
    "an adapter to come": (["conform", "client", "--adapter", "okta-idx-dotnet"], 2, ""),
    "a command with an open quote": (["conform", "client", "--adapter", "node 'x"], 2, "is no command line"),
    "a command of nothing": (["conform", "client", "--adapter", "  "], 2, "is no bundled name"),
    "a module that there is not": (["conform", "client", "--adapter", "python:nope:handle"], 2, "nope"),
    "a driver that ends": (["conform", "client", "--adapter", "true", "--check", "C-TX-02"], 3, "exit code 0"),
    "an unknown requirement": (["conform", "client", "--adapter", "reference", "--check", "C-NO"], 2, "matches no"),
    "an unknown source": (["conform", "client", "--adapter", "reference", "--source", "rfc9999"], 2, "rfc9999"),
    "a mock that is not there":
        (["conform", "client", "--adapter", "reference", "--mock", "http://127.0.0.1:9"], 2, "no mock answers"),
    "a mock that is no address":
        (["conform", "client", "--adapter", "reference", "--mock", "x"], 2, "no http or https"),
    "an issuer that is no address": (["conform", "server", "--issuer", "notaurl"], 2, "no http or https address"),
    "an issuer with a bad port": (["conform", "server", "--issuer", "http://h:x", "--check", "S-META-01"], 2, ""),
    "an unknown class": (["conform", "server", "--issuer", "http://127.0.0.1:9", "--allow", "Q"], 2, "classes"),
    **{f"an option that {name} has not": ([name, "--nope"], 2, "No such option") for name in COMMANDS},
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_done_is_told(arguments, code, said, capsys):
    ended, told = ends(arguments, capsys)
    assert ended == code, told
    assert said in told


def test_a_port_that_is_taken_is_told(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = ends(["serve", "password", "--port", str(taken.getsockname()[1])], capsys)
    assert (code, len(said.splitlines())) == (2, 1)


def test_a_server_that_cannot_start_goes_on_collecting_garbage():
    assert main(["serve", "pasword"]) == 2
    assert gc.isenabled()


def test_files_that_can_be_read_are_checked_beside_one_that_cannot(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text("about: x\nuser: []\n")
    assert main(["check", "nosuch.yaml", "bad.yaml", "pasword"]) == 2
    said, errors = capsys.readouterr()
    assert "bad.yaml:2: user: unknown key 'user'" in said
    assert len(errors.splitlines()) == 2


def test_a_requirement_that_there_is_not_cannot_be_a_known_failure(tmp_path, capsys):
    (tmp_path / "known.yaml").write_text("known: [{check: C-NOPE-99, reason: x}]\n")
    command = ["conform", "client", "--adapter", "reference", "--check", "C-TX-02", "--known", "known.yaml"]
    code, said = ends(command, capsys)
    assert code == 2
    assert "'C-NOPE-99' matches no requirement" in said


def test_a_driver_that_breaks_in_the_ordinary_sign_in_is_no_verdict_on_the_client(tmp_path, capsys):
    (tmp_path / "dying.py").write_text(
        "from mock_okta_conformance.reference.adapter import Adapter\n"
        "driver = Adapter()\n"
        "def handle(message):\n"
        "    if message['op'] == 'act':\n"
        "        raise RuntimeError('out of ideas')\n"
        "    return driver.handle(message)\n"
    )
    code = main(["conform", "client", "--adapter", "python:dying:handle", "--check", "C-IDT-07"])
    assert code == 3, capsys.readouterr().out


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    """The end of a pipe to which nobody listens."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.mark.parametrize("command", [["scenarios"], ["scenarios", "--json"], ["check", "password"]])
def test_a_reader_that_has_gone_is_no_failure_to_shout_about(command, closed_pipe):
    call = "import sys; from mock_okta.cli import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", call, *command], cwd=ROOT, stdout=closed_pipe, stderr=subprocess.PIPE, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
