"""A server that has been started, and bytes to and from it.

Nothing here or in the tests beside it knows what the server is made of: `started` alone says how one is started.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SOON_S = 10.0
"""What must come comes much earlier; what hangs, hangs for longer."""

START_S = 120.0
"""A server that does not say by then that it is ready is ended."""

KEYS = "/oauth2/default/v1/keys"
HEALTH = "/__mock__/health"


def request(target: str, *fields: str, method: str = "GET", version: str = "HTTP/1.1", body: bytes = b"") -> bytes:
    """A request that is as it should be, as far as its parts are. Gives the length of a body, and a host to 1.1."""
    lines = [f"{method} {target} {version}", *(["Host: localhost"] if version == "HTTP/1.1" else []), *fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply. `headers`: by their names in lower case."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One connection to the server."""

    def __init__(self, server: Started, timeout_s: float = SOON_S) -> None:
        self.socket = socket.socket()
        if server.tls is not None:
            self.socket = server.tls.wrap_socket(self.socket, server_hostname="localhost")
        self.socket.settimeout(timeout_s)
        try:
            self.socket.connect(("127.0.0.1", server.port))
        except BaseException:  # once wrapped after it was connected, a socket is lost if the server hangs up meanwhile
            self.socket.close()
            raise
        self._received = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends it, or as much as the server takes before it refuses."""
        with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.socket.sendall(data)

    def answer(self, *, to: str = "GET") -> Answer:
        """The next reply, whole. `to`: the method that was asked with; a reply to HEAD has no body.

        Raises: EOFError if the server closes the connection before its end
        """
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3}) .*", head[0])
        assert found, head[0]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        status = int(found[1])
        return Answer(status, headers, b"" if to == "HEAD" or status in (100, 204) else self._body(headers))

    def is_closed(self) -> bool:
        """Whether the server closes the connection without another byte. Waits for it."""
        try:
            return self._received == b"" and self.socket.recv(1) == b""
        except (ConnectionResetError, ssl.SSLEOFError):
            return True

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while length := int(self._until(b"\r\n"), 16):
                body += self._exactly(length)
                assert self._exactly(2) == b"\r\n"
            assert self._exactly(2) == b"\r\n"
            return body
        return self._exactly(int(headers["content-length"]))

    def _until(self, end: bytes) -> bytes:
        while end not in self._received:
            self._receive()
        found, _, self._received = self._received.partition(end)
        return found

    def _exactly(self, length: int) -> bytes:
        while len(self._received) < length:
            self._receive()
        found, self._received = self._received[:length], self._received[length:]
        return found

    def _receive(self) -> None:
        more = self.socket.recv(1 << 20)
        if not more:
            raise EOFError("the server has closed the connection")
        self._received += more


@dataclass(frozen=True, slots=True)
class Started:
    """A server that answers.

    tls: what clients trust, if it serves https
    """

    port: int
    process: subprocess.Popen[str]
    tls: ssl.SSLContext | None

    def connect(self, timeout_s: float = SOON_S) -> Connection:
        """A new connection."""
        return Connection(self, timeout_s)

    def ask(self, data: bytes, *, to: str = "GET", timeout_s: float = SOON_S) -> Answer:
        """The reply to these bytes on a connection of their own."""
        with self.connect(timeout_s) as connection:
            connection.send(data)
            return connection.answer(to=to)

    def script(self, *entries: dict[str, Any]) -> None:
        """Makes the default tenant act like that, and like that alone."""
        self.ask(request("/__mock__/tenants/default/script", method="DELETE"))
        if entries:
            body = json.dumps(entries).encode()
            added = self.ask(request("/__mock__/tenants/default/script", method="POST", body=body))
            assert added.status == 201, added.body


@contextmanager
def started(*options: str, https: bool = False) -> Iterator[Started]:
    """A server of its own, in a process of its own, with these options of `mock-okta serve`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_OKTA_")}
    words = ["serve", "password", "--port", "0", *(["--https"] if https else []), *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_okta", *words],
        env=kept | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # whoever runs the tests may ignore it
    )  # fmt: skip
    watchdog = threading.Timer(START_S, process.kill)
    watchdog.start()
    try:
        ready = re.fullmatch(r"mock-okta ready at https?://127\.0\.0\.1:(\d+)\n", process.stdout.readline())
        assert ready, process.stderr.read()
        tls = None
        if https:
            tls = ssl.create_default_context(cafile=process.stdout.readline().removeprefix("mock-okta CA at ").rstrip())
        watchdog.cancel()
        yield Started(int(ready[1]), process, tls)
    finally:
        process.kill()
        process.communicate()
        watchdog.cancel()
