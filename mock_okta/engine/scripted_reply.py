"""`reply:`, an error or a message that Okta has, instead of the normal reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.api_errors import API_ERRORS, ApiError
from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS, OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.endpoints import IDX, endpoint_of
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.model import Reply
from mock_okta.engine.script.effect import Grammar, Misfit, Only, mapping, sense_of_params
from mock_okta.engine.script.occasions import Occasion, endpoints_at

PLAIN_NAMES = {
    "bad_request": "E0000020",
    "internal_server_error": "E0000009",
    "read_only_mode": "E0000010",
    "too_many_requests": "E0000047",
}
"""Words for codes of Okta's APIs."""

ERROR_NAMES = (*PLAIN_NAMES, *OAUTH_ERRORS, *API_ERRORS)
"""What a script calls an error: a plain word for it, or the name of its row."""

WAITING = (429, 503)
"""Statuses with which a client is told to wait (RFC 9110, section 10.2.3; RFC 6585, section 4)."""

ON_PAGES = Only(
    (IDX.name,),
    "a request to {endpoint!r} belongs to no page of the sign-in, so this never happens",
    "use an endpoint that begins with idx/, or a remediation",
)

GRAMMAR: Grammar = {
    "type": "object",
    "description": "An error or a message that Okta has, instead of the normal reply.",
    "properties": {
        "error": {
            "type": "string",
            "title": "error",
            "enum": list(ERROR_NAMES),
            "description": "Name of an OAuth error, or code of an API error.",
        },
        "message": {
            "type": "string",
            "title": "message",
            "enum": list(MESSAGES),
            "description": "The i18n key of a message, on the page as it stands.",
        },
        "params": {
            "type": "array",
            "items": {"type": "string", "description": "A value.", "minLength": 1},
            "description": "What stands in for {0}, {1} in the text.",
        },
        "field": {
            "type": "string",
            "description": "The field that the message is about, e.g. credentials.passcode; the top of the page if "
            "left out.",
            "minLength": 1,
        },
        "status": {
            "type": "integer",
            "description": "HTTP status, instead of the usual one.",
            "minimum": 200,
            "maximum": 599,
        },
        "retry_after_s": {
            "type": "integer",
            "description": "Seconds until the rate limit ends, as the headers say.",
            "minimum": 0,
            "maximum": 86_400,
        },
    },
    "additionalProperties": False,
    "oneOf": [{"required": ["error"]}, {"required": ["message"]}],
}


# ---------------------------------------------------------------------------------------------------------------------
# What makes no sense
# ---------------------------------------------------------------------------------------------------------------------


def sense(reply: Any, at: Mapping[str, Any]) -> Iterator[Misfit]:
    """Messages where there is no page, or without their parameters; errors that such a request cannot get."""
    said = mapping(reply)
    error, key = said.get("error"), said.get("message")
    if "message" in said and (misfit := ON_PAGES.misfit(at)):
        yield replace(misfit, path=("message",), hint=f"use `error:` here, {misfit.hint.removeprefix('use ')}")
    if isinstance(key, str) and key in MESSAGES:
        yield from sense_of_params(MESSAGES[key].text, said.get("params", []))
    elif isinstance(error, str):
        yield from _sense_of_error(error, said, at)
    yield from _sense_of_waiting(said)


def _sense_of_error(error: str, said: Mapping[str, Any], at: Mapping[str, Any]) -> Iterator[Misfit]:
    """An OAuth error is said by endpoints of the authorization server, whichever the author likes."""
    if error in OAUTH_ERRORS and IDX.name in endpoints_at(at):
        message = f"the Identity Engine does not say {error!r}, which is an error of OAuth"
        yield Misfit(("error",), message, f"use one of {', '.join(PLAIN_NAMES)}, a code of Okta's APIs, or `message:`")
    for name in ("params", "field"):
        if name in said:
            yield Misfit((name,), f"`{name}` is for a `message:`, and this is an error", "leave it out")


def _sense_of_waiting(said: Mapping[str, Any]) -> Iterator[Misfit]:
    if "retry_after_s" not in said:
        return
    error, key = (str(said.get(name, "")) for name in ("error", "message"))
    name = PLAIN_NAMES.get(error, error)
    row = MESSAGES.get(key) or OAUTH_ERRORS.get(name) or API_ERRORS.get(name)
    status = said.get("status", row.status if row else None)
    if isinstance(status, int) and status not in WAITING:
        message = f"a reply with status {status} tells nobody to wait"
        yield Misfit(("retry_after_s",), message, "use `error: too_many_requests`, or add `status: 429`")


# ---------------------------------------------------------------------------------------------------------------------
# What is said
# ---------------------------------------------------------------------------------------------------------------------


def say(turn: Turn, occasion: Occasion, said: Mapping[str, Any]) -> Reply:
    """A catalogued error, or a message on the page as it stands."""
    if "message" in said:
        reply = idx.say(turn, occasion, said)
    else:
        reply = error_named(said["error"]).reply(turn, endpoint_of(turn.request.endpoint).errors)
    headers = (*reply.headers, *_retry_headers(turn, said))
    return replace(reply, status=said.get("status", reply.status), headers=headers)


def error_named(name: str) -> OAuthError | ApiError:
    """The error that a script calls so.

    name: one of `ERROR_NAMES`
    Raises: KeyError for any other
    """
    name = PLAIN_NAMES.get(name, name)
    return ApiError(name) if name in API_ERRORS else OAuthError(name)


def _retry_headers(turn: Turn, said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What tells a client to wait `retry_after_s` seconds: nothing is left, and when there will be some again."""
    if "retry_after_s" not in said:
        return ()
    wait_s = int(said["retry_after_s"])
    return (
        ("Retry-After", str(wait_s)),
        ("X-Rate-Limit-Limit", "600"),
        ("X-Rate-Limit-Remaining", "0"),
        ("X-Rate-Limit-Reset", str(int(turn.now) + wait_s)),
    )
