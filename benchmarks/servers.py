"""Compares WSGI servers for `mock-okta serve`, side by side in one run: start, memory, throughput, fairness, stopping.

    python benchmarks/servers.py [--rounds 3] [--seconds 2] [--only waitress,cheroot] [--app MODULE:NAME]

Needs wrk (a distribution package) and those of the servers that are to be compared; one that is missing is left out.
The servers are measured in turn in every round, so that whatever else the machine does hits all of them alike.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
HEALTH = "/__mock__/health"
DEADLINE_S = 15.0
SILENT_CONNECTIONS = 64

WRK_SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One way to serve. `{port}`, `{app}`, `{module}`, `{name}` are filled in; `needs` is what must be importable."""

    label: str
    needs: tuple[str, ...]
    arguments: tuple[str, ...]
    tls: str
    in_thread: str


def _program(text: str) -> tuple[str, ...]:
    return ("-c", text)


WAITRESS = """
import logging, waitress
from {module} import {name} as a
logging.getLogger("waitress.queue").setLevel("ERROR")
waitress.serve(a, host="127.0.0.1", port={port}, threads={threads}, asyncore_use_poll=True, connection_limit=900)
"""
CHEROOT = """
import signal
from {module} import {name} as a
from cheroot.wsgi import Server
s = Server(("127.0.0.1", {port}), a, numthreads={threads})
s.keep_alive_conn_limit = None
signal.signal(signal.SIGTERM, lambda *_: setattr(s, "interrupt", SystemExit(0)))
s.safe_start()
"""
UVICORN = """
import uvicorn, a2wsgi
from {module} import {name} as a
uvicorn.run(a2wsgi.WSGIMiddleware(a, workers={threads}), port={port}, log_level="error", access_log=False)
"""
HYPERCORN = """
import asyncio, hypercorn.asyncio, hypercorn.config
from {module} import {name} as a
c = hypercorn.config.Config(); c.bind = ["127.0.0.1:{port}"]; c.loglevel = "ERROR"
asyncio.run(hypercorn.asyncio.serve(a, c, mode="wsgi"))
"""
WERKZEUG = """
from {module} import {name} as a
from werkzeug.serving import run_simple, WSGIRequestHandler
import logging; logging.getLogger("werkzeug").setLevel("ERROR")
WSGIRequestHandler.protocol_version = "HTTP/1.1"
run_simple("127.0.0.1", {port}, a, threaded=True)
"""


def _of_threads(program: str, threads: int) -> tuple[str, ...]:
    return _program(program.replace("{threads}", str(threads)))


GRANIAN = ("-m", "granian", "--interface", "wsgi", "--port", "{port}", "--log-level", "error", "{app}")
GUNICORN = (
    *("-m", "gunicorn", "-b", "127.0.0.1:{port}", "--log-level", "error"),
    *("-k", "gthread", "--threads", "8", "{app}"),
)

SERVERS: tuple[Server, ...] = (
    Server("werkzeug (threaded, for scale)", ("werkzeug",), _program(WERKZEUG), "yes", "yes"),
    Server("waitress, 4 threads", ("waitress",), _of_threads(WAITRESS, 4), "no", "yes"),
    Server("waitress, 8 threads", ("waitress",), _of_threads(WAITRESS, 8), "no", "yes"),
    Server("cheroot, 10 threads", ("cheroot",), _of_threads(CHEROOT, 10), "yes", "yes"),
    Server("cheroot, 40 threads", ("cheroot",), _of_threads(CHEROOT, 40), "yes", "yes"),
    Server("gunicorn gthread, 8 threads", ("gunicorn",), GUNICORN, "yes", "no"),
    Server("granian, 1 thread", ("granian",), (*GRANIAN, "--blocking-threads", "1"), "yes", "no"),
    Server("granian, 8 threads", ("granian",), (*GRANIAN, "--blocking-threads", "8"), "yes", "no"),
    Server("uvicorn + a2wsgi, 8 threads", ("uvicorn", "a2wsgi"), _of_threads(UVICORN, 8), "yes", "yes"),
    Server("hypercorn (wsgi)", ("hypercorn",), _program(HYPERCORN), "yes", "yes"),
)


