"""How deep the tests go that make up their own input.

`quick` is for whoever runs the tests of a change, often: a fifth of the examples, drawn anew each time, so that many
runs together see more than any one; what fails is kept in `.hypothesis` and tried first the next time. `ci` is all of
them, where `CI` is set: they follow from the code alone, so what is red there is the doing of the change, and red on
every machine. `--hypothesis-profile` says otherwise. No example has a deadline: machines have other things to do.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests import recorded
from tests.depth import OF_CI

for name, examples, follows_from_the_code in (("quick", OF_CI // 5, False), ("ci", OF_CI, True)):
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
"""Folders whose tests wait for others: first, so that the end of a run is short tests that any process can take over."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first, and leaves the order within a folder as it is."""
    items.sort(key=lambda item: not {*item.path.parts} & {*WAITING})
