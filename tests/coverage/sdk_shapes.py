"""The classes that typed SDKs read a page into: where a member is of another type, or missing, the sign-in ends.

One row is one class of one SDK. A kind is "text", "truth", "whole", "number", "time", "address", "choice",
"texts", "map", "text map", the name of another row, or one of those after "list" (an array), "one" (an object around a
`value`) or "many" (an object around a `value` that is an array). A `!` says that it cannot be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Shape:
    """A class of an SDK and what its members have to be; members that it does not know may be anything."""

    name: str
    source: str
    members: Mapping[str, str]


KOTLIN = "okta-mobile-kotlin: okta-idx-kotlin/src/main/java/com/okta/idx/kotlin/dto/v1/Responses.kt"
SWIFT = "okta-idx-swift: Sources/OktaIdx/Internal/Implementations/Version1/Responses/Responses.swift"
JAVA = "okta-idx-java: api/src/main/java/com/okta/idx/sdk/api/model"
GO = "okta-idx-golang: response.go, option.go"

# fmt: off
PAGE = {
    "expiresAt": "time", "intent": "text", "remediation": "many form", "messages": "many message",
    "authenticators": "many authenticator", "authenticatorEnrollments": "many authenticator",
    "currentAuthenticatorEnrollment": "one authenticator", "currentAuthenticator": "one authenticator",
    "recoveryAuthenticator": "one authenticator", "user": "one user", "app": "one app",
    "successWithInteractionCode": "form", "cancel": "form"}
FORM = {
    "rel": "texts", "name": "text!", "method": "text!", "href": "address!", "value": "list field", "accepts": "text",
    "relatesTo": "texts", "refresh": "number", "idp": "text map"}
FIELD = {
    "id": "text", "name": "text", "label": "text", "type": "text", "required": "truth", "secret": "truth",
    "visible": "truth", "mutable": "truth", "options": "list field", "relatesTo": "text", "messages": "many message"}
AUTHENTICATOR = {
    "displayName": "text", "id": "text", "type": "text!", "key": "text", "methods": "list text map",
    "contextualData": "map", "profile": "text map", "send": "form", "resend": "form", "poll": "form",
    "recover": "form"}
APP = {"id": "text!", "label": "text!", "name": "text!"}

SDKS: Mapping[str, tuple[Shape, ...]] = {
    "Kotlin": (
        Shape("page", KOTLIN, PAGE | {"webauthnAutofillUIChallenge": "map"}),
        Shape("form", KOTLIN, FORM),
        Shape("field", KOTLIN, FIELD | {"form": "fields"}),
        Shape("fields", KOTLIN, {"value": "list field"}),
        Shape("authenticator", KOTLIN, AUTHENTICATOR | {"settings": "settings"}),
        Shape("settings", KOTLIN, {"complexity": "complexity!", "age": "age"}),
        Shape("complexity", KOTLIN, {
            "minLength": "whole!", "minLowerCase": "whole!", "minUpperCase": "whole!", "minNumber": "whole!",
            "minSymbol": "whole!", "excludeUsername": "truth!", "excludeAttributes": "texts!"}),
        Shape("age", KOTLIN, {"minAgeMinutes": "whole!", "historyCount": "whole!"}),
        Shape("user", KOTLIN, {"id": "text", "identifier": "text", "profile": "profile"}),
        Shape("profile", KOTLIN, {"firstName": "text", "lastName": "text", "timeZone": "text", "locale": "text"}),
        Shape("app", KOTLIN, APP),
        Shape("message", KOTLIN, {"class": "text!", "message": "text!", "i18n": "i18n"}),
        Shape("i18n", KOTLIN, {"key": "text"}),
    ),
    "Swift": (
        Shape("page", SWIFT, PAGE | {"version": "text!", "stateHandle": "text"}),
        Shape("form", SWIFT, FORM | {"type": "text"}),
        Shape("field", SWIFT, FIELD),
        Shape("authenticator", SWIFT, AUTHENTICATOR | {"settings": "map"}),
        Shape("user", SWIFT, {"id": "text", "identifier": "text", "profile": "text map"}),
        Shape("app", SWIFT, APP),
        Shape("message", SWIFT, {"class": "text!", "message": "text!", "i18n": "i18n"}),
        Shape("i18n", SWIFT, {"key": "text!"}),
    ),
    "Java": (
        Shape("page", JAVA, {
            "stateHandle": "text", "version": "text", "expiresAt": "text", "intent": "text",
            "remediation": "many form", "messages": "many message", "authenticators": "many authenticator",
            "authenticatorEnrollments": "many authenticator", "currentAuthenticator": "one current",
            "currentAuthenticatorEnrollment": "one current", "user": "one user", "app": "one app",
            "successWithInteractionCode": "form", "cancel": "form"}),
        Shape("form", JAVA, {
            "rel": "texts", "name": "text", "type": "text", "method": "text", "href": "text", "value": "list field",
            "accepts": "text", "refresh": "number"}),
        Shape("field", JAVA, {
            "name": "text", "required": "truth", "label": "text", "type": "text", "secret": "truth",
            "form": "fields", "options": "list option", "visible": "truth", "mutable": "truth",
            "messages": "many message"}),
        Shape("fields", JAVA, {"value": "list field"}),
        Shape("option", JAVA, {"label": "text", "relatesTo": "text", "value": "choice"}),
        Shape("authenticator", JAVA, {
            "type": "text", "key": "text", "id": "text", "displayName": "text", "credentialId": "text",
            "methods": "list method", "profile": "profile"}),
        Shape("current", JAVA, {
            "type": "text", "key": "text", "id": "text", "displayName": "text", "methods": "list method",
            "recover": "form", "resend": "form", "poll": "form", "settings": "settings", "profile": "profile",
            "contextualData": "context"}),
        Shape("method", JAVA, {"type": "text"}),
        Shape("profile", JAVA, {
            "email": "text", "phoneNumber": "text", "questionKey": "text", "question": "text"}),
        Shape("settings", JAVA, {"complexity": "complexity", "age": "age"}),
        Shape("complexity", JAVA, {
            "minLength": "whole", "minLowerCase": "whole", "minUpperCase": "whole", "minNumber": "whole",
            "minSymbol": "whole", "excludeUsername": "truth", "excludeAttributes": "texts"}),
        Shape("age", JAVA, {"historyCount": "whole", "minAgeMinutes": "whole"}),
        Shape("context", JAVA, {
            "qrcode": "qrcode", "sharedSecret": "text", "activationData": "activation",
            "challengeData": "challenge", "correctAnswer": "text"}),
        Shape("qrcode", JAVA, {"method": "text", "href": "text", "type": "text"}),
        Shape("activation", JAVA, {"user": "map", "challenge": "text"}),
        Shape("challenge", JAVA, {"userVerification": "text", "challenge": "text", "extensions": "extensions"}),
        Shape("extensions", JAVA, {"appid": "text"}),
        Shape("user", JAVA, {
            "name": "text", "label": "text", "id": "text", "identifier": "text", "profile": "map"}),
        Shape("app", JAVA, {"name": "text", "label": "text", "id": "text"}),
        Shape("message", JAVA, {"message": "text", "class": "text", "i18n": "i18n"}),
        Shape("i18n", JAVA, {"key": "text", "params": "texts"}),
    ),
    "Go": (
        Shape("page", GO, {
            "version": "text", "stateHandle": "text", "expiresAt": "text", "intent": "text",
            "remediation": "many form", "currentAuthenticator": "one current",
            "currentAuthenticatorEnrollment": "one current", "authenticators": "many authenticator",
            "authenticatorEnrollments": "many authenticator", "user": "one user", "app": "one app",
            "cancel": "form", "successWithInteractionCode": "form", "messages": "many message"}),
        Shape("form", GO, {
            "rel": "texts", "type": "text", "idp": "text map", "name": "text", "href": "text", "method": "text",
            "value": "list field", "accepts": "text"}),
        Shape("field", GO, {
            "name": "text", "label": "text", "type": "text", "required": "truth", "visible": "truth",
            "mutable": "truth", "secret": "truth", "form": "fields", "options": "list option",
            "messages": "many message"}),
        Shape("fields", GO, {"value": "list field"}),
        Shape("option", GO, {"label": "text", "relatesTo": "text"}),
        Shape("authenticator", GO, {
            "type": "text", "key": "text", "id": "text", "displayName": "text", "credentialId": "text",
            "methods": "list method"}),
        Shape("current", GO, {
            "type": "text", "key": "text", "id": "text", "displayName": "text", "methods": "list method",
            "recover": "form", "contextualData": "context"}),
        Shape("method", GO, {"type": "text"}),
        Shape("context", GO, {"qrcode": "map", "sharedSecret": "text", "challengeData": "challenge"}),
        Shape("challenge", GO, {
            "challenge": "text", "userVerification": "text", "credentialId": "text", "extensions": "extensions"}),
        Shape("extensions", GO, {"appid": "text"}),
        Shape("user", GO, {"id": "text"}),
        Shape("app", GO, {"name": "text", "label": "text", "id": "text"}),
        Shape("message", GO, {"message": "text", "class": "text", "i18n": "i18n"}),
        Shape("i18n", GO, {"key": "text"}),
    ),
}
# fmt: on


def complaints(sdk: str, page: Any) -> Iterator[str]:
    """Everything on a page that the classes of an SDK cannot hold."""
    shapes = {shape.name: shape for shape in SDKS[sdk]}
    for path, wanted in _misfits(shapes, page, "page", "$"):
        yield f"{sdk}: {path} is no {wanted}"


def _is_time(value: Any) -> bool:
    try:
        return bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ"))
    except (TypeError, ValueError):
        return False


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)


def _is_choice(value: Any) -> bool:
    """What the Java SDK's `OptionsValueDeserializer` takes: an object that says what it is, or a scalar."""
    return isinstance(value, str | bool | int) or (isinstance(value, Mapping) and ("form" in value or "type" in value))


