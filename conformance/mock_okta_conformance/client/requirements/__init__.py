"""All client requirements, in the order of the catalogue."""

from __future__ import annotations

from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.requirements import (
    access_token,
    configuration,
    failures,
    id_token,
    idx,
    interact,
    keys,
    leakage,
    messages,
    pkce,
    refresh,
    remediations,
    sign_out,
    token,
    transactions,
)

CLIENT_REQUIREMENTS: tuple[ClientRequirement, ...] = (
    *configuration.ROWS,
    *interact.ROWS,
    *pkce.ROWS,
    *idx.ROWS,
    *remediations.ROWS,
    *messages.ROWS,
    *token.ROWS,
    *id_token.ROWS,
    *keys.ROWS,
    *access_token.ROWS,
    *refresh.ROWS,
    *sign_out.ROWS,
    *transactions.ROWS,
    *failures.ROWS,
    *leakage.ROWS,
)
