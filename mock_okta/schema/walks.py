"""Ways through a scenario. The moves of the user are the verbs of the conformance protocol; a test compares the two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_okta.engine.idx.notices import NOTICES
from mock_okta.schema.blocks import (
    NOTHING,
    REMEDIATION,
    Schema,
    either,
    flag,
    free,
    many,
    record,
    status,
    tagged,
    text,
    whole,
    word,
)
from mock_okta.schema.org import changes_of_user
from mock_okta.schema.words import CLIENT_ERRORS, ERROR_CODES, MESSAGE_KEYS, SHORT_NAMES

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

SECRET = "What is typed; a reference such as `$outbox.code` stands for what only the org knows."

VALUES: dict[str, Schema] = {
    "identifier": text("Login.", minLength=0),
    "password": text("Password.", minLength=0),
    "captcha": text("What the vendor has given for a solved captcha."),
    "rememberMe": flag("Tick the box.", False),
    "method": text("Method of it, e.g. sms."),
    "enrollment": text("Id of the enrolment."),
    "autoChallenge": flag("Tick the box that sends notifications unasked.", False),
    "code": text(SECRET, minLength=0),
    "answer": text("Answer.", minLength=0),
    "assertion": text("`$key` signs with a key in software; `$key.NAME` with another one."),
    "attestation": text("`$key` makes a key in software; `$key.NAME` another one."),
    "signatureData": text("`$duo` is what Duo's frame posts when the person approves."),
    "phone": text("Telephone number.", minLength=0),
    "email": text("Address.", minLength=0),
    "channel": text("How the phone learns of it: qrcode, email or sms."),
    "questionKey": text("One of Okta's questions, or custom."),
    "question": text("The person's own question.", minLength=0),
    "clientData": text("The person's name at the vendor.", minLength=0),
    "credentialId": text("Id of the vendor's credential.", minLength=0),
    "nextPasscode": text("The code after that.", minLength=0),
    "revokeSessions": flag("Sign out elsewhere.", False),
    "allow": flag("Whether it is allowed.", True),
    "scopes": free("Each scope, and whether it is allowed.", additionalProperties=flag("Allowed.", True)),
    "keep": flag("Whether to stay signed in.", True),
    "name": text("Its name."),
    "type": text("Its type, e.g. GOOGLE."),
    "reason": text("Why, e.g. OV_UNREACHABLE_BY_LOOPBACK."),
    "step": text("Name of a remediation or an action."),
    "values": free("What goes into its form, nested as the form is."),
}
"""What moves take, by name."""

PROOFS: dict[str, tuple[str, ...]] = {
    "okta_password": ("password",),
    "security_question": ("answer",),
    "webauthn": ("assertion",),
    "duo": ("signatureData",),
}
"""What answers an authenticator's challenge, if not `code`."""

ENROLLED_WITH: dict[str, tuple[str, ...]] = {
    "okta_password": ("password",),
    "phone_number": ("method", "phone", "code"),
    "security_question": ("questionKey", "question", "answer"),
    "okta_verify": ("channel", "phone", "email"),
    "webauthn": ("attestation",),
    "onprem_mfa": ("clientData", "code"),
    "rsa_token": ("clientData", "code"),
    "symantec_vip": ("credentialId", "code", "nextPasscode"),
    "duo": ("signatureData",),
}
"""What may be said while an authenticator is enrolled, if not `code`."""

