"""The grant `interaction_code`: one minute, one use, one client, one verifier.

Source: okta-oauth notes 3.3 to 3.6; RFC 6749, 4.1.2; RFC 7636, 4.6.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App, Grant, Redirection
from mock_okta.engine.oauth import issued_tokens
from mock_okta.engine.oauth.forms import Form
from mock_okta.engine.oauth.grants.row import TokenRequest
from mock_okta.engine.oauth.scopes import granted_scopes
from mock_okta.engine.oauth.tokens import Granted

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def read_interaction_code(request: TokenRequest) -> Granted:
    """What the interaction code of this request stands for.

    A refused request leaves the code unused, so a client that corrects itself in time still gets its tokens (inferred).
    """
    turn, form, app = request.turn, request.form, request.app
    grant, redirection = _grant(turn, form.get("interaction_code") or "", app)
    if grant.asked.server != turn.request.server:
        raise OAuthError("mismatched_authorization_server")
    if form.get("redirect_uri") not in (None, redirection.redirect_uri):
        raise OAuthError("mismatched_redirect_uri")
    _check_verifier(form, redirection)
    _check_user(turn, grant, app)
    return Granted(grant, granted_scopes(turn.scenario, app, grant.asked))


def _grant(turn: Turn, code: str, app: App) -> tuple[Grant, Redirection]:
    """The grant of a code that still works for this client, and the way back that it was made for.

    None at all, or one by another name, is a code that does not work (seen: `code` instead of `interaction_code`).
    A second use by the same client revokes what the first one got ("SHOULD revoke (when possible) all tokens previously
    issued based on that authorization code", RFC 6749, 4.1.2); a stranger can't revoke anything.
    """
    grant = turn.state.grants.get(code)
    if grant is None or grant.redirection is None:
        raise OAuthError("invalid_interaction_code")
    if grant.asked.client_id != app.client_id:
        raise OAuthError("mismatched_client")
    if grant.redeemed:
        raise OAuthError("invalid_interaction_code", state_change=issued_tokens.revoking(code))
    if grant.revoked or turn.now >= grant.expires_at:
        raise OAuthError("invalid_interaction_code")
    return grant, grant.redirection


def _check_verifier(form: Form, redirection: Redirection) -> None:
    """RFC 7636, 4.6; one that is too short or has other characters fails even if its hash fits."""
    verifier = form.get("code_verifier")
    if verifier is None:
        raise OAuthError("pkce_missing_verifier")
    digest = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
    fits = hmac.compare_digest(challenge, redirection.code_challenge.encode())
    if not fits or not _VERIFIER.fullmatch(verifier):
        raise OAuthError("pkce_verification_failed")


def _check_user(turn: Turn, grant: Grant, app: App) -> None:
    user = issued_tokens.user_of(turn, grant)
    if user is None or not issued_tokens.is_active(turn, grant):
        raise OAuthError("invalid_interaction_code")
    if not app.admits(user):
        raise OAuthError("user_not_assigned")
