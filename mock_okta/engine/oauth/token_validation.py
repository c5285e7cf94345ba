"""Tokens that somebody shows to the server: whose they are and whether they still work.

All tenants sign with the same keys, which do not change from one life of a tenant to the next. So a signature says
little: what a token says is compared with what was issued, and an ID token, which nobody remembers, proves by its `jti`
that it comes from this life.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Grant, IssuedToken, Person
from mock_okta.engine.oauth import issued_tokens
from mock_okta.engine.oauth.issued_tokens import Standing

_ID_TOKEN_CLAIMS = {"jti": str, "iss": str, "aud": str, "sub": str, "iat": int, "exp": int}
"""What an ID token must have to be one; those that a script has spoiled are signed by us all the same."""

_ACCESS_TOKEN_CLAIMS = {"jti": str, "iss": str, "aud": str, "sub": str}
"""What an access token must have, beside what is compared with its grant."""

SKEW_S = 30
"""How far ahead the clock may be that a token's `iat` was read from (release notes 2023.01.2, OKTA-538956)."""

_ID_TOKEN_PREFIX = "ID."
_PROOF_LENGTH = 22

_HOST = re.compile(r"^https?://[^/]*")


class AccessToken(Struct, frozen=True):
    """An access token that works: what it says, and what the server knows about it."""

    claims: Mapping[str, Any]
    standing: Standing


def access_token(turn: Turn, text: str) -> AccessToken | None:
    """The access token, if this server issued it and it works."""
    claims = issued_access_token(turn, text)
    if claims is None or _is_early(turn, claims):
        return None
    found = issued_tokens.standing(turn, claims["jti"], issued_tokens.ACCESS_TOKEN)
    if found is None or found.grant.asked.server != turn.request.server:
        return None
    return AccessToken(claims, found)


def issued_access_token(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """The claims of an access token that this tenant has issued just so, whether it still works or not."""
    claims = own_claims(turn, text)
    if claims is None or not _has(claims, _ACCESS_TOKEN_CLAIMS):
        return None
    token = issued_tokens.find(turn, claims["jti"], issued_tokens.ACCESS_TOKEN)
    grant = turn.state.grants.get(token.grant_id) if token else None
    if token is None or grant is None or not _is_issuer(turn, claims["iss"], grant.asked.server):
        return None
    return claims if all(claims.get(name) == value for name, value in _issued(token, grant).items()) else None


def _issued(token: IssuedToken, grant: Grant) -> Mapping[str, Any]:
    """What an access token of this grant says; None is no such claim.

    The `sub` of a person is not compared: a login can change, an id does not.
    """
    subject = grant.subject
    if isinstance(subject, Person):
        whose: Mapping[str, Any] = {"uid": subject.user_id}
    else:
        whose = {"uid": None, "sub": subject.client_id}
    return {
        **whose,
        "cid": grant.asked.client_id,
        "iat": int(token.issued_at),
        "exp": int(token.expires_at),
        "scp": list(token.scope),
    }


def refresh_token(turn: Turn, text: str) -> Standing | None:
    """The refresh token, if this server issued it and it works."""
    found = issued_tokens.standing(turn, text, issued_tokens.REFRESH_TOKEN)
    return found if found and found.grant.asked.server == turn.request.server else None


def id_token(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """The claims of an ID token that this server signed for one of its apps, expired or not."""
    claims = own_claims(turn, text)
    if claims is None or not _has(claims, _ID_TOKEN_CLAIMS):
        return None
    is_ours = _is_issuer(turn, claims["iss"], turn.request.server) and claims["aud"] in turn.state.apps
    return claims if is_ours and _is_proved(turn, claims) and not _is_early(turn, claims) else None


def _is_early(turn: Turn, claims: Mapping[str, Any]) -> bool:
    """Whether a token is from the future, by more than clocks may differ."""
    return bool(claims["iat"] > turn.now + SKEW_S)


def draw_id_token_id(turn: Turn, *, iss: str, aud: str, sub: str, iat: int) -> str:
    """A `jti` for an ID token of these claims: `ID.` and 43 characters, of which the last prove the others."""
    drawn = turn.draw(43 - _PROOF_LENGTH)
    return f"{_ID_TOKEN_PREFIX}{drawn}{_proof(turn, drawn, iss, aud, sub, iat)}"


def _is_proved(turn: Turn, claims: Mapping[str, Any]) -> bool:
    """Whether the `jti` was drawn in this life of the tenant, for these claims."""
    drawn = claims["jti"].removeprefix(_ID_TOKEN_PREFIX)[:-_PROOF_LENGTH]
    proof = _proof(turn, drawn, claims["iss"], claims["aud"], claims["sub"], claims["iat"])
    expected = f"{_ID_TOKEN_PREFIX}{drawn}{proof}"
    return hmac.compare_digest(
        claims["jti"].encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass")
    )


def _proof(turn: Turn, drawn: str, *said: str | int) -> str:
    text = ids.digest_of("ID token", turn.state.nonce, drawn, *said)
    return ids.draw(text, 0, _PROOF_LENGTH, ids.URL_SAFE)


def _is_issuer(turn: Turn, issuer: str, server: str) -> bool:
    """Whether that is the issuer of this server, whose host the client may know by another name."""
    return _HOST.sub("", issuer) == turn.issuer_of(server).removeprefix(turn.request.origin)


def _has(claims: Mapping[str, Any], kinds: Mapping[str, type]) -> bool:
    return all(isinstance(claims.get(name), kind) for name, kind in kinds.items())


def own_claims(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """The claims of any JWT that this tenant's keys have signed."""
    if text.count(".") != 2:
        return None
    from mock_okta.engine.base import signing

    return signing.own_claims(text, turn.state.keys)
