"""All authenticators, by key. A new one is a row in one of the modules here, or in a new one listed below."""

from __future__ import annotations

from mock_okta.engine.idx.authenticators import email, password
from mock_okta.engine.idx.authenticators.row import Authenticator

AUTHENTICATORS: dict[str, Authenticator] = {row.key: row for module in (password, email) for row in module.ROWS}
