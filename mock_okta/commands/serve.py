"""`mock-okta serve`: serves scenarios until it is told to stop."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from mock_okta.config import Config, kind_of, read_config
from mock_okta.errors import ConfigError, MockOktaError, ScenarioError

if TYPE_CHECKING:
    from mock_okta.engine.model import Scenario

Command = Callable[..., Any]


def config_options(command: Command) -> Command:
    """Adds an option for every setting. What is not given stays None, so that the environment can stand in for it."""
    for row in reversed(fields(Config)):
        about, flags = row.metadata["about"], row.metadata["flags"]
        if row.default not in (None, False):
            about += f"  [default: {row.default}]"
        kind = kind_of(row)
        if kind is bool:
            option = click.option(*flags, row.name, is_flag=True, default=None, help=about)
        else:
            option = click.option(*flags, row.name, type=kind, default=None, help=about)
        command = option(command)
    return command


@click.command()
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@config_options
def command(scenarios: tuple[str, ...], **given: Any) -> int:
    """Serve scenarios over HTTP.

    SCENARIO is the name of a bundled one or the path of a file. The first one is the default; with none, the whole
    bundled library is served and `password` is the default. Prints `mock-okta ready at URL` once it answers.
    Every option can also come from the environment, e.g. MOCK_OKTA_PORT for --port.
    """
    gc.disable()  # nothing that is made while starting is garbage, and looking for it takes 15 ms
    try:
        config = read_config(given, os.environ)
        stop = Event()
        for number in _stop_signals():
            signal.signal(number, lambda *_: stop.set())
        loaded = load_scenarios(scenarios)
        serve(config, loaded, stop)
    finally:
        gc.enable()  # where it could not start, whoever called goes on
    return 0


def _stop_signals() -> list[signal.Signals]:
    """SIGINT, SIGTERM, and SIGHUP where a terminal that closes is to end the server, which `nohup` does not want."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    hang_up: signal.Signals | None = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up is not None and signal.getsignal(hang_up) != signal.SIG_IGN:
        numbers.append(hang_up)
    return numbers


def load_scenarios(names: tuple[str, ...]) -> list[Scenario]:
    """The scenarios of these names and paths.

    Raises: MockOktaError with everything that is wrong with any of them
    """
    from mock_okta import loader

    loaded: dict[str, Scenario] = {}
    faults: list[MockOktaError] = []
    for name in names:
        try:
            scenario = loader.load(name)
        except MockOktaError as error:
            faults.append(error)
            continue
        if scenario.name in loaded:
            faults.append(ConfigError(f"two scenarios are named {scenario.name!r}, and would have one address"))
        loaded[scenario.name] = scenario
    if len(faults) == 1:
        raise faults[0]
    if all(isinstance(fault, ScenarioError) for fault in faults) and faults:
        raise ScenarioError(problem for fault in faults for problem in getattr(fault, "problems", ()))
    if faults:
        raise ConfigError("\n".join(map(str, faults)))
    return list(loaded.values())


def serve(config: Config, scenarios: list[Scenario], stop: Event) -> None:
    """Serves until `stop` is set, then lets requests in flight finish.

    Raises: ConfigError if it can't listen or the CA can't be written
    """
    from mock_okta.keys import development_keys
    from mock_okta.org import Org, bundled_library
    from mock_okta.serving.server import RunningServer
    from mock_okta.web.app import create_app

    own_folder = None
    if config.https and config.ca_dir is None:
        own_folder = tempfile.mkdtemp(prefix="mock-okta-")
        config = replace(config, ca_dir=own_folder)
    try:
        tls, ca_file = _secured(config)
        org = Org(config, bundled_library(), scenarios=scenarios, keys=development_keys())
        server = RunningServer(create_app(org, config), config, tls=tls)
        try:
            server.wait_until_ready(ca_file=ca_file)
            gc.freeze()
            gc.enable()
            _announce(config, server.origin, ca_file)
            stop.wait()
        finally:
            server.stop()
    finally:
        if own_folder is not None:
            shutil.rmtree(own_folder, ignore_errors=True)


def _secured(config: Config) -> tuple[Any, Path | None]:
    if not config.https or config.ca_dir is None:
        return None, None
    from mock_okta.serving.tls import secure

    return secure(config, Path(config.ca_dir))


def _announce(config: Config, origin: str, ca_file: Path | None) -> None:
    print(f"mock-okta ready at {config.base_url or origin}", flush=True)
    if ca_file is not None:
        print(f"mock-okta CA at {ca_file}", flush=True)
    if config.is_open and config.control_token is None:
        print(
            f"warning: {config.host} can be reached from other machines, and so can the users, codes and tokens of the"
            " scenarios. The control API answers this machine only; with --control-token it answers whoever has the"
            " token.",
            file=sys.stderr,
            flush=True,
        )
