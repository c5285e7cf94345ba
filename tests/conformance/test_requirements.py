"""Every requirement is whole, and everything about it can be found."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from mock_okta_conformance.adapters.protocol import CAPABILITIES
from mock_okta_conformance.client.common_probes import PASSIVE_PROBES
from mock_okta_conformance.client.player import REFERENCES
from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS
from mock_okta_conformance.errors import SetupError
from mock_okta_conformance.requirement import Level
from mock_okta_conformance.selection import Selection, select
from mock_okta_conformance.server.requirements import SERVER_REQUIREMENTS
from mock_okta_conformance.server.runner import CLASSES

ALL = (*CLIENT_REQUIREMENTS, *SERVER_REQUIREMENTS)
PROBES = {probe.id: probe for row in CLIENT_REQUIREMENTS for probe in row.probes}
SURROUNDINGS = {"sessions>1", "untrusted https", "real time"}
PROFILE_PARTS = {"client", "web", "browser", "without_grant", "user", "outbox"}


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.id)
def test_a_requirement_is_one_sentence_with_a_source(row):
    assert re.fullmatch(r"[CS]-[A-Z]+-\d\d", row.id)
    assert row.text[0].isupper()
    assert row.text.endswith(".")
    assert row.text.count(". ") == 0
    assert all(row.sources)


def test_ids_are_given_once():
    assert [id for id, count in Counter(row.id for row in ALL).items() if count > 1] == []


def test_scenarios_of_one_id_are_one_scenario():
    for row in CLIENT_REQUIREMENTS:
        for probe in row.probes:
            assert PROBES[probe.id] is probe


def test_what_a_client_row_needs_can_be_declared():
    for row in CLIENT_REQUIREMENTS:
        assert set(row.needs) <= CAPABILITIES.keys() | SURROUNDINGS
    for probe in (*PROBES.values(), *PASSIVE_PROBES):
        assert set(probe.needs) <= CAPABILITIES.keys() | SURROUNDINGS
        assert probe.id.startswith("T.")
        assert not probe.stimulus.endswith(".")


def test_what_a_server_row_needs_can_be_in_a_profile():
    for row in SERVER_REQUIREMENTS:
        assert set(row.needs) <= PROFILE_PARTS
        assert row.run in CLASSES


def test_every_reference_in_a_probe_is_known():
    for probe in PROBES.values():
        text = repr((probe.script, probe.moves, probe.config))
        for found in re.findall(r"\$[a-z][\w.-]*", text):
            if found not in ("$.doesNotExist.value", "$ref"):
                assert any(found.startswith(name) for name in REFERENCES), f"{probe.id}: {found}"


def test_there_are_as_many_as_promised():
    assert len(CLIENT_REQUIREMENTS) >= 110
    assert len(SERVER_REQUIREMENTS) >= 80
    assert sum(row.level is Level.MUST for row in CLIENT_REQUIREMENTS) >= 55


def test_patterns_levels_and_sources_select():
    by_check = select(ALL, Selection(checks=("c-idt-0*",), without=("C-IDT-07",)))
    assert [row.id for row in by_check] == [f"C-IDT-{n:02}" for n in range(1, 10) if n != 7]
    assert {row.level for row in select(ALL, Selection(levels=(Level.SHOULD,)))} == {Level.SHOULD}
    assert {row.area for row in select(ALL, Selection(sources=("rfc7636",)))} == {"INT", "PKCE", "TOK"}


def test_a_pattern_that_matches_nothing_is_a_mistake():
    with pytest.raises(SetupError, match=r"'C-IDT-99' matches no requirement .did you mean 'C-IDT-\d\d'"):
        select(ALL, Selection(checks=("C-IDT-99",)))


def test_the_guide_names_every_area():
    guide = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text()
    for area in sorted({f"{row.id[0]}-{row.area}" for row in ALL}):
        assert f"`{area}`" in guide
