"""Token sets: what a grant is worth, as claims in the recorded order, signed.

Source: okta-oauth notes 3.1 (the reply), 3.4 (lifetimes), 4.1 to 4.3 (ids, ID token, access token).
"""

from __future__ import annotations

import base64
import hashlib
from math import inf
from typing import Any

from msgspec import Struct

from mock_okta.engine.base import acr, ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Grant, IssuedToken, Person
from mock_okta.engine.oauth import issued_tokens, token_validation
from mock_okta.engine.oauth.claims import THIN, claims_of
from mock_okta.engine.oauth.organization import org_id
from mock_okta.engine.oauth.scopes import OFFLINE_ACCESS, OPENID

ID_TOKEN_LIFETIME_S = 3600
ORG_ACCESS_TOKEN_LIFETIME_S = 3600
ORG_REFRESH_TOKEN_LIFETIME_S = 90 * 86_400
"""Of the org server, whose refresh tokens need not be used meanwhile (okta-oauth notes 3.4)."""


class Granted(Struct, frozen=True):
    """What a token request is worth.

    scope: what is granted now, in the server's order; openid brings an ID token, offline_access a refresh token
    refreshed: the refresh token that was redeemed; None for the first set of a grant, whose ID token has the nonce
    """

    grant: Grant
    scope: tuple[str, ...]
    refreshed: IssuedToken | None = None

    @property
    def server(self) -> str:
        """The id of the authorization server, "" for the org server."""
        return self.grant.asked.server


def issue_tokens(turn: Turn, granted: Granted) -> dict[str, Any]:
    """Signs and remembers the tokens that a request is worth, and returns the body of the token reply."""
    from mock_okta.engine.base import signing

    scope = granted.scope
    access_token = _access_token(turn, granted)
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "expires_in": access_token_lifetime_s(turn, granted.server),
        "access_token": access_token,
        "scope": " ".join(scope),
    }
    if OFFLINE_ACCESS in scope:
        body["refresh_token"] = _refresh_token(turn, granted)
    if OPENID in scope:
        body["id_token"] = signing.signed(id_token_claims(turn, granted, access_token), turn.state.keys[0])
    return body


def access_token_lifetime_s(turn: Turn, server: str) -> int:
    """Seconds: settable on a custom server, fixed on the org server."""
    return turn.scenario.authorization_server.access_token_lifetime_s if server else ORG_ACCESS_TOKEN_LIFETIME_S


# ---------------------------------------------------------------------------------------------------------------------
# Access token
# ---------------------------------------------------------------------------------------------------------------------


def _access_token(turn: Turn, granted: Granted) -> str:
    from mock_okta.engine.base import signing

    token = IssuedToken(
        id=_access_token_id(turn, granted),
        kind=issued_tokens.ACCESS_TOKEN,
        grant_id=granted.grant.key,
        scope=granted.scope,
        issued_at=turn.now,
        expires_at=int(turn.now) + access_token_lifetime_s(turn, granted.server),
    )
    issued_tokens.record(turn, token)
    sign = signing.signed if granted.server else signing.signed_for_org
    return sign(access_token_claims(turn, granted, token), turn.state.keys[0])


def _access_token_id(turn: Turn, granted: Granted) -> str:
    """`AT.` and 43 characters; beside a refresh token also that token's id, which the whole family shares."""
    drawn = f"AT.{turn.draw(43)}"
    return f"{drawn}.{refresh_token_id(granted.grant)}" if OFFLINE_ACCESS in granted.scope else drawn


def refresh_token_id(grant: Grant) -> str:
    """The id (`oar…`) of the refresh tokens of a grant."""
    return grant.id if grant.id.startswith("oar") else "oar" + ids.draw(grant.id, 0, 17, ids.BASE62)


