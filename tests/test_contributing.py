"""What CONTRIBUTING.md shows works as it is pasted: its authenticator signs somebody in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, EngineClient, mary, scenario

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()


def pasted(heading: str) -> dict[str, Any]:
    """The names of the module that a section shows; nothing is there that the module does not import itself."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    shown = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    module = {"__name__": "pasted"}
    exec(compile(shown[1], "CONTRIBUTING.md", "exec"), module)
    return module


@pytest.fixture
def paper_card(monkeypatch) -> EngineClient:
    for row in pasted("An authenticator, from nothing")["ROWS"]:
        monkeypatch.setitem(AUTHENTICATORS, row.key, row)
    card = Enrollment(authenticator="paper_card", secret={"code": "1234"})
    step = Step(verb="verify", authenticators=("paper_card",))
    client = EngineClient(scenario(IDENTIFY, step, users=(mary(enrolled=(card,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def test_the_worked_example_is_an_authenticator(paper_card):
    assert paper_card.offered[0] == "challenge-authenticator"
    assert paper_card.answer("4321").status == 401
    assert "successWithInteractionCode" in paper_card.answer("1234").body


def test_after_five_wrong_codes_the_authenticator_of_the_example_takes_no_right_one(paper_card):
    assert [paper_card.answer("4321").status for _ in range(6)] == [401, 401, 401, 401, 401, 429]
    assert (paper_card.answer("1234").status, paper_card.said) == (429, ["tooManyRequests"])