@dataclass(slots=True)
class Figures:
    """What was measured of one server; lists have one entry a round."""

    ready_ms: list[float] = field(default_factory=list)
    rss_mib: list[float] = field(default_factory=list)
    pss_mib: list[float] = field(default_factory=list)
    rate: dict[int, list[float]] = field(default_factory=lambda: {1: [], 32: []})
    p50_ms: dict[int, list[float]] = field(default_factory=lambda: {1: [], 32: []})
    p99_ms: dict[int, list[float]] = field(default_factory=lambda: {1: [], 32: []})
    max_ms: list[float] = field(default_factory=list)
    silent_ms: float | None = None
    errors: int = 0
    threads: int = 0
    stopped: dict[str, str] = field(default_factory=dict)


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def get(port: int, path: str, timeout_s: float = 5.0) -> bytes:
    """The body at that path; raises if the status is not 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise OSError(f"{path} answered {response.status}")
        return body
    finally:
        connection.close()


@contextmanager
def running(server: Server, app: str) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """The server's process once it answers, its port, and how many milliseconds that took."""
    port = free_port()
    module, _, name = app.partition(":")
    words = {"{port}": str(port), "{app}": app, "{module}": module, "{name}": name}
    arguments = list(server.arguments)
    for placeholder, value in words.items():
        arguments = [argument.replace(placeholder, value) for argument in arguments]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent), *sys.path[1:]])}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process, port, wait_until_ready(process, port, started)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, started: float) -> float:
    """Milliseconds from `started` to the first 200 of the health check."""
    while time.perf_counter() - started < DEADLINE_S:
        if process.poll() is not None:
            raise OSError(f"the server left with exit code {process.returncode}")
        try:
            get(port, HEALTH)
            return (time.perf_counter() - started) * 1000
        except OSError:
            time.sleep(0.002)
    raise OSError("the server did not answer in time")


def family(pid: int) -> list[int]:
    """That process and all of its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def memory_mib(pid: int, field_name: str) -> float:
    """`Rss` or `Pss` of the process and its descendants, summed. Pages that two processes share count twice in Rss."""
    kib = 0
    for member in family(pid):
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{field_name}:"):
                kib += int(line.split()[1])
    return kib / 1024


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: requests a second, latencies in milliseconds, failed requests."""

    rate: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    errors: int


