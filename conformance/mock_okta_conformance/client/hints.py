"""From a user's intent to the IDX step that carries it out, given the document that the server has just served.

A hint is what a client with a generic "proceed" call needs. One intent may take several steps; `next_hint` names the
next one, or None once the intent is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_okta_conformance import ion

JsonObject = Mapping[str, Any]

AUTHENTICATOR_KEYS = {
    "password": "okta_password",
    "email": "okta_email",
    "phone": "phone_number",
    "okta_verify": "okta_verify",
    "google_otp": "google_otp",
    "security_question": "security_question",
    "webauthn": "webauthn",
}
"""The second word of a verb and the authenticator key that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One IDX step: a remediation's name or an action's, and the values for its form."""

    step: str = ""
    action: str = ""
    values: JsonObject = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The `idx` member of a message."""
        name = {"action": self.action} if self.action else {"step": self.step}
        return {**name, "values": dict(self.values)}


def next_hint(verb: str, values: JsonObject, body: Any, done: tuple[str, ...]) -> Hint | None:
    """The step that this verb needs now; None if nothing of it is left.

    done: steps already taken for this same verb
    """
    name, _, short = verb.partition(" ")
    plan = PLANS.get(name)
    if plan is None:
        return None if done else Hint(step=verb, values=values)
    return plan(AUTHENTICATOR_KEYS.get(short, short), values, body, done)


def _identify(_key: str, values: JsonObject, body: Any, done: tuple[str, ...]) -> Hint | None:
    key, form = AUTHENTICATOR_KEYS["password"], ion.remediation(body, "identify")
    is_answer = "password" in values and form is None and _is_challenged(body, key)
    if "identify" not in done and not is_answer:
        return Hint(step="identify", values=_identify_values(values, form))
    if "password" not in values:
        return None
    if _is_challenged(body, key) and "challenge-authenticator" not in done:
        return Hint(step="challenge-authenticator", values={"credentials": {"passcode": values["password"]}})
    return _choice(key, values, body) if "select-authenticator-authenticate" not in done else None


def _identify_values(values: JsonObject, form: JsonObject | None) -> dict[str, Any]:
    sent = {"identifier": values.get("identifier", "")}
    if "password" in values and ion.field(form, "credentials") is not None:
        sent["credentials"] = {"passcode": values["password"]}
    if "rememberMe" in values:
        sent["rememberMe"] = values["rememberMe"]
    return {**sent, **values.get("extra", {})}


def _select(key: str, values: JsonObject, body: Any, done: tuple[str, ...]) -> Hint | None:
    if _is_challenged(body, key):
        return None
    data = ion.remediation(body, "authenticator-verification-data")
    if data is not None and ion.current(body).get("key") == key:
        return None if "authenticator-verification-data" in done else _verification(data, values)
    if "select-authenticator-authenticate" in done:
        return None
    return _choice(key, values, body) or Hint(step="select-authenticator-authenticate", values={"authenticator": key})


def _choice(key: str, values: JsonObject, body: Any) -> Hint | None:
    for option, authenticator in ion.options(body, "select-authenticator-authenticate"):
        if authenticator.get("key") == key:
            chosen = _chosen(ion.option_fields(option), values)
            return Hint(step="select-authenticator-authenticate", values={"authenticator": chosen})
    return None


def _verification(form: JsonObject, values: JsonObject) -> Hint:
    row = ion.field(form, "authenticator") or {}
    chosen = _chosen(ion.members(row.get("form")), values)
    return Hint(step="authenticator-verification-data", values={"authenticator": chosen})


def _chosen(fields: list[JsonObject], values: JsonObject) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for row in fields:
        name = str(row.get("name"))
        if "value" in row:
            chosen[name] = row["value"]
        elif row.get("options"):
            offered = [option.get("value") for option in row["options"]]
            wanted = values.get("method")
            chosen[name] = wanted if wanted in offered else offered[0]
    return chosen


def _answer(_key: str, values: JsonObject, body: Any, done: tuple[str, ...]) -> Hint | None:
    if done:
        return None
    secret = next((values[name] for name in ("code", "password", "answer") if name in values), None)
    credentials = {} if secret is None else {"passcode": secret}
    return Hint(step="challenge-authenticator", values={"credentials": credentials})


def _action(name: str) -> Callable[[str, JsonObject, Any, tuple[str, ...]], Hint | None]:
    def plan(_key: str, _values: JsonObject, body: Any, done: tuple[str, ...]) -> Hint | None:
        if done:
            return None
        offered = [action for action in ion.actions(body) if action == name or action.endswith(f"-{name}")]
        if ion.remediation(body, name) is not None or not offered:
            return Hint(step=name)
        return Hint(action=offered[0])

    return plan


def _is_challenged(body: Any, key: str) -> bool:
    return ion.remediation(body, "challenge-authenticator") is not None and ion.current(body).get("key") == key


PLANS: dict[str, Callable[[str, JsonObject, Any, tuple[str, ...]], Hint | None]] = {
    "identify": _identify,
    "select": _select,
    "answer": _answer,
    "resend": _action("resend"),
    "poll": _action("poll"),
    "cancel": _action("cancel"),
    "skip": _action("skip"),
}
