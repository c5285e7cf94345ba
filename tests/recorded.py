"""Every walk of every bundled scenario through the engine, played once in a run of the tests, whoever looks at it.

Of several processes the first that needs the recording makes it, in the directory that all of the run share, and the
others read it. Nothing outlives the run, so nothing can be out of date.
"""

from __future__ import annotations

import fcntl
import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance
from mock_okta.engine.model import Reply, Request, Scenario, State, Walk
from mock_okta.keys import development_keys
from mock_okta.org import Org, Tenant, bundled_library
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play
from tests.library import scenarios

NOW = 1_800_000_000.25
ORIGIN = "http://localhost:6582"
ID, SEED = "walked", "the same"

_shared: Path | None = None
"""The directory that the processes of this run share; None where there is one process."""


def share_in(directory: Path) -> None:
    """Says where the recording is put for the other processes of this run."""
    global _shared
    _shared = directory


@dataclass(frozen=True)
class Move:
    """One request of a walk.

    before, after: the tenant's state
    line: what the journal has of it, as JSON
    """

    before: State
    request: Request
    reply: Reply
    after: State
    line: Mapping[str, Any]


@dataclass(frozen=True)
class Recorded:
    """One walk.

    end, now: the tenant's state and time after it
    """

    scenario: Scenario
    walk: Walk
    moves: tuple[Move, ...]
    end: State
    now: float

    def __str__(self) -> str:
        return f"{self.scenario.name}: {self.walk.name}"


@cache
def recorded() -> tuple[Recorded, ...]:
    """All walks of the library, in its order."""
    if _shared is None:
        return _all_walks()
    with (_shared / "walks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = _shared / "walks.pickle"
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            unfinished.write_bytes(pickle.dumps(_all_walks(), pickle.HIGHEST_PROTOCOL))
            unfinished.rename(file)
        found: tuple[Recorded, ...] = pickle.loads(file.read_bytes())
        return found


def _all_walks() -> tuple[Recorded, ...]:
    return tuple(record(scenario, walk) for scenario in scenarios().values() for walk in scenario.walks)


def record(scenario: Scenario, walk: Walk) -> Recorded:
    """Plays a walk; fails where it does not end as it says."""
    seen: list[tuple[State, Request, Reply, State]] = []

    def watched(scenario: Scenario, before: State, request: Request) -> tuple[State, Reply]:
        after, reply = advance(scenario, before, request)
        if before is tenant.state:  # some requests lead to the default tenant
            seen.append((before, request, reply, after))
        return after, reply

    org = new_org(watched)
    tenant = org.create(scenario, id=ID, seed=SEED)
    world = EngineWorld(tenant, transport := EngineTransport(org))
    adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance, randomness=chance())
    assert play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=scenario.name) is None
    moves = (Move(*each, line) for each, line in zip(seen, world.exchanges(), strict=True))
    return Recorded(scenario, walk, tuple(moves), tenant.state, tenant.now())


def again(recording: Recorded) -> tuple[Org, Tenant]:
    """An org whose tenant has come to where the walk ends."""
    org = new_org()
    tenant = org.create(recording.scenario, id=ID, seed=SEED)
    tenant.change(lambda _: (recording.end, None))
    tenant.advance_clock(recording.now - NOW)
    return org, tenant


def new_org(engine: Callable[..., Any] = advance) -> Org:
    """An org in which time stands still unless it is moved."""
    return Org(Config(port=0), bundled_library(), keys=development_keys(), clock=lambda: NOW, advance=engine)


def chance() -> Callable[[int], bytes]:
    """Random bytes that are the same every time."""
    numbers = count()
    return lambda length: hashlib.shake_128(str(next(numbers)).encode()).digest(length)
