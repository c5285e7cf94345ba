"""The one function: a request in, a reply out, and the state after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_okta.engine import script
from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.endpoint import Endpoint
from mock_okta.engine.base.oauth_errors import error_named
from mock_okta.engine.base.refusal import Refusal
from mock_okta.engine.base.retention import OutOfRoom
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.endpoints import IDX, endpoint_of
from mock_okta.engine.headers import standard_headers
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Reply, Request, Scenario, State
from mock_okta.engine.script import Occasion


def advance(scenario: Scenario, state: State, request: Request) -> tuple[State, Reply]:
    """Answers one request and returns the tenant's state after it.

    Pure: the same arguments give the same result. Any request at all gets a reply below 500, unless the scenario's
    script asks for something else. A refused request leaves the state as it was, but for what the refusal counts.
    """
    turn = Turn(scenario, state, request)
    endpoint = endpoint_of(request.endpoint)
    occasion = _occasion(turn, endpoint)
    entry = script.pick(turn, occasion)
    effect = entry.effect if entry else {}
    reply = _answer(turn, endpoint, occasion, effect)
    reply = replace(reply, transaction=reply.transaction or occasion.transaction or None)
    if "raw" not in effect:
        reply = _with_standard_headers(turn, endpoint, reply)
    reply = script.altered(turn, reply, effect)
    return turn.state, replace(reply, unapplied=tuple(script.told(entry, each) for each in turn.unapplied))


def _with_standard_headers(turn: Turn, endpoint: Endpoint, reply: Reply) -> Reply:
    """The reply with the headers of ordinary replies that it does not have yet."""
    named = {name.lower() for name, _ in reply.headers}
    standard = standard_headers(turn, endpoint, reply.status)
    return replace(reply, headers=(*reply.headers, *(pair for pair in standard if pair[0].lower() not in named)))


def _occasion(turn: Turn, endpoint: Endpoint) -> Occasion:
    name = turn.request.endpoint
    return idx.occasion(turn, name.removeprefix("idx/")) if endpoint is IDX else Occasion(endpoint=name)


def _answer(turn: Turn, endpoint: Endpoint, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """The normal reply, or the one that an intervention gives in its place."""
    if "expire" in effect:
        idx.expire(turn, occasion, effect["expire"])
    before = turn.state
    try:
        if "raw" in effect:
            return script.raw_reply(effect["raw"])
        if "reply" in effect:
            return _scripted(turn, endpoint, occasion, effect["reply"])
        turn.id_token_change = effect.get("id_token")
        return endpoint.answer(turn)
    except Refusal as refusal:
        turn.state = before
        return refusal.reply(turn, endpoint.errors)
    except OutOfRoom as full:
        turn.state = before
        return ApiError("E0000001", str(full)).reply(turn, endpoint.errors)
    finally:
        if turn.id_token_change is not None:
            turn.unapplied.append("id_token: this reply would have had no ID token")


def _scripted(turn: Turn, endpoint: Endpoint, occasion: Occasion, effect: Mapping[str, Any]) -> Reply:
    """A catalogued error, or a message on the page as it stands."""
    if "message" in effect:
        reply = idx.say(turn, occasion, effect)
    else:
        name = effect["error"]
        reply = error_named(script.ERROR_NAMES.get(name, name)).reply(turn, endpoint.errors)
    headers = (*reply.headers, *script.retry_headers(turn, effect))
    return replace(reply, status=effect.get("status", reply.status), headers=headers)


def advance_without_tenant(request: Request) -> Reply:
    """Answers a request to `/idp/idx/` whose handle leads nowhere."""
    return advance(Scenario(name=""), State(tenant="", tag="", seed=""), request)[1]
