"""A driver as a process: one JSON object a line on its standard input and output."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from mock_okta_conformance.adapters.base import FIRST_REPLY_S, QUIT_S, REPLY_S
from mock_okta_conformance.errors import AdapterError, AdapterHung

NOISE_LIMIT = 1_000_000
_CLOSED = object()


class ProcessAdapter:
    """Spawns the command in a process group of its own, and ends nothing but that group.

    Stray lines on stdout (libraries print warnings) and all of stderr are kept as noise: shown when something fails,
    searched for leaked secrets, never taken for a reply.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        origin: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        capabilities: frozenset[str] | None = None,
    ) -> None:
        self.origin = origin
        self.capabilities = capabilities
        self._command = list(command)
        self._cwd = cwd
        self._env = {**os.environ, **(env or {})}
        self._noise: list[str] = []
        self._noise_size = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._answered = False
        self._error_reader: threading.Thread | None = None

    def ask(self, message: Mapping[str, Any], *, timeout_s: float = REPLY_S) -> Mapping[str, Any]:
        """The reply that carries the id of the message; see `Adapter.ask`."""
        process = self._process or self._spawn()
        self._send(process, message)
        limit_s = timeout_s if self._answered else min(timeout_s, FIRST_REPLY_S)
        deadline = time.monotonic() + limit_s
        while True:
            try:
                reply = self._replies.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AdapterHung(f"{self.origin}: no reply to {message.get('op')!r} within {limit_s:g} s") from None
            if reply is _CLOSED:
                raise AdapterError(f"{self.origin}: the driver ended with {self._ending()}")
            self._answered = True
            if reply.get("id") == message["id"]:
                return dict(reply)

    def noise(self) -> str:
        """Stray output since the last call."""
        with self._lock:
            text, self._noise, self._noise_size = "".join(self._noise), [], 0
        return text

    def restart(self) -> None:
        """Kills the group and forgets it; the next message spawns a fresh driver."""
        self._kill()

    def close(self) -> None:
        """Closes the driver's input, waits for it to quit, then kills what is left of its group."""
        process = self._process
        if process is None:
            return
        if process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(QUIT_S)
        self._kill()

    def _spawn(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._cwd,
                env=self._env,
                text=True,
                encoding="utf-8",
                errors="replace",
                bufsize=1,
                start_new_session=True,
            )
        except OSError as error:
            raise AdapterError(f"{self.origin}: cannot start {self._command[0]!r}: {error.strerror}") from error
        self._replies = queue.SimpleQueue()
        self._answered = False
        assert process.stdout
        assert process.stderr
        replies = threading.Thread(target=self._read_replies, args=(process.stdout, self._replies), daemon=True)
        self._error_reader = threading.Thread(target=self._read_errors, args=(process.stderr,), daemon=True)
        for reader in (replies, self._error_reader):
            reader.start()
        self._process = process
        return process

    def _send(self, process: subprocess.Popen[str], message: Mapping[str, Any]) -> None:
        assert process.stdin
        try:
            process.stdin.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")
            process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise AdapterError(f"{self.origin}: the driver ended with {self._ending()}") from error

    def _read_replies(self, stream: IO[str], replies: queue.SimpleQueue[Any]) -> None:
        for line in stream:
            document = _json_object(line)
            if document is None or "id" not in document:
                self._keep(line)
            else:
                replies.put(document)
        replies.put(_CLOSED)

    def _read_errors(self, stream: IO[str]) -> None:
        for line in stream:
            self._keep(line)

    def _keep(self, line: str) -> None:
        with self._lock:
            if self._noise_size < NOISE_LIMIT:
                self._noise.append(line)
                self._noise_size += len(line)

    def _ending(self) -> str:
        assert self._process
        try:
            code = self._process.wait(QUIT_S)
        except subprocess.TimeoutExpired:
            return "its output closed"
        if self._error_reader:
            self._error_reader.join(QUIT_S)  # what it printed last may still be on its way to us
        with self._lock:
            last = "".join(self._noise[-5:]).strip()
        return f"exit code {code}" + (f"; it last printed:\n{last}" if last else "")

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()


def _json_object(line: str) -> dict[str, Any] | None:
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
