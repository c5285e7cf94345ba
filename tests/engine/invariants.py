"""What holds for every reply of the Identity Engine, whatever led to it.

Each line of the self-test of idx-protocol notes 9.4 has its function here, or a test of its own: 1 `_for_auth_js` (and
the SDK's own parser, in `tests/interop`), 2 `_of_the_envelope`, `_of_the_forms`, `_of_references`, 3 `_for_kotlin`,
4 `_of_references`, 5 `tests/coverage/test_self_test.py`, 6 the walks, 7 `_of_the_envelope` and the widget in
`tests/interop`, 8 `_for_go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mock_okta.engine.model import Reply

Places = list[tuple[str, Any]]
"""Every value inside a body, with the way to it."""

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def problems(reply: Reply, origin: str) -> list[str]:
    """Everything about this reply that would break some client; empty if nothing would."""
    if not isinstance(reply.body, dict) or "errorCode" in reply.body:
        return [] if reply.status >= 400 else [f"{reply.status} with no ION body"]
    body, places = reply.body, list(walk(reply.body))
    return [
        *_of_the_envelope(reply, places),
        *_of_the_forms(body, places, origin),
        *_of_references(body, places),
        *_for_auth_js(body),
        *_for_kotlin(body, places),
        *_for_go(places),
    ]


def _of_the_envelope(reply: Reply, places: Places) -> Iterator[str]:
    body, headers = reply.body, {name.lower(): value for name, value in reply.headers}
    if body.get("version") != "1.0.0":
        yield "version is not 1.0.0"
    if "expiresAt" in body and not TIMESTAMP.fullmatch(body["expiresAt"]):
        yield f"expiresAt is {body['expiresAt']}"
    if headers.get("content-type") != "application/ion+json; okta-version=1.0.0":
        yield "not labelled as ION"
    if "x-okta-request-id" not in headers:
        yield "no request id"
    if "error" in body:
        yield "a member `error`, which auth-js takes for a failure"
    silent = "messages" not in str(body) and not any(row["name"] == "failure-redirect" for row in _rows(body))
    if reply.status >= 400 and silent and "www-authenticate" not in headers:
        yield "a refusal without a word"
    for path, value in places:
        if value is None:
            yield f"null at {path}"


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    return list(body.get("remediation", {"value": []})["value"])


def _of_the_forms(body: dict[str, Any], places: Places, origin: str) -> Iterator[str]:
    for path, node in places:
        if not isinstance(node, dict) or "href" not in node or node.get("method") in (None, "embedded"):
            continue
        if node.get("challengeMethod") == "CUSTOM_URI":  # leads to an app, not to the org
            continue
        if not node["href"].startswith(f"{origin}/"):
            yield f"{path} leads to {node['href']}"
        if node.get("method") == "POST" and node.get("rel") != ["create-form"]:
            yield f"{path} cannot be submitted"
        if node.get("method") == "POST" and "/idp/idx/" in node["href"]:
            handles = [field for field in node["value"] if field["name"] == "stateHandle"]
            wanted = {"name": "stateHandle", "required": True, "value": body.get("stateHandle")}
            if handles != [wanted | {"visible": False, "mutable": False}]:
                yield f"{path} has no proper stateHandle"
    yield from (
        f"{path} lets nobody pick anything" for path, node in places if node == [] and path.endswith(".options")
    )
    names = [row["name"] for row in _rows(body)]
    if len(set(names) - {"redirect-idp"}) != len([name for name in names if name != "redirect-idp"]):
        yield f"remediations repeat: {names}"
    for message in body.get("messages", {"value": []})["value"]:
        if not message.get("message") or message.get("class") not in ("ERROR", "INFO", "WARNING"):
            yield f"a message without text or class: {message}"


def _of_references(body: dict[str, Any], places: Places) -> Iterator[str]:
    for path, node in places:
        if isinstance(node, dict) and "relatesTo" in node:
            pointers = node["relatesTo"]
            for pointer in pointers if isinstance(pointers, list) else [pointers]:
                if not _resolves(body, pointer):
                    yield f"{path} relates to {pointer}, which is not there"
    keys = {row.get("key") for row in body.get("authenticators", {"value": []})["value"]}
    enrolled = {row.get("key") for row in body.get("authenticatorEnrollments", {"value": []})["value"]}
    verifying = any(
        row["name"] in ("select-authenticator-authenticate", "challenge-authenticator") for row in _rows(body)
    )
    if verifying and not enrolled <= keys:
        yield f"enrolments {enrolled - keys} without their authenticators"


def _for_auth_js(body: dict[str, Any]) -> Iterator[str]:
    """The SDK makes an action of everything with a `rel`, and looks for one on each member of an object."""
    for row in _rows(body):
        if "rel" in row and not (row.get("name") and row.get("href") and row.get("method") == "POST"):
            yield f"{row.get('name')} has a rel, and no action can be made of it"
        if "rel" not in row and row.get("method") != "GET":
            yield f"{row.get('name')} is no form, and no place to go"
    for name, member in body.items():
        if isinstance(member, dict) and member.get("type") == "object" and not isinstance(member.get("value"), dict):
            yield f"{name} is no object"
    success = body.get("successWithInteractionCode")
    if success and not {"interaction_code", "code_verifier"} <= {field["name"] for field in success["value"]}:
        yield "a success without interaction_code and code_verifier"


COMPLEXITY = {
    "minLength",
    "minLowerCase",
    "minUpperCase",
    "minNumber",
    "minSymbol",
    "excludeUsername",
    "excludeAttributes",
}


def _for_kotlin(body: dict[str, Any], places: Places) -> Iterator[str]:
    """Its strict classes: maps of texts, all of the complexity, an app with all of its names."""
    for path, node in places:
        if not isinstance(node, dict):
            continue
        for name in ("profile", "idp"):
            if name in node and not all(isinstance(value, str) for value in node[name].values()):
                yield f"{path}.{name} is no map of texts"
        for method in node.get("methods", ()) if isinstance(node.get("methods"), list) else ():
            if not all(isinstance(value, str) for value in method.values()):
                yield f"{path}.methods has more than texts"
        if "settings" in node and not node["settings"]:
            yield f"{path}.settings is empty"
        missing = COMPLEXITY - node["complexity"].keys() if isinstance(node.get("complexity"), dict) else ()
        if missing:
            yield f"{path}.complexity lacks {sorted(missing)}"
    app = body.get("app", {"value": {"id": "", "label": "", "name": ""}})["value"]
    if not {"id", "label", "name"} <= app.keys():
        yield "an app without id, label or name"


def _for_go(places: Places) -> Iterator[str]:
    """It drops options of a field that does not say its type, and takes the first field of an option for the id."""
    for path, node in places:
        options = node.get("options") if isinstance(node, dict) else None
        if not isinstance(options, list):
            continue
        if node.get("name") == "authenticator" and node.get("type") != "object":
            yield f"{path} has options, and is no object"
        for option in options:
            value = option.get("value")
            fields = value["form"]["value"] if isinstance(value, dict) and "form" in value else ()
            if node.get("name") == "authenticator" and fields and fields[0]["name"] != "id":
                yield f"{path} has an option that does not begin with its id"
            if "relatesTo" in option and not isinstance(option["relatesTo"], str):
                yield f"{path} has an option that relates to a list"


def _resolves(body: dict[str, Any], pointer: str) -> bool:
    node: Any = body
    for index, token in re.findall(r"\[(\d+)\]|(\w+)", pointer.removeprefix("$.")):
        try:
            node = node[token] if token else node[int(index)]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def walk(node: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Every value inside a JSON value, with the way to it."""
    left = [(path, node)]
    while left:
        path, node = left.pop()
        yield path, node
        inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        left += [(f"{path}.{key}", value) for key, value in inner]