_Verb = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What a move does, what it may be given, and what it cannot do without."""

# fmt: off
VERBS: dict[str, _Verb] = {
    "identify":        ("Say who you are.", ("identifier", "password", "rememberMe", "captcha"), ("identifier",)),
    "register":        ("Ask for an account; with values, send the profile.", (), ()),
    "recover":         ("Say that the password is forgotten; with an identifier, whose.", ("identifier",), ()),
    "reset password":  ("Set another password.", ("password", "revokeSessions"), ("password",)),
    "unlock":          ("Say that the account is locked.", (), ()),
    "skip":            ("Leave out what is optional.", (), ()),
    "resend":          ("Ask for another code.", (), ()),
    "poll":            ("Ask whether something has happened elsewhere.", (), ()),
    "stop polling":    ("Give up on the device.", ("reason",), ()),
    "consent":         ("Allow it, or not.", ("allow", "scopes"), ()),
    "stay signed in":  ("Stay signed in, or not.", ("keep",), ()),
    "activate device": ("Type what the device shows.", ("code",), ("code",)),
    "back to sign in": ("Go back from the form for new users.", (), ()),
    "idp":             ("Go to an identity provider.", ("name", "type"), ()),
    "proceed":         ("Submit whatever is called so.", ("step", "values"), ("step",)),
    "cancel":          ("Throw the sign-in away and begin a new one.", (), ()),
    "resume":          ("Introspect the transaction again.", (), ()),
    "refresh":         ("Use the refresh token.", (), ()),
    "revoke":          ("Revoke the tokens.", (), ()),
    "userinfo":        ("Ask who the access token is about.", (), ()),
}
# fmt: on

PUSHES = ("approve", "reject", "enroll", "timeout", "biometrics", "upgrade", "incompatible", "tapped")
LAUNCHED = ("okta_verify", "webauthn")


def walk() -> Schema:
    """An entry of `walks:`."""
    moves = many({"$ref": "#/$defs/move"}, "Moves and what is expected of them, in order.", minItems=1)
    begun = record("With parameters of the first request.", {"start": _start(), "moves": moves}, ["moves"])
    return either("A way through the scenario.", moves, begun)


def move() -> Schema:
    """One line of a walk."""
    values = _moves() | _of_authenticators() | _world() | _expectations()
    bare = [name for name, value in values.items() if _may_be_nothing(value)]
    return either(
        "A move, an expectation or a change of the world.",
        word("move", bare, "One that needs no value."),
        tagged("One with its value.", values, title="move"),
    )


def selection() -> Schema:
    """What `select …` takes."""
    return _move("Pick it from the list.", ("method", "enrollment", "identifier", "autoChallenge"), ())


def _may_be_nothing(value: Schema) -> bool:
    return "$ref" in value or NOTHING in value.get("anyOf", ()) or value.get("type") == "null"


def _moves() -> dict[str, Schema]:
    moves = {name: _move(about, takes, needs) for name, (about, takes, needs) in VERBS.items()}
    attributes = free("The profile, and `password` where the form asks for it.", additionalProperties=_SCALAR)
    moves["register"] = either(VERBS["register"][0], attributes, NOTHING)
    return moves


_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def _move(about: str, takes: Iterable[str], needs: Iterable[str]) -> Schema:
    values = record(about, {name: VALUES[name] for name in takes}, needs)
    return values if needs else either(about, values, NOTHING)


def _of_authenticators() -> dict[str, Schema]:
    moves: dict[str, Schema] = {}
    for short, key in SHORT_NAMES.items():
        answer = PROOFS.get(key, ("code",))
        secrets = ENROLLED_WITH.get(key, ("code",))
        moves[f"select {short}"] = {"$ref": "#/$defs/selection"}
        answers = tuple(dict.fromkeys((*answer, *secrets)))
        moves[f"answer {short}"] = _answer(f"Answer the challenge of {key}.", answers)
        moves[f"enroll {short}"] = _move(f"Set up {key}, one page at a time.", secrets, ())
    return moves | {
        f"launch {short}": _move(f"Press the button of {short}.", ("rememberMe",), ()) for short in LAUNCHED
    }


def _answer(about: str, takes: tuple[str, ...]) -> Schema:
    if len(takes) == 1:
        return _move(about, takes, takes)
    return record(about, {name: VALUES[name] for name in takes}, anyOf=[{"required": [name]} for name in takes])


# ---------------------------------------------------------------------------------------------------------------------
# The world
# ---------------------------------------------------------------------------------------------------------------------


def _world() -> dict[str, Schema]:
    advance = {"advance_s": whole("Seconds.", 1, 10**9)}
    decision = word("decision", PUSHES, "What the person does.")
    decided = {
        "decision": decision,
        "user": text("Login of the person; the one who is signing in if left out."),
        "number": text("The number that is picked; `$number` is the right one."),
        "device": text("What the device is called."),
    }
    elsewhere = {"elsewhere": flag("In another browser than the one that the client runs in.", False)}
    device = {
        "clientId": text("The app that it is; the first of the scenario if left out."),
        "scopes": many(text("Name of a scope."), "Scopes that are asked for.", minItems=1),
    }
    service = {
        "clientId": text("The app that it is; the first service of the scenario if left out."),
        "scopes": many(text("Name of a scope."), "Scopes that are asked for.", minItems=1),
    }
    pushed = "Do on the phone what it asks for."
    return {
        "clock": record("Move the clock of the org.", advance, ["advance_s"]),
        "push": either(pushed, decision, record(pushed, decided, ["decision"])),
        "at idp": _at_idp(),
        "device": either("Ask for a code, as a device without a keyboard does.", record("As what.", device), NOTHING),
        "service": either(
            "Ask for a token, as a service does to which nobody signs in.", record("As what.", service), NOTHING
        ),
        "device polls": {"description": "Ask for the tokens, as that device does.", **NOTHING},
        "visit": text("Go to this address of the org, e.g. `$device.page`."),
        "follow": {"description": "Go where the client sends the browser.", **NOTHING},
        "open link": either("Open the newest link that was mailed.", record("Where.", elsewhere), NOTHING),
        "press": text("Press the button with this label or value, on the page that the browser is at."),
        "user": _user(),
        "clear sessions": _clear_sessions(),
        "mail": text("The newest mail has this subject.", examples=[row.subject for row in NOTICES.values()]),
        "start": either("Begin another sign-in.", _start_again(), NOTHING),
        "post": _post(),
    }


def _at_idp() -> Schema:
    account = free("Somebody whom it does not know: `login`, `firstName`, `lastName`.", additionalProperties=_SCALAR)
    values = {
        "login": text("Be this user."),
        "create": account,
        "error": text("Let it fail so, e.g. jit_failure."),
    }
    about = "Go where `idp` leads, and on from there; without a value, it answers without being asked."
    return either(about, word("choice", ["cancel"], "Turn round."), tagged("What to do there.", values), NOTHING)


def _user() -> Schema:
    changes = {"login": text("Whose."), **changes_of_user()}
    return record("Change a user, as an administrator does.", changes, ["login"])


def _clear_sessions() -> Schema:
    values = {"login": text("Whose."), "oauthTokens": flag("Whether codes and tokens end too.", False)}
    return record("End a user's sessions, as an administrator does.", values, ["login"])


def _post() -> Schema:
    values = {
        "path": text("Below /idp/idx/."),
        "body": free("JSON; the handle of the transaction is added as `stateHandle`, unless it has one."),
        "raw": text("The body as it is, instead.", minLength=0),
    }
    return record("Send what no client would.", values, ["path"])


# ---------------------------------------------------------------------------------------------------------------------
# Expectations
# ---------------------------------------------------------------------------------------------------------------------


def _expectations() -> dict[str, Schema]:
    key = text("The last reply has a message with this i18n key or text.", examples=list(MESSAGE_KEYS))
    where = record("Where it stands.", {"key": key, "field": text("E.g. credentials.passcode.")}, ["key", "field"])
    return {
        "success": {"description": "Signed in, and the tokens are right.", **NOTHING},
        "terminal": {"description": "Nothing more can be submitted.", **NOTHING},
        "message": either("What the last reply says.", key, where),
        "error": text(
            "The last reply has this `error` or `errorCode`, or the client says so of its own accord.",
            examples=[*ERROR_CODES, *CLIENT_ERRORS],
        ),
        "status": status("The last reply has this HTTP status."),
        "offers": many(REMEDIATION, "The last reply offers these remediations, in this order."),
        "claims": free("The ID token, or userinfo after `userinfo`, has these claims, with these values."),
        "amr": many(text("A value."), "The `amr` of the ID token, in any order."),
        "page": text("The page that the browser is at says so."),
        "acr": text("The `acr` of the ID token."),
    }


def _start_again() -> Schema:
    start = _start()
    elsewhere = flag("In a browser that nobody has signed in with.", False)
    return {**start, "properties": {**start["properties"], "elsewhere": elsewhere}}


def _start() -> Schema:
    start: dict[str, Any] = {name: text(f"`{name}` of the request to `/v1/interact`.") for name in STARTING_TEXTS}
    start["scopes"] = many(text("Name of a scope."), "Scopes that are asked for.", minItems=1)
    start["language"] = text("`Accept-Language` of every request, e.g. de.")
    start["maxAge"] = whole("Seconds since the last sign-in at most.", 0, 2**31 - 1)
    return record("Parameters of the first request.", start)
