"""Replies in another language, or in an org's own words: `texts` of the scenario.

Clients ask by `Accept-Language` (RFC 9110, section 12.5.4); texts change then, keys do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.messages import fill
from mock_okta.engine.model import Reply

USUAL = "en"
"""What Okta speaks to those whose languages it does not know."""
LONGEST_TAG = 35
"""More no language tag needs (RFC 5646, section 4.4.1)."""
SHOWN = ("label", "displayName")
"""Members that are shown to people, besides messages."""


def translated(turn: Turn, reply: Reply) -> Reply:
    """The reply in the language that its client likes best of those that the scenario has words in."""
    known = turn.scenario.texts
    if not known:
        return reply
    liked = (*_languages(turn.request.headers.get("accept-language", "")), USUAL)
    chosen = next((found for each in liked if (found := _known(known, each)) is not None), None)
    return reply if chosen is None else replace(reply, body=_in(chosen, reply.body))


def _known(known: Mapping[str, Mapping[str, str]], language: str) -> Mapping[str, str] | None:
    """The words of a language; those of `de` will do for `de-AT` (RFC 4647, section 3.4)."""
    if len(language) > LONGEST_TAG:
        return None
    while language:
        if language in known:
            return known[language]
        language = language.rpartition("-")[0]
    return None


def _languages(header: str) -> Iterator[str]:
    """The languages that a header lists, best first."""
    ranges = (each.partition(";") for each in header.split(","))
    weighed = [(name.strip().lower(), _weight(parameters)) for name, _, parameters in ranges]
    return (name for name, weight in sorted(weighed, key=lambda each: -each[1]) if name and weight > 0)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _in(words: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list):
        return [_in(words, each) for each in value]
    if not isinstance(value, Mapping):
        return value
    said = {name: _in(words, each) for name, each in value.items()}
    said |= {name: words[said[name]] for name in SHOWN if isinstance(said.get(name), str) and said[name] in words}
    i18n = said.get("i18n")
    if isinstance(i18n, dict) and i18n.get("key") in words:
        said["message"] = fill(words[i18n["key"]], i18n.get("params", ()))
    return said
