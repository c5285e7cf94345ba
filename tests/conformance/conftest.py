"""What the tests of the suite share."""

from __future__ import annotations

import pytest

from tests.conformance.wsgi_mock import WsgiMock


@pytest.fixture(scope="module")
def mock() -> WsgiMock:
    """One mock for all tests of a file; every probe makes a tenant of its own in it."""
    return WsgiMock()
