"""From nothing to the first answer: a process, and a tenant inside a Python test.

    python benchmarks/start_up.py [--rounds 7] [--instructions] [--against 56f953d]

`import flask` is measured in the same rounds, since most of the way is the framework's and depends on the machine. With
`--instructions` it counts those of the processor up to the bound socket, by valgrind: the same on any machine, whatever
else it does. Beside it then is a bare Flask application on plain waitress, and another revision if one is named.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from engine import ROOT, checked_out
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


BARE = """
import flask, waitress
app = flask.Flask("bare")
app.add_url_rule("/", view_func=lambda: "hello")
waitress.create_server(app, host="127.0.0.1", port=0).close()
"""
SERVES = """
import mock_okta.cli, mock_okta.commands.serve
from mock_okta import loader
from mock_okta.config import Config
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
config = Config(port=0)
org = Org(config, bundled_library(), scenarios=[loader.load("password-then-email")], keys=development_keys())
RunningServer(create_app(org, config), config).stop()
"""


def instructions(program: str, checkout: Path | None = None) -> int:
    """Instructions of a Python process that runs that program; with a folder, what it imports comes from there."""
    with tempfile.TemporaryDirectory() as cache:
        path = [] if checkout is None else [f"import sys; sys.path.insert(0, {str(checkout)!r})"]
        text = "\n".join([*path, program])
        environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": cache}
        process = [sys.executable, "-c", text]
        subprocess.run(process, check=True, env=environment)  # compiles
        counted = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
        ran = subprocess.run([*counted, *process], check=True, env=environment, capture_output=True, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", ran.stderr)
    assert found, ran.stderr
    return int(found[1].replace(",", ""))


def count_instructions(against: str | None) -> None:
    """Prints millions of instructions, and how many times those of the bare application."""
    with ExitStack() as stack:
        programs: dict[str, tuple[str, Path | None]] = {"bare Flask on waitress": (BARE, None)}
        programs["mock-okta, up to its socket"] = (SERVES, ROOT)
        if against is not None:
            programs[f"the same at {against}"] = (SERVES, stack.enter_context(checked_out(against)))
        counted = {label: instructions(*program) for label, program in programs.items()}
    bare = counted["bare Flask on waitress"]
    for label, count in counted.items():
        print(f"{label:36} {count / 1e6:7,.0f} million {count / bare:7.2f}")


def main() -> None:
    """Prints a line for each figure: minimum, median, maximum."""
    parser = argparse.ArgumentParser(description="How long it takes until a mock answers.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--against", help="a revision of this repository, whose instructions are counted too")
    options = parser.parse_args()
    if options.instructions:
        count_instructions(options.against)
        return
    rounds = options.rounds
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
