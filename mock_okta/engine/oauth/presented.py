"""Tokens that somebody shows to the server: whose they are and whether they still work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_okta.engine.oauth import ledger
from mock_okta.engine.oauth.ledger import Standing
from mock_okta.engine.turn import Turn

_ID_TOKEN_CLAIMS = {"jti": str, "iss": str, "aud": str, "sub": str, "exp": int}
"""What an ID token must have to be one; those that a script has spoiled are signed by us all the same."""

_HOST = re.compile(r"^https?://[^/]*")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token that works: what it says, and what the server knows about it."""

    claims: Mapping[str, Any]
    standing: Standing


def access_token(turn: Turn, text: str) -> AccessToken | None:
    """The access token, if this server issued it and it works."""
    claims = own_claims(turn, text)
    found = ledger.standing(turn, claims.get("jti"), ledger.ACCESS_TOKEN) if claims and "scp" in claims else None
    if claims is None or found is None or found.grant.interaction.server != turn.request.server:
        return None
    return AccessToken(claims, found)


def refresh_token(turn: Turn, text: str) -> Standing | None:
    """The refresh token, if this server issued it and it works."""
    found = ledger.standing(turn, text, ledger.REFRESH_TOKEN)
    return found if found and found.grant.interaction.server == turn.request.server else None


def id_token(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """The claims of an ID token that this server signed for one of its apps, expired or not.

    The host in `iss` may be another name of this server, so only the path of the issuer is compared.
    """
    claims = own_claims(turn, text)
    if claims is None or any(not isinstance(claims.get(name), kind) for name, kind in _ID_TOKEN_CLAIMS.items()):
        return None
    expected = turn.issuer_of(turn.request.server).removeprefix(turn.request.origin)
    is_ours = _HOST.sub("", claims["iss"]) == expected and claims["aud"] in turn.state.apps
    return claims if is_ours and claims["jti"].startswith("ID.") else None


def own_claims(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """The claims of any JWT that this tenant's keys have signed."""
    if text.count(".") != 2:
        return None
    from mock_okta.engine.oauth import signing  # late: see there

    return signing.own_claims(text, turn.state.keys)
