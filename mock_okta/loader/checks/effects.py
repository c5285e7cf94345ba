"""Whether what an entry of `script:` does can be done: to this kind of request, and together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.api_errors import API_ERRORS
from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.script import ERROR_NAMES
from mock_okta.loader.checks.messages import check_message
from mock_okta.loader.document import Document, Path
from mock_okta.loader.values import mapping, rows
from mock_okta.schema.words import OAUTH_ENDPOINTS

IDX_CONDITIONS = ("remediation", "authenticator", "user")
IDX_EFFECTS = ("expire",)
WAITING = (429, 503)
"""Statuses with which a client is told to wait (RFC 9110, section 10.2.3; RFC 6585, section 4)."""
BODILESS = (204, 205, 304)

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of a connection and not of a reply (RFC 9110, section 7.6.1): the server's alone to write."""


def check_effects(document: Document, path: Path, entry: Mapping[str, Any], at: Mapping[str, Any]) -> None:
    """Notes every effect that such a request cannot have, and every two that get in each other's way."""
    endpoint = at.get("endpoint")
    _check_together(document, path, entry)
    _check_reply(document, (*path, "reply"), mapping(entry.get("reply")), at)
    _check_raw(document, (*path, "raw"), mapping(entry.get("raw")))
    _check_headers(document, (*path, "headers"), mapping(entry.get("headers")))
    _check_operations(document, path, entry)
    if endpoint in OAUTH_ENDPOINTS:
        _check_idx_only(document, path, entry, str(endpoint))
    elsewhere = any(condition in at for condition in IDX_CONDITIONS)
    if "id_token" in entry and (elsewhere or at.get("endpoint", "token") != "token"):
        message = "only a reply of the endpoint 'token' has an ID token, so this never happens"
        document.report((*path, "id_token"), message, "use `at: {endpoint: token}`")
    if entry.get("patch") == [] or entry.get("patch") == {}:
        document.report((*path, "patch"), "a patch without a change changes nothing", "write what is to be changed")


# ---------------------------------------------------------------------------------------------------------------------
# Two effects
# ---------------------------------------------------------------------------------------------------------------------

_HIDDEN = ("patch", "headers", "id_token")


def _check_together(document: Document, path: Path, entry: Mapping[str, Any]) -> None:
    if "reply" in entry and "raw" in entry:
        document.report((*path, "raw"), "`reply` and `raw` each are the whole reply", "leave one of them out")
    for effect in ("reply", "raw"):
        if effect in entry and "id_token" in entry:
            message = f"`{effect}` is the whole reply, which has no ID token"
            document.report((*path, "id_token"), message, "leave one of the two out")
    if entry.get("cut") == "drop":
        for effect in _HIDDEN:
            if effect in entry:
                message = f"nobody sees what `{effect}` does to a reply that is dropped"
                document.report((*path, effect), message, "leave it out, or make it `cut: truncate`")
    if "patch" in entry and "raw" in entry and not isinstance(mapping(entry["raw"]).get("body"), (dict, list)):
        message = "`raw` has no JSON that a patch could change"
        document.report((*path, "patch"), message, "write the body as it is to be")


# ---------------------------------------------------------------------------------------------------------------------
# One effect
# ---------------------------------------------------------------------------------------------------------------------


def _check_idx_only(document: Document, path: Path, entry: Mapping[str, Any], endpoint: str) -> None:
    message = f"a request to {endpoint!r} belongs to no page of the sign-in, so this never happens"
    hint = "use an endpoint that begins with idx/, or a remediation"
    if "message" in mapping(entry.get("reply")):
        document.report((*path, "reply", "message"), message, "use `error:` here, " + hint.removeprefix("use "))
    for effect in IDX_EFFECTS:
        if effect in entry:
            document.report((*path, effect), message, hint)


def _check_reply(document: Document, path: Path, reply: Mapping[str, Any], at: Mapping[str, Any]) -> None:
    error, key = reply.get("error"), reply.get("message")
    if isinstance(key, str) and key in MESSAGES:
        check_message(document, path, reply)
    elif isinstance(error, str):
        _check_error(document, (*path, "error"), error, at)
        for name in ("params", "field"):
            if name in reply:
                document.report((*path, name), f"`{name}` is for a `message:`, and this is an error", "leave it out")
    _check_waiting(document, path, reply)


def _check_error(document: Document, path: Path, error: str, at: Mapping[str, Any]) -> None:
    """An OAuth error is said by endpoints of the authorization server, whichever the author likes."""
    endpoint = at.get("endpoint")
    if error not in OAUTH_ERRORS:
        return
    inside = any(condition in at for condition in IDX_CONDITIONS) or str(endpoint).startswith("idx/")
    if inside:
        message = f"the Identity Engine does not say {error!r}, which is an error of OAuth"
        document.report(path, message, f"use one of {', '.join(ERROR_NAMES)}, a code of Okta's APIs, or `message:`")


def _check_waiting(document: Document, path: Path, reply: Mapping[str, Any]) -> None:
    if "retry_after_s" not in reply:
        return
    error, key = (str(reply.get(name, "")) for name in ("error", "message"))
    name = ERROR_NAMES.get(error, error)
    row = MESSAGES.get(key) or OAUTH_ERRORS.get(name) or API_ERRORS.get(name)
    status = reply.get("status", row.status if row else None)
    if isinstance(status, int) and status not in WAITING:
        message = f"a reply with status {status} tells nobody to wait"
        document.report((*path, "retry_after_s"), message, "use `error: too_many_requests`, or add `status: 429`")


def _check_raw(document: Document, path: Path, raw: Mapping[str, Any]) -> None:
    status = raw.get("status")
    _check_headers(document, (*path, "headers"), mapping(raw.get("headers")))
    if status in BODILESS and raw.get("body") not in (None, ""):
        document.report((*path, "body"), f"a reply with status {status} has no body", "leave it out")


def _check_headers(document: Document, path: Path, headers: Mapping[str, Any]) -> None:
    for name in headers:
        if name.lower() in HOP_BY_HOP:
            message = f"'{name}' is about the connection, which is the server's"
            document.report((*path, name), message, "leave it out; `cut` ends the connection")
        elif name.lower() == "content-length":
            document.report(
                (*path, name), "the server counts the bytes itself", "`cut: truncate` sends too few of them"
            )


def _check_operations(document: Document, path: Path, entry: Mapping[str, Any]) -> None:
    """RFC 6902, section 4: what each operation needs besides its path."""
    for index, operation in rows(entry, "patch"):
        needed = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}
        name = operation.get("op")
        key = needed.get(name) if isinstance(name, str) else None
        if key is not None and key not in operation:
            document.report((*path, "patch", index), f"the operation {name!r} needs {key!r}", f"add `{key}:`")
        for each in ("from", "value"):
            if isinstance(name, str) and name in {*needed, "remove"} and each in operation and each != key:
                document.report(
                    (*path, "patch", index, each), f"the operation {name!r} has no {each!r}", "leave it out"
                )
