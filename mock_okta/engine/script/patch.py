"""`patch:`, changes to the body of a reply: a JSON merge patch (RFC 7396) or a JSON patch (RFC 6902)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply
from mock_okta.engine.script.effect import Grammar, Misfit

NEEDED_BY_OPERATION = {
    "add": "value",
    "copy": "from",
    "move": "from",
    "remove": None,
    "replace": "value",
    "test": "value",
}
"""What each operation needs besides its path (RFC 6902, section 4)."""

_TARGET = {
    "type": "string",
    "description": "JSON Pointer.",
    "minLength": 0,
    "pattern": "^(/.*)?$",
    "title": "a JSON Pointer",
    "examples": ["/remediation/value/0"],
}
_SOURCE = {
    "type": "string",
    "description": "JSON Pointer, for `copy` and `move`.",
    "minLength": 1,
    "pattern": "^/",
    "title": "a JSON Pointer",
    "examples": ["/app"],
}
_OPERATION = {
    "type": "object",
    "description": "One operation.",
    "properties": {
        "op": {
            "type": "string",
            "title": "operation",
            "enum": list(NEEDED_BY_OPERATION),
            "description": "What to do.",
        },
        "path": _TARGET,
        "from": _SOURCE,
        "value": {"description": "For `add`, `replace` and `test`."},
    },
    "required": ["op", "path"],
    "additionalProperties": False,
}
GRAMMAR: Grammar = {
    "description": "Changes to the body of the normal reply.",
    "anyOf": [
        {"type": "object", "description": "A JSON merge patch (RFC 7396): null removes a member."},
        {"type": "array", "items": _OPERATION, "description": "A JSON patch (RFC 6902).", "minItems": 1},
    ],
}


def sense_of_patch(patch: Any, at: Mapping[str, Any]) -> Iterator[Misfit]:
    """A patch that changes nothing, and operations that lack or have what others need."""
    if patch in ([], {}):
        yield Misfit((), "a patch without a change changes nothing", "write what is to be changed")
    for index, operation in enumerate(patch if isinstance(patch, list) else ()):
        name = operation.get("op") if isinstance(operation, dict) else None
        if not isinstance(name, str) or name not in NEEDED_BY_OPERATION:
            continue
        needed = NEEDED_BY_OPERATION[name]
        if needed is not None and needed not in operation:
            yield Misfit((index,), f"the operation {name!r} needs {needed!r}", f"add `{needed}:`")
        for each in ("from", "value"):
            if each in operation and each != needed:
                yield Misfit((index, each), f"the operation {name!r} has no {each!r}", "leave it out")


def patched(turn: Turn, reply: Reply, patch: Any) -> Reply:
    """The reply with its body changed.

    What stands in a reply depends on the request, so only now can it be told whether a patch fits. A JSON patch of
    which one operation does not fit leaves the body as it is (RFC 5789, section 2).
    """
    body = reply.body
    if not isinstance(body, (dict, list)):
        turn.unapplied.append("patch: the reply has no JSON to patch")
        return reply
    before = json.loads(json.dumps(body, default=dict))
    problems = list(_unremovable(before, patch)) if isinstance(patch, Mapping) else []
    try:
        after = merged(body, patch) if isinstance(patch, Mapping) else _operated(before, patch)
    except _NoFit as misfit:
        after, problems = body, [f"[{misfit.index}]: cannot {misfit.said} in this reply, so nothing was patched"]
    if not problems and after == before:
        problems = [": the reply is like that without it"]
    turn.unapplied += (f"patch{problem}" for problem in problems)
    return replace(reply, body=after)


class _NoFit(Exception):
    """An operation of a JSON patch that a body has no place for. `index`: which; `said`: what it would do."""

    def __init__(self, index: int, said: str) -> None:
        super().__init__(said)
        self.index = index
        self.said = said


def _operated(body: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """The body after the operations of a JSON patch. Raises: _NoFit"""
    import jsonpatch  # late: 6 ms that only a scenario with such a patch should pay

    for index, operation in enumerate(operations):
        plain = json.loads(json.dumps(operation, default=dict))
        try:
            body = jsonpatch.apply_patch(body, [plain])
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError):
            source = f" {plain['from']} to" if "from" in plain else ""
            raise _NoFit(index, f"{plain['op']}{source} {plain['path'] or 'the whole body'}") from None
    return body


def _unremovable(body: Any, patch: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What a merge patch would remove and is not there."""
    for name, value in patch.items():
        here = f"{path}/{name}"
        there = isinstance(body, Mapping) and name in body
        if value is None and not there:
            yield f": there is no {here} to remove in this reply"
        elif isinstance(value, Mapping):
            yield from _unremovable(body[name] if there else None, value, here)


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2: null removes a member, a mapping goes deeper, anything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
