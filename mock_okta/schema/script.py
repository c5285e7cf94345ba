"""Where the org departs from what Okta would do."""

from __future__ import annotations

from collections.abc import Callable

from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.script.occasions import CONDITIONS
from mock_okta.schema.blocks import AUTHENTICATOR, REMEDIATION, Schema, flag, fraction, record, text, whole, word
from mock_okta.schema.words import IDX_ENDPOINTS, OAUTH_ENDPOINTS


def intervention() -> Schema:
    """An entry of `script:`."""
    effects = {row.name: dict(row.grammar) for row in EFFECTS.values()}
    return record(
        "A departure from what Okta would do; the first that matches a request acts.",
        {"at": _conditions(), "once": flag("Spent after its first use.", False), **effects},
        required=["at"],
        anyOf=[{"required": [name]} for name in effects],
    )


_CONDITIONS: dict[str, Callable[[str], Schema]] = {
    "endpoint": lambda about: word("endpoint", (*OAUTH_ENDPOINTS, *IDX_ENDPOINTS), about),
    "remediation": lambda about: {**REMEDIATION, "description": about},
    "authenticator": lambda about: {**AUTHENTICATOR, "description": about},
    "text": text,
    "count": lambda about: whole(about, 1, 1_000_000),
    "share": fraction,
}
"""The grammar of each kind."""


def _conditions() -> Schema:
    conditions = {name: _CONDITIONS[row.kind](row.about) for name, row in CONDITIONS.items()}
    return record("What a request must be about; `{}` is every request.", conditions, title="condition")
