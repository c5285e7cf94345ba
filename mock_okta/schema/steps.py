"""What flows ask for: one row for each verb of `STEP_KINDS` that a file may use."""

from __future__ import annotations

from collections.abc import Callable

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.fastpass import WAYS
from mock_okta.engine.idx.conditions import CONDITIONS
from mock_okta.engine.idx.device_assurance import FALLBACKS, RULES
from mock_okta.engine.idx.step import StepKind
from mock_okta.engine.idx.steps import STEP_KINDS
from mock_okta.schema import settings
from mock_okta.schema.blocks import (
    AUTHENTICATOR,
    MESSAGE,
    NOTHING,
    Schema,
    either,
    flag,
    formed,
    free,
    many,
    record,
    status,
    tagged,
    text,
    whole,
    word,
)
from mock_okta.schema.words import AUTHENTICATOR_KEYS, CHOICES

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

RESETTABLE = tuple(key for key, row in AUTHENTICATORS.items() if row.reset)
"""Authenticators that can be made anew in the place of what proved them before."""


def flow(name: str) -> Schema:
    """One of the flows: a list of steps."""
    return many({"$ref": "#/$defs/step"}, FLOWS[name], minItems=1)


def step() -> Schema:
    """An entry of a flow."""
    values = {**STEPS, "when": {"$ref": "#/$defs/when"}}
    bare = [name for name, value in values.items() if NOTHING in value.get("anyOf", ())]
    with_values = record(
        "A step with its values.", values, title="step", oneOf=[{"required": [verb]} for verb in STEPS]
    )
    return either("A step of a flow.", word("step", bare, "A step that needs no value."), with_values)


def when() -> Schema:
    """`when:` of a step, and what `not` and `any` take."""
    conditions = {name: _CONDITIONS[row.kind](row.about) for name, row in CONDITIONS.items()}
    return record("The step counts only where all of these hold.", conditions, title="condition", minProperties=1)


_WHEN: Schema = {"$ref": "#/$defs/when"}
_PATTERN = text("A value; `*` and `?` stand for any letters, and for any one.")
_CONDITIONS: dict[str, Callable[[str], Schema]] = {
    "texts": lambda about: either(about, _PATTERN, many(_PATTERN, "Any of these will do.", minItems=1)),
    "mapping": lambda about: free(about, minProperties=1),
    "flag": lambda about: {"type": "boolean", "description": about},
    "conditions": lambda about: _WHEN,
    "list of conditions": lambda about: many(_WHEN, about, minItems=1),
}


def _probe() -> Schema:
    ways = many(word("way", WAYS, "How the device is reached."), "In this order.", minItems=1)
    members = {"challenge_methods": ways, "button": flag("Wait until somebody presses a button for it.", False)}
    return either("Ask Okta Verify on the device, before anybody is named.", record("How.", members), NOTHING)


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
    grace = {"days": whole("From the first time that the user is asked.", 1, 3650), "skips": whole("So often.", 1, 100)}
    each = tagged("How long it may be put off.", grace, title="grace")
    members = {
        "required": _keys("May not be left out."),
        "optional": _keys("May be skipped."),
        "in_grace": record("May be skipped for a while.", dict.fromkeys(AUTHENTICATOR_KEYS, each), minProperties=1),
    }
    several = record("What may be skipped, and what not.", members, minProperties=1)
    return either("What the user has to have.", AUTHENTICATOR, _keys("Each of these is needed."), several)


def _assure_device() -> Schema:
    link = text("Where the user reads how to.")
    rule = word("rule", RULES, "What the device has to have, or its user has to do.")
    named = {
        "rule": rule,
        "value": text("What it names, e.g. the least version."),
        "link": link,
        "fallback": word("fallback", FALLBACKS, "Where Okta Verify does not answer: say what to do, or open it."),
    }
    own = {"key": text("An i18n key of one's own."), "text": text("What is said."), "link": link}
    several = record(
        "With what there is to say of it.", named | own, anyOf=[{"required": ["rule"]}, {"required": ["key", "text"]}]
    )
    how = {
        "options": many(
            many(either("A rule.", rule, several), "All of these.", minItems=1), "Any of these would do.", minItems=1
        ),
        "help": record(
            "Where to read more.", {"url": text("Address."), "custom": flag("An address of the org's own.", False)}
        ),
        "until": formed(
            "The user may go on until then.",
            r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
            "a time",
            "2030-12-31T00:00:00.000Z",
        ),
    }
    return record("Say what the device has to be like, and end, or go on while there is time.", how)


def _profile() -> Schema:
    members = {
        "fields": many(_field(), "What is asked for: firstName, lastName and email if left out.", minItems=1),
        "with_password": flag("Ask for a password on the same form.", False),
        "title": text("What the form is called."),
        "button": text("What its button says."),
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
    how = record("What is said on the way.", {"messages": many(_SAID, "Messages on the next page.", minItems=1)})
    return either("Go on with the sign-in.", how, NOTHING)


def _own_words() -> Schema:
    link = record("A link.", {"url": text("Where to."), "label": text("As shown.")}, ["url"])
    members = {
        "key": text("An i18n key, of Okta's or of one's own."),
        "params": many({"type": ["string", "integer"]}, "What stands in for {0}, {1} in the text."),
        "text": text("Other words than Okta's."),
        "class": word("class", ["ERROR", "INFO", "WARNING"], "How it is shown."),
        "status": status("HTTP status, instead of the usual one."),
        "links": many(link, "Links below it."),
        "deviceRemediation": free("What a device can do about it."),
    }
    return record("A message in other words, or with more to it.", members, ["key"])


_SAID = either("A message.", MESSAGE, _own_words())


def _said(about: str) -> Schema:
    return either(about, MESSAGE, _own_words(), many(_SAID, "In this order.", minItems=1))


def _from_settings(row: StepKind) -> Schema:
    """What the row itself says that it takes."""
    about = ABOUT.get(row.verb, f"Ask for `{row.verb}`.")
    return either(about, settings.records_of(row.settings, about), NOTHING)


ABOUT = {
    "consent": "Ask whether the app may have the scopes that it wants.",
    "enroll_device": "Say how the device gets under management, and end.",
    "hold": "Let everybody wait on a page, as an org in safe mode does.",
    "keep_me_signed_in": "Ask whether to stay signed in.",
    "verify_identity": "Send the user to a vendor who verifies identities.",
    "unlock": "Unlock the account.",
}
"""What steps do that take no more than their rows say."""

STEPS: dict[str, Schema] = {
    "probe": _probe(),
    "identify": _identify(),
    "verify": _verify(),
    "enroll": _enroll(),
    "add": word("authenticator", SEVERAL, "Set up one more of these, for whoever wants it."),
    "promote": word("authenticator", ("webauthn",), "Propose to set this up, to users who have none."),
    "profile": _profile(),
    "reset": either("Ask for a new password.", word("authenticator", RESETTABLE, "What is made anew."), NOTHING),
    "sign_in": _sign_in(),
    "assure_device": _assure_device(),
    "message": _said("End with this message, or with several."),
    "refuse": _said("Refuse to go on, with this message."),
}
IMPLIED = ("renew",)
"""Steps that every sign-in ends with, so that no file has to say so."""

STEPS |= {verb: _from_settings(row) for verb, row in STEP_KINDS.items() if verb not in (*STEPS, *IMPLIED)}
"""What each verb takes."""
