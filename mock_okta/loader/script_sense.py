"""Whether the entries of `script:` can ever act: a condition that never holds hides a test that tests nothing.

What a request is about is decided in `engine/script.py` and `engine/idx/endpoint.py`: only requests below `/idp/idx/`
have a remediation, an authenticator and a user.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.logins import among
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.values import mapping, rows, words
from mock_okta.schema.words import IDX_ENDPOINTS, OAUTH_ENDPOINTS, REMEDIATION_ENDPOINTS

IDX_CONDITIONS = ("remediation", "authenticator", "user")
IDX_EFFECTS = ("expire",)


def check_script(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every entry that can never act, and every effect that can change nothing."""
    logins = words(user.get("login") for _, user in rows(scenario, "users"))
    for index, entry in rows(scenario, "script"):
        path: Path = ("script", index)
        at = mapping(entry.get("at"))
        _check_user(document, (*path, "at", "user"), at.get("user"), logins)
        check_entry(document, path, entry)


def check_entry(document: Document, path: Path, entry: Mapping[str, Any]) -> None:
    """Notes what is wrong with one entry by itself, whatever scenario it is added to."""
    at = mapping(entry.get("at"))
    _check_conditions(document, (*path, "at"), at)
    _check_effects(document, path, entry, at)
    _check_operations(document, path, entry)


def _check_user(document: Document, path: Path, login: Any, logins: list[str]) -> None:
    if isinstance(login, str) and not among(login, logins):
        hint = nearest(login, logins) if logins else "add the user to `users:`"
        document.report(path, f"no user has the login '{shortened(login)}', so this never happens", hint)


def _check_conditions(document: Document, path: Path, at: Mapping[str, Any]) -> None:
    endpoint, remediation = at.get("endpoint"), at.get("remediation")
    if endpoint in OAUTH_ENDPOINTS:
        for condition in IDX_CONDITIONS:
            if condition in at:
                message = f"a request to {endpoint!r} has no {condition}, so this never happens"
                document.report((*path, condition), message, "leave one of the two conditions out")
    elif endpoint in IDX_ENDPOINTS and isinstance(remediation, str):
        target = REMEDIATION_ENDPOINTS.get(remediation, endpoint)
        if target != endpoint:
            message = f"{remediation!r} is submitted to {target!r}, so this never happens"
            document.report((*path, "endpoint"), message, f"leave `endpoint` out, or make it {target!r}")


def _check_effects(document: Document, path: Path, entry: Mapping[str, Any], at: Mapping[str, Any]) -> None:
    if "reply" in entry and "raw" in entry:
        document.report((*path, "raw"), "`reply` and `raw` each are the whole reply", "leave one of them out")
    if at.get("endpoint") in OAUTH_ENDPOINTS:
        _check_idx_only(document, path, entry, at["endpoint"])
    elsewhere = [condition for condition in IDX_CONDITIONS if condition in at]
    if "id_token" in entry and (elsewhere or at.get("endpoint", "token") != "token"):
        message = "only a reply of the endpoint 'token' has an ID token, so this never happens"
        document.report((*path, "id_token"), message, "use `at: {endpoint: token}`")


def _check_idx_only(document: Document, path: Path, entry: Mapping[str, Any], endpoint: str) -> None:
    message = f"a request to {endpoint!r} belongs to no page of the sign-in, so this never happens"
    hint = "use an endpoint that begins with idx/, or a remediation"
    if "message" in mapping(entry.get("reply")):
        document.report((*path, "reply", "message"), message, "use `error:` here, " + hint.removeprefix("use "))
    for effect in IDX_EFFECTS:
        if effect in entry:
            document.report((*path, effect), message, hint)


def _check_operations(document: Document, path: Path, entry: Mapping[str, Any]) -> None:
    """RFC 6902, section 4: what each operation needs besides its path."""
    for index, operation in rows(entry, "patch"):
        needed = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}
        name = operation.get("op")
        key = needed.get(name) if isinstance(name, str) else None
        if key is not None and key not in operation:
            document.report((*path, "patch", index), f"the operation {name!r} needs {key!r}", f"add `{key}:`")
