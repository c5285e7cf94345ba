"""Servers in processes of their own: a real `mock-okta serve`, and its tenants as a test sees them."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.interop.toolchain import HERE

ROOT = HERE.parent.parent
SERVE = (sys.executable, "-m", "mock_okta", "serve")
READY = "mock-okta ready at "
STARTS_WITHIN_S = 30.0
STOPS_WITHIN_S = 10.0
MAILED_WITHIN_S = 10.0


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """Runs the server on a free port until the block ends. Yields its base address, e.g. "http://127.0.0.1:40123".

    arguments: scenarios and options of `mock-okta serve`
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_OKTA_")}
    with started([*SERVE, *arguments, "--port", "0"], READY, env=plain) as base:
        yield base


@contextmanager
def started(command: Sequence[str], ready: str, *, env: Mapping[str, str]) -> Iterator[str]:
    """Runs a server until the block ends, then asks it to stop.

    ready: how the line begins that says it answers; what follows on that line is yielded
    """
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    )
    assert process.stdout is not None
    try:
        yield _ready_address(process, ready)
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOPS_WITHIN_S)
            raise AssertionError(f"{command[0]} did not stop within {STOPS_WITHIN_S:.0f} s of SIGTERM") from None
        finally:
            process.stdout.close()


def _ready_address(process: subprocess.Popen[str], ready: str) -> str:
    """Reads until the ready line; a thread goes on reading after it, so that the pipe never fills."""
    assert process.stdout is not None
    said: list[str] = []
    watchdog = threading.Timer(STARTS_WITHIN_S, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith(ready):
                threading.Thread(target=_drain, args=(process,), daemon=True).start()
                return line.removeprefix(ready).strip()
    finally:
        watchdog.cancel()
    raise AssertionError(f"the server ended with {process.wait(10)} before it was ready:\n{''.join(said)}")


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    try:
        for _ in process.stdout:
            pass
    except ValueError:
        return  # closed while waiting: the server was stopped


@dataclass(frozen=True)
class Tenant:
    """One isolated org on the running server, made for one test through the control API."""

    base: str
    about: dict[str, Any]
    control: httpx.Client

    @property
    def id(self) -> str:
        return self.about["id"]

    @property
    def issuer(self) -> str:
        return self.about["issuer"]

    @property
    def outbox_url(self) -> str:
        """Where a program in another language reads the newest code that was sent."""
        return f"{self.base}/__mock__/tenants/{self.id}/outbox?latest"

    @property
    def clock_url(self) -> str:
        """Where a program moves this tenant's clock."""
        return f"{self.base}/__mock__/tenants/{self.id}/clock"

    @property
    def login(self) -> str:
        return self.about["users"][0]["login"]

    @property
    def password(self) -> str:
        return self.about["users"][0]["password"]

    def code(self, *, after: int = 0, to: str | None = None) -> str:
        """The newest code, once more than `after` messages are there. to: whose, else the first user's mail"""
        return str(self._sent(to or self.login, after)["code"])

    def link(self, *, after: int = 0, to: str | None = None) -> str:
        """The link in the newest message, likewise."""
        return str(self._sent(to or self.login, after)["link"])

    def _sent(self, to: str, after: int) -> dict[str, Any]:
        deadline = time.monotonic() + MAILED_WITHIN_S
        while time.monotonic() < deadline:
            messages: list[dict[str, Any]] = self._get("outbox", to=to)
            if len(messages) > after:
                return messages[-1]
            time.sleep(0.05)
        raise AssertionError(f"nothing was sent to {to} within {MAILED_WITHIN_S:.0f} s")

    def journal(self, endpoint: str | None = None) -> list[dict[str, Any]]:
        """The exchanges so far, oldest first; of one endpoint if it is named, e.g. "token"."""
        return self._get("journal", **({"endpoint": endpoint} if endpoint else {}))

    def advance(self, seconds: float) -> None:
        """Moves the tenant's clock."""
        self._post("clock", {"advance_s": seconds})

    def approve(self, decision: str = "approve", *, user: str | None = None) -> bool:
        """Decides on the user's phone, once something is there to be decided. Returns whether it was."""
        what = {"user": user or self.login, "decision": decision}
        return self.control.post(f"/__mock__/tenants/{self.id}/push", json=what).is_success

    def script(self, intervention: dict[str, Any]) -> None:
        """Makes the org depart from what Okta would do."""
        self._post("script", intervention)

    def _get(self, what: str, **query: str) -> Any:
        return self.control.get(f"/__mock__/tenants/{self.id}/{what}", params=query).raise_for_status().json()

    def _post(self, what: str, body: dict[str, Any]) -> None:
        self.control.post(f"/__mock__/tenants/{self.id}/{what}", json=body).raise_for_status()


@dataclass(frozen=True)
class Secured:
    """A server that speaks https: its base address, and the CA that its clients have to trust."""

    base: str
    ca_file: Path


NewTenant = Callable[..., Tenant]
"""How a test makes its tenants: of a scenario, new_tenant("password"), or of a file, new_tenant(yaml="...")."""


@contextmanager
def tenant_of(base: str, wish: dict[str, Any], *, trusting: Path | None = None) -> Iterator[Tenant]:
    """A fresh tenant until the block ends.

    wish: the body of `POST /__mock__/tenants`, e.g. {"scenario": "password"}
    trusting: the file of the CA, if the server speaks https
    """
    verify = ssl.create_default_context(cafile=trusting) if trusting else True
    with httpx.Client(base_url=base, timeout=10, verify=verify) as control:
        answer = control.post("/__mock__/tenants", json=wish)
        assert answer.is_success, f"POST /__mock__/tenants {wish}: {answer.status_code} {answer.text}"
        tenant = Tenant(base=base, about=answer.json(), control=control)
        yield tenant
        control.delete(f"/__mock__/tenants/{tenant.id}").raise_for_status()


@contextmanager
def default_tenant_of(base: str) -> Iterator[Tenant]:
    """The tenant that is also the org server, put back to its beginning."""
    with httpx.Client(base_url=base, timeout=10) as control:
        about = control.post("/__mock__/tenants/default/reset").raise_for_status().json()
        yield Tenant(base=base, about=about, control=control)
