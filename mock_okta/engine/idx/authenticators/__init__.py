"""All authenticators, by key. A new one is a row in one of the modules here, or in a new one listed below."""

from __future__ import annotations

from mock_okta.engine.idx.authenticators import email, password, phone, question, totp, webauthn
from mock_okta.engine.idx.authenticators.row import Authenticator

MODULES = (
    password,
    email,
    phone,
    question,
    totp,
    webauthn,
)

AUTHENTICATORS: dict[str, Authenticator] = {row.key: row for module in MODULES for row in module.ROWS}
