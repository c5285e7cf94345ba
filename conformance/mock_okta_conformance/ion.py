"""Reading an IDX document. Tolerant, because the document may be broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

JsonObject = Mapping[str, Any]


def members(wrapper: Any) -> list[JsonObject]:
    """The objects of a wrapped collection, `{"type": "array", "value": [...]}`."""
    value = wrapper.get("value") if isinstance(wrapper, Mapping) else None
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def inner(wrapper: Any) -> JsonObject:
    """The object of a wrapped object, `{"type": "object", "value": {...}}`; empty if there is none."""
    value = wrapper.get("value") if isinstance(wrapper, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def remediations(body: Any) -> list[JsonObject]:
    """The remediations on offer, in order."""
    return members(body.get("remediation")) if isinstance(body, Mapping) else []


def remediation(body: Any, name: str) -> JsonObject | None:
    """The remediation of that name, if it is on offer."""
    return next((row for row in remediations(body) if row.get("name") == name), None)


def names(body: Any) -> list[str]:
    """The names of the remediations on offer, in order."""
    return [str(row.get("name")) for row in remediations(body)]


def field(form: JsonObject | None, *path: str) -> JsonObject | None:
    """The field at this path of names through nested forms, e.g. `field(row, "credentials", "passcode")`."""
    found: JsonObject | None = form
    for name in path:
        rows = members(found) if found is form else members(found.get("form")) if found else []
        found = next((row for row in rows if row.get("name") == name), None)
        if found is None:
            return None
    return found


def options(body: Any, remediation_name: str) -> list[tuple[JsonObject, JsonObject]]:
    """The options of a remediation's `authenticator` field, each with the authenticator that it relates to."""
    row = field(remediation(body, remediation_name), "authenticator") or {}
    return [(option, _resolve(body, option.get("relatesTo"))) for option in row.get("options", ())]


def option_fields(option: JsonObject) -> list[JsonObject]:
    """The fields inside an option, e.g. `id` and `methodType`."""
    value = option.get("value")
    return members(value.get("form")) if isinstance(value, Mapping) else []


def current(body: Any) -> JsonObject:
    """The authenticator in play: the current enrolment or authenticator; empty if there is none."""
    if not isinstance(body, Mapping):
        return {}
    return inner(body.get("currentAuthenticatorEnrollment")) or inner(body.get("currentAuthenticator"))


def actions(body: Any) -> dict[str, JsonObject]:
    """What can be posted besides remediations: `cancel`, `currentAuthenticatorEnrollment-resend` and so on."""
    found: dict[str, JsonObject] = {}
    for key in ("currentAuthenticatorEnrollment", "currentAuthenticator"):
        for name, value in inner(body.get(key) if isinstance(body, Mapping) else None).items():
            if isinstance(value, Mapping) and "href" in value:
                found[f"{key}-{name}"] = value
    if isinstance(body, Mapping) and isinstance(body.get("cancel"), Mapping):
        found["cancel"] = body["cancel"]
    return found


def forms(body: Any) -> Iterator[JsonObject]:
    """Everything in the document that can be posted."""
    yield from remediations(body)
    yield from actions(body).values()
    if isinstance(body, Mapping) and isinstance(body.get("successWithInteractionCode"), Mapping):
        yield body["successWithInteractionCode"]


def messages(body: Any) -> list[JsonObject]:
    """All messages: those of the document, then those on fields, in document order."""
    found = members(body.get("messages")) if isinstance(body, Mapping) else []
    for row in remediations(body):
        found.extend(_field_messages(row.get("value")))
    return found


def message_keys(body: Any) -> list[str]:
    """The i18n keys of all messages."""
    return [str((message.get("i18n") or {}).get("key", "")) for message in messages(body)]


def interaction_code(body: Any) -> str | None:
    """The code of a finished sign-in."""
    form = body.get("successWithInteractionCode") if isinstance(body, Mapping) else None
    value = (field(form, "interaction_code") or {}).get("value") if isinstance(form, Mapping) else None
    return value if isinstance(value, str) else None


def _field_messages(value: Any) -> list[JsonObject]:
    found: list[JsonObject] = []
    for row in value if isinstance(value, list) else ():
        if isinstance(row, Mapping):
            found.extend(members(row.get("messages")))
            form = row.get("form")
            found.extend(_field_messages(form.get("value") if isinstance(form, Mapping) else None))
            for option in row.get("options") or ():
                found.extend(_field_messages(option_fields(option)) if isinstance(option, Mapping) else ())
    return found


def _resolve(body: Any, path: Any) -> JsonObject:
    """What a relatesTo such as `$.authenticators.value[0]` points at; empty if it points nowhere."""
    node: Any = body
    for part in str(path).removeprefix("$.").replace("[", ".").replace("]", "").split("."):
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return {}
    return node if isinstance(node, Mapping) else {}
