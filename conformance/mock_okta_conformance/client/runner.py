"""Runs client requirements: plays the probes in a seeded order, judges the evidence, and loses nothing on the way."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from mock_okta_conformance.adapters import Adapter
from mock_okta_conformance.adapters.protocol import Hello
from mock_okta_conformance.client.common_probes import BASELINE, PASSIVE_PROBES
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import signs_in
from mock_okta_conformance.client.player import Send, greet, play
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.control import Control
from mock_okta_conformance.errors import AdapterError, ConformError
from mock_okta_conformance.masking import masked, masked_finding
from mock_okta_conformance.results import SUITE, Report, Result, Row, ordered, weigh
from mock_okta_conformance.verdicts import Finding, Outcome, blocked, unseen

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run has besides the client.

    offers: words that probes may need and that are not the client's to declare, e.g. "real time"
    extra_probes: played for passive rows besides the rows' own, so that a narrow selection still sees traffic
    """

    offers: frozenset[str] = frozenset({"real time"})
    extra_probes: tuple[Probe, ...] = PASSIVE_PROBES


def run_client(
    requirements: Iterable[ClientRequirement],
    adapter: Adapter,
    control: Control,
    *,
    seed: int = 0,
    rerun: str = "",
    surroundings: Surroundings | None = None,
    progress: Progress = lambda done, total, what: None,
) -> Report:
    """The report of one run.

    seed: decides the order in which probes are played
    rerun: the command line, for the last line of a failure
    """
    started = time.monotonic()
    rows = tuple(requirements)
    run = _Run(rows, adapter, control, surroundings or Surroundings(), progress)
    run.play_all(seed)
    return Report(
        kind="client",
        subject=run.client.title,
        suite=SUITE,
        seed=seed,
        rows=ordered((run.judged(row) for row in rows), rows),
        rerun=rerun,
        played=len(run.evidence),
        duration_s=time.monotonic() - started,
    )