def access_token_claims(turn: Turn, granted: Granted, token: IssuedToken) -> dict[str, Any]:
    """The claims in the recorded order. A person's `sub` is the login here and the user's id in the ID token."""
    grant, user = granted.grant, issued_tokens.user_of(turn, granted.grant)
    person = grant.subject if isinstance(grant.subject, Person) else None
    issuer = turn.issuer_of(granted.server)
    claims = {
        "ver": 1,
        "jti": token.id,
        "iss": issuer,
        "aud": turn.scenario.authorization_server.audience if granted.server else issuer,
        "iat": int(token.issued_at),
        "exp": int(token.expires_at),
        "acr": _acr(grant, person),
        "cid": grant.asked.client_id,
        "uid": person and person.user_id,
        "scp": list(granted.scope),
        "auth_time": person and int(person.auth_time),
        "sub": user.login if user else grant.asked.client_id,
    }
    return {claim: value for claim, value in claims.items() if value is not None}


def _acr(grant: Grant, person: Person | None) -> str | None:
    return acr.met_level(grant.asked.acr_values, person.amr) if person else None


# ---------------------------------------------------------------------------------------------------------------------
# Refresh token
# ---------------------------------------------------------------------------------------------------------------------


def _refresh_token(turn: Turn, granted: Granted) -> str:
    """A new refresh token, or the one that came where the app's tokens are not rotated.

    A rotated token has the end and the whole scope of the one it replaces (okta-oauth notes 3.5; RFC 6749, section 6);
    the time in which it has to be used begins anew.
    """
    grant, refreshed = granted.grant, granted.refreshed
    if refreshed is not None and not turn.app(grant.asked.client_id).rotates:
        return refreshed.id
    ends_at = refreshed.ends_at if refreshed else _end_of_refresh_token(turn, granted.server)
    token = IssuedToken(
        id=turn.draw(43),
        kind=issued_tokens.REFRESH_TOKEN,
        grant_id=grant.key,
        scope=refreshed.scope if refreshed else granted.scope,
        issued_at=turn.now,
        expires_at=refresh_token_expires_at(turn, granted.server, ends_at),
        ends_at=ends_at,
    )
    issued_tokens.record(turn, token)
    return token.id


def refresh_token_expires_at(turn: Turn, server: str, ends_at: float | None) -> float:
    """When a refresh token that is issued or used now expires: at its end, or for want of use before that.

    Epoch seconds. Source: Okta's support articles "Refresh Token Expiration Behavior", "Refresh Token Idle Lifetime".
    """
    window_s = turn.scenario.authorization_server.refresh_token_window_s if server else inf
    return min(turn.now + window_s, inf if ends_at is None else ends_at)


def _end_of_refresh_token(turn: Turn, server: str) -> float | None:
    """When a refresh token of a new family ends however often it is used."""
    lifetime_s = turn.scenario.authorization_server.refresh_token_lifetime_s if server else ORG_REFRESH_TOKEN_LIFETIME_S
    return None if lifetime_s is None else turn.now + lifetime_s


# ---------------------------------------------------------------------------------------------------------------------
# ID token
# ---------------------------------------------------------------------------------------------------------------------


def id_token_claims(turn: Turn, granted: Granted, access_token: str | None) -> dict[str, Any]:
    """The claims in the recorded order.

    granted: to a person
    access_token: the one issued beside it, whose hash goes in while most of the profile stays out; without one the
        token has all that its scope shows
    """
    grant, person = granted.grant, granted.grant.subject
    assert isinstance(person, Person), "nobody has signed in where a client acts for itself"
    user = turn.state.users[person.user_id]
    profile = claims_of(user, granted.scope)
    issuer, now = turn.issuer_of(granted.server), int(turn.now)
    client_id = grant.asked.client_id
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
        "amr": list(person.amr),
        "acr": _acr(grant, person),
        "idp": person.idp or org_id(turn.state),
        "nonce": None if granted.refreshed else grant.asked.nonce,
        "preferred_username": profile.get("preferred_username"),
        "auth_time": int(person.auth_time),
        "at_hash": at_hash(access_token) if access_token else None,
    }
    if access_token is None:
        claims.update({claim: value for claim, value in profile.items() if claim not in THIN})
    return {claim: value for claim, value in claims.items() if value is not None}


def at_hash(access_token: str) -> str:
    """The left half of the token's SHA-256, base64url (OIDC Core 3.1.3.6)."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
