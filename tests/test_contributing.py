"""What CONTRIBUTING.md shows works as it is pasted: an authenticator, a step, a grant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import Enrollment, Step
from mock_okta.engine.oauth.grants import GRANT_TYPES
from mock_okta.engine.oauth.grants.row import GrantType
from tests.engine.engine_client import IDENTIFY, EngineClient, mary, scenario
from tests.oauth.oauth_client import MARY, SPA, WEB, WEB_SECRET, OAuthClient, claims_in, told

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def shown(heading: str) -> str:
    """The module that a section shows."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]


def pasted(heading: str) -> dict[str, Any]:
    """The names of that module; nothing is there that it does not import itself."""
    module = {"__name__": "pasted"}
    exec(compile(shown(heading), "CONTRIBUTING.md", "exec"), module)
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


def test_sign_ins_begun_anew_do_not_help_to_guess_the_code_of_the_example(paper_card):
    heard = []
    for _ in range(6):
        paper_card.begin()
        paper_card.post("identify", identifier="mary@example.com")
        heard += [paper_card.answer(guess).status for guess in ("4321", "4322")]
    assert heard == [401] * 5 + [429] * 7
    assert (paper_card.answer("1234").status, paper_card.said) == (429, ["tooManyRequests"])
    paper_card.at += 300
    assert "successWithInteractionCode" not in paper_card.answer("1234").body  # the page is older than five minutes
    paper_card.begin()
    paper_card.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in paper_card.answer("1234").body


PLAYED = """
import json
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse
from mock_okta.schema import scenario_schema
from mock_okta.schema.steps import documented
from tests.engine.engine_client import EngineClient

USERS = "about: x\\nusers: [{login: mary@example.com, password: Abcd1234!}]\\nsign_in:\\n"
SAYS = "  - announce: idx.return.to.original.tab\\n"

client = EngineClient(parse(USERS + "  - identify\\n" + SAYS + "  - verify: okta_password\\n"))
client.begin()
client.post("identify", identifier="mary@example.com")
said = client.said
client.answer("Abcd1234!")

def problems(steps):
    try:
        parse(USERS + steps)
    except ScenarioError as refused:
        return [problem.message for problem in refused.problems]

print(json.dumps({
    "said": said,
    "signed in": "successWithInteractionCode" in client.last.body,
    "grammar": scenario_schema()["$defs"]["step"]["anyOf"][1]["properties"]["announce"]["description"],
    "documented": "| `- announce: idx.return.to.original.tab` | nothing" in documented(),
    "too early": problems(SAYS),
    "unknown message": problems("  - identify\\n" + SAYS.replace("original", "orignal")),
}))
"""


def test_the_worked_example_is_a_step(tmp_path):
    """Pasted into a copy of the package and listed in its table, and nothing else."""
    copy = tmp_path / "mock_okta"
    shutil.copytree(ROOT / "mock_okta", copy, ignore=shutil.ignore_patterns("__pycache__"))
    kinds = copy / "engine/idx/step_kinds"
    kinds.joinpath("announcing.py").write_text(shown("A step, from nothing"))
    table = kinds.joinpath("table.py").read_text()
    kinds.joinpath("table.py").write_text(table.replace("    acquiring,\n", "    acquiring,\n    announcing,\n"))
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    run = subprocess.run(
        (sys.executable, "-c", PLAYED),
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert json.loads(run.stdout) == {
        "said": ["idx.return.to.original.tab"],
        "signed in": True,
        "grammar": "Say this on the next page.",
        "documented": True,
        "too early": ["nobody is known yet"],
        "unknown message": ["unknown message 'idx.return.to.orignal.tab'"],
    }


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
