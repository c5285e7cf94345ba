"""The one function: a request in, a reply out, and the state after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_okta.engine import browser, oauth, script
from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.oauth_errors import error_named
from mock_okta.engine.base.refusal import Refusal
from mock_okta.engine.base.retention import OutOfRoom
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.write_set import Writes
from mock_okta.engine.headers import standard_headers
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Reply, Request, Scenario, State
from mock_okta.engine.script import Occasion

_IDX = "idx/"


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
    turn = Turn(scenario, state, request)
    occasion = _occasion(turn)
    entry = script.pick(turn, occasion)
    effect = entry.effect if entry else {}
    reply = _answer(turn, occasion, effect)
    reply = replace(reply, transaction=reply.transaction or occasion.transaction or None)
    if "raw" not in effect:
        reply = _with_standard_headers(turn, reply)
    reply = script.altered(turn, reply, effect)
    turn.end()
    return turn, replace(reply, unapplied=tuple(script.told(entry, each) for each in turn.unapplied))


def _with_standard_headers(turn: Turn, reply: Reply) -> Reply:
    """The reply with the headers of ordinary replies that it does not have yet."""
    named = {name.lower() for name, _ in reply.headers}
    standard = standard_headers(turn, turn.request.endpoint, reply.status)
    return replace(reply, headers=(*reply.headers, *(pair for pair in standard if pair[0].lower() not in named)))


def _occasion(turn: Turn) -> Occasion:
    name = turn.request.endpoint
    return idx.occasion(turn, name.removeprefix(_IDX)) if name.startswith(_IDX) else Occasion(endpoint=name)


def _answer(turn: Turn, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """The normal reply, or the one that an intervention gives in its place."""
    if "expire" in effect:
        idx.expire(turn, occasion, effect["expire"])
    before = turn.mark()
    try:
        if "raw" in effect:
            return script.raw_reply(effect["raw"])
        if "reply" in effect:
            return _scripted(turn, occasion, effect["reply"])
        turn.id_token_change = effect.get("id_token")
        reply = _dispatch(turn)
        turn.check_room()
        return reply
    except Refusal as refusal:
        turn.undo(before)
        return refusal.reply(turn)
    except OutOfRoom as full:
        turn.undo(before)
        return ApiError("E0000001", str(full)).reply(turn)
    finally:
        if turn.id_token_change is not None:
            turn.unapplied.append("id_token: this reply would have had no ID token")


def _dispatch(turn: Turn) -> Reply:
    name = turn.request.endpoint
    if name.startswith(_IDX):
        return idx.answer(turn, name.removeprefix(_IDX))
    return (oauth.ENDPOINTS.get(name) or browser.ENDPOINTS[name])(turn)


def _scripted(turn: Turn, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """A catalogued error, or a message on the page as it stands."""
    if "message" in effect:
        reply = idx.say(turn, occasion, effect)
    else:
        name = effect["error"]
        reply = error_named(script.ERROR_NAMES.get(name, name)).reply(turn)
    headers = (*reply.headers, *script.retry_headers(turn, effect))
    return replace(reply, status=effect.get("status", reply.status), headers=headers)


def advance_without_tenant(request: Request) -> Reply:
    """Answers a request to `/idp/idx/` whose handle leads nowhere."""
    return advance(Scenario(name=""), State(tenant="", tag="", seed=""), request)[1]
