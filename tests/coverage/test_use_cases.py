"""The use cases that Okta's own SDKs are tested with: each has a scenario that says so, with walks."""

from __future__ import annotations

from functools import cache

from tests.library import scenarios

LIVE = (
    "0.1.1", "0.1.2", "0.1.3", "1.1.1", "1.1.2", "1.1.3", "1.1.8", "1.2.1", "1.2.2", "1.2.3", "3.1.1", "3.1.2", "3.1.3",
    "4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.1.5", "4.1.6", "4.1.7", "4.2.1", "4.2.2", "4.3.1", "4.4.1", "5.1.1", "5.2.1",
    "6.1.2", "6.1.3", "6.1.4", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "7.1.1", "7.1.2", "8.1.1", "8.2.1", "10.1.1",
    "10.1.2", "10.1.3", "10.1.4", "10.1.5", "10.3.1", "10.3.2", "10.3.3", "10.3.4", "10.3.5", "10.3.6", "10.4.1",
    "10.4.2", "10.4.3", "10.4.4", "11.1.2", "11.1.3", "11.1.4", "11.2.1", "11.2.2",
)  # fmt: skip
"""Run today by at least one SDK, by number."""

FORMER = ("1.1.4", "1.1.5", "1.1.6", "1.1.7", "8.3.1", "8.3.2", "8.3.3", "10.2.1")
"""In the history of some SDK's tests."""


@cache
def covered() -> set[str]:
    return {number for scenario in scenarios().values() if scenario.walks for number in scenario.covers}


def test_every_live_use_case_has_a_scenario_with_walks(capsys):
    left = [number for number in LIVE if number not in covered()]
    with capsys.disabled():
        print(f"\n{len(LIVE) - len(left)} of {len(LIVE)} live use cases are covered; left: {left}")
    assert not left


def test_so_has_every_former_one():
    assert set(FORMER) <= covered()
