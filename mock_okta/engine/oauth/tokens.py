"""Token sets: what a grant is worth, as claims in the recorded order, signed.

Source: okta-oauth notes 3.1 (the reply), 3.4 (lifetimes), 4.1 to 4.3 (ids, ID token, access token).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from mock_okta.engine.base import acr, ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Grant, IssuedToken, User
from mock_okta.engine.oauth import issued_tokens, token_validation
from mock_okta.engine.oauth.claims import THIN, claims_of
from mock_okta.engine.oauth.id_token_change import IdTokenChange
from mock_okta.engine.oauth.organization import org_id
from mock_okta.engine.oauth.scopes import OFFLINE_ACCESS, OPENID

ID_TOKEN_LIFETIME_S = 3600
ORG_ACCESS_TOKEN_LIFETIME_S = 3600
ORG_REFRESH_TOKEN_LIFETIME_S = 90 * 86_400


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom tokens are issued, and with what scope, in the server's order."""

    grant: Grant
    user: User
    scope: tuple[str, ...]

    @property
    def server(self) -> str:
        """The id of the authorization server, "" for the org server."""
        return self.grant.interaction.server


def issue_tokens(
    turn: Turn,
    grant: Grant,
    scope: tuple[str, ...],
    change: IdTokenChange | None = None,
    *,
    refreshed: IssuedToken | None = None,
) -> dict[str, Any]:
    """Signs and remembers the tokens that a grant is worth, and returns the body of the token reply.

    scope: what is granted now, in the server's order; openid brings an ID token, offline_access a refresh token
    change: what a script does to the ID token
    refreshed: the refresh token that was redeemed for these; None for the first set, whose ID token has the nonce
    """
    subject = Subject(grant, turn.state.users[grant.user_id], scope)
    access_token = _access_token(turn, subject)
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "expires_in": access_token_lifetime_s(turn, subject.server),
        "access_token": access_token,
        "scope": " ".join(scope),
    }
    if OFFLINE_ACCESS in scope:
        body["refresh_token"] = _refresh_token(turn, subject, refreshed)
    change = change or IdTokenChange()
    if OPENID in scope:
        turn.id_token_change = None
    if OPENID in scope and not change.omit:
        claims = id_token_claims(turn, subject, access_token, nonce=None if refreshed else grant.interaction.nonce)
        body["id_token"] = _id_token(turn, claims, change)
    return body


def access_token_lifetime_s(turn: Turn, server: str) -> int:
    """Seconds: settable on a custom server, fixed on the org server."""
    return turn.scenario.authorization_server.access_token_lifetime_s if server else ORG_ACCESS_TOKEN_LIFETIME_S


# ---------------------------------------------------------------------------------------------------------------------
# Access token
# ---------------------------------------------------------------------------------------------------------------------


def _access_token(turn: Turn, subject: Subject) -> str:
    from mock_okta.engine.base import signing

    token = IssuedToken(
        id=_access_token_id(turn, subject),
        kind=issued_tokens.ACCESS_TOKEN,
        grant_id=subject.grant.code,
        scope=subject.scope,
        issued_at=turn.now,
        expires_at=int(turn.now) + access_token_lifetime_s(turn, subject.server),
    )
    issued_tokens.record(turn, token)
    sign = signing.signed if subject.server else signing.signed_for_org
    return sign(access_token_claims(turn, subject, token), turn.state.keys[0])


def _access_token_id(turn: Turn, subject: Subject) -> str:
    """`AT.` and 43 characters; beside a refresh token also that token's id, which the whole family shares."""
    drawn = f"AT.{turn.draw(43)}"
    return f"{drawn}.{refresh_token_id(subject.grant)}" if OFFLINE_ACCESS in subject.scope else drawn


def refresh_token_id(grant: Grant) -> str:
    """The id (`oar…`) of the refresh tokens of a grant."""
    return grant.id if grant.id.startswith("oar") else "oar" + ids.draw(grant.id, 0, 17, ids.BASE62)


