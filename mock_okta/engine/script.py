"""Interventions: where a scenario departs from what Okta would do.

An entry of `script:` says at what (`at`) and what then (its other members). For each request the entries are tried from
top to bottom and the first that matches acts; added while running, they come before those of the file. Attempts are
counted from 1, for each entry and transaction (for each entry alone where a request belongs to no transaction).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mock_okta.engine.base import ids
from mock_okta.engine.base.retention import committed
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.write_set import GONE, SETUP
from mock_okta.engine.model import Intervention, Reply, Scenario, State, logins

CONDITIONS = ("endpoint", "remediation", "authenticator", "user", "attempt", "probability")
_LATER = ("attempt", "probability")
"""Conditions on how often a request has been made, which are asked once all others hold."""
_CHANCE_DIGITS = 6
_OF_FILE, _ADDED = "file", "added"

EFFECTS = ("reply", "raw", "patch", "headers", "delay_ms", "cut", "expire", "id_token")

ERROR_NAMES = {
    "bad_request": "E0000020",
    "internal_server_error": "E0000009",
    "read_only_mode": "E0000010",
    "too_many_requests": "E0000047",
}
"""Words that a script may use for the codes of Okta's APIs; every code and every OAuth error has its own name too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a request is about, as far as an intervention may ask.

    remediation: the one that the request submits; user: the login, once it is known
    """

    endpoint: str
    transaction: str = ""
    remediation: str | None = None
    authenticator: str | None = None
    user: str | None = None


def pick(turn: Turn, occasion: Occasion) -> Intervention | None:
    """The intervention for this request, if any; counts the attempt on every entry that is about it."""
    picked: Intervention | None = None
    for entry in turn.state.script:
        if not _is_about(entry, occasion):
            continue
        attempt = _count(turn, f"{entry.id}\0{occasion.transaction}")
        spent = f"{entry.id}\0spent"
        if picked or entry.at.get("attempt", attempt) != attempt or spent in turn.state.attempts:
            continue
        if not _chance_has_it(turn, entry, occasion, attempt):
            continue
        picked = entry
        if entry.once:
            _count(turn, spent)
    return picked


def _is_about(entry: Intervention, occasion: Occasion) -> bool:
    return all(
        _spelt(condition, getattr(occasion, condition)) == _spelt(condition, wanted)
        for condition, wanted in entry.at.items()
        if condition not in _LATER
    )


def _spelt(condition: str, value: str | None) -> str | None:
    """A fact, or what is wanted of it, as it is compared."""
    return logins.folded(value) if condition == "user" and value is not None else value


def _chance_has_it(turn: Turn, entry: Intervention, occasion: Occasion, attempt: int) -> bool:
    """Drawn from the tenant's seed and the attempt alone, so that whatever else is drawn stays as it is."""
    seed = f"{turn.state.seed}\0{entry.id}\0{occasion.transaction}"
    drawn = int(ids.draw(seed, attempt, _CHANCE_DIGITS, ids.DIGITS))
    most: float = 10**_CHANCE_DIGITS * entry.at.get("probability", 1)
    return drawn < most


def _count(turn: Turn, key: str) -> int:
    count = turn.state.attempts.get(key, 0) + 1
    turn.put("attempts", key, count)
    return count


# ---------------------------------------------------------------------------------------------------------------------
# Effects on a reply
# ---------------------------------------------------------------------------------------------------------------------


def raw_reply(effect: Mapping[str, Any]) -> Reply:
    """The reply that a script gives word for word: `status`, `headers`, `body` (text as is, all else as JSON).

    It has the headers that the script names and a `Content-Type`, which null leaves out.
    """
    body = effect.get("body")
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    reply = Reply(
        status=effect.get("status", 200),
        body=body.encode() if isinstance(body, str) else body,
        headers=(("Content-Type", kind),),
    )
    return _with_headers(reply, effect.get("headers", {}))


def _with_headers(reply: Reply, given: Mapping[str, str | None]) -> Reply:
    """The reply with these headers in place of its own; null sends none of that name."""
    named = {name.lower() for name in given}
    kept = (pair for pair in reply.headers if pair[0].lower() not in named)
    added = ((name, value) for name, value in given.items() if value is not None)
    omitted = (name.lower() for name, value in given.items() if value is None)
    return replace(reply, headers=(*kept, *added), omitted=(*reply.omitted, *omitted))


def retry_headers(turn: Turn, effect: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What tells a client to wait `retry_after_s` seconds: nothing is left, and when there will be some again."""
    if "retry_after_s" not in effect:
        return ()
    wait_s = int(effect["retry_after_s"])
    return (
        ("Retry-After", str(wait_s)),
        ("X-Rate-Limit-Limit", "600"),
        ("X-Rate-Limit-Remaining", "0"),
        ("X-Rate-Limit-Reset", str(int(turn.now) + wait_s)),
    )


def told(entry: Intervention | None, what: str) -> str:
    """What an entry asked for in vain, after the entry's place in the scenario."""
    number = entry.id.removeprefix(_OF_FILE) if entry else ""
    return f"script[{number}].{what}" if number.isdecimal() else f"script, as added while running: {what}"


def altered(turn: Turn, reply: Reply, effect: Mapping[str, Any]) -> Reply:
    """The reply with what the intervention does to it on the way out: patch, headers, delay, cut."""
    if "patch" in effect:
        reply = replace(reply, body=_patched(turn, reply.body, effect["patch"]))
    if "headers" in effect:
        reply = _with_headers(reply, effect["headers"])
    return replace(reply, delay_ms=effect.get("delay_ms", 0), cut=effect.get("cut"))


def _patched(turn: Turn, body: Any, patch: Any) -> Any:
    """The body after a JSON merge patch (a mapping, RFC 7396) or a JSON patch (a list, RFC 6902).

    What stands in a reply depends on the request, so only now can it be told whether a patch fits. A JSON patch of
    which one operation does not fit leaves the body as it is (RFC 5789, section 2).
    """
    if not isinstance(body, (dict, list)):
        turn.unapplied.append("patch: the reply has no JSON to patch")
        return body
    before = json.loads(json.dumps(body, default=dict))
    problems = list(_unremovable(before, patch)) if isinstance(patch, Mapping) else []
    try:
        after = merged(body, patch) if isinstance(patch, Mapping) else _operated(before, patch)
    except _NoFit as misfit:
        after, problems = body, [f"[{misfit.index}]: cannot {misfit.said} in this reply, so nothing was patched"]
    if not problems and after == before:
        problems = [": the reply is like that without it"]
    turn.unapplied += (f"patch{problem}" for problem in problems)
    return after


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


# ---------------------------------------------------------------------------------------------------------------------
# Keeping a tenant's script
# ---------------------------------------------------------------------------------------------------------------------


def numbered(interventions: Iterable[Intervention], prefix: str = _OF_FILE) -> tuple[Intervention, ...]:
    """The interventions with ids under which their attempts are counted."""
    return tuple(replace(entry, id=f"{prefix}{index}") for index, entry in enumerate(interventions))


def add_interventions(state: State, interventions: Iterable[Intervention]) -> State:
    """Puts interventions before those that the tenant already has."""
    added = numbered(interventions, f"{_ADDED}{len(state.script)}-")
    return committed(state, {(SETUP, "script"): (*added, *state.script)}, None)


def clear_interventions(scenario: Scenario, state: State) -> State:
    """Goes back to the script of the scenario file, as if none of its entries had acted."""
    uncounted = {("attempts", key): GONE for key in state.attempts}
    return committed(state, {(SETUP, "script"): numbered(scenario.script), **uncounted}, None)
