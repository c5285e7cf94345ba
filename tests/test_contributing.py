"""What CONTRIBUTING.md shows works: its authenticator signs somebody in."""

from __future__ import annotations

import hmac
import re
from pathlib import Path

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.codes import code_form, invalid_code
from mock_okta.engine.idx.authenticators.row import Authenticator, Ceremony, Values, Wrong
from mock_okta.engine.idx.authenticators.settings import Setting
from mock_okta.engine.model import Challenge, Enrollment, Step, User
from tests.engine.engine_client import IDENTIFY, EngineClient, mary, scenario

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
NAMES = (
    hmac,
    Authenticator,
    Ceremony,
    Challenge,
    Enrollment,
    Setting,
    Turn,
    User,
    Values,
    Wrong,
    code_form,
    invalid_code,
)


def test_the_worked_example_is_an_authenticator(monkeypatch):
    shown = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    module = {name: value for name, value in globals().items() if any(value is each for each in NAMES)}
    exec(shown[1], module)
    for row in module["ROWS"]:
        monkeypatch.setitem(AUTHENTICATORS, row.key, row)
    card = Enrollment(authenticator="paper_card", secret={"code": "1234"})
    step = Step(verb="verify", authenticators=("paper_card",))
    client = EngineClient(scenario(IDENTIFY, step, users=(mary(enrolled=(card,)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.offered[0] == "challenge-authenticator"
    assert client.answer("4321").status == 401
    assert "successWithInteractionCode" in client.answer("1234").body
