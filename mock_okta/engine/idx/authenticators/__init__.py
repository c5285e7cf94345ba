"""All authenticators, by key. A new one is a row in one of the modules here, or in a new one listed below."""

from __future__ import annotations

from mock_okta.engine.base.table import table
from mock_okta.engine.idx.authenticators import (
    custom_app,
    duo,
    email,
    federated,
    nfc,
    okta_verify,
    password,
    phone,
    question,
    tac,
    totp,
    vendors,
    webauthn,
    yubikey,
)
from mock_okta.engine.idx.authenticators.row import Authenticator

MODULES = (
    password,
    email,
    phone,
    question,
    totp,
    okta_verify,
    webauthn,
    custom_app,
    yubikey,
    vendors,
    duo,
    federated,
    tac,
    nfc,
)

AUTHENTICATORS: dict[str, Authenticator] = table("key", (row for module in MODULES for row in module.ROWS))
