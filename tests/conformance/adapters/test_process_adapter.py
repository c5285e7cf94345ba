"""Drivers as processes: patience, noise, and no process left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mock_okta_conformance.adapters import ProcessAdapter
from mock_okta_conformance.errors import AdapterError, AdapterHung

DRIVER = Path(__file__).parent / "talking_driver.py"
START = {"id": 2, "op": "start", "session": "s"}


@pytest.fixture
def driver() -> Iterator[Callable[[str], ProcessAdapter]]:
    opened: list[ProcessAdapter] = []

    def open_driver(mode: str) -> ProcessAdapter:
        opened.append(ProcessAdapter([sys.executable, str(DRIVER), mode], origin=mode))
        return opened[-1]

    yield open_driver
    for adapter in opened:
        adapter.close()


def test_it_answers_messages(driver):
    adapter = driver("well")
    assert adapter.ask({"id": 1, "op": "hello"})["name"] == "talker"
    assert adapter.ask(START)["view"]["state"] == "input"


def test_stray_output_is_kept_and_never_taken_for_a_reply(driver):
    adapter = driver("noise")
    assert adapter.ask({"id": 1, "op": "hello"})["name"] == "talker"
    deadline = time.monotonic() + 5
    noise = ""
    while "stderr" not in noise and time.monotonic() < deadline:
        noise += adapter.noise()
    assert "[okta-auth-js] WARN" in noise
    assert '"just a text"' in noise
    assert "an object without id" in noise


def test_a_reply_to_something_else_is_passed_over(driver):
    assert driver("late").ask({"id": 5, "op": "hello"})["name"] == "talker"


def test_a_driver_that_hangs_is_given_up_and_restarted(driver):
    adapter = driver("hang")
    adapter.ask({"id": 1, "op": "hello"})
    with pytest.raises(AdapterHung, match=r"hang: no reply to 'start' within 0\.3 s"):
        adapter.ask(START, timeout_s=0.3)
    adapter.restart()
    assert adapter.ask({"id": 3, "op": "hello"})["name"] == "talker"


def test_a_driver_that_dies_says_how_and_what_it_last_printed(driver):
    adapter = driver("die")
    adapter.ask({"id": 1, "op": "hello"})
    with pytest.raises(AdapterError, match=r"ended with exit code 7; it last printed:\nout of memory"):
        adapter.ask(START)


def test_a_program_that_does_not_exist_is_named():
    adapter = ProcessAdapter(["no-such-program-anywhere"], origin="x")
    with pytest.raises(AdapterError, match="cannot start 'no-such-program-anywhere'"):
        adapter.ask({"id": 1, "op": "hello"})


def test_closing_ends_what_the_driver_started_and_nothing_else(driver):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        adapter = driver("child")
        adapter.ask({"id": 1, "op": "hello"})
        group = adapter._process.pid
        adapter.close()
        deadline = time.monotonic() + 5
        while _members_of(group) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _members_of(group) == []
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def _members_of(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if os.getpgid(int(entry.name)) == group and state != "Z":
                    found.append(int(entry.name))
            except (ProcessLookupError, FileNotFoundError, PermissionError):
                continue
    return found
