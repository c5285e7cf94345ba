"""Drivers that come with the suite, by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from conformance.adapters.base import Adapter
from conformance.adapters.callable import CallableAdapter, load_handle
from conformance.adapters.process import ProcessAdapter
from conformance.errors import AdapterError
from conformance.tables import table

INSTALL_LIMIT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A driver of the suite's own: the client it drives, and how to open it; None while it is only planned."""

    name: str
    client: str
    open: Callable[[], Adapter] | None = None


def _reference() -> Adapter:
    return CallableAdapter(load_handle("conformance.reference.adapter:handle"), origin="reference")


def _okta_auth_js() -> Adapter:
    folder = Path(str(resources.files("conformance").joinpath("drivers/okta-auth-js")))
    install_node_packages(folder)
    return ProcessAdapter(["node", "driver.mjs"], origin="okta-auth-js", cwd=folder)


def install_node_packages(folder: Path) -> None:
    """Runs `npm ci` in the folder if it has no node_modules.

    Raises: AdapterError if node or npm is missing, or if npm fails
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise AdapterError(f"{folder.name}: this driver needs {program} on the PATH; install Node.js 20 or later")
    if (folder / "node_modules" / ".package-lock.json").exists():
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise AdapterError(f"{folder.name}: npm ci did not end within {INSTALL_LIMIT_S} s in {folder}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise AdapterError(f"{folder.name}: npm ci failed in {folder}:\n{said}")


BUNDLED: dict[str, Bundled] = table(
    "name",
    (
        Bundled(name="reference", client="the client in conformance/reference", open=_reference),
        Bundled(name="okta-auth-js", client="@okta/okta-auth-js 8", open=_okta_auth_js),
        Bundled(name="okta-idx-java", client="okta-idx-java"),
        Bundled(name="okta-idx-golang", client="okta-idx-golang"),
        Bundled(name="okta-idx-dotnet", client="okta-idx-dotnet"),
        Bundled(name="widget-gen2", client="the Sign-In Widget, second generation"),
        Bundled(name="widget-gen3", client="the Sign-In Widget, third generation"),
    ),
)
