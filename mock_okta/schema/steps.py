"""What flows ask for: one row for each verb of `STEP_KINDS` that a file may use."""

from __future__ import annotations

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.fastpass import WAYS
from mock_okta.schema.blocks import (
    AUTHENTICATOR,
    MESSAGE,
    NOTHING,
    Schema,
    either,
    flag,
    many,
    record,
    tagged,
    text,
    whole,
    word,
)
from mock_okta.schema.words import CHOICES

FLOWS = {
    "sign_in": "What has to be proved, in order; a password if left out.",
    "register": "What a new user goes through; nobody can register if left out.",
    "recover": "What somebody who has forgotten the password goes through; refused if left out.",
    "unlock": "What somebody who is locked out goes through; not offered if left out.",
    "activate": "What a new user with an activation token goes through.",
}
"""The flows of an org, which are top-level keys."""


SEVERAL = tuple(key for key, row in AUTHENTICATORS.items() if row.grouped and row.enroll)
"""Authenticators of which one person may well have several."""


def flow(name: str) -> Schema:
    """One of the flows: a list of steps."""
    return many({"$ref": "#/$defs/step"}, FLOWS[name], minItems=1)


def step() -> Schema:
    """An entry of a flow."""
    values = dict(STEPS)
    bare = [name for name, value in values.items() if NOTHING in value.get("anyOf", ())]
    with_values = record(
        "A step with its values.", values, title="step", oneOf=[{"required": [verb]} for verb in values]
    )
    return either("A step of a flow.", word("step", bare, "A step that needs no value."), with_values)


def _identify() -> Schema:
    how = record("How it is asked for.", {"with_password": flag("Ask for the password on the same form.", False)})
    return either("Ask who it is.", how, NOTHING)


def _keys(about: str) -> Schema:
    return many(AUTHENTICATOR, about, minItems=1, uniqueItems=True)


def _verify() -> Schema:
    about = ("One of these is enough.", "Each of these is needed.", "Two of these are needed, of different kinds.")
    several = tagged("Several authenticators.", dict(zip(CHOICES, map(_keys, about), strict=True)))
    return either("What has to be proved.", AUTHENTICATOR, several)


def _enroll() -> Schema:
    members = {"required": _keys("May not be left out."), "optional": _keys("May be skipped.")}
    several = record("What may be skipped, and what not.", members, minProperties=1)
    return either("What the user has to have.", AUTHENTICATOR, _keys("Each of these is needed."), several)


def _profile() -> Schema:
    members = {
        "fields": many(_field(), "What is asked for: firstName, lastName and email if left out.", minItems=1),
        "with_password": flag("Ask for a password on the same form.", False),
    }
    return either(
        "Ask for a profile: of a new user, or what that of a known one lacks.", record("How.", members), NOTHING
    )


def _field() -> Schema:
    option = record("A choice.", {"label": text("As shown."), "value": text("As sent.")}, ["label", "value"])
    whole_field = record(
        "A field with all that there is to say of it.",
        {
            "name": text("Of the attribute."),
            "label": text("As shown; the name if left out."),
            "required": flag("Refuse a form without it.", False),
            "type": word("type", ["string", "boolean"], "JSON type; a string if left out."),
            "min_length": whole("Characters.", 0, 10_000),
            "max_length": whole("Characters.", 1, 10_000),
            "options": many(option, "All that may be chosen.", minItems=1),
            "input": word("input", ["select", "radio", "checkbox"], "How a choice is shown.", default="select"),
        },
        ["name"],
    )
    return either("A field of the form.", text("An attribute of every profile, e.g. firstName."), whole_field)


def _sign_in() -> Schema:
    how = record("What is said on the way.", {"messages": many(MESSAGE, "Messages on the next page.", minItems=1)})
    return either("Go on with the sign-in.", how, NOTHING)


def _said(about: str) -> Schema:
    return either(about, MESSAGE, many(MESSAGE, "In this order.", minItems=1))


def _probe() -> Schema:
    members = {
        "challenge_methods": many(
            word("challenge_method", WAYS, "One of them."), "How the device is reached, in this order.", minItems=1
        ),
        "button": flag("Wait for the button to be pressed.", False),
    }
    return either("Ask Okta Verify on the device who is there.", record("How.", members), NOTHING)


STEPS: dict[str, Schema] = {
    "probe": _probe(),
    "identify": _identify(),
    "verify": _verify(),
    "enroll": _enroll(),
    "add": word("authenticator", SEVERAL, "Enrol one more of it, or skip."),
    "promote": word("authenticator", ("webauthn",), "Propose it to whoever has none."),
    "profile": _profile(),
    "reset": either("Ask for a new password.", AUTHENTICATOR, NOTHING),
    "unlock": either("Unlock the account.", record("No values.", {}), NOTHING),
    "sign_in": _sign_in(),
    "message": _said("End with this message, or with several."),
    "refuse": _said("Refuse to go on, with this message."),
}
"""What each verb takes."""
