"""`GET /v1/keys`: the public half of the keys that sign.

Source: okta-oauth notes 5.4. The access tokens of the org server are signed under a `kid` that is not here.
"""

from __future__ import annotations

from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply


def keys(turn: Turn) -> Reply:
    """Returns the key set, the key in use first."""
    from mock_okta.engine.base import signing

    return Reply(status=200, body={"keys": [signing.public_jwk(key) for key in turn.state.keys]}, headers=(JSON,))
