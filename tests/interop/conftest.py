"""Real clients against a real server: what they need, and what is said of those that could not run."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mock_okta_conformance.adapters.building import find_jdk
from mock_okta_conformance.adapters.bundled import okta_idx_golang, okta_idx_java
from tests.interop.embedding import Generation, OpenWidget, Site, site
from tests.interop.net_log import LOOPBACK, reached
from tests.interop.programs import Programs
from tests.interop.running import ROOT, NewTenant, Secured, Tenant, default_tenant_of, serving, tenant_of
from tests.interop.sdk_apps import STORE_PASSWORD, App, app_of, truststore
from tests.interop.toolchain import (
    Missing,
    built,
    chromium_flags,
    find_chromium,
    find_node,
    import_playwright,
    install_packages,
)

Found = TypeVar("Found")
ARTIFACTS = ROOT / "artifacts" / "interop"


def needed(find: Callable[[], Found]) -> Found:
    """What a test can't do without. Where it is missing the test is skipped, and in CI, where it has to be, fails."""
    try:
        return find()
    except Missing as missing:
        reason = str(missing)
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"in CI this has to run: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node."""
    return needed(find_node)


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The real clients, installed as their lockfile says."""
    return needed(install_packages)


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The base address of a `mock-okta serve` that all interop tests share."""
    with serving("password-then-email", "password") as base:
        yield base.replace("127.0.0.1", "localhost")


@pytest.fixture
def new_tenant(served: str) -> Iterator[NewTenant]:
    """Makes tenants that only this test knows."""
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
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A `mock-okta serve --https` that all tests of SDKs in Go and Java share."""
    folder = tmp_path_factory.mktemp("ca")
    with serving("password", "--https", "--ca-dir", str(folder)) as base:
        yield Secured(base, folder / "mock-okta-ca.pem")


@pytest.fixture
def new_secured_tenant(secured: Secured) -> Iterator[NewTenant]:
    """Makes tenants that only this test knows, on the server that speaks https."""
    with ExitStack() as made:

        def make(scenario: str = "", **wish: Any) -> Tenant:
            tenant = tenant_of(secured.base, wish or {"scenario": scenario}, trusting=secured.ca_file)
            return made.enter_context(tenant)

        yield make


@pytest.fixture(scope="session")
def golang(secured: Secured) -> Iterator[App]:
    """An app with the last state of okta-idx-golang. Go trusts what SSL_CERT_FILE names."""
    adapter = needed(lambda: built(lambda: okta_idx_golang(env={"SSL_CERT_FILE": str(secured.ca_file)})))
    with app_of(adapter) as app:
        yield app


@pytest.fixture(scope="session")
def golang_released(secured: Secured) -> Iterator[App]:
    """An app with okta-idx-golang v0.2.2."""
    adapter = needed(lambda: built(lambda: okta_idx_golang("v0.2.2", env={"SSL_CERT_FILE": str(secured.ca_file)})))
    with app_of(adapter) as app:
        yield app


@pytest.fixture(scope="session")
def java(trusting: Sequence[str]) -> Iterator[App]:
    """An app with okta-idx-java 2.0.0."""
    with app_of(needed(lambda: built(lambda: okta_idx_java(*trusting)))) as app:
        yield app


@pytest.fixture(scope="session")
def trusting(secured: Secured) -> Sequence[str]:
    """What a virtual machine of Java is told, so that it trusts the server's CA."""
    needed(lambda: built(find_jdk))
    store = truststore(secured.ca_file, secured.ca_file.parent)
    return (f"javax.net.ssl.trustStore={store}", f"javax.net.ssl.trustStorePassword={STORE_PASSWORD}")


@pytest.fixture(scope="session")
def programs(node: str, node_modules: Path) -> Programs:
    """Runs the programs in auth_js/."""
    return Programs(node)


@pytest.fixture(scope="session")
def embedding(node_modules: Path) -> Iterator[Site]:
    """The site that embeds the widget."""
    with site() as running:
        yield running


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Chromium keeps the widget, compiled: a page that embeds it opens in a third of the time."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def browser(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Chromium for the tests of a module. It may reach nothing but loopback.

    Not for the whole session: Playwright keeps an event loop running in this thread for as long as it is open.
    """
    with needed(import_playwright)() as running:
        log = tmp_path_factory.mktemp("chromium") / "net.json"
        context = running.chromium.launch_persistent_context(
            profile,
            executable_path=needed(lambda: find_chromium(running.chromium.executable_path)),
            args=[*chromium_flags(), f"--log-net-log={log}"],
            viewport={"width": 1000, "height": 760},
            locale="en-US",
        )
        context.set_default_timeout(15_000)
        yield context
        context.close()
    assert reached(log) <= set(LOOPBACK)


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Any:
    """What the browser did in this test. At its end nothing may have left loopback, and the console be clean."""
    from tests.interop.watching import Watch

    return Watch(folder=ARTIFACTS / re.sub(r"\W+", "-", request.node.name).strip("-"))


@pytest.fixture
def page(browser: Any, watch: Any) -> Iterator[Any]:
    """A page of a browser that remembers nobody: what other tests have left in it is forgotten, but for plain files."""
    page = browser.new_page()
    forget(page)
    with watch.attached(browser):
        yield page
        for opened in browser.pages[1:]:
            opened.close()
    assert not watch.left_loopback
    assert not watch.unforgiven


@pytest.fixture
def visit(page: Any, watch: Any) -> Callable[[str], Any]:
    """Opens an address. Returns the person in front of it."""
    from tests.interop.visitor import Visitor

    def visit(address: str) -> Visitor:
        page.goto(address)
        return Visitor(page, watch)

    return visit


@pytest.fixture
def open_widget(embedding: Site, page: Any, visit: Callable[[str], Any], generation: Generation) -> OpenWidget:
    """Opens a page that embeds the widget for a tenant, with further options of OktaSignIn if there are any.

    signed_out: first forgets all that the browser has kept of earlier visits
    """

    def open_widget(org: Tenant, *, signed_out: bool = False, **options: Any) -> Any:
        if signed_out:
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
            page.context.clear_cookies()
        settled = {"issuer": org.issuer, "clientId": org.about["spa_client_id"]}
        return visit(embedding.embed(org.id, generation, **(settled | options)))

    return open_widget


def forget(page: Any) -> None:
    """Drops the cookies and the storage of every origin."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    devtools.send("Network.clearBrowserCookies")
    devtools.detach()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which real clients could not be tried, and why: a green run without them proves less."""
    left_out: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", ()):
        path = report.nodeid.partition("::")[0]
        if "tests/interop/" in path:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            left_out[path, reason.removeprefix("Skipped: ")] += 1
    if left_out:
        terminalreporter.section("real clients that were not tried", yellow=True)
    for (path, reason), count in left_out.items():
        terminalreporter.write_line(f"{path}: {count} tests, because {reason}")
