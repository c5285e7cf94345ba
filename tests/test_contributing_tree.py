"""What CONTRIBUTING.md shows of endpoints and effects works as it is pasted, and nothing else has to be touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
BLOCK = re.compile(r"`(mock_okta/[\w/]+\.py)`:\n\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def tree(tmp_path):
    """A copy of the package, compiled modules and all, so that it starts as quickly."""
    shutil.copytree(ROOT / "mock_okta", tmp_path / "mock_okta")
    return tmp_path


def paste(tree, heading):
    """Does as a section says. Returns the paths of the files that this has made, and of those that it has changed."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    made, changed = [], []
    for path, shown in BLOCK.findall(section):
        file = tree / path
        if file.exists():
            imports, row = shown.split("\n\n")
            before = file.read_text()
            assert before.count("\nfrom mock_okta.") > 1
            assert before.count("\n))\n# fmt: on\n") == 1
            after = before.replace("\nfrom mock_okta.", f"\n{imports}\nfrom mock_okta.", 1)
            file.write_text(after.replace("\n))\n# fmt: on\n", f"\n{row.rstrip()}\n))\n# fmt: on\n"))
            changed.append(path)
        else:
            file.write_text(shown)
            made.append(path)
    return made, changed


def run(tree, program):
    """What a program prints as JSON that uses the package of this tree."""
    environment = os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ASK_FOR_THE_TIME = """
import json, httpx
from mock_okta_conformance.walks.engine_transport import EngineTransport
from mock_okta.loader import parse_intervention
from mock_okta.schema import intervention_schema
from tests.web.served_org import PAGE, scenario, serve

at = serve()
told = [at.get(path, Origin="https://stranger.example") for path in ("/oauth2/v1/time", "/oauth2/two-factors/v1/time")]
refused = at.post("/oauth2/v1/time", {})
allowed = at.client.options("/oauth2/v1/time", headers={"Origin": PAGE})
walked = httpx.Client(transport=EngineTransport(at.org)).get("http://localhost/oauth2/v1/time")
entry = parse_intervention({"at": {"endpoint": "server-time"}, "reply": {"error": "temporarily_unavailable"}})
scripted = serve(scenario(script=(entry,))).get("/oauth2/v1/time")
print(json.dumps({
    "told": [[reply.status_code, reply.json] for reply in told],
    "limits": [reply.headers["X-Rate-Limit-Remaining"] for reply in told],
    "headers": [told[0].headers[name] for name in ("Cache-Control", "Access-Control-Allow-Origin")],
    "refused": [refused.status_code, refused.headers["Allow"]],
    "allowed": allowed.headers["Access-Control-Allow-Methods"],
    "walked": [walked.status_code, walked.json()],
    "scripted": [scripted.status_code, scripted.json["error"]],
    "word": "server-time" in intervention_schema()["properties"]["at"]["properties"]["endpoint"]["enum"],
}))
"""


def test_the_worked_example_is_an_endpoint(tree):
    made, changed = paste(tree, "An endpoint, from nothing")
    assert (made, changed) == (["mock_okta/engine/oauth/server_time.py"], ["mock_okta/engine/oauth/endpoints.py"])
    assert run(tree, ASK_FOR_THE_TIME) == {
        "told": [[200, {"time": 1_800_000_000}], [200, {"time": 1_800_000_000}]],
        "limits": ["299", "298"],
        "headers": ["no-cache, no-store", "https://stranger.example"],
        "refused": [405, "GET"],
        "allowed": "GET",
        "walked": [200, {"time": 1_800_000_000}],
        "scripted": [400, "temporarily_unavailable"],
        "word": True,
    }


SEND_ASTRAY = """
import json
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse_intervention
from mock_okta.schema import published
from tests.web.served_org import scenario, serve

ASTRAY = {"redirect": "https://elsewhere.example/"}

def problems(**effect):
    try:
        parse_intervention({"at": {}, **ASTRAY, **effect})
    except ScenarioError as refused:
        return [f"{problem.field}: {problem.message}" for problem in refused.problems]
    return []

entry = parse_intervention({"at": {"endpoint": "keys"}, **ASTRAY, "headers": {"X-A": "b"}})
sent = serve(scenario(script=(entry,))).get("/oauth2/v1/keys")
print(json.dumps({
    "sent": [sent.status_code, sent.data.decode(), [sent.headers[name] for name in ("Location", "X-A", "P3P")]],
    "wrong": problems(redirect="/here"),
    "beside raw": problems(raw={"status": 500}),
    "beside reply": problems(reply={"error": "too_many_requests"}),
    "beside patch": problems(patch={"x": 1}),
    "beside id_token": problems(id_token={"omit": True}),
    "beside a delay": problems(delay_ms=5, cut="truncate", expire="code"),
    "published": '"redirect": {' in published(),
}))
"""


def test_the_worked_example_is_an_effect(tree):
    made, changed = paste(tree, "An effect, from nothing")
    assert (made, changed) == (["mock_okta/engine/script/redirect.py"], ["mock_okta/engine/effects.py"])
    assert run(tree, SEND_ASTRAY) == {
        "sent": [302, "", ["https://elsewhere.example/", "b", 'CP="HONK"']],
        "wrong": ["redirect: '/here' is not the address of a page"],
        "beside raw": ["redirect: `raw` and `redirect` each are the whole reply"],
        "beside reply": ["redirect: `reply` and `redirect` each are the whole reply"],
        "beside patch": ["patch: `redirect` has no JSON that a patch could change"],
        "beside id_token": ["id_token: `redirect` is the whole reply, which has no ID token"],
        "beside a delay": [],
        "published": True,
    }
