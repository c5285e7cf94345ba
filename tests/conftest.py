"""How deep the tests go that make up their own input.

`ci` is all of it, where `CI` is set; `quick`, for whoever runs the tests of a change, is a fifth. Both follow from
the code alone: what is red is the doing of the change, and red on every machine. `search` is for whoever looks for
more: ten times as much, by chance; what fails is kept in `.hypothesis` and tried first the next time. Another profile
is asked for by `--hypothesis-profile`. None has a deadline: machines have other things to do.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests import recorded
from tests.depth import OF_CI

for name, examples, follows_from_the_code in (
    ("quick", OF_CI // 5, True),
    ("ci", OF_CI, True),
    ("search", 10 * OF_CI, False),
):
    settings.register_profile(
        name,
        settings.get_profile("default"),
        max_examples=examples,
        derandomize=follows_from_the_code,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("ci" if os.environ.get("CI") else "quick")


@pytest.fixture(scope="session", autouse=True)
def _walks_are_played_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        recorded.share_in(tmp_path_factory.getbasetemp().parent)


WAITING = ("interop", "serving")
"""Folders whose tests wait for others; first, so that a run ends with short tests that any process can take over."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first, and leaves the order within a folder as it is."""
    items.sort(key=lambda item: not {*item.path.parts} & {*WAITING})
