"""Looking into values that may have any form: what is not as expected is as if it were not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_okta.engine.idx.policy import FLOWS
from mock_okta.schema.words import AUTHENTICATOR_KEYS


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings in the list at this key, with their indices."""
    listed = value.get(key)
    return ((i, entry) for i, entry in enumerate(listed if isinstance(listed, list) else []) if isinstance(entry, dict))


def texts(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, str]]:
    """The texts in the list at this key, with their indices."""
    listed = value.get(key)
    return ((i, entry) for i, entry in enumerate(listed if isinstance(listed, list) else []) if isinstance(entry, str))


def words(values: Iterable[Any]) -> list[str]:
    """Those of the values that are texts."""
    return [value for value in values if isinstance(value, str)]


def enrolled(user: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The keys of the authenticators that a user lists, with their indices."""
    listed = user.get("enrolled")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        key = next(iter(entry), None) if isinstance(entry, dict) else entry
        if key in AUTHENTICATOR_KEYS:
            yield index, key


def held(scenario: Mapping[str, Any]) -> set[str]:
    """The keys of the authenticators that some user has."""
    users = [user for _, user in rows(scenario, "users")]
    keys = {key for user in users for _, key in enrolled(user)}
    return keys | {"okta_password" for user in users if "password" in user}


def walk_lines(scenario: Mapping[str, Any]) -> list[tuple[Any, tuple[str | int, ...]]]:
    """The walks, each with its path."""
    return [(walk, ("walks", name)) for name, walk in mapping(scenario.get("walks")).items()]


def moves_of(walk: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """The moves of one walk: where each stands, its verb, and what the verb is given."""
    if isinstance(walk, dict):
        walk, path = walk.get("moves"), (*path, "moves")
    for index, move in enumerate(walk if isinstance(walk, list) else []):
        if isinstance(move, str):
            yield (*path, index), move, None
        elif isinstance(move, dict) and len(move) == 1:
            verb, value = next(iter(move.items()))
            yield (*path, index, verb), verb, value


def steps_of(scenario: Mapping[str, Any]) -> list[Any]:
    """The steps of all flows."""
    flows = (scenario.get(name) for name in FLOWS)
    return [step for steps in flows if isinstance(steps, list) for step in steps]


def step_parts(step: Any) -> tuple[str | None, Any]:
    """The verb of a step and what it is given."""
    if isinstance(step, str):
        return step, None
    return next(((verb, how) for verb, how in mapping(step).items() if verb != "when"), (None, None))


def keys_of_step(step: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """The authenticators that a step names, each with its path below the step."""
    verb, how = step_parts(step)
    if verb is None:
        return []
    found: list[tuple[tuple[str | int, ...], Any]] = [((verb,), how)]
    found += [((verb, index), each) for index, each in enumerate(how if isinstance(how, list) else [])]
    for name, listed in mapping(how).items():
        found += [((verb, name, index), each) for index, each in enumerate(listed if isinstance(listed, list) else [])]
        found += [((verb, name, key), key) for key in mapping(listed)]
    return [(path, key) for path, key in found if isinstance(key, str) and key in AUTHENTICATOR_KEYS]
