"""The one function: a request in, a reply out, and the state after it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mock_okta.engine import script
from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.endpoint import Endpoint
from mock_okta.engine.base.refusal import Refusal
from mock_okta.engine.base.retention import OutOfRoom
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.write_set import Writes
from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.endpoints import IDX, endpoint_of
from mock_okta.engine.headers import standard_headers
from mock_okta.engine.idx import account_events
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Intervention, Reply, Request, Scenario, State
from mock_okta.engine.script import Occasion
from mock_okta.engine.script.effect import Effect

Acting = tuple[tuple[Effect, Any], ...]
"""Effects in the order of their table, each with what an entry says of it."""


def advance(scenario: Scenario, state: State, request: Request) -> tuple[State, Reply]:
    """Answers one request and returns the tenant's state after it.

    Pure: the same arguments give the same result. Any request at all gets a reply below 500, unless the scenario's
    script asks for something else. A refused request leaves the state as it was, but for what the refusal counts.
    """
    turn, reply = _answered(scenario, state, request)
    return turn.state, reply


def decided(scenario: Scenario, state: State, request: Request) -> tuple[Writes, Reply]:
    """The same as what it writes: `committed` makes the new state of it. For whoever keeps states elsewhere."""
    turn, reply = _answered(scenario, state, request)
    return turn.writes(), reply


def _answered(scenario: Scenario, state: State, request: Request) -> tuple[Turn, Reply]:
    turn = Turn(scenario, state, request, follow=account_events.follow)
    endpoint = endpoint_of(request.endpoint)
    occasion = _occasion(turn, endpoint)
    entry = script.pick(turn, occasion)
    acting = _effects(entry)
    for effect, value in acting:
        if effect.before is not None:
            effect.before(turn, occasion, value)
    reply = _answer(turn, endpoint, occasion, acting)
    reply = replace(reply, transaction=reply.transaction or occasion.transaction or None)
    if not any(effect.bare for effect, _ in acting):
        reply = _with_standard_headers(turn, endpoint, reply)
    for effect, value in acting:
        if effect.alter is not None:
            reply = effect.alter(turn, reply, value)
    turn.end()
    return turn, replace(reply, unapplied=tuple(script.told(entry, each) for each in turn.unapplied))


def _effects(entry: Intervention | None) -> Acting:
    """What an intervention does."""
    if entry is None:
        return ()
    return tuple((row, entry.effect[row.name]) for row in EFFECTS.values() if row.name in entry.effect)


def _with_standard_headers(turn: Turn, endpoint: Endpoint, reply: Reply) -> Reply:
    """The reply with the headers of ordinary replies that it does not have yet."""
    named = {name for name, _ in reply.headers}
    standard = standard_headers(turn, endpoint, reply.status)
    return replace(reply, headers=(*reply.headers, *(pair for pair in standard if pair[0] not in named)))


def _occasion(turn: Turn, endpoint: Endpoint) -> Occasion:
    name = turn.request.endpoint
    return idx.occasion(turn, name.removeprefix("idx/")) if endpoint is IDX else Occasion(endpoint=name)


def _answer(turn: Turn, endpoint: Endpoint, occasion: Occasion, acting: Acting) -> Reply:
    """The normal reply, or the one that an intervention gives in its place."""
    before = turn.mark()
    try:
        for effect, value in acting:
            if effect.replace is not None:
                return effect.replace(turn, occasion, value)
        reply = endpoint.answer(turn)
        turn.check_room()
        return reply
    except Refusal as refusal:
        turn.undo(before)
        return refusal.reply(turn, endpoint.errors)
    except OutOfRoom as full:
        turn.undo(before)
        return ApiError("E0000001", str(full)).reply(turn, endpoint.errors)


def advance_without_tenant(request: Request) -> Reply:
    """Answers a request to `/idp/idx/` whose handle leads nowhere."""
    return advance(Scenario(name=""), State(tenant="", tag="", seed=""), request)[1]
