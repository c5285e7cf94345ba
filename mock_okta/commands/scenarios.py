"""`mock-okta scenarios`: the bundled library."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_okta import loader


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List the bundled scenarios: name, about, use cases covered, walks."""
    listed = [_described(name) for name in loader.bundled()]
    click.echo(json.dumps(listed, indent=2, ensure_ascii=False) if as_json else "\n\n".join(map(_as_text, listed)))


def _described(name: str) -> dict[str, Any]:
    scenario = loader.load(name)
    walks = [walk.name for walk in scenario.walks]
    return {"name": name, "about": scenario.about, "covers": list(scenario.covers), "walks": walks}


def _as_text(scenario: dict[str, Any]) -> str:
    covers = f"  covers {', '.join(scenario['covers'])}" if scenario["covers"] else None
    walks = (f"  - {walk}" for walk in scenario["walks"])
    return "\n".join(filter(None, [scenario["name"], f"  {scenario['about']}", covers, *walks]))
