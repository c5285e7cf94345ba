"""`mock-okta walk`: plays the walks of scenarios over HTTP, with the reference client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from mock_okta import loader
from mock_okta.commands.files import opened
from mock_okta.commands.serve import load_scenarios

if TYPE_CHECKING:
    from mock_okta.engine.model import Scenario, Walk
    from mock_okta_conformance.walks.walker import Failure

FAILED, NOTHING_RAN = 1, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one walk ended. `failure` None if all was as expected; `took_ms`: real time."""

    scenario: str
    walk: str
    failure: Failure | None
    took_ms: float


@click.command()
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="Write the exchanges to a JSONL file.")
@click.option("--secrets", is_flag=True, help="Leave passwords, codes and tokens in the journal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(scenarios: tuple[str, ...], journal: Path | None, secrets: bool, as_json: bool) -> int:
    """Play the walks of scenarios.

    SCENARIO is the name of a bundled one or the path of a file; with none, the whole bundled library is walked. Each
    walk has a tenant of its own on a server in this process, and is played over HTTP by the reference client. The exit
    code is 1 if any of them goes otherwise than it says, and 4 if there are none.
    """
    loaded = load_scenarios(scenarios or loader.bundled())
    with ExitStack() as stack:
        write = _writer(stack.enter_context(opened(journal, "journal")), secrets=secrets) if journal else _ignore
        outcomes = []
        for outcome in _walked(loaded, write):
            outcomes.append(outcome)
            if not as_json:
                _tell(outcome, first=len(outcomes) == 1 or outcomes[-2].scenario != outcome.scenario)
    click.echo(_as_json(outcomes) if as_json else _summary(outcomes))
    failed = any(outcome.failure for outcome in outcomes)
    return FAILED if failed else 0 if outcomes else NOTHING_RAN


# -- playing ----------------------------------------------------------------------------------------------------------

Write = Callable[[str, str, list[dict[str, Any]]], None]


def _walked(scenarios: list[Scenario], write: Write) -> Iterator[Outcome]:
    """Plays every walk in turn; `write` gets its scenario, its name and its exchanges."""
    import httpx  # late: it takes longer to import than the usage of this command to print

    from mock_okta_conformance.trust import system_trust

    with httpx.HTTPTransport(trust_env=False, verify=system_trust()) as transport:
        for scenario in scenarios:
            for walk in scenario.walks:
                began = time.perf_counter()
                failure, exchanges = _play(scenario, walk, transport)
                took_ms = round((time.perf_counter() - began) * 1000, 1)
                write(scenario.name, walk.name, exchanges)
                yield Outcome(scenario=scenario.name, walk=walk.name, failure=failure, took_ms=took_ms)


def _play(scenario: Scenario, walk: Walk, transport: Any) -> tuple[Failure | None, list[dict[str, Any]]]:
    from mock_okta.serving.in_process import MockOkta
    from mock_okta_conformance.control import Control
    from mock_okta_conformance.reference.adapter import Adapter
    from mock_okta_conformance.walks.walker import play
    from mock_okta_conformance.walks.world import ControlledWorld

    # The same ids, codes and handles in every run, so that two journals can be held against each other.
    seed = f"{scenario.name}: {walk.name}"
    with MockOkta(scenario, id=f"{scenario.name}-walk", seed=seed) as okta, ExitStack() as stack:
        control = Control(okta.base_url)
        stack.callback(control.close)
        world = ControlledWorld(control, okta.id, transport=transport)
        # What the client waits for, between polls or after a 429, is waited for on the org's clock.
        adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
        failure = play(adapter.handle, world, walk, control.tenant(okta.id), scenario=scenario.name)
        return failure, world.exchanges()


# -- writing down -----------------------------------------------------------------------------------------------------


def _ignore(scenario: str, walk: str, exchanges: list[dict[str, Any]]) -> None:
    """Keeps nothing."""


def _writer(file: TextIO, *, secrets: bool) -> Write:
    from mock_okta_conformance.walks.masks import masked

    def write(scenario: str, walk: str, exchanges: list[dict[str, Any]]) -> None:
        """Writes one exchange a line, with the names of the scenario and the walk."""
        for exchange in exchanges if secrets else masked(exchanges):
            line: Mapping[str, Any] = {**exchange, "scenario": scenario, "walk": walk}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return write


# -- telling ----------------------------------------------------------------------------------------------------------


def _tell(outcome: Outcome, *, first: bool) -> None:
    if first:
        click.secho(outcome.scenario, bold=True)
    if outcome.failure is None:
        click.echo(f"  {click.style('ok', fg='green')}    {outcome.walk}")
        return
    click.echo(f"  {click.style('FAIL', fg='red', bold=True)}  {outcome.walk}")
    for line in str(outcome.failure).splitlines():
        click.echo(f"        {line}")


def _summary(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return "there are no walks in these scenarios"
    failed = sum(outcome.failure is not None for outcome in outcomes)
    scenarios = len({outcome.scenario for outcome in outcomes})
    took_s = sum(outcome.took_ms for outcome in outcomes) / 1000
    walks = _counted(len(outcomes), "walk")
    told = f"{failed} of {walks} went wrong" if failed else f"{walks} as expected"
    return f"\n{told}, in {_counted(scenarios, 'scenario')} ({took_s:.1f} s)"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _as_json(outcomes: list[Outcome]) -> str:
    ok = not any(outcome.failure for outcome in outcomes)
    return json.dumps({"ok": ok, "walks": [asdict(each) for each in outcomes]}, indent=2, ensure_ascii=False)
