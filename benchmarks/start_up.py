"""From nothing to the first answer: a process, and a tenant inside a Python test.

    python benchmarks/start_up.py [--rounds 7]

`import flask` is measured in the same rounds, since most of the way is the framework's and depends on the machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median

from servers import Server, memory_mib, processor_ms, running

SERVE = Server("", (), ("-m", "mock_okta", "serve", "password-then-email", "--port", "{port}"), "", "")


def framework_ms() -> float:
    """Milliseconds of a process that imports Flask and ends."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import flask"], check=True)
    return (time.perf_counter() - started) * 1000


def served() -> tuple[float, float, float]:
    """Milliseconds to the first 200 of health, processor milliseconds by then, and MiB when idle."""
    with running(SERVE, ":") as (process, _, ready_ms):
        spent_ms = processor_ms(process.pid)
        return ready_ms, spent_ms, memory_mib(process.pid, "Rss")


def in_process(count: int) -> list[float]:
    """Milliseconds for each tenant of a test, after the first."""
    from mock_okta import MockOkta

    taken = []
    for _ in range(count + 1):
        started = time.perf_counter()
        with MockOkta("password-then-email"):
            taken.append((time.perf_counter() - started) * 1000)
    return taken[1:]


def main() -> None:
    """Prints a line for each figure: minimum, median, maximum."""
    parser = argparse.ArgumentParser(description="How long it takes until a mock answers.")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    served()  # the first one finds cold files
    flask, ready, spent, idle = [], [], [], []
    for _ in range(rounds):
        flask.append(framework_ms())
        for figures, figure in zip((ready, spent, idle), served(), strict=True):
            figures.append(figure)
    rows = {
        "import flask alone, ms": flask,
        "serve: first 200 of health, ms": ready,
        "serve: processor time by then, ms": spent,
        "serve: idle memory, MiB": idle,
        "tenant in a Python test, ms": in_process(rounds),
    }
    for label, figures in rows.items():
        print(f"{label:36} {min(figures):7.1f} {median(figures):7.1f} {max(figures):7.1f}")


if __name__ == "__main__":
    main()
