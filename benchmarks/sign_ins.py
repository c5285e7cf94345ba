"""Full sign-ins a second: `mock-okta serve` and, beside it, the same application behind other servers.

    python benchmarks/sign_ins.py [--rounds 3] [--seconds 5] [--only granian]

A sign-in is five requests and two RS256 signatures; it counts when the token reply has an ID token. Needs wrk.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import dataclass, field
from statistics import median

from servers import HERE, SERVERS, Server, get, memory_mib, missing, running

SERVE = Server("mock-okta serve", (), ("-m", "mock_okta", "serve", "password", "--port", "{port}"), "yes", "yes")
APPLICATION = "whole_org:app"
CONNECTIONS = (1, 32)


@dataclass(slots=True)
class Figures:
    """What was measured of one server, one entry a round."""

    ready_ms: list[float] = field(default_factory=list)
    idle_mib: list[tuple[float, float]] = field(default_factory=list)
    used_mib: list[float] = field(default_factory=list)
    rate: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    p99_ms: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    p50_ms: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    failed: int = 0


def sign_in(port: int, connections: int, seconds: int) -> tuple[float, int, float, float]:
    """Sign-ins a second, failed requests, and p50 and p99 of a request in milliseconds."""
    client_id = json.loads(get(port, "/__mock__/tenants/default"))["spa_client_id"]
    words = ["wrk", f"-t{connections}", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "sign_in.lua")]
    printed = subprocess.run(
        [*words, f"http://127.0.0.1:{port}", "--", client_id], capture_output=True, text=True, check=True
    ).stdout
    result = next(line for line in printed.splitlines() if line.startswith("SIGN-INS"))
    count, duration_us, failed, p50_us, p99_us = (int(word) for word in result.split()[1:])
    return count / (duration_us / 1e6), failed, p50_us / 1000, p99_us / 1000


def measure(server: Server, seconds: int, figures: Figures) -> None:
    """One round of one server."""
    with running(server, APPLICATION) as (process, port, ready_ms):
        figures.ready_ms.append(ready_ms)
        figures.idle_mib.append((memory_mib(process.pid, "Rss"), memory_mib(process.pid, "Pss")))
        sign_in(port, 1, 1)
        for connections in CONNECTIONS:
            rate, failed, p50_ms, p99_ms = sign_in(port, connections, seconds)
            figures.rate[connections].append(rate)
            figures.p50_ms[connections].append(p50_ms)
            figures.p99_ms[connections].append(p99_ms)
            figures.failed += failed
        figures.used_mib.append(memory_mib(process.pid, "Rss"))


def row(server: Server, figures: Figures) -> str:
    """One line of the table."""
    rss, pss = (median(pair[index] for pair in figures.idle_mib) for index in (0, 1))
    cells = (
        server.label,
        f"{median(figures.ready_ms):.0f}",
        f"{rss:.0f} / {pss:.0f}",
        f"{median(figures.used_mib):.0f}",
        *(f"{median(figures.rate[count]):.0f}" for count in CONNECTIONS),
        f"{median(figures.p50_ms[32]):.0f} / {median(figures.p99_ms[32]):.0f}",
        str(figures.failed),
    )
    return "| " + " | ".join(cells) + " |"


HEADINGS = (
    "server",
    "ready ms",
    "idle MiB RSS / PSS",
    "MiB after the run",
    "sign-ins/s, 1 client",
    "sign-ins/s, 32",
    "a request: p50 / p99 ms, 32",
    "failed",
)


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", default="", help="labels of others that begin with one of these words")
    options = parser.parse_args()
    wanted = tuple(word for word in options.only.split(",") if word)
    others = [server for server in SERVERS if (not wanted or server.label.startswith(wanted)) and not missing(server)]
    figures = {server.label: Figures() for server in (SERVE, *others)}
    for _ in range(options.rounds):
        for server in (SERVE, *others):
            measure(server, options.seconds, figures[server.label])
    print("| " + " | ".join(HEADINGS) + " |")
    print("|" + "---|" * len(HEADINGS))
    for server in (SERVE, *others):
        print(row(server, figures[server.label]))


if __name__ == "__main__":
    main()
