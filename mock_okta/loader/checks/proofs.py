"""Whether each step that wants a proof can have one of its own: not an earlier step's, nor of what is for else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import INITIATES, SIGNS_ON
from mock_okta.engine.idx.policy import FLOWS, RECOVERING
from mock_okta.engine.idx.step_kinds.proving import CHOICES
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.loader.document import Document, Path
from mock_okta.loader.values import keys_of_step, mapping, step_parts
from mock_okta.schema.words import AUTHENTICATOR_KEYS


class Wanted(NamedTuple):
    """What a step wants proved: any of `keys`, or each of them, or two of different kinds.

    always: it has no conditions
    on_page: it is asked for beside something else; who repeats it in a step says the same twice, and no harm is done
    """

    path: Path
    choice: str
    keys: frozenset[str]
    always: bool
    on_page: bool = False


def check_proofs(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every step that can't be met by a proof of its own, or is met before it could ask for one."""
    for flow in FLOWS:
        listed = scenario.get(flow)
        steps: list[tuple[Path, Any]] = [
            ((flow, index), step) for index, step in enumerate(listed if isinstance(listed, list) else [])
        ]
        wanted = [each for path, step in steps for each in _wanted(path, step)]
        _check_uses(document, mapping(scenario.get("authenticators")), flow, wanted)
        if flow in RECOVERING:
            _check_own_proofs(document, wanted)
            _check_nothing_is_set_up(document, flow, steps, wanted)
        else:
            _check_said_twice(document, wanted)


def _wanted(path: Path, step: Any) -> Iterator[Wanted]:
    verb, how = step_parts(step)
    row = STEP_KINDS.get(verb) if isinstance(verb, str) else None
    if row is None:
        return
    always = not mapping(step).get("when")
    if row.only_names and mapping(how).get("with_password") is True:
        yield Wanted((*path, row.verb), "all_of", frozenset({"okta_password"}), always, on_page=True)
    if not row.proves:
        return
    choice = next((name for name in CHOICES if name in mapping(how)), "all_of")
    listed = mapping(how).get(choice, how)
    keys = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
    if keys and all(isinstance(key, str) and key in AUTHENTICATOR_KEYS for key in keys):
        yield Wanted((*path, row.verb), choice, frozenset(keys), always)


def _check_uses(document: Document, settings: Mapping[str, Any], flow: str, wanted: list[Wanted]) -> None:
    """What is for recovery alone signs nobody in, and the other way round."""
    for index, step in enumerate(wanted):
        barred = {key: use for key in step.keys if (use := _other_use(settings, flow, index, key))}
        if barred and (step.choice == "all_of" or barred.keys() == step.keys):
            key = min(barred)
            place = "to sign in" if flow not in RECOVERING else "there"
            message = f"{key} is allowed for {barred[key]} alone, so it is never asked for {place}"
            document.report(step.path, message, "let it be `allowed_for: any`, or ask for another one")


def _other_use(settings: Mapping[str, Any], flow: str, index: int, key: str) -> str | None:
    """What the authenticator is for, if that does not let it be proved at this place of the flow."""
    use = mapping(settings.get(key)).get("allowed_for", "any")
    allowed = SIGNS_ON if flow not in RECOVERING else AUTHENTICATORS[key].additional if index else INITIATES
    words = {"none": "nothing", "sso": "sign-in", "recovery": "recovery"}
    return words.get(use) if isinstance(use, str) and use not in allowed else None


def _check_own_proofs(document: Document, wanted: list[Wanted]) -> None:
    """In a recovery one proof meets one step, so what was proved before is of no use to a later one."""
    spent: set[str] = set()
    for step in wanted:
        used = step.keys & spent
        if used and (step.choice == "all_of" or used == step.keys):
            message = f"{min(used)} is proved before, and one proof meets one step of a recovery"
            document.report(step.path, message, "ask for another authenticator")
        if step.always and (step.choice == "all_of" or len(step.keys) == 1):
            spent |= step.keys


def _check_nothing_is_set_up(
    document: Document, flow: str, steps: list[tuple[Path, Any]], wanted: list[Wanted]
) -> None:
    """What is set up on the way proves nothing."""
    for path, step in steps:
        verb, _ = step_parts(step)
        row = STEP_KINDS.get(verb) if isinstance(verb, str) else None
        if row is None or not row.requires:
            continue
        new = {key for _, key in keys_of_step(step)}
        for later in wanted:
            if later.path[1] > path[1] and new & later.keys:  # type: ignore[operator]
                message = f"{min(new & later.keys)} is to be set up before it is to be proved, which proves nothing"
                document.report(path, message, f"leave the step out: `{flow}` rests on what users have")


def _check_said_twice(document: Document, wanted: list[Wanted]) -> None:
    """Outside of recovery one proof meets any step, so who repeats a step asks for nothing more."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for step in wanted:
        if (step.choice, step.keys) in seen:
            message = "an earlier step asks for the same, so this one never asks"
            document.report(step.path, message, "leave it out, or use `all_of` or `two_kinds` to ask for more than one")
        if step.always and not step.on_page:
            seen.add((step.choice, step.keys))
