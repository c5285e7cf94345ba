"""`mock-okta scenarios`: the bundled library."""

import json

from mock_okta import loader
from mock_okta.cli import main


def test_every_scenario_is_listed_with_what_it_is_about(capsys):
    assert main(["scenarios"]) == 0
    said = capsys.readouterr().out
    for name in loader.bundled():
        assert f"{name}\n  {loader.load(name).about}\n" in said
    assert "  covers 6.1.2, 6.1.3\n" in said
    assert "  - wrong code, then the right one\n" in said


def test_json_for_machines(capsys):
    assert main(["scenarios", "--json"]) == 0
    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert tuple(listed) == loader.bundled()
    assert listed["unassigned-user"] == {
        "name": "unassigned-user",
        "about": "Users with the same password; the app is not assigned to all of them.",
        "covers": ["1.1.4"],
        "walks": ["assigned", "not assigned", "not assigned, wrong password", "signed in, and not assigned any more"],
    }
