"""Where the org departs from what Okta would do."""

from __future__ import annotations

from mock_okta.engine.effects import EFFECTS
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


def _conditions() -> Schema:
    return record(
        "What a request must be about; `{}` is every request.",
        {
            "endpoint": word("endpoint", (*OAUTH_ENDPOINTS, *IDX_ENDPOINTS), "Where the request goes."),
            "remediation": {**REMEDIATION, "description": "What the request submits."},
            "authenticator": {**AUTHENTICATOR, "description": "What the request picks or answers."},
            "user": text("Login of the user, once it is known."),
            "attempt": whole("Only the n-th such request of a sign-in; counts from 1.", 1, 1_000_000),
            "probability": fraction("How often it acts; chance follows from the tenant's seed."),
        },
        title="condition",
    )
