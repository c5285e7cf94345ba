"""Ways through a scenario."""

from __future__ import annotations

from mock_okta.schema.blocks import (
    NOTHING,
    REMEDIATION,
    Schema,
    either,
    flag,
    many,
    record,
    status,
    tagged,
    text,
    whole,
    word,
)
from mock_okta.schema.words import ERROR_CODES, MESSAGE_KEYS, PROOFS, SHORT_NAMES

PLAIN_MOVES = {
    "resend": "Ask for another code.",
    "poll": "Ask whether something has happened elsewhere.",
    "cancel": "Throw the sign-in away and begin a new one.",
    "resume": "Introspect the transaction again.",
    "refresh": "Use the refresh token.",
    "revoke": "Revoke the tokens.",
    "userinfo": "Ask who the access token is about.",
}
"""Moves that take no values."""

STARTING_TEXTS = (
    "clientId",
    "redirectUri",
    "state",
    "nonce",
    "acrValues",
    "loginHint",
    "activationToken",
    "recoveryToken",
)
"""Parameters of `/v1/interact`, under the names that SDKs give them."""


def walk() -> Schema:
    """An entry of `walks:`."""
    values = _identify() | _of_authenticators() | _plain() | _expectations()
    bare = [name for name, value in values.items() if _may_be_nothing(value)]
    move = either(
        "A move, an expectation or a change of the world.",
        word("move", bare, "One that needs no value."),
        tagged("One with its value.", values, title="move"),
    )
    moves = many(move, "Moves and what is expected of them, in order.", minItems=1)
    begun = record("With parameters of the first request.", {"start": _start(), "moves": moves}, ["moves"])
    return either("A way through the scenario.", moves, begun)


def _may_be_nothing(value: Schema) -> bool:
    return NOTHING in value.get("anyOf", ()) or value.get("type") == "null"


def _identify() -> dict[str, Schema]:
    values = {
        "identifier": text("Login.", minLength=0),
        "password": text("Password, if it is asked for as well.", minLength=0),
        "rememberMe": flag("Tick the box.", False),
    }
    return {"identify": record("Say who you are.", values, ["identifier"])}


def _of_authenticators() -> dict[str, Schema]:
    secret = "What is typed; `$outbox.code` is the newest code mailed to the user, `$outbox.previous` the one before."
    how = record("How.", {"method": text("Method of it."), "enrollment": text("Id of the enrolment.")})
    moves: dict[str, Schema] = {}
    for short, key in SHORT_NAMES.items():
        proof = PROOFS.get(key, "code")
        answer = record(f"Answer the challenge of {key}.", {proof: text(secret, minLength=0)}, [proof])
        moves[f"select {short}"] = either(f"Pick {key} from the list.", how, NOTHING)
        moves[f"answer {short}"] = answer
    return moves


def _plain() -> dict[str, Schema]:
    return {name: either(about, record("No values.", {}), NOTHING) for name, about in PLAIN_MOVES.items()}


def _expectations() -> dict[str, Schema]:
    advance = {"advance_s": whole("Seconds.", 1, 10**9)}
    return {
        "success": {"description": "Signed in, and the tokens are right.", **NOTHING},
        "terminal": {"description": "Nothing more can be submitted.", **NOTHING},
        "message": text("The last reply has a message with this i18n key.", examples=list(MESSAGE_KEYS)),
        "error": text("The last reply has this `error` or `errorCode`.", examples=list(ERROR_CODES)),
        "status": status("The last reply has this HTTP status."),
        "offers": many(REMEDIATION, "The last reply offers these remediations, in this order."),
        "clock": record("Move the clock of the org.", advance, ["advance_s"]),
    }


def _start() -> Schema:
    start = {name: text(f"`{name}` of the request to `/v1/interact`.") for name in STARTING_TEXTS}
    start["scopes"] = many(text("Name of a scope."), "Scopes that are asked for.", minItems=1)
    start["maxAge"] = whole("Seconds since the last sign-in at most.", 0, 2**31 - 1)
    return record("Parameters of the first request.", start)
