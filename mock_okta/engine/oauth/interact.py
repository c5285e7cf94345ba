"""`POST /v1/interact`: a client starts a sign-in and gets a handle to it.

Source: okta-oauth notes 2. In which order a request with several mistakes is refused is inferred from 3.6.
"""

from __future__ import annotations

import re

from mock_okta.engine.base import acr
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import assurance, browsers, transaction_start
from mock_okta.engine.model import AuthorizationRequest, Redirection, Reply, StartToken
from mock_okta.engine.oauth import dpop, grants
from mock_okta.engine.oauth.client_auth import Client, authenticate
from mock_okta.engine.oauth.forms import Form, read_form
from mock_okta.engine.oauth.redirects import is_registered
from mock_okta.engine.oauth.scopes import OPENID, requested_scopes

MAX_DEVICE_TOKEN = 32
MAX_AGE_LIMIT = 2**31 - 1

_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER = re.compile(r"[0-9]{1,10}")


def interact(turn: Turn) -> Reply:
    """Starts a transaction and returns `{"interaction_handle"}`."""
    form = read_form(turn)
    client = _authenticate(turn, form)
    _check_client(turn, client)
    dpop.refuse_key(form)
    asked, redirection = _asked(turn, form, client)
    _check_attestation(turn, form, client)
    token = _start_token(turn, form, client)
    device = _device_token(turn, client) or browsers.cookie(turn, browsers.DEVICE_COOKIE)
    known = device or turn.draw_id("DI0")
    browser = browsers.asking(turn, device=known, forwarded=client.proved)
    transaction = transaction_start.begin(turn, asked, redirection, browser, prompt=form.get("prompt"), token=token)
    new = (browsers.set_cookie(turn, browsers.DEVICE_COOKIE, known, browsers.DEVICE_COOKIE_S),)
    return Reply(
        status=200,
        body={"interaction_handle": transaction.interaction_handle},
        headers=(JSON, *(() if device else new)),
        transaction=transaction.handle,
    )


def _authenticate(turn: Turn, form: Form) -> Client:
    """The client, which here need not show its secret: PKCE binds the code to whoever asked.

    The widget calls this from the browser for confidential apps, and okta-idx-golang never sends the secret, both
    against real orgs; RFC 6749, section 3.2.1, would have it, and so has strict mode.
    """
    return authenticate(turn, form, secret_is_optional=not setting(turn.scenario, "strict"))


def _check_client(turn: Turn, client: Client) -> None:
    if not turn.scenario.authorization_server.interaction_code_flow:
        raise OAuthError("oie_not_enabled_for_interact")
    grants.require(client, "interaction_code")
    if len(_device_token(turn, client)) > MAX_DEVICE_TOKEN:
        raise OAuthError("invalid_device_token", str(MAX_DEVICE_TOKEN))


def _device_token(turn: Turn, client: Client) -> str:
    """What a server says by which device its user comes; from others than confidential clients Okta ignores it."""
    return turn.request.headers.get("x-device-token", "") if client.is_confidential else ""


def _asked(turn: Turn, form: Form, client: Client) -> tuple[AuthorizationRequest, Redirection]:
    """What the client asks for, and the way back to it."""
    code_challenge = _code_challenge(form)
    redirect_uri = form.get("redirect_uri") or ""
    if not is_registered(client.app, redirect_uri, client.app.redirect_uris):
        raise OAuthError("illegal_redirect_uri")
    scope = requested_scopes(turn.scenario, turn.request.server, form.words("scope"))
    state = form.get("state")
    if state is None:
        raise OAuthError("invalid_state")
    max_age = _max_age(form)
    asked = AuthorizationRequest(
        client_id=client.app.client_id,
        server=turn.request.server,
        scope=scope,
        nonce=form.get("nonce"),
        acr_values=_levels(turn, form),
        max_age=max_age,
        login_hint=form.get("login_hint"),
        display=form.get("display"),
    )
    return asked, Redirection(redirect_uri=redirect_uri, state=state, code_challenge=code_challenge)


def _code_challenge(form: Form) -> str:
    """The PKCE challenge: a SHA-256 in base64url, which is 43 characters (RFC 7636, section 4.2)."""
    challenge = form.get("code_challenge")
    if challenge is None:
        raise OAuthError("pkce_challenge_required")
    if form.get("code_challenge_method") != "S256":
        raise OAuthError("pkce_unsupported_code_challenge_method")
    if not _S256_CHALLENGE.fullmatch(challenge):
        raise OAuthError("pkce_invalid_challenge")
    return challenge


def _max_age(form: Form) -> int | None:
    text = form.get("max_age")
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > MAX_AGE_LIMIT:
        raise OAuthError("invalid_max_age")
    return int(text)


def _levels(turn: Turn, form: Form) -> tuple[str, ...]:
    levels = acr.known_levels(form.words("acr_values"))
    if assurance.nobody_can_reach(turn, levels):
        raise OAuthError("unmet_authentication_requirements")
    return levels


def _check_attestation(turn: Turn, form: Form, client: Client) -> None:
    """The rules of MFA attestation, ending in the catalogue's refusal, since this org does not do it."""
    if acr.ATTESTATION not in form.words("acr_values"):
        return
    if not client.proved:
        raise OAuthError("mfa_attestation_interact_requires_client_credentials")
    if form.get("login_hint") is None:
        raise OAuthError("mfa_attestation_login_hint_required")
    if form.get("idp") is not None:
        raise OAuthError("mfa_attestation_idp_not_allowed")
    if form.get("prompt") is not None:
        raise OAuthError("mfa_attestation_prompt_not_allowed")
    if form.words("scope") != (OPENID,):
        raise OAuthError("mfa_attestation_invalid_scope")
    raise OAuthError("mfa_attestation_cannot_use_custom_as" if turn.request.server else "unsupported_mfa_attestation")


def _start_token(turn: Turn, form: Form, client: Client) -> StartToken | None:
    """The token with which a flow begins elsewhere than at the sign-in page, if the request has one."""
    activation, recovery = form.get("activation_token"), form.get("recovery_token")
    if activation is not None:
        if not client.is_confidential:
            raise OAuthError("invalid_application_type_for_interact")
        return _issued(turn, activation, ("activation",), "invalid_activation_token")
    if recovery is not None:
        return _issued(turn, recovery, ("recovery", "forgot"), "invalid_recovery_token")
    return None


def _issued(turn: Turn, text: str, kinds: tuple[str, ...], error: str) -> StartToken:
    """The token of that text. One that has expired is known all the same: its page says so."""
    token = turn.state.start_tokens.get(text)
    if token is None or token.kind not in kinds or token.user_id not in turn.state.users:
        raise OAuthError(error)
    return token
