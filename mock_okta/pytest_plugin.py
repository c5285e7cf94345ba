"""Fixtures for pytest: `okta` is a fresh org for each test, `mock_okta_server` the server that they share.

A marker names the scenario:

    @pytest.mark.okta("password-then-email")
    def test_sign_in(okta):
        sign_in(okta.issuer, okta.client_id)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_okta.serving.in_process import MockOkta, SharedServer


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers", "okta(scenario, *, yaml, id, seed, https): the scenario of the `okta` fixture; as MockOkta takes it"
    )


@pytest.fixture(scope="session")
def mock_okta_server() -> SharedServer:
    """The server of this process; `running.origin` is its address."""
    from mock_okta.serving.in_process import shared_server  # late: a test run without it should not pay for it

    return shared_server()


@pytest.fixture
def okta(request: pytest.FixtureRequest) -> Iterator[MockOkta]:
    """An org for this test alone: the `password` scenario, or that of `@pytest.mark.okta(...)`."""
    from mock_okta.serving.in_process import MockOkta

    marker = request.node.get_closest_marker("okta")
    with MockOkta(*(marker.args if marker else ()), **(marker.kwargs if marker else {})) as org:
        yield org
