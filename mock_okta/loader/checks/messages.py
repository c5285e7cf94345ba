"""Whether messages are said in full: {0} and {1} in a text are for parameters, and nobody should read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.step_kinds.row import SAID
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.script.effect import Misfit, sense_of_params
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.values import mapping, step_parts
from mock_okta.schema.words import MESSAGE_KEYS


def check_messages(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every message of a step that lacks its words or its parameters."""
    for flow in FLOWS:
        listed = scenario.get(flow)
        for index, step in enumerate(listed if isinstance(listed, list) else []):
            for path, said in _said(step):
                check_message(document, (flow, index, *path), said)


def _said(step: Any) -> Iterator[tuple[Path, Any]]:
    """The messages of a step, each with its path below the step."""
    verb, how = step_parts(step)
    row = STEP_KINDS.get(verb) if isinstance(verb, str) else None
    if row is None:
        return
    if row.bare is not None and row.bare.kind is SAID:
        yield from (
            [((row.verb, i), each) for i, each in enumerate(how)] if isinstance(how, list) else [((row.verb,), how)]
        )
    for name in (setting.name for setting in row.settings if setting.kind is SAID):
        listed = mapping(how).get(name)
        for index, each in enumerate(listed if isinstance(listed, list) else []):
            yield (row.verb, name, index), each


def check_message(document: Document, path: Path, said: Any) -> None:
    """Notes what a message lacks: a key alone, or a mapping with `key` (or `message`), `params` and `text`."""
    if not isinstance(said, (str, dict)):
        return
    given = {"key": said} if isinstance(said, str) else said
    key = given.get("key", given.get("message"))
    if not isinstance(key, str):
        return
    text = given.get("text", MESSAGES[key].text if key in MESSAGES else None)
    if text is None:
        if isinstance(said, dict):  # a word alone has been looked up by the grammar
            message = f"Okta has no words for '{shortened(key)}'"
            document.report((*path, "key"), message, f"{nearest(key, MESSAGE_KEYS)}; for a key of your own add `text:`")
    elif isinstance(text, str):
        for misfit in sense_of_params(text, given.get("params", [])):
            report_misfit(document, path, misfit)


def report_misfit(document: Document, path: Path, misfit: Misfit) -> None:
    """Notes what makes no sense below this path."""
    quoted = "" if misfit.quoted is None else f": '{shortened(misfit.quoted)}'"
    document.report((*path, *misfit.path), f"{misfit.message}{quoted}", misfit.hint)
