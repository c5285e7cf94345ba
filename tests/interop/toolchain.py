"""What the interop tests need beside Python: Node, npm packages, a Chromium; what is built with Go and with Maven."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mock_okta_conformance.adapters import Adapter, ProcessAdapter
from mock_okta_conformance.adapters.building import build_go, build_java, java_command
from mock_okta_conformance.adapters.bundled import okta_idx_golang, okta_idx_java
from mock_okta_conformance.errors import AdapterError

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
VERIFIERS = HERE / "verifiers"
WIDGET = PACKAGES / "@okta" / "okta-signin-widget" / "dist"

OLDEST_NODE = 20
"""okta-auth-js 8 asks for it in its `engines`."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
"""Chromium talks to nobody but loopback: its own services are off, and no other name resolves."""


Built = TypeVar("Built")


class Missing(Exception):
    """Something of the toolchain isn't here; the text says what, and how to get it."""


def find_node() -> str:
    """The path of a Node that is new enough. Raises Missing."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise Missing("node and npm are not on the PATH; install Node 20 or newer")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise Missing(f"node is {version}; okta-auth-js 8 needs {OLDEST_NODE} or newer")
    return node


def install_packages(folder: Path = HERE) -> Path:
    """Runs `npm ci` unless what the folder's lockfile names is installed. Returns node_modules; raises Missing."""
    packages = folder / "node_modules"
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs of the tests may start at the same time
        if not is_installed(json.load(lock), packages / ".package-lock.json"):
            npm = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            if npm.returncode:
                raise Missing(f"npm ci failed in {folder}: {npm.stderr.strip()[-400:]}")
    return packages


def is_installed(wanted: dict[str, Any], record: Path) -> bool:
    """Whether every package that the lockfile names is there in its version, but for optional ones.

    record: the lockfile that npm keeps inside node_modules of what it has installed
    """
    if not record.is_file():
        return False
    present = {path: package["version"] for path, package in json.loads(record.read_text())["packages"].items()}
    return all(
        present.get(path) == package["version"]
        for path, package in wanted["packages"].items()
        if path and not (package.get("optional") and path not in present)
    )


def import_playwright() -> Callable[[], Any]:
    """What starts Playwright. Raises Missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise Missing("playwright is not installed; pip install 'mock-okta[browser]'") from None
    return sync_playwright


def find_chromium(own: str) -> str:
    """The browser to start: MOCK_OKTA_CHROMIUM, else Playwright's own, else the distribution's. Raises Missing.

    own: where Playwright would have put the browser that it downloads
    """
    named = os.environ.get("MOCK_OKTA_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise Missing(f"MOCK_OKTA_CHROMIUM is {named!r}, which can't be run")
        return found
    if Path(own).is_file():
        return own
    for name in BROWSERS:
        if found := shutil.which(name) or shutil.which(f"/usr/bin/{name}"):
            return found
    raise Missing("no Chromium: `playwright install chromium`, install the distribution's, or set MOCK_OKTA_CHROMIUM")


def chromium_flags() -> list[str]:
    """The quiet flags and those of MOCK_OKTA_CHROMIUM_FLAGS. Root needs no more: Playwright leaves the sandbox off."""
    return [*QUIET, *shlex.split(os.environ.get("MOCK_OKTA_CHROMIUM_FLAGS", ""))]


def built(build: Callable[[], Built]) -> Built:
    """What `build` makes. Raises Missing if that takes tools that are not here, or packages that can't be had."""
    try:
        return build()
    except AdapterError as error:
        raise Missing(str(error)) from error


def golang_verifier(env: Mapping[str, str]) -> Adapter:
    """Okta's verifier for Go, in a process with this environment. Raises Missing."""
    program = built(lambda: build_go(VERIFIERS / "golang"))
    return ProcessAdapter([str(program)], origin="okta-jwt-verifier-golang", env=env)


def java_verifier(*properties: str) -> Adapter:
    """Okta's verifier for Java. properties: of the virtual machine. Raises Missing"""
    classes = built(lambda: build_java(VERIFIERS / "java"))
    return ProcessAdapter(java_command(classes, "verifier.Verifier", properties), origin="okta-jwt-verifier-java")


def build_all() -> None:
    """Builds all that is built, and says what cannot be."""
    released = partial(okta_idx_golang, "v0.2.2")
    for build in (okta_idx_golang, released, okta_idx_java, partial(golang_verifier, {}), java_verifier):
        try:
            built(build)
        except Missing as missing:
            print(f"not built: {missing}", file=sys.stderr)


if __name__ == "__main__":
    build_all()
