"""Drivers that come with the suite, by name."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from mock_okta_conformance.adapters.base import Adapter
from mock_okta_conformance.adapters.building import build_go, build_java, home_of, is_checkout, java_command
from mock_okta_conformance.adapters.callable import CallableAdapter, load_handle
from mock_okta_conformance.adapters.process import ProcessAdapter
from mock_okta_conformance.errors import AdapterError
from mock_okta_conformance.tables import table

INSTALL_LIMIT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A driver of the suite's own: the client it drives, and how to open it; None while it is only planned.

    known: the list of what that client is known to miss
    """

    name: str
    client: str
    open: Callable[[], Adapter] | None = None
    known: Path | None = None


DRIVERS = Path(str(resources.files("mock_okta_conformance").joinpath("drivers")))


def _reference() -> Adapter:
    return CallableAdapter(load_handle("mock_okta_conformance.reference.adapter:handle"), origin="reference")


def _okta_auth_js() -> Adapter:
    folder = install_node_packages(DRIVERS / "okta-auth-js")
    return ProcessAdapter(["node", "driver.mjs"], origin="okta-auth-js", cwd=folder)


def okta_idx_golang(version: str = "", **options: Any) -> Adapter:
    """The driver of okta-idx-golang. version: "v0.2.2", or "" for the last commit before the SDK was given up

    options: of the process, e.g. `env`
    Raises: AdapterError if it cannot be built
    """
    build = {"": {}, "v0.2.2": {"modfile": "v0.2.2.mod", "tags": "v0_2_2"}}[version]
    folder = DRIVERS / "okta-idx-golang"
    name = f"{folder.name}-{version}" if version else folder.name
    return ProcessAdapter([str(build_go(folder, **build))], origin=name, cwd=folder, **options)


def okta_idx_java(*properties: str, **options: Any) -> Adapter:
    """The driver of okta-idx-java. properties: of the virtual machine, e.g. "okta.testing.disableHttpsCheck=true"

    options: of the process, e.g. `env`
    Raises: AdapterError if it cannot be built
    """
    folder = DRIVERS / "okta-idx-java"
    command = java_command(build_java(folder), "driver.Driver", properties)
    return ProcessAdapter(command, origin=folder.name, cwd=folder, **options)


def install_node_packages(folder: Path) -> Path:
    """Where the driver is to be run, its packages installed: its folder, or, if that came as a package, a copy.

    Raises: AdapterError if node or npm is missing, or if npm fails
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise AdapterError(f"{folder.name}: this driver needs {program} on the PATH; install Node.js 20 or later")
    place = folder if is_checkout() else _copy_of(folder)
    if (place / "node_modules" / ".package-lock.json").exists():
        return place
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=INSTALL_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise AdapterError(f"{folder.name}: npm ci did not end within {INSTALL_LIMIT_S} s in {place}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise AdapterError(f"{folder.name}: npm ci failed in {place}:\n{said}")
    return place


def _copy_of(folder: Path) -> Path:
    """The driver's files in the user's cache; another folder for another lockfile."""
    lockfile = folder / "package-lock.json"
    place = home_of(folder) / hashlib.sha256(lockfile.read_bytes()).hexdigest()[:16]
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if file.is_file():
                shutil.copyfile(file, place / file.name)
    except OSError as error:
        raise AdapterError(f"{folder.name}: cannot be installed in {place}: {error.strerror}") from error
    return place


BUNDLED: dict[str, Bundled] = table(
    "name",
    (
        Bundled(name="reference", client="the reference client", open=_reference),
        Bundled(
            name="okta-auth-js",
            client="@okta/okta-auth-js 8",
            open=_okta_auth_js,
            known=DRIVERS / "okta-auth-js" / "known.yaml",
        ),
        Bundled(
            name="okta-idx-java",
            client="okta-idx-java 2.0.0",
            open=lambda: okta_idx_java("okta.testing.disableHttpsCheck=true"),
        ),
        Bundled(name="okta-idx-golang", client="okta-idx-golang, commit 63d548cd5229", open=okta_idx_golang),
        Bundled(
            name="okta-idx-golang-v0.2.2",
            client="okta-idx-golang v0.2.2",
            open=lambda: okta_idx_golang("v0.2.2"),
        ),
        Bundled(name="okta-idx-dotnet", client="okta-idx-dotnet"),
        Bundled(name="widget-gen2", client="the Sign-In Widget, second generation"),
        Bundled(name="widget-gen3", client="the Sign-In Widget, third generation"),
    ),
)
