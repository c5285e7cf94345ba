"""The server that most of these tests share, over http and over https."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving.started import Started, started


@pytest.fixture(scope="session", params=["http", "https"])
def server(request: pytest.FixtureRequest) -> Iterator[Started]:
    """A server for tests that leave it as it was."""
    with started(https=request.param == "https") as running:
        yield running


@pytest.fixture(scope="session")
def plain() -> Iterator[Started]:
    """The same over http alone, for what encryption makes no difference to."""
    with started() as running:
        yield running
