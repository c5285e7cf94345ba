"""A probe: what is played to a client so that its behaviour shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_okta_conformance.client.scenarios import PASSWORD

JsonObject = Mapping[str, Any]
Move = tuple[str, Any]
"""A verb and its values, as in the walks of a scenario."""

SIGN_IN: tuple[Move, ...] = (("identify", {"identifier": "$user.login", "password": "$user.password"}),)
"""One intent, whatever the org makes of it: clients with a call for it take it at once, others step by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One playing: an org, what is odd about it, and the moves of the user.

    id: "T." and a path of words, unique
    stimulus: the odd thing, as a sentence without its full stop
    scenario: a scenario as a mapping, or the name of a bundled one
    script: interventions of the mock, first match first; texts may hold the references of `player.REFERENCES`
    moves: after the first `start`, which is always played. Besides the verbs of the adapter protocol there are
      `start` (another transaction; `session`, `params`), `clock` (`advance_s`) and `script` (one more intervention)
    params: of the first `start`, e.g. {"maxAge": 60}; the driver is given all of them and nothing else of the probe
    config: members that replace those of the configuration, e.g. {"issuer": "$issuer/"}
    app: "browser" is a public client, "web" a confidential one
    server: "custom" for the tenant's own authorization server, "org" for the org server
    needs: capabilities without which the probe cannot be played
    reply_limit_s: how long the driver may take for one message
    hang_is_evidence: a driver that never answers is what the probe is after, not a broken driver
    timing: judged by the clock, so a miss is tried once more before it counts
    wait_s: for the check: how long the client is told to wait before it asks again
    is_acceptable: for the check: what is odd is allowed, so that the client is to sign in
    based_on: number of the official use case that the moves follow
    """

    id: str
    stimulus: str
    scenario: JsonObject | str = field(default_factory=lambda: PASSWORD)
    script: tuple[JsonObject, ...] = ()
    moves: tuple[Move, ...] = SIGN_IN
    params: JsonObject = field(default_factory=dict)
    config: JsonObject = field(default_factory=dict)
    app: str = "browser"
    server: str = "custom"
    needs: tuple[str, ...] = ()
    reply_limit_s: float = 20.0
    hang_is_evidence: bool = False
    timing: bool = False
    wait_s: float = 0
    is_acceptable: bool = False
    based_on: str = "1.1.1"
