"""The tests of real clients are never left out in silence, and what they say of the network is true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_okta_conformance.adapters.bundled import DRIVERS, okta_idx_golang, okta_idx_java
from tests.interop.conftest import needed
from tests.interop.net_log import reached
from tests.interop.toolchain import (
    HERE,
    VERIFIERS,
    Missing,
    build_all,
    built,
    chromium_flags,
    find_chromium,
    find_node,
    is_installed,
)

pytestmark = pytest.mark.interop


def test_without_node_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="install Node 20 or newer"):
        find_node()


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (okta_idx_golang, r"go is not on the PATH; install Go 1\.19 or newer \(golang-go"),
        (okta_idx_java, r"java is not on the PATH; install a JDK \(default-jdk-headless and maven"),
    ],
    ids=["Go", "Java"],
)
def test_without_what_builds_a_driver_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, build: Callable[[], object], reason: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match=reason):
        built(build)


def test_setup_says_what_it_could_not_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    build_all()

    said = capsys.readouterr().err.splitlines()
    assert [line.partition(" is not")[0] for line in said] == ["not built: go"] * 2 + ["not built: java"] + [
        "not built: go",
        "not built: java",
    ]


def no_chromium() -> str:
    raise Missing("no Chromium")


def test_a_missing_tool_skips_at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        needed(no_chromium)


def test_a_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        needed(no_chromium)


def test_the_named_chromium_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named, own = tmp_path / "named", tmp_path / "own"
    for file in (named, own):
        file.touch(mode=0o755)

    assert find_chromium(str(own)) == str(own)
    monkeypatch.setenv("MOCK_OKTA_CHROMIUM", str(named))
    assert find_chromium(str(own)) == str(named)


def test_a_named_chromium_that_is_not_there_is_no_reason_to_take_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_OKTA_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(Missing, match="/nowhere/chromium"):
        find_chromium("")


def test_flags_can_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_OKTA_CHROMIUM_FLAGS", "--force-dark-mode '--lang=en US'")
    assert chromium_flags()[-2:] == ["--force-dark-mode", "--lang=en US"]


def test_packages_of_another_version_are_not_taken_for_installed(tmp_path: Path) -> None:
    record = tmp_path / ".package-lock.json"
    wanted = {
        "packages": {
            "": {"name": "us"},
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/only-elsewhere": {"version": "2.0.0", "optional": True},
        }
    }

    assert not is_installed(wanted, record)
    record.write_text(json.dumps({"packages": {"node_modules/a": {"version": "0.9.0"}}}))
    assert not is_installed(wanted, record)
    record.write_text(json.dumps({"packages": {"node_modules/a": {"version": "1.0.0"}}}))
    assert is_installed(wanted, record)


@pytest.mark.parametrize(
    "folder", [HERE, HERE.parent / "patterns", DRIVERS / "okta-auth-js"], ids=["interop", "patterns", "okta-auth-js"]
)
def test_the_lockfile_names_no_registry(folder: Path) -> None:
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.parametrize("folder", [DRIVERS, VERIFIERS], ids=["drivers", "verifiers"])
def test_what_pins_the_built_clients_names_no_registry(folder: Path) -> None:
    """Module sums are of names and digests; a project file names no repository, so that the machine's settings hold."""
    pins = [*folder.glob("*/*.mod"), *folder.glob("*/*.sum"), *folder.glob("*/pom.xml")]
    assert {path.name for path in pins} >= {"go.mod", "go.sum", "pom.xml"}

    schema_addresses = re.compile(r"http://maven\.apache\.org/\S+|http://www\.w3\.org/\S+")
    assert [path for path in pins if "://" in schema_addresses.sub("", path.read_text())] == []
    assert [path for path in pins if "<repositor" in path.read_text()] == []


def test_a_datagram_that_was_sent_counts_and_a_route_that_was_looked_up_does_not(tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    types = {"TCP_CONNECT_ATTEMPT": 1, "UDP_CONNECT": 2, "UDP_BYTES_SENT": 3}

    def event(source: int, name: str, **params: object) -> dict[str, object]:
        return {"type": types[name], "source": {"id": source}, "params": params}

    events = [
        event(1, "TCP_CONNECT_ATTEMPT", address="127.0.0.1:6582"),
        event(2, "UDP_CONNECT", address="[2001:4860:4860::8888]:443"),
        event(3, "UDP_CONNECT", address="8.8.8.8:53"),
        event(3, "UDP_BYTES_SENT", byte_count=28),
    ]
    log.write_text(json.dumps({"constants": {"logEventTypes": types}, "events": events}))

    assert reached(log) == {"127.0.0.1", "8.8.8.8"}
