"""An Identity Engine reply as values.

Nothing that arrives here can make the parser fail: members it doesn't know, members of another type, repeated names and
references that lead nowhere are passed over, and what is left stays usable. The rules are those of Ion
(https://ionspec.org): a field is mutable, visible and optional unless it says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPE = "application/ion+json; okta-version=1.0.0"
EXPIRED = "idx.session.expired"
DEEPEST = 12

_PATH_TOKEN = re.compile(r"\w+")
_CURRENT = ("currentAuthenticator", "currentAuthenticatorEnrollment")


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the user. `field` is the dotted name of the form field it belongs to, None for the whole page."""

    text: str
    key: str | None = None
    level: str | None = None
    params: tuple[Any, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One value that an option field takes: a plain `value`, or a `form` of fields.

    authenticator: key of the authenticator it stands for, e.g. "okta_email", however it is labelled
    """

    label: str | None
    value: Any = field(default=None, repr=False)
    form: tuple[Field, ...] | None = None
    authenticator: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a form. `form` is not None for an object with fields of its own; `type` None if not given."""

    name: str
    type: str | None = None
    required: bool = False
    mutable: bool = True
    visible: bool = True
    secret: bool = False
    value: Any = field(default=None, repr=False)
    form: tuple[Field, ...] | None = None
    options: tuple[Option, ...] = ()
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be posted: a remediation, `cancel`, or an action of the current authenticator.

    refresh_ms: how long to wait before the next poll, None where the server doesn't say
    authenticator: key of the authenticator that it relates to, None if it relates to none or to one we can't find
    provider: of a redirect, the type, the name and the id of the identity provider that it leads to
    """

    name: str
    href: str = field(repr=False)
    method: str = "POST"
    accepts: str | None = None
    produces: str | None = None
    fields: tuple[Field, ...] = ()
    refresh_ms: float | None = None
    authenticator: str | None = None
    provider: tuple[str, ...] = ()

    def option(self, field_name: str, authenticator: str) -> Option | None:
        """The option of that field which stands for that authenticator."""
        options = (o for f in self.fields if f.name == field_name for o in f.options)
        return next((o for o in options if o.authenticator == authenticator), None)


@dataclass(frozen=True, slots=True)
class Response:
    """One reply of the Identity Engine, whatever its status.

    remediations: in wire order, the first being what the server would have the user do
    actions: by name: `cancel`, and e.g. `currentAuthenticatorEnrollment-resend`
    success: the form that exchanges the interaction code for tokens
    leads_to: where the browser has to go, since the sign-in is over
    """

    status: int
    version: str | None = None
    state_handle: str | None = field(default=None, repr=False)
    remediations: tuple[Action, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    success: Action | None = None
    leads_to: str | None = field(default=None, repr=False)

    @property
    def expired(self) -> bool:
        """Whether the transaction is gone for good."""
        return any(message.key == EXPIRED for message in self.messages)

    def remediation(self, name: str) -> Action | None:
        """The first remediation of that name."""
        return next((r for r in self.remediations if r.name == name), None)

    def offered(self) -> tuple[str, ...]:
        """Names of everything that can be done now."""
        return (*(r.name for r in self.remediations), *self.actions)


def is_ion(body: object) -> bool:
    """Whether a JSON value is a reply of the Identity Engine, and not a bare API or OAuth error."""
    return isinstance(body, Mapping) and ("version" in body or "remediation" in body or _is_wrapped(body, "messages"))


def parse(body: Mapping[str, Any], status: int) -> Response:
    """Reads one reply."""
    remediations = tuple(_actions(body))
    return Response(
        status=status,
        version=_text(body.get("version")),
        state_handle=_text(body.get("stateHandle")),
        remediations=remediations,
        actions=_named_actions(body),
        messages=(*_messages(body.get("messages")), *_messages_in_forms(remediations)),
        success=_success(body),
        leads_to=_leads_to(body),
    )


# -- actions ----------------------------------------------------------------------------------------------------------


def _actions(body: Mapping[str, Any]) -> Iterator[Action]:
    for value in _array(body.get("remediation")):
        action = _action(value, body)
        if action is not None:
            yield action


def _named_actions(body: Mapping[str, Any]) -> dict[str, Action]:
    found = {}
    cancel = _action(body.get("cancel"), body, name="cancel")
    if cancel is not None:
        found["cancel"] = cancel
    for parent in (*_CURRENT, "authenticatorChallenge"):
        members = _object(body.get(parent))
        context = members.get("contextualData")
        challenge = _object(context.get("challenge")) if isinstance(context, Mapping) else {}
        for member, value in {**challenge, **members}.items():
            action = _action(value, body, name=f"{parent}-{member}")
            if action is not None:
                found[action.name] = action
    return found


def _success(body: Mapping[str, Any]) -> Action | None:
    action = _action(body.get("successWithInteractionCode"), body)
    if action is None or not any(f.name == "interaction_code" and _text(f.value) for f in action.fields):
        return None
    return action


def _leads_to(body: Mapping[str, Any]) -> str | None:
    """Where hosted sign-ins end: in a member or, of newer servers, in a remediation."""
    ends = [body.get(name) for name in ("success", "failure")]
    ends += [row for row in _array(body.get("remediation")) if isinstance(row, Mapping) and row.get("name") in _ENDS]
    return next((_text(end.get("href")) for end in ends if isinstance(end, Mapping)), None)


_ENDS = ("success-redirect", "failure-redirect")


def _action(value: object, body: Mapping[str, Any], *, name: str | None = None) -> Action | None:
    if not isinstance(value, Mapping) or not isinstance(value.get("href"), str):
        return None
    name = name or _text(value.get("name"))
    if name is None:
        return None
    accepts = value.get("accepts")
    return Action(
        name=name,
        href=value["href"],
        method=_text(value.get("method")) or "POST",
        accepts=_text(accepts[0] if isinstance(accepts, list) and accepts else accepts),
        produces=_text(value.get("produces")),
        fields=_fields(value.get("value"), body),
        refresh_ms=_number(value.get("refresh")),
        authenticator=_authenticator(value.get("relatesTo"), body),
        provider=_provider(value),
    )


def _provider(value: Mapping[str, Any]) -> tuple[str, ...]:
    idp = value.get("idp")
    idp = idp if isinstance(idp, Mapping) else {}
    return tuple(filter(None, (_text(value.get("type")), _text(idp.get("name")), _text(idp.get("id")))))


# -- fields -----------------------------------------------------------------------------------------------------------


def _fields(value: object, body: Mapping[str, Any], depth: int = 0) -> tuple[Field, ...]:
    if depth > DEEPEST:
        return ()
    named = (f for f in _array(value) if isinstance(f, Mapping) and isinstance(f.get("name"), str))
    return tuple(_field(f, body, depth) for f in named)


def _field(value: Mapping[str, Any], body: Mapping[str, Any], depth: int) -> Field:
    form = _form(value, body, depth)
    options = (o for o in _shown_options(value) if isinstance(o, Mapping))
    return Field(
        name=value["name"],
        type=_text(value.get("type")),
        required=value.get("required") is True,
        mutable=value.get("mutable") is not False,
        visible=value.get("visible") is not False,
        secret=value.get("secret") is True,
        value=None if form is not None else value.get("value"),
        form=form,
        options=tuple(_option(o, body, depth) for o in options),
        messages=_messages(value.get("messages")),
    )


def _shown_options(value: Mapping[str, Any]) -> list[Any]:
    """The options of a field. Those of a profile stand inside a single one that says how to show them."""
    options = _array(value.get("options"))
    only = options[0] if len(options) == 1 and isinstance(options[0], Mapping) else {}
    shown = only.get("value")
    if only.get("label") == "display" and isinstance(shown, Mapping) and "inputType" in _object(shown):
        return _array(_object(shown).get("options"))
    return options


def _option(value: Mapping[str, Any], body: Mapping[str, Any], depth: int) -> Option:
    content = value.get("value")
    form = _form(content, body, depth) if isinstance(content, Mapping) else None
    return Option(
        label=_text(value.get("label")),
        value=None if form is not None else content,
        form=form,
        authenticator=_authenticator(value.get("relatesTo"), body) or _authenticator_by_id(form or (), body),
    )


def _form(value: Mapping[str, Any], body: Mapping[str, Any], depth: int) -> tuple[Field, ...] | None:
    """The nested form, written either as `form` or as `value.form` (both are on the wire)."""
    form = value.get("form")
    if not isinstance(form, Mapping):
        inner = value.get("value")
        form = inner.get("form") if isinstance(inner, Mapping) else None
    return _fields(form.get("value"), body, depth + 1) if isinstance(form, Mapping) else None


# -- authenticators ---------------------------------------------------------------------------------------------------


def _authenticator(relates_to: object, body: Mapping[str, Any]) -> str | None:
    """Key of the authenticator that `relatesTo` leads to; None where it leads nowhere.

    relates_to: "$.authenticators.value[0]", a list of such texts, or anything else
    """
    path = relates_to[0] if isinstance(relates_to, list) and relates_to else relates_to
    if not isinstance(path, str):
        return None
    found: Any = body
    for token in _PATH_TOKEN.findall(path):
        found = _member(found, token)
    wrapped = isinstance(found, Mapping) and isinstance(found.get("value"), Mapping)
    return _key(found["value"] if wrapped else found)


def _authenticator_by_id(form: tuple[Field, ...], body: Mapping[str, Any]) -> str | None:
    """Key of the authenticator whose id the option carries: for options without a usable `relatesTo`."""
    wanted = next((f.value for f in form if f.name == "id"), None)
    for collection in ("authenticators", "authenticatorEnrollments"):
        for authenticator in _array(body.get(collection)):
            if wanted is not None and _member(authenticator, "id") == wanted:
                return _key(authenticator)
    return None


_KEY_BY_TYPE = {
    "app": "okta_verify",
    "email": "okta_email",
    "password": "okta_password",
    "phone": "phone_number",
    "security_key": "webauthn",
    "security_question": "security_question",
}
"""What orgs of 2020 and 2021 meant, whose authenticators have no `key` (idx-protocol notes 4.1)."""


def _key(authenticator: object) -> str | None:
    return _text(_member(authenticator, "key")) or _KEY_BY_TYPE.get(str(_member(authenticator, "type")))


# -- messages ---------------------------------------------------------------------------------------------------------


def _messages(value: object, name: str | None = None) -> tuple[Message, ...]:
    return tuple(_message(m, name) for m in _array(value) if isinstance(m, Mapping))


def _message(value: Mapping[str, Any], name: str | None) -> Message:
    i18n = value.get("i18n")
    i18n = i18n if isinstance(i18n, Mapping) else {}
    params = i18n.get("params")
    return Message(
        text=_text(value.get("message")) or "",
        key=_text(i18n.get("key")),
        level=_text(value.get("class")),
        params=tuple(params) if isinstance(params, list) else (),
        field=name,
    )


def _messages_in_forms(actions: tuple[Action, ...]) -> tuple[Message, ...]:
    return tuple(message for action in actions for message in _messages_of(action.fields, ""))


def _messages_of(fields: tuple[Field, ...], path: str) -> Iterator[Message]:
    for each in fields:
        name = f"{path}{each.name}"
        for m in each.messages:
            yield Message(m.text, m.key, m.level, m.params, name)
        yield from _messages_of(each.form or (), f"{name}.")
        for option in each.options:
            yield from _messages_of(option.form or (), f"{name}.")


# -- JSON that may be anything ----------------------------------------------------------------------------------------


def _array(value: object) -> list[Any]:
    """The members of `{"type": "array", "value": […]}` or of a bare list."""
    inner = value.get("value") if isinstance(value, Mapping) else value
    return inner if isinstance(inner, list) else []


def _object(value: object) -> Mapping[str, Any]:
    inner = value.get("value") if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _is_wrapped(body: Mapping[str, Any], name: str) -> bool:
    return isinstance(body.get(name), Mapping) and isinstance(body[name].get("value"), list)


def _member(value: object, token: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(token)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
