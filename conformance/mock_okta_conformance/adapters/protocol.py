"""The adapter protocol, version 1: what the suite says to a client's driver, and what it hears.

A message is one JSON object; so is the reply. The shapes are published in `schemas/adapter-protocol.json`, which the
suite also judges replies by. Three kinds of failure are kept apart: `view.error` is the client refusing (often what a
requirement wants), `fault` is the driver being broken, and `unsupported` is a verb that the driver does not offer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from mock_okta_conformance.errors import AdapterError, SetupError, nearest

PROTOCOL = 1

JsonObject = Mapping[str, Any]


class ViewState(StrEnum):
    """Where the client says it stands after a message."""

    INPUT = "input"
    SUCCESS = "success"
    TERMINAL = "terminal"
    CANCELED = "canceled"
    SIGNED_OUT = "signedOut"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMessage:
    """A message that the client shows. `severity` is Okta's class: ERROR, WARNING or INFO."""

    text: str = ""
    key: str = ""
    severity: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewError:
    """How the client refused or failed: its own type name, an error code if it has one, and its text."""

    type: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the user of the client would see now.

    steps, actions: names of remediations and of actions on authenticators, if the client shows them
    stored: names of what the client still keeps of the transaction, if the driver can tell; None if it cannot
    """

    state: ViewState
    steps: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    messages: tuple[ViewMessage, ...] = ()
    redirect: str | None = None
    poll_after_ms: float | None = None
    tokens: JsonObject = field(default_factory=dict)
    claims: JsonObject = field(default_factory=dict)
    stored: tuple[str, ...] | None = None
    error: ViewError | None = None

    @property
    def text(self) -> str:
        """Everything a person would read: the messages and the error, one a line."""
        lines = [message.text for message in self.messages]
        if self.error:
            lines.append(self.error.text)
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who the driver is and what it can do. `sessions` is how many transactions it can hold at once."""

    name: str = "unnamed"
    version: str = ""
    language: str = ""
    capabilities: frozenset[str] = frozenset()
    sessions: int = 1

    @property
    def title(self) -> str:
        """Name and version, as reports show them."""
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of the driver. Exactly one of the members says something; all empty is the answer to `end`."""

    view: View | None = None
    unsupported: str | None = None
    fault: str | None = None
    hello: Hello | None = None


def read_reply(document: JsonObject) -> Reply:
    """The reply as a value.

    Raises: AdapterError if it breaks the protocol
    """
    problem = best_match(_reply_validator().iter_errors(document))
    if problem is not None:
        where = ".".join(str(part) for part in problem.absolute_path) or "reply"
        raise AdapterError(f"the adapter broke the protocol: {where}: {problem.message}")
    if "protocol" in document and document["protocol"] != PROTOCOL:
        raise AdapterError(f"the adapter speaks protocol {document['protocol']}; this suite speaks {PROTOCOL}")
    view = document.get("view")
    return Reply(
        view=_view(view) if view is not None else None,
        unsupported=document.get("unsupported"),
        fault=document.get("fault"),
        hello=_hello(document) if "capabilities" in document or "name" in document else None,
    )


def check_capabilities(names: frozenset[str] | tuple[str, ...], origin: str) -> None:
    """Refuses a capability that this suite does not know, because a misspelt one would hide requirements.

    Raises: SetupError naming each unknown capability and its nearest match
    """
    unknown = sorted(set(names) - CAPABILITIES.keys())
    if unknown:
        hints = ", ".join(f"{name!r}{nearest(name, CAPABILITIES)}" for name in unknown)
        raise SetupError(f"{origin}: unknown capability {hints}")


def _hello(document: JsonObject) -> Hello:
    return Hello(
        name=document.get("name", "unnamed"),
        version=document.get("version", ""),
        language=document.get("language", ""),
        capabilities=frozenset(document.get("capabilities", ())),
        sessions=document.get("sessions", 1),
    )


def _view(document: JsonObject) -> View:
    error, stored = document.get("error"), document.get("stored")
    return View(
        state=ViewState(document["state"]),
        steps=tuple(document.get("steps", ())),
        actions=tuple(document.get("actions", ())),
        messages=tuple(_message(message) for message in document.get("messages", ())),
        redirect=document.get("redirect"),
        poll_after_ms=document.get("pollAfterMs"),
        tokens=document.get("tokens") or {},
        claims=document.get("claims") or {},
        stored=None if stored is None else tuple(stored),
        error=ViewError(**_texts(error, "type", "code", "text")) if error else None,
    )


def _message(document: JsonObject) -> ViewMessage:
    return ViewMessage(severity=document.get("class") or "", **_texts(document, "text", "key", "field"))


def _texts(document: JsonObject, *names: str) -> dict[str, str]:
    return {name: document.get(name) or "" for name in names}


@cache
def protocol_schema() -> dict[str, Any]:
    """The JSON Schema of messages and replies."""
    file = resources.files("mock_okta_conformance").joinpath("schemas/adapter-protocol.json")
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


@cache
def _reply_validator() -> Draft202012Validator:
    schema = protocol_schema()
    return Draft202012Validator({"$ref": "#/$defs/reply", "$defs": schema["$defs"]})


CAPABILITIES: dict[str, str] = {
    "idx.generic": "proceeds with any remediation by name, as the hint says",
    "flow.recover": "password recovery",
    "flow.register": "self-service registration",
    "flow.unlock": "account unlock",
    "auth.email": "the email authenticator",
    "auth.phone": "the phone authenticator",
    "auth.google_otp": "Google Authenticator",
    "auth.okta_verify": "Okta Verify",
    "auth.security_question": "the security question",
    "auth.webauthn": "security keys and biometrics",
    "poll": "polls by itself",
    "webauthn": "has an authenticator to create and use WebAuthn credentials",
    "magic-link": "takes the callback of an e-mail link",
    "callback": "takes a redirect callback",
    "idp": "redirects to identity providers",
    "resume": "takes up a transaction from its saved state",
    "token-bootstrap": "passes activation_token, recovery_token, acr_values, max_age and login_hint",
    "step-up": "answers insufficient_authentication_context with a new sign-in",
    "nonce": "sends a nonce",
    "idtoken.verify": "verifies ID tokens itself",
    "discovery": "reads the metadata of the authorization server",
    "userinfo": "calls userinfo",
    "token.refresh": "refreshes tokens",
    "token.revoke": "revokes tokens",
    "logout": "signs out at the authorization server by redirect",
    "dpop": "binds tokens with DPoP",
    "iss-param": "checks the iss parameter of callbacks",
    "device-context": "passes a device token or the user's address",
    "confidential": "can be a client with a secret",
    "public": "can be a client without a secret",
    "tls": "can be given a CA file, and speaks https",
    "clock": "its clock can be set",
    "ui": "renders pages",
    "webapp": "is a web application with a session of its own",
    "config-fixed": "reads its configuration once, when it starts",
}
"""Every capability that a driver may declare. Without it, the requirements about it are n/a, never invisible."""