def _all_texts(values: Any) -> bool:
    return all(isinstance(each, str) for each in values)


KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "truth": lambda value: isinstance(value, bool),
    "whole": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "time": _is_time,
    "address": _is_address,
    "choice": _is_choice,
    "texts": lambda value: isinstance(value, list) and _all_texts(value),
    "map": lambda value: isinstance(value, Mapping),
    "text map": lambda value: isinstance(value, Mapping) and _all_texts(value.values()),
}


def _misfits(shapes: Mapping[str, Shape], value: Any, kind: str, path: str) -> Iterator[tuple[str, str]]:
    """The places inside a value that are not of their kind, each with the kind that it should be of."""
    around, _, inner = kind.partition(" ")
    if kind in KINDS:
        if not KINDS[kind](value):
            yield path, kind
    elif around in ("one", "many"):
        if not isinstance(value, Mapping) or "value" not in value:
            yield path, f"object around {inner}"
        else:
            yield from _misfits(shapes, value["value"], inner if around == "one" else f"list {inner}", f"{path}.value")
    elif around == "list":
        if not isinstance(value, list):
            yield path, kind
        for index, each in enumerate(value if isinstance(value, list) else ()):
            yield from _misfits(shapes, each, inner, f"{path}[{index}]")
    elif not isinstance(value, Mapping):
        yield path, kind
    else:
        for member, wanted in shapes[kind].members.items():
            if member in value:
                yield from _misfits(shapes, value[member], wanted.removesuffix("!"), f"{path}.{member}")
            elif wanted.endswith("!"):
                yield f"{path}.{member}", f"{wanted.removesuffix('!')}, but missing"
