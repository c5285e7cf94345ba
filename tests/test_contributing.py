"""What CONTRIBUTING.md shows works: its authenticator signs somebody in, its grant gets tokens."""

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
from mock_okta.engine.oauth.grants import GRANT_TYPES
from mock_okta.engine.oauth.grants.row import GrantType
from tests.engine.engine_client import IDENTIFY, EngineClient, mary, scenario
from tests.oauth.oauth_client import MARY, SPA, WEB, WEB_SECRET, OAuthClient, claims_in, told

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


def blocks_of(heading: str) -> list[str]:
    """The Python of one section, as pasted."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def test_the_grant_is_one_module_and_one_row(monkeypatch):
    module, line = blocks_of("A grant, from nothing")
    pasted: dict = {}
    exec(module, pasted)
    row = eval(line.rstrip().removesuffix(","), {**pasted, "GrantType": GrantType})
    monkeypatch.setitem(GRANT_TYPES, row.name, row)
    client = OAuthClient().with_app(WEB, grant_types=(row.name, "refresh_token")).with_app(SPA, grant_types=(row.name,))
    client.with_mary(profile={**client.state.users[MARY].profile, "badge": "4711"})
    shown = {"grant_type": row.name, "login_hint": "mary@example.com", "scope": "openid offline_access"}
    server_side = {"client_id": WEB, "client_secret": WEB_SECRET}

    assert told(client.post("token", {**shown, **server_side, "badge": "4712"}))[:2] == (400, "invalid_grant")
    assert told(client.post("token", {**shown, "client_id": SPA, "badge": "4711"}))[1] == "unauthorized_client"
    tokens = client.post("token", {**shown, **server_side, "badge": "4711"}).body
    assert claims_in(tokens["id_token"])["amr"] == ["hwk"]
    assert client.is_active(tokens["access_token"])
    assert client.refresh(tokens["refresh_token"], **server_side).status == 200
    assert f"{row.name}]" in told(client.redeem(grant_type="unknown"))[2]