def access_token_claims(turn: Turn, subject: Subject, token: IssuedToken) -> dict[str, Any]:
    """The claims in the recorded order. `sub` is the login here and the user's id in the ID token."""
    issuer = turn.issuer_of(subject.server)
    level = acr.met_level(subject.grant.interaction.acr_values, subject.grant.amr)
    return {
        "ver": 1,
        "jti": token.id,
        "iss": issuer,
        "aud": turn.scenario.authorization_server.audience if subject.server else issuer,
        "iat": int(token.issued_at),
        "exp": int(token.expires_at),
        **({"acr": level} if level else {}),
        "cid": subject.grant.interaction.client_id,
        "uid": subject.user.id,
        "scp": list(subject.scope),
        "auth_time": int(subject.grant.auth_time),
        "sub": subject.user.login,
    }


# ---------------------------------------------------------------------------------------------------------------------
# Refresh token
# ---------------------------------------------------------------------------------------------------------------------


def _refresh_token(turn: Turn, subject: Subject, refreshed: IssuedToken | None) -> str:
    """A new refresh token, or the one that came where the app's tokens are not rotated.

    A rotated token has the end and the whole scope of the one it replaces (okta-oauth notes 3.5; RFC 6749, section 6).
    """
    app = turn.app(subject.grant.interaction.client_id)
    if refreshed is not None and not app.rotate_refresh_tokens:
        return refreshed.id
    token = IssuedToken(
        id=turn.draw(43),
        kind=issued_tokens.REFRESH_TOKEN,
        grant_id=subject.grant.code,
        scope=refreshed.scope if refreshed else subject.scope,
        issued_at=turn.now,
        expires_at=refreshed.expires_at if refreshed else turn.now + _refresh_token_lifetime_s(turn, subject),
    )
    issued_tokens.record(turn, token)
    return token.id


def _refresh_token_lifetime_s(turn: Turn, subject: Subject) -> int:
    custom = turn.scenario.authorization_server.refresh_token_lifetime_s
    return custom if subject.server else ORG_REFRESH_TOKEN_LIFETIME_S


# ---------------------------------------------------------------------------------------------------------------------
# ID token
# ---------------------------------------------------------------------------------------------------------------------


def id_token_claims(
    turn: Turn, subject: Subject, access_token: str | None, *, nonce: str | None = None
) -> dict[str, Any]:
    """The claims in the recorded order.

    access_token: the one issued beside it, whose hash goes in while most of the profile stays out; without one the
        token has all that its scope shows
    """
    grant, user = subject.grant, subject.user
    profile = claims_of(user, subject.scope)
    level = acr.met_level(grant.interaction.acr_values, grant.amr)
    issuer, now = turn.issuer_of(subject.server), int(turn.now)
    client_id = grant.interaction.client_id
    claims = {
        "sub": user.id,
        "name": profile.get("name"),
        "email": profile.get("email"),
        "ver": 1,
        "iss": issuer,
        "aud": client_id,
        "iat": now,
        "exp": now + ID_TOKEN_LIFETIME_S,
        "jti": token_validation.draw_id_token_id(turn, iss=issuer, aud=client_id, sub=user.id, iat=now),
        "amr": list(grant.amr),
        "acr": level,
        "idp": grant.idp or org_id(turn.state),
        "nonce": nonce,
        "preferred_username": profile.get("preferred_username"),
        "auth_time": int(grant.auth_time),
        "at_hash": at_hash(access_token) if access_token else None,
    }
    if access_token is None:
        claims.update({claim: value for claim, value in profile.items() if claim not in THIN})
    return {claim: value for claim, value in claims.items() if value is not None}


def at_hash(access_token: str) -> str:
    """The left half of the token's SHA-256, base64url (OIDC Core 3.1.3.6)."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def _id_token(turn: Turn, claims: dict[str, Any], change: IdTokenChange) -> str:
    from mock_okta.engine.base import signing

    key = turn.state.keys[0]
    if change == IdTokenChange():
        return signing.signed(claims, key)
    turn.unapplied += (f"id_token.{name}: the ID token has no such claim" for name in change.misses(claims))
    return signing.spoiled(
        change.applied_to(claims), key, header=change.header, algorithm=change.alg, signature=change.signature
    )
