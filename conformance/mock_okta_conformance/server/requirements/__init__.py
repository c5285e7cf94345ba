"""All server requirements. Those of shape come last: they judge every document that the others have seen."""

from __future__ import annotations

from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.server.requirements import (
    access_token,
    authenticators,
    flow,
    http,
    id_token,
    idx,
    interact,
    metadata,
    token,
)

SERVER_REQUIREMENTS: tuple[ServerRequirement, ...] = (
    *metadata.ROWS,
    *interact.ROWS,
    *flow.ROWS,
    *authenticators.ROWS,
    *token.ROWS,
    *id_token.ROWS,
    *access_token.ROWS,
    *http.ROWS,
    *idx.ROWS,
)
