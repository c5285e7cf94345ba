"""What holds for every reply of the Identity Engine, whatever led to it (idx-protocol notes 0.1 and 9.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mock_okta.engine.model import Reply

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def problems(reply: Reply, origin: str) -> list[str]:
    """Everything about this reply that would break some client; empty if nothing would."""
    if not isinstance(reply.body, dict) or "errorCode" in reply.body:
        return [] if reply.status >= 400 else [f"{reply.status} with no ION body"]
    return [*_of_the_envelope(reply), *_of_the_forms(reply.body, origin), *_of_references(reply.body)]


def _of_the_envelope(reply: Reply) -> Iterator[str]:
    body = reply.body
    if body.get("version") != "1.0.0":
        yield "version is not 1.0.0"
    if "expiresAt" in body and not TIMESTAMP.fullmatch(body["expiresAt"]):
        yield f"expiresAt is {body['expiresAt']}"
    if ("Content-Type", "application/ion+json; okta-version=1.0.0") not in reply.headers:
        yield "not labelled as ION"
    if "error" in body:
        yield "a member `error`, which auth-js takes for a failure"
    stepping_up = any(name == "WWW-Authenticate" for name, _ in reply.headers)
    if reply.status >= 400 and "messages" not in str(body) and not stepping_up:
        yield "a refusal without a word"
    for path, value in walk(body):
        if value is None:
            yield f"null at {path}"


def _of_the_forms(body: dict[str, Any], origin: str) -> Iterator[str]:
    for path, node in walk(body):
        if not isinstance(node, dict) or "href" not in node or node.get("method") == "embedded":
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
    names = [row["name"] for row in body.get("remediation", {"value": []})["value"]]
    if len(set(names) - {"redirect-idp"}) != len([name for name in names if name != "redirect-idp"]):
        yield f"remediations repeat: {names}"
    for message in body.get("messages", {"value": []})["value"]:
        if not message.get("message") or message.get("class") not in ("ERROR", "INFO", "WARNING"):
            yield f"a message without text or class: {message}"


def _of_references(body: dict[str, Any]) -> Iterator[str]:
    for path, node in walk(body):
        if isinstance(node, dict) and "relatesTo" in node:
            pointers = node["relatesTo"]
            for pointer in pointers if isinstance(pointers, list) else [pointers]:
                if not _resolves(body, pointer):
                    yield f"{path} relates to {pointer}, which is not there"
    keys = {row.get("key") for row in body.get("authenticators", {"value": []})["value"]}
    enrolled = {row.get("key") for row in body.get("authenticatorEnrollments", {"value": []})["value"]}
    verifying = any(
        row["name"] in ("select-authenticator-authenticate", "challenge-authenticator")
        for row in body.get("remediation", {"value": []})["value"]
    )
    if verifying and not enrolled <= keys:
        yield f"enrolments {enrolled - keys} without their authenticators"


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
    yield path, node
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from walk(value, f"{path}.{key}")
