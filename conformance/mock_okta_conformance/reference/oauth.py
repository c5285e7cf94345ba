"""The authorization server, as one of its clients calls it.

Every request is a POST form, authenticated as the client was registered; nothing secret is ever part of an address
(RFC 6749, 2.3.1). The one address that no metadata lists is that of `/interact`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from mock_okta_conformance.reference.callbacks import Callback, read_callback
from mock_okta_conformance.reference.error_replies import refusal
from mock_okta_conformance.reference.errors import ConfigurationError, ServerError, TokenRejected
from mock_okta_conformance.reference.forms import fill
from mock_okta_conformance.reference.ion import Action
from mock_okta_conformance.reference.issuer_metadata import IssuerMetadata
from mock_okta_conformance.reference.pkce import METHOD, Randomness, challenge_of, unguessable
from mock_okta_conformance.reference.settings import BASIC, Settings, origin_of
from mock_okta_conformance.reference.tokens import Check, Expected, Tokens, read_reply, verify
from mock_okta_conformance.reference.wire import Answer, Wire

REFRESH = "refresh_token"
ACCESS = "access_token"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What one sign-in asks for besides the settings. What is None isn't sent; nonce and state are drawn then."""

    nonce: str | None = field(default=None, repr=False)
    state: str | None = field(default=None, repr=False)
    acr_values: str | None = None
    max_age: int | None = None
    login_hint: str | None = None
    activation_token: str | None = field(default=None, repr=False)
    recovery_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What has to be remembered between the start of a sign-in and its tokens. All secret, and none of it shown."""

    code_verifier: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    nonce: str = field(default="", repr=False)
    interaction_handle: str = field(default="", repr=False)
    state_handle: str | None = field(default=None, repr=False)
    acr_values: str | None = None
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What a device polls with, what it shows, and where its user types that."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str


class AuthorizationServer:
    """The OAuth endpoints of one issuer. `clock`: epoch seconds; `checks`: what an ID token has to fulfil."""

    def __init__(
        self,
        settings: Settings,
        wire: Wire,
        issuer_metadata: IssuerMetadata,
        *,
        clock: Callable[[], float],
        randomness: Randomness,
        checks: tuple[Check, ...],
    ) -> None:
        self._settings = settings
        self._wire = wire
        self._issuer_metadata = issuer_metadata
        self._clock = clock
        self._randomness = randomness
        self._checks = checks

    # -- signing in ---------------------------------------------------------------------------------------------------

    def interact(self, start: Start) -> Transaction:
        """Begins a transaction.

        Raises: RefusedError with the server's code; ServerError if the reply holds no handle
        """
        self._issuer_metadata.metadata()  # an issuer that isn't who it should be gets nothing from us
        transaction = self._draw(start)
        headers = self._device_headers()
        answer = self._post(self._settings.endpoint("interact"), self._interact_form(start, transaction), headers)
        handle = answer.object().get("interaction_handle")
        if not isinstance(handle, str) or not handle:
            raise ServerError(f"{answer.asked} answered without an interaction_handle", status=answer.status)
        return replace(transaction, interaction_handle=handle)

    def redeem(self, success: Action, transaction: Transaction) -> Tokens:
        """Exchanges the interaction code, filling in the form that the Identity Engine offers for it.

        Raises: TokenRejected if the reply doesn't verify; nothing of it is kept then
        """
        known = {"code_verifier": transaction.code_verifier}
        form = {name: str(value) for name, value in fill(_optional(success), known).items()}
        if form.get("client_id", self._settings.client_id) != self._settings.client_id:
            raise TokenRejected("the interaction code is for another client", code="client_id")
        return self._exchange(self._token_endpoint(success), {**form, **known}, transaction)

    def redeem_callback(self, code: str, transaction: Transaction) -> Tokens:
        """Exchanges an interaction code that came by a redirect, for which no form is offered.

        Raises: as `redeem`
        """
        form = {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": transaction.code_verifier}
        return self._exchange(self._issuer_metadata.metadata().token_endpoint, form, transaction)

    def _exchange(self, url: str, form: Mapping[str, str], transaction: Transaction) -> Tokens:
        answer = self._post(url, form)
        tokens = read_reply(answer, self._settings.scopes, self._clock())
        if tokens.id_token is None:
            raise TokenRejected("the token reply has no id_token, though openid was asked for", code="id_token")
        return self._verified(
            tokens,
            nonce=transaction.nonce,
            max_age=transaction.max_age,
            acr_values=tuple((transaction.acr_values or "").split()),
        )

    def read_callback(self, url: str, transaction: Transaction) -> Callback:
        """What a redirect back to us says. Raises: CallbackRejected"""
        metadata, ours = self._issuer_metadata.metadata(), self._settings.redirect_uri
        return read_callback(
            url, transaction.state, redirect_uri=ours, issuer=metadata.issuer, sends_iss=metadata.sends_iss
        )

    def _draw(self, start: Start) -> Transaction:
        return Transaction(
            code_verifier=unguessable(self._randomness),
            state=start.state or unguessable(self._randomness),
            nonce=start.nonce or unguessable(self._randomness),
            acr_values=start.acr_values,
            max_age=start.max_age,
        )

    def _interact_form(self, start: Start, transaction: Transaction) -> dict[str, str]:
        wanted = {
            "scope": " ".join(self._settings.scopes),
            "redirect_uri": self._settings.redirect_uri,
            "code_challenge": challenge_of(transaction.code_verifier),
            "code_challenge_method": METHOD,
            "state": transaction.state,
            "nonce": transaction.nonce,
            "acr_values": start.acr_values,
            "max_age": start.max_age,
            "login_hint": start.login_hint,
            "activation_token": start.activation_token,
            "recovery_token": start.recovery_token,
        }
        return {name: str(value) for name, value in wanted.items() if value is not None}

    def _token_endpoint(self, success: Action) -> str:
        """The address in the form, if it is the issuer's: the code and the verifier go nowhere else."""
        if origin_of(success.href) != self._settings.origin:
            raise TokenRejected("the interaction code would have to go to another host", code="token_endpoint")
        return success.href

    # -- without a keyboard -------------------------------------------------------------------------------------------

    def authorize_device(self) -> DeviceCode:
        """Asks for a code to show, and one to poll with (RFC 8628, 3.1). Raises: ServerError if there are none"""
        form = {"scope": " ".join(self._settings.scopes)}
        answer = self._post(self._listed("device_authorization_endpoint"), form)
        told = {name: answer.object().get(name) for name in ("device_code", "user_code", "verification_uri")}
        if not all(isinstance(value, str) and value for value in told.values()):
            raise ServerError(f"{answer.asked} answered without {', '.join(told)}", status=answer.status)
        return DeviceCode(**{name: str(value) for name, value in told.items()})

    def redeem_device_code(self, code: DeviceCode) -> Tokens:
        """The tokens, once the user has let the device in.

        Raises: RefusedError "authorization_pending" or "slow_down" until then; TokenRejected
        """
        form = {"grant_type": DEVICE_GRANT, "device_code": code.device_code}
        answer = self._post(self._issuer_metadata.metadata().token_endpoint, form)
        return self._verified(read_reply(answer, self._settings.scopes, self._clock()))

    # -- after signing in ---------------------------------------------------------------------------------------------

    def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens for a refresh token, which stays in use if no other is returned (RFC 6749, 6)."""
        form = {"grant_type": REFRESH, REFRESH: tokens.refresh_token or "", "scope": " ".join(tokens.scopes)}
        answer = self._post(self._issuer_metadata.metadata().token_endpoint, form)
        fresh = read_reply(answer, tokens.scopes, self._clock())
        fresh = replace(fresh, refresh_token=fresh.refresh_token or tokens.refresh_token)
        if fresh.id_token is None:
            return replace(fresh, id_token=tokens.id_token, claims=tokens.claims, nonce=tokens.nonce)
        return self._verified(fresh, nonce=tokens.nonce, nonce_optional=True, previous=tokens.claims)

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """The claims at the userinfo endpoint; whose they are is for the caller to compare."""
        url = self._listed("userinfo_endpoint")
        return self._accepted(self._wire.get(url, {"Authorization": f"Bearer {access_token}"})).object()

    def introspect(self, token: str, hint: str) -> dict[str, Any]:
        """What the server says about a token (RFC 7662)."""
        return self._post(self._listed("introspection_endpoint"), {"token": token, "token_type_hint": hint}).object()

    def revoke(self, token: str, hint: str) -> None:
        """Revokes a token (RFC 7009)."""
        self._post(self._listed("revocation_endpoint"), {"token": token, "token_type_hint": hint})

    def logout_address(self, id_token: str, state: str) -> str | None:
        """Where to send a browser that is to be signed out too; None if no address to come back to is configured."""
        back = self._settings.post_logout_redirect_uri
        if back is None:
            return None
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": state}
        return f"{self._listed('end_session_endpoint')}?{urlencode(query)}"

    # -- shared -------------------------------------------------------------------------------------------------------

    def _verified(self, tokens: Tokens, **wanted: Any) -> Tokens:
        expected = Expected(
            issuer=self._issuer_metadata.metadata().issuer,
            client_id=self._settings.client_id,
            now=self._clock(),
            access_token=tokens.access_token,
            expiry_leeway_s=self._settings.expiry_leeway_s,
            issue_leeway_s=self._settings.issue_leeway_s,
            **wanted,
        )
        claims = verify(tokens.id_token or "", self._issuer_metadata.keys_for, expected, self._checks)
        return replace(tokens, claims=claims, nonce=expected.nonce)

    def _listed(self, name: str) -> str:
        url = getattr(self._issuer_metadata.metadata(), name)
        if url is None:
            raise ConfigurationError(f"the issuer's metadata lists no {name}", code=name)
        return str(url)

    def _post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POSTs a form as this client; the reply is a 200."""
        sent = {"client_id": self._settings.client_id, **form}
        headers = dict(headers or {})
        if self._sends_secret_in_body():
            sent["client_secret"] = self._settings.client_secret or ""
        elif self._settings.client_secret is not None:
            headers["Authorization"] = f"Basic {self._basic()}"
        return self._accepted(self._wire.post_form(url, sent, headers))

    def _accepted(self, answer: Answer) -> Answer:
        if answer.status != 200:
            raise refusal(answer, self._clock())
        return answer

    def _sends_secret_in_body(self) -> bool:
        return self._settings.client_secret is not None and self._settings.client_authentication != BASIC

    def _basic(self) -> str:
        """Both halves are form-encoded before they are joined (RFC 6749, 2.3.1)."""
        pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(self._settings.client_secret or '')}"
        return b64encode(pair.encode("ascii")).decode("ascii")

    def _device_headers(self) -> dict[str, str]:
        """What a server may say about the device it acts for; Okta believes it of a confidential client only."""
        if self._settings.client_secret is None:
            return {}
        said = {"X-Device-Token": self._settings.device_token, "X-Forwarded-For": self._settings.forwarded_for}
        return {name: value for name, value in said.items() if value}


def _optional(success: Action) -> tuple[Any, ...]:
    """The fields of the form, none of them required: how the secret travels is for `_post` to say."""
    return tuple(replace(f, required=False) for f in success.fields)
