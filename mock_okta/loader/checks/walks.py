"""Whether the walks of a scenario fit the scenario: its users, its authenticators, and what Okta can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model.logins import among
from mock_okta.loader.checks.moves import check_names, check_reference, check_start
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.inventory import Inventory
from mock_okta.loader.values import keys_of_step, mapping, moves_of, rows, step_parts
from mock_okta.schema.steps import STEPS
from mock_okta.schema.words import AUTHENTICATOR_KEYS, CLIENT_ERRORS, ERROR_CODES, MESSAGE_KEYS, SHORT_NAMES

TAKEN_LITERALLY = (
    "claims",
    "message",
    "page",
    "press",
    "error",
    "acr",
    "amr",
    "status",
    "offers",
    "user",
    "clock",
    "mail",
    "clear sessions",
)
"""Moves and expectations whose values stand for nothing but themselves."""

DISAPPOINTMENTS = ("error", "message", "terminal")
"""Expectations that a sign-in may end with where it cannot succeed."""

Moves = list[tuple[Path, str, Any]]
"""The moves of one walk: where each stands, its verb, and what the verb is given."""


def check_walks(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every move that cannot be made, and every expectation that cannot come true."""
    walks = mapping(scenario.get("walks"))
    usable = _usable_authenticators(scenario)
    inventory = Inventory(scenario)
    known = inventory.names
    own = tuple(_own_keys([each for name, each in scenario.items() if name != "walks"]))
    any_text = any({"raw", "patch"} & entry.keys() for _, entry in rows(scenario, "script"))
    for name, walk in walks.items():
        moves = list(moves_of(walk, ("walks", name)))
        if {verb for _, verb, _ in moves}.isdisjoint(DISAPPOINTMENTS):
            check_start(document, ("walks", name, "start"), mapping(walk).get("start"), inventory)
        if known:
            _check_users(document, moves, known)
        _check_authenticators(document, moves, usable)
        _check_references(document, moves)
        check_names(document, moves, inventory)
        if not any_text:
            _check_expected_words(document, moves, own)


def _check_users(document: Document, moves: Moves, known: list[str]) -> None:
    """An unknown user may be tried, as long as the walk does not expect that to work."""
    starts = [index for index, (_, verb, _) in enumerate(moves) if verb == "identify"]
    for start, end in pairwise([*starts, len(moves)]):
        path, _, values = moves[start]
        identifier = mapping(values).get("identifier")
        verbs = {verb for _, verb, _ in moves[start + 1 : end]}
        if not isinstance(identifier, str) or among(identifier, known):
            continue
        if "success" in verbs or verbs.isdisjoint(DISAPPOINTMENTS):
            message = f"no user has the login '{shortened(identifier)}'"
            document.report((*path, "identifier"), message, nearest(identifier, known))


def _usable_authenticators(scenario: Mapping[str, Any]) -> frozenset[str]:
    """The authenticators that the steps of the scenario ask for; all of them where a step cannot be understood."""
    flows = {name: scenario[name] for name in FLOWS if isinstance(scenario.get(name), list)}
    flows.setdefault("sign_in", [{"verify": "okta_password"}])
    usable: set[str] = set()
    for step in (step for steps in flows.values() for step in steps):
        verb, how = step_parts(step)
        keys = {key for _, key in keys_of_step(step)}
        row = STEP_KINDS.get(verb) if verb in STEPS else None
        if row is None or ((row.proves or row.requires) and not keys):
            return frozenset(AUTHENTICATOR_KEYS)
        usable |= keys or {*row.makes}
        usable |= {"okta_password"} if mapping(how).get("with_password") is True else set()
    return frozenset(usable)


def _check_authenticators(document: Document, moves: Moves, usable: frozenset[str]) -> None:
    for path, verb, _ in moves:
        act, _, short = verb.partition(" ")
        key = SHORT_NAMES.get(short)
        if act in ("select", "answer") and key is not None and key not in usable:
            message = f"no step asks for {key}"
            document.report(path, message, f"add `- verify: {key}`, or leave the move out")


def _check_references(document: Document, moves: Moves) -> None:
    for path, verb, values in moves:
        if verb not in TAKEN_LITERALLY:
            _check_references_in(document, path, values)


def _check_references_in(document: Document, path: Path, value: Any) -> None:
    """A reference may stand wherever a value may, at any depth of a mapping."""
    for name, inner in mapping(value).items():
        _check_references_in(document, (*path, name), inner)
    if isinstance(value, str) and value.startswith("$"):
        check_reference(document, path, value)


def _own_keys(value: Any) -> Iterator[str]:
    """The keys of messages that the scenario words itself."""
    if isinstance(value, dict):
        if isinstance(value.get("key"), str):
            yield value["key"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _own_keys(each)


def _check_expected_words(document: Document, moves: Moves, own: Sequence[str]) -> None:
    """Expects only what Okta's tables have, or the scenario itself says. A message may be expected by its text."""
    for path, verb, value in moves:
        known = {"message": (*MESSAGE_KEYS, *own), "error": (*ERROR_CODES, *CLIENT_ERRORS)}.get(verb)
        word = value.get("key") if isinstance(value, dict) else value
        if known is not None and isinstance(word, str) and word and " " not in word and word not in known:
            document.report(path, f"unknown {verb} '{shortened(word)}'", nearest(word, known))
