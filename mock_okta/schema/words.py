"""The words that a scenario may use, from the tables that give them meaning: a new row there is a new word here."""

from __future__ import annotations

from itertools import chain

from mock_okta.engine.base.api_errors import API_ERRORS
from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS
from mock_okta.engine.endpoints import ENDPOINTS, IDX
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.remediations import ACTIONS, REMEDIATIONS
from mock_okta.engine.oauth.grants import GRANT_TYPES

AUTHENTICATOR_KEYS = tuple(AUTHENTICATORS)
MESSAGE_KEYS = tuple(MESSAGES)

REMEDIATION_ENDPOINTS: dict[str, tuple[str, ...]] = {
    name: tuple(f"idx/{table[name].path}" for table in (REMEDIATIONS, ACTIONS) if name in table and table[name].path)
    for name in (*REMEDIATIONS, *ACTIONS)
}
"""Each remediation and action, and where it is submitted: two places where both have the name, none where the browser
is sent away."""

OAUTH_ENDPOINTS = tuple(name for name in ENDPOINTS if name != IDX.name)
IDX_ENDPOINTS = tuple(dict.fromkeys(("idx/introspect", *chain.from_iterable(REMEDIATION_ENDPOINTS.values()))))

_OAUTH_CODES = tuple(dict.fromkeys(row.error for row in OAUTH_ERRORS.values()))

ERROR_CODES = (*_OAUTH_CODES, *API_ERRORS)
"""What a client sees of an error: its `error` or its `errorCode`."""

CLIENT_ERRORS = (
    "callback_rejected",
    "configuration",
    "invalid_input",
    "no_transaction",
    "not_offered",
    "rate_limited",
    "refused",
    "server",
    "step_up",
    "timeout",
    "token_rejected",
    "transport",
)
"""What a client says of its own accord: `view.error.type` of the adapter protocol, as the reference client has it."""

ROWS_OF_ERROR_CODE = {code: [row.name for row in OAUTH_ERRORS.values() if row.error == code] for code in _OAUTH_CODES}
"""The names of the errors that go out with one OAuth `error`."""

ASSIGNABLE_GRANT_TYPES = tuple(sorted(row.name for row in GRANT_TYPES.values() if row.assignable))
"""What an administrator can give to an app; the server answers for those it does not serve as Okta does."""

SHORT_NAMES = {
    {"okta_password": "password", "okta_email": "email", "phone_number": "phone"}.get(key, key): key
    for key in AUTHENTICATOR_KEYS
}
"""The second word of the moves `select …` and `answer …`, and the authenticator it stands for."""