class _Run:
    """The evidence gathered so far. `broken` says of a probe why there is none."""

    def __init__(
        self,
        rows: tuple[ClientRequirement, ...],
        adapter: Adapter,
        control: Control,
        surroundings: Surroundings,
        progress: Progress,
    ) -> None:
        self.rows = rows
        self.adapter = adapter
        self.control = control
        self.surroundings = surroundings
        self.progress = progress
        self.client = greet(adapter, Send(adapter))
        self.offers = self.client.capabilities | surroundings.offers | _circumstances(self.client, control)
        self.evidence: dict[str, Evidence] = {}
        self.broken: dict[str, Finding] = {}
        self.playings = 0

    # -- playing ------------------------------------------------------------------------------------------------------

    def play_all(self, seed: int) -> None:
        """Plays the ordinary sign-in, then the others in an order that the seed decides."""
        probes = self._wanted()
        random.Random(seed).shuffle(probes)
        if any(probe.moves for probe in probes):
            probes = [BASELINE, *(probe for probe in probes if probe is not BASELINE)]
        for done, probe in enumerate(probes):
            self.progress(done, len(probes), probe.id)
            obstacle = self._obstacle(probe)
            if obstacle is not None:
                self.broken[probe.id] = obstacle
            else:
                self._play(probe)

    def _wanted(self) -> list[Probe]:
        found: dict[str, Probe] = {}
        for row in self.rows:
            if not self._missing(row.needs):
                for probe in row.probes or self.surroundings.extra_probes:
                    if not self._missing(probe.needs):
                        found[probe.id] = probe
        return list(found.values())

    def _obstacle(self, probe: Probe) -> Finding | None:
        """Why the probe cannot be played: the ordinary sign-in fails already."""
        if probe is BASELINE or not probe.moves:
            return None
        if BASELINE.id in self.broken:
            cause = self.broken[BASELINE.id]  # the driver broke, which is no verdict on the client
            return replace(cause, observed=f"{BASELINE.id} could not be played: {cause.observed}")
        finding = signs_in(self.evidence[BASELINE.id])
        return None if finding.outcome is Outcome.PASS else blocked(f"{BASELINE.id} failed: {finding.observed}")

    def _play(self, probe: Probe) -> None:
        self.playings += 1
        try:
            self.evidence[probe.id] = play(probe, self.adapter, self.client, self.control, prefix=f"s{self.playings}")
        except ConformError as error:
            self.broken[probe.id] = Finding(outcome=Outcome.ERROR, observed=str(error))
            if isinstance(error, AdapterError):
                self.adapter.restart()

    # -- judging ------------------------------------------------------------------------------------------------------

    def judged(self, row: ClientRequirement) -> Row:
        """The row with a result for each of its probes."""
        missing = self._missing(row.needs)
        if missing:
            return Row(requirement=row, results=(_not_applicable(missing),))
        results: list[Result] = []
        for probe in row.probes:
            results.append(self._result(row, probe))
        if row.is_passive:
            results.extend(self._result(row, evidence.probe) for evidence in tuple(self.evidence.values()))
        return Row(requirement=row, results=tuple(results) or (_nothing_played(),))

    def _result(self, row: ClientRequirement, probe: Probe) -> Result:
        missing = self._missing(probe.needs)
        if missing:
            return _not_applicable(missing, probe)
        if probe.id in self.broken:
            finding = self.broken[probe.id]
            return Result(
                scenario=probe.id,
                outcome=finding.outcome,
                finding=finding,
                stimulus=probe.stimulus,
                based_on=probe.based_on,
                note=finding.observed,
            )
        result = self._judge(row, self.evidence[probe.id])
        if probe.timing and result.outcome in (Outcome.FAIL, Outcome.WARN):
            return self._judged_again(row, probe, result)
        return result

    def _judged_again(self, row: ClientRequirement, probe: Probe, first: Result) -> Result:
        """A miss by the clock counts if it happens twice."""
        self._play(probe)
        second = self._judge(row, self.evidence[probe.id])
        if second.outcome is not Outcome.PASS:
            return first
        return _result(self.evidence[probe.id], Outcome.FLAKY, first.finding, "missed, then met when played again")

    def _judge(self, row: ClientRequirement, evidence: Evidence) -> Result:
        try:
            finding = row.check(evidence)
        except Exception as error:  # a check that breaks is a fault of the suite, and must not pass for a verdict
            finding = Finding(outcome=Outcome.ERROR, observed=f"the check broke: {type(error).__name__}: {error}")
        unsupported = next((m for m in evidence.moments if m.unsupported), None)
        if unsupported and finding.outcome is not Outcome.PASS and _declared(unsupported.verb, self.offers):
            note = f"declared but unsupported: {unsupported.unsupported}"
            return _result(evidence, Outcome.FAIL if row.level.fails else Outcome.WARN, finding, note)
        return _result(evidence, weigh(finding, row.level), finding)

    def _missing(self, needs: tuple[str, ...]) -> list[str]:
        return sorted(set(needs) - self.offers)


def _result(evidence: Evidence, outcome: Outcome, finding: Finding, note: str = "") -> Result:
    secrets = evidence.secrets
    hidden = masked_finding(finding, secrets)
    return Result(
        scenario=evidence.probe.id,
        outcome=outcome,
        finding=hidden,
        stimulus=evidence.probe.stimulus,
        based_on=evidence.probe.based_on,
        note=note or (hidden.observed if outcome in (Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.ERROR) else ""),
        trace=tuple(masked(exchange.title, secrets) for exchange in evidence.exchanges),
    )


def _not_applicable(missing: list[str], probe: Probe | None = None) -> Result:
    note = f"the client does not declare {', '.join(missing)}"
    scenario = probe.id if probe else ""
    return Result(scenario=scenario, outcome=Outcome.NOT_APPLICABLE, finding=unseen(note), note=note)


def _nothing_played() -> Result:
    return Result(
        scenario="", outcome=Outcome.NOT_OBSERVED, finding=unseen("nothing was played"), note="nothing was played"
    )


def _circumstances(client: Hello, control: Control) -> frozenset[str]:
    """What probes may need, and neither the client nor the caller declares."""
    found = {"sessions>1": client.sessions > 1, "untrusted https": control.untrusted is not None}
    return frozenset(name for name, holds in found.items() if holds)


def _declared(verb: str, offers: frozenset[str]) -> bool:
    """Whether the driver said that it can do this verb."""
    needed = VERB_NEEDS.get(verb)
    return needed is None or needed in offers


VERB_NEEDS = {
    "refresh": "token.refresh",
    "revoke": "token.revoke",
    "signOut": "token.revoke",
    "userinfo": "userinfo",
    "resume": "resume",
    "poll": "poll",
    "select email": "auth.email",
    "answer email": "auth.email",
}
"""The capability that a verb belongs to; the other verbs are every driver's."""