def load(port: int, path: str, connections: int, seconds: int, script: Path) -> Load:
    """Asks for that path over so many kept-alive connections, each waiting for its answer before it asks again."""
    threads = "1" if connections == 1 else "2"
    words = ["wrk", "-t", threads, "-c", str(connections), "-d", f"{seconds}s", "-s", str(script)]
    printed = subprocess.run(
        [*words, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    result = next(line for line in printed.splitlines() if line.startswith("RESULT"))
    count, duration_us, p50_us, p99_us, max_us, errors = (int(word) for word in result.split()[1:])
    return Load(count / (duration_us / 1e6), p50_us / 1000, p99_us / 1000, max_us / 1000, errors)


def beside_silent_connections(port: int) -> float | None:
    """Milliseconds to a health answer while clients hold connections open without finishing a request.

    A browser does that to every server it expects to need. None if the answer takes longer than five seconds.
    """
    with ExitStack() as stack:
        for _ in range(SILENT_CONNECTIONS):
            silent = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            silent.sendall(b"GET /__mock__/health HTTP/1.1\r\nHost: localhost\r\n")
        time.sleep(0.2)
        began = time.perf_counter()
        try:
            get(port, HEALTH)
        except OSError:
            return None
        return (time.perf_counter() - began) * 1000


def stop_in_flight(server: Server, app: str, name: str) -> str:
    """What becomes of a request in flight and of the exit code when the server is told to stop."""
    with running(server, app) as (process, port, _):
        answers: list[bytes | str] = []

        def ask() -> None:
            try:
                answers.append(get(port, "/slow"))
            except (OSError, http.client.HTTPException) as error:
                answers.append(type(error).__name__)

        client = threading.Thread(target=ask)
        client.start()
        time.sleep(0.2)
        began = time.perf_counter()
        process.send_signal(signal.Signals[name])
        try:
            code = str(process.wait(timeout=8))
        except subprocess.TimeoutExpired:
            return "does not stop within 8 s"
        took_ms = (time.perf_counter() - began) * 1000
        client.join()
        answered = "answered" if isinstance(answers[0], bytes) else f"lost ({answers[0]})"
        return f"{answered}, exit {code}, {took_ms:.0f} ms"


def measure(server: Server, app: str, path: str, seconds: int, script: Path, figures: Figures) -> None:
    """One round of one server."""
    with running(server, app) as (process, port, ready_ms):
        figures.ready_ms.append(ready_ms)
        time.sleep(0.1)
        figures.rss_mib.append(memory_mib(process.pid, "Rss"))
        figures.pss_mib.append(memory_mib(process.pid, "Pss"))
        load(port, path, 8, 1, script)
        for connections in (1, 32):
            seen = load(port, path, connections, seconds, script)
            figures.rate[connections].append(seen.rate)
            figures.p50_ms[connections].append(seen.p50_ms)
            figures.p99_ms[connections].append(seen.p99_ms)
            figures.errors += seen.errors
        figures.max_ms.append(seen.max_ms)
        figures.silent_ms = beside_silent_connections(port)
        pids = family(process.pid)
        figures.threads = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)


def row(server: Server, figures: Figures) -> str:
    """One line of the table."""
    rate, p50_ms, p99_ms = figures.rate, figures.p50_ms, figures.p99_ms
    cells = (
        server.label,
        f"{median(figures.ready_ms):.0f}",
        f"{median(figures.rss_mib):.0f} / {median(figures.pss_mib):.0f}",
        f"{median(rate[1]):,.0f}",
        f"{median(rate[32]):,.0f}",
        f"{median(p50_ms[32]):.1f} / {median(p99_ms[32]):.1f} / {median(figures.max_ms):.0f}",
        "> 5 s" if figures.silent_ms is None else f"{figures.silent_ms:.0f}",
        str(figures.errors),
        str(figures.threads),
        server.tls,
        server.in_thread,
        *(figures.stopped.get(name, "") for name in ("SIGTERM", "SIGINT")),
    )
    return "| " + " | ".join(cells) + " |"


HEADINGS = (
    "server",
    "ready ms",
    "idle MiB RSS / PSS",
    "req/s, 1 connection",
    "req/s, 32",
    "p50 / p99 / max ms, 32",
    "ms beside 64 silent",
    "errors",
    "threads",
    "TLS",
    "in a thread",
    "SIGTERM in flight",
    "SIGINT in flight",
)


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=7, help="how often each server is started for `ready ms`")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="", help="labels that begin with one of these words, comma-separated")
    parser.add_argument("--app", default="stand_in:app")
    parser.add_argument("--path", default="/json")
    options = parser.parse_args()
    wanted = tuple(word for word in options.only.split(",") if word)
    chosen = [s for s in SERVERS if (not wanted or s.label.startswith(wanted)) and not missing(s)]
    figures = {server.label: Figures() for server in chosen}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "result.lua"
        script.write_text(WRK_SCRIPT)
        for number in range(max(options.rounds, options.starts)):
            for server in chosen:
                if number < options.rounds:
                    measure(server, options.app, options.path, options.seconds, script, figures[server.label])
                else:
                    with running(server, options.app) as (_, _, ready_ms):
                        figures[server.label].ready_ms.append(ready_ms)
        if options.app == "stand_in:app":
            for server in chosen:
                figures[server.label].stopped = {
                    name: stop_in_flight(server, options.app, name) for name in ("SIGTERM", "SIGINT")
                }
    print("| " + " | ".join(HEADINGS) + " |")
    print("|" + "---|" * len(HEADINGS))
    for server in chosen:
        print(row(server, figures[server.label]))


def missing(server: Server) -> bool:
    """Says so on standard error when a server is not installed."""
    absent = [name for name in server.needs if importlib.util.find_spec(name) is None]
    if absent:
        print(f"left out: {server.label} (not installed: {', '.join(absent)})", file=sys.stderr)
    return bool(absent)


if __name__ == "__main__":
    main()
