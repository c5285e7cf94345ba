"""`POST /v1/introspect`: whether a token works, and what it stands for.

Source: okta-oauth notes 5.2 (members in the recorded order); RFC 7662, 2.2. Access tokens are shown to every client of
the org, since resource servers ask about tokens of other clients; refresh and ID tokens to their own client only
(inferred).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, Reply
from mock_okta.engine.oauth import token_validation
from mock_okta.engine.oauth.client_auth import authenticate
from mock_okta.engine.oauth.forms import read_form
from mock_okta.engine.oauth.tokens import refresh_token_id

Members = Mapping[str, Any]

INACTIVE: Members = {"active": False}


def introspect(turn: Turn) -> Reply:
    """Returns the token's members, or `{"active": false}` for any token that does not work here."""
    form = read_form(turn)
    app = authenticate(turn, form).app
    text = form.get("token")
    if text is None:
        raise OAuthError("request_missing_token")
    # `token_type_hint` is a hint: RFC 7662, 2.1, wants the search extended to all kinds
    found = _access_token(turn, text) or _refresh_token(turn, text, app) or _id_token(turn, text, app)
    return Reply(status=200, body=found or INACTIVE, headers=(JSON,))


def _access_token(turn: Turn, text: str) -> Members | None:
    found = token_validation.access_token(turn, text)
    if found is None:
        return None
    claims = found.claims
    members = {
        "active": True,
        "scope": " ".join(claims["scp"]),
        "username": claims["sub"],
        **{name: claims[name] for name in ("exp", "iat", "sub", "aud", "iss", "jti")},
        "token_type": "Bearer",
        "client_id": claims["cid"],
    }
    told = {"ver", "scp", "cid", *members}
    return {**members, **{name: value for name, value in claims.items() if name not in told}}


def _refresh_token(turn: Turn, text: str, app: App) -> Members | None:
    found = token_validation.refresh_token(turn, text)
    if found is None or found.grant.asked.client_id != app.client_id:
        return None
    issuer = turn.issuer_of(turn.request.server)
    return {
        "active": True,
        "scope": " ".join(found.token.scope),
        "username": found.user.login if found.user else app.client_id,
        "exp": int(found.token.expires_at),
        "iat": int(found.token.issued_at),
        "sub": found.user.login if found.user else app.client_id,
        "aud": turn.scenario.authorization_server.audience if turn.request.server else issuer,
        "iss": issuer,
        "jti": refresh_token_id(found.grant),
        "token_type": "Bearer",
        "client_id": app.client_id,
        **({"uid": found.user.id} if found.user else {}),
    }


def _id_token(turn: Turn, text: str, app: App) -> Members | None:
    claims = token_validation.id_token(turn, text)
    if claims is None or claims["aud"] != app.client_id or turn.now >= claims["exp"]:
        return None
    user = turn.state.users.get(claims["sub"])
    if user is None:
        return None
    members = {
        "active": True,
        "username": user.login,
        **{name: claims[name] for name in ("exp", "iat", "sub", "aud", "iss", "jti") if name in claims},
        "client_id": app.client_id,
        "uid": user.id,
    }
    told = {"ver", *members}
    return {**members, **{name: value for name, value in claims.items() if name not in told}}
