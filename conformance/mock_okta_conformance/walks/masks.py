"""Taking the secrets out of a journal, so that it can be kept, sent and compared.

What is secret is known by its name; wherever else the same text turns up, in a header, an address or a body that is no
JSON, it is taken out too. Every value keeps its JSON type and its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

JsonObject = Mapping[str, Any]

SECRET_NAMES = frozenset(
    {
        "access_token", "activation_token", "answer", "assertion", "client_assertion", "client_secret", "code",
        "code_verifier", "credentials", "device_secret", "id_token", "id_token_hint", "interaction_code",
        "nextPasscode", "otp", "passcode", "password", "recovery_token", "refresh_token", "token", "totp",
    }
)  # fmt: skip
SECRET_HEADERS = frozenset({"authorization", "cookie", "dpop", "set-cookie", "x-device-token"})
SHORTEST_SECRET = 8
"""Shorter texts, and numbers, are taken out of their own place only: elsewhere they would be part of innocent ones."""

_COOKIE = re.compile(r"(?:^|[,;]\s*)[^=;,\s]+=([^;,\s]+)")


def masked(exchanges: Iterable[JsonObject]) -> list[dict[str, Any]]:
    """The lines of a journal, with every secret of any of them replaced in all of them."""
    lines = list(exchanges)
    found: dict[str, str] = {}
    for line in lines:
        _collect(line, None, found)
    ordered = dict(sorted(found.items(), key=lambda item: -len(item[0])))
    return [_object(line, ordered) for line in lines]


# -- finding ----------------------------------------------------------------------------------------------------------


def _collect(value: Any, secret: str | None, found: dict[str, str]) -> None:
    """Notes every secret text below a value. `secret`: what the value is called, if that makes it one."""
    if isinstance(value, str) and secret:
        header = secret.lower() if secret.lower() in SECRET_HEADERS else None
        for text in _in_header(header, value) if header else [value]:
            if len(text) >= SHORTEST_SECRET and not text.isdecimal():
                found[text] = found.get(text, header) if header else secret
    elif isinstance(value, Mapping):
        for name, member in value.items():
            _collect(member, _secret_name(name, value) or secret, found)
    elif isinstance(value, list | tuple):
        for member in value:
            _collect(member, secret, found)


def _in_header(name: str, value: str) -> list[str]:
    """The secrets in a header: the values of cookies; the credentials, which come last, of any other."""
    return _COOKIE.findall(value) if "cookie" in name else value.split()[-1:]


def _secret_name(name: str, parent: JsonObject) -> str | None:
    """What a member is called, if what it holds is secret. The `value` of a form field is called as the field is."""
    called = str(parent.get("name")) if name == "value" and not isinstance(parent.get("value"), list) else name
    return called if called in SECRET_NAMES or called.lower() in SECRET_HEADERS else None


# -- replacing --------------------------------------------------------------------------------------------------------


def _object(value: JsonObject, found: Mapping[str, str]) -> dict[str, Any]:
    return {name: _replaced(member, _secret_name(name, value), found) for name, member in value.items()}


def _replaced(value: Any, secret: str | None, found: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {n: _replaced(member, _secret_name(n, value) or secret, found) for n, member in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(member, secret, found) for member in value]
    if secret and secret.lower() not in SECRET_HEADERS:
        return _placeholder(value, secret)
    return _without(value, found) if isinstance(value, str) else value


def _placeholder(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return f"‹{name}›"
    return 0 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _without(text: str, found: Mapping[str, str]) -> str:
    for secret, name in found.items():
        text = text.replace(secret, f"‹{name}›")
    return text
