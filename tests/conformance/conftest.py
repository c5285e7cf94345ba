"""What the tests of the suite share."""

from __future__ import annotations

import pytest

from tests.conformance.stage import Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    """One mock for all tests of a file; every probe makes a tenant of its own in it."""
    return Stage()
