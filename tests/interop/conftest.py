"""Real clients against a real server: what they need, and what is said of those that could not run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.interop.embedding import Site, site
from tests.interop.programs import Programs
from tests.interop.running import ROOT, Tenant, default_tenant_of, serving, tenant_of
from tests.interop.toolchain import Missing, chromium_flags, find_chromium, find_node, install_packages

HERE = Path(__file__).parent
ARTIFACTS = ROOT / "artifacts" / "interop"


def without(missing: Missing) -> NoReturn:
    """Skips the test; in CI, where the toolchain has to be there, fails it."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"in CI the interop tests have to run: {missing}", pytrace=False)
    pytest.skip(str(missing))


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node."""
    try:
        return find_node()
    except Missing as missing:
        without(missing)


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The real clients, installed as their lockfile says."""
    try:
        return install_packages()
    except Missing as missing:
        without(missing)


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The base address of a `mock-okta serve` that all interop tests share."""
    with serving("password-then-email", "password") as base:
        yield base.replace("127.0.0.1", "localhost")


@pytest.fixture
def tenant(served: str) -> Iterator[Callable[..., Tenant]]:
    """Makes tenants that only this test knows: tenant("password"), tenant(yaml="...")."""
    with ExitStack() as made:

        def make(scenario: str = "", **wish: Any) -> Tenant:
            return made.enter_context(tenant_of(served, wish or {"scenario": scenario}))

        yield make


@pytest.fixture
def default_tenant(served: str) -> Iterator[Tenant]:
    """The org itself, whose issuer is the base address; fresh, but there is only one."""
    with default_tenant_of(served) as org:
        yield org


@pytest.fixture(scope="session")
def programs(node: str, node_modules: Path) -> Programs:
    """Runs the programs in auth_js/."""
    return Programs(node)


@pytest.fixture(scope="session")
def embedding(node_modules: Path) -> Iterator[Site]:
    """The site that embeds the widget."""
    with site() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for the tests of a module; each gets a profile of its own.

    Not for the whole session: Playwright keeps an event loop running in this thread for as long as it is open.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        without(Missing("playwright is not installed: pip install 'mock-okta[browser]'"))
    with sync_playwright() as running:
        try:
            path = find_chromium(running.chromium.executable_path)
        except Missing as missing:
            without(missing)
        chromium = running.chromium.launch(executable_path=path, args=chromium_flags())
        yield chromium
        chromium.close()


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Any:
    """What the browser did in this test. At its end nothing may have left loopback, and the console be clean."""
    from tests.interop.watching import Watch

    return Watch(folder=ARTIFACTS / re.sub(r"\W+", "-", request.node.name).strip("-"))


@pytest.fixture
def page(browser: Any, watch: Any) -> Iterator[Any]:
    """A page in a fresh profile."""
    context = browser.new_context(viewport={"width": 1000, "height": 760}, locale="en-US")
    context.set_default_timeout(15_000)
    watch.attach(context)
    yield context.new_page()
    context.close()
    assert not watch.left_loopback
    assert not watch.unforgiven


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which real clients could not be tried, and why: a green run without them proves less."""
    skipped = [each for each in terminalreporter.stats.get("skipped", ()) if "tests/interop/" in each.nodeid]
    if not skipped:
        return
    terminalreporter.section("real clients that were not tried", yellow=True)
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")
