"""All server requirements. Shape comes last, because it judges every document that the others have seen."""

from __future__ import annotations

from mock_okta_conformance.requirement import Requirement
from mock_okta_conformance.server import access, authn, flow, id_token, interact, metadata, shape, token, transport

SERVER_REQUIREMENTS: tuple[Requirement, ...] = (
    *metadata.ROWS,
    *interact.ROWS,
    *flow.ROWS,
    *authn.ROWS,
    *token.ROWS,
    *id_token.ROWS,
    *access.ROWS,
    *transport.ROWS,
    *shape.ROWS,
)
