"""What the tests of the suite share."""

from __future__ import annotations

import pytest

from tests.conformance.stage import Stage


@pytest.fixture(scope="session")
def stage() -> Stage:
    """One mock for all of them; every probe makes a tenant of its own in it."""
    return Stage()
