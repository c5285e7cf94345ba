"""One user's way through a sign-in, and the tokens at its end.

    new ── start ──► input ──► … ──► success ── revoke ──► signedOut
                       │  └─ cancel ─► canceled
                       └─────────────► terminal

A session holds at most one transaction and at most one set of tokens, and forgets each as soon as it is of no more use:
the transaction before its code is redeemed, and when it has expired or was cancelled; the tokens before they are
revoked.
Methods may be called from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from enum import StrEnum
from threading import Lock, RLock
from typing import Any

from mock_okta_conformance.reference.callbacks import INTERACTION_REQUIRED
from mock_okta_conformance.reference.errors import (
    ClientError,
    NoTransaction,
    RateLimited,
    RefusedError,
    TimedOut,
    TokenRejected,
    TransportError,
)
from mock_okta_conformance.reference.forms import Values, fill
from mock_okta_conformance.reference.identity_engine import IdentityEngine
from mock_okta_conformance.reference.ion import Action, Response
from mock_okta_conformance.reference.oauth import ACCESS, REFRESH, AuthorizationServer, Start, Transaction
from mock_okta_conformance.reference.tokens import Tokens

DEFAULT_REFRESH_MS = 4000
LONGEST_POLL_WAIT_S = 15.0


class Stage(StrEnum):
    """Where a session stands, in the words of the adapter protocol."""

    NEW = "new"
    INPUT = "input"
    SUCCESS = "success"
    TERMINAL = "terminal"
    CANCELED = "canceled"
    SIGNED_OUT = "signedOut"
    FAILED = "error"


class Session:
    """A sign-in in progress or finished.

    clock: epoch seconds; sleep: waits that many seconds, between polls
    redirect: where the browser has to go, until something comes of it
    """

    def __init__(
        self,
        server: AuthorizationServer,
        engine: IdentityEngine,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._server = server
        self._engine = engine
        self._clock = clock
        self._sleep = sleep
        self._lock = RLock()
        self._refreshing = Lock()
        self._poll_not_before = 0.0
        self._received_at = 0.0
        self.stage = Stage.NEW
        self.redirect: str | None = None
        self.response: Response | None = None
        self.transaction: Transaction | None = None
        self.tokens: Tokens | None = None

    # -- signing in ---------------------------------------------------------------------------------------------------

    def start(self, start: Start | None = None) -> None:
        """Begins anew; whatever was there is forgotten."""
        with self._lock:
            self._forget(Stage.NEW)
            self.response = self.tokens = self.redirect = None
            self.transaction = self._server.interact(start or Start())
            self._look()

    def submit(self, action: Action, values: Values, *, beside: Values | None = None) -> None:
        """Fills in and sends one of the forms on offer; goes on to the tokens if that completes the sign-in.

        beside: what is sent although the form doesn't ask for it
        """
        with self._lock:
            self._require_transaction()
            body = {**fill(action.fields, values), **(beside or {})}
            try:
                self._take(self._engine.submit(action, body))
            except RateLimited as limit:
                self._put_off(limit)
                raise

    def cancel(self, action: Action) -> None:
        """Cancels at the server, and forgets the transaction whatever the server says."""
        with self._lock:
            self._require_transaction()
            body = fill(action.fields, {})
            self._forget(Stage.CANCELED)
            self.response = self._engine.submit(action, body)

    def leave(self, action: Action) -> None:
        """Hands over to the browser, which has to go to `redirect`; what comes of it arrives as a callback."""
        with self._lock:
            self._require_transaction()
            self.redirect = action.href

    def poll(self, action: Action) -> None:
        """Asks once whether something has happened elsewhere, when the server wants to be asked again.

        Something else may be submitted while this waits; then the poll isn't sent. One lost connection is survived.
        Raises: RateLimited if the time until then is too long to wait for
        """
        page = self.response
        self._wait_to_poll(action)
        try:
            self._submit_unless_moved_on(action, page)
        except TimedOut:
            raise
        except TransportError:
            self._sleep(_interval_s(action))
            self._submit_unless_moved_on(action, page)

    def _submit_unless_moved_on(self, action: Action, page: Response | None) -> None:
        with self._lock:
            if self.response is page:
                self.submit(action, {})

    def _wait_to_poll(self, action: Action) -> None:
        due = max(self._received_at + _interval_s(action), self._poll_not_before)
        wait_s = due - self._clock()
        if wait_s > max(LONGEST_POLL_WAIT_S, _interval_s(action)):
            raise RateLimited("the server wants fewer polls", code=None, status=429, retry_after_s=wait_s)
        if wait_s > 0:
            self._sleep(wait_s)

    def _put_off(self, limit: RateLimited) -> None:
        self._poll_not_before = self._clock() + (limit.retry_after_s or 0)
        if limit.page is not None and limit.page.remediations:
            self._take(limit.page)

    def _take(self, response: Response) -> None:
        """Makes a reply the current one and acts on what it means."""
        self.response = response
        self.redirect = None
        self._received_at = self._clock()
        if response.success is not None:
            self._redeem(response.success)
        elif response.leads_to is not None:
            self.stage, self.redirect = Stage.INPUT, response.leads_to
        elif response.expired or not response.offered():
            self._forget(Stage.TERMINAL)
        else:
            self.stage = Stage.INPUT if response.remediations else Stage.TERMINAL
            if self.transaction is not None and response.state_handle is not None:
                self.transaction = replace(self.transaction, state_handle=response.state_handle)

    def _redeem(self, success: Action) -> None:
        transaction = self._require_transaction()
        if not transaction.code_verifier:
            raise NoTransaction("the sign-in was begun elsewhere, and is for its beginner to finish")
        # Forgotten first: a code is good for one request, whatever comes of it (RFC 6749, 4.1.2).
        self._forget(Stage.FAILED)
        self.response = None
        self.tokens = self._server.redeem(success, transaction)
        self.stage = Stage.SUCCESS

    def _forget(self, stage: Stage) -> None:
        self.transaction = None
        self._poll_not_before = 0.0
        self.stage = stage

    def _require_transaction(self) -> Transaction:
        if self.transaction is None:
            raise NoTransaction("there is no transaction in progress; start one")
        return self.transaction

    # -- leaving and coming back --------------------------------------------------------------------------------------

    def saved(self) -> dict[str, Any]:
        """What another process needs to go on, as JSON; it holds secrets."""
        return asdict(self._require_transaction())

    def resume(self, saved: Mapping[str, Any], handle: str | None = None) -> None:
        """Takes up a saved transaction where it stands.

        saved: from `saved`; without it one can look, but no code can be redeemed
        handle: a `stateHandle` to ask with instead of the saved one
        """
        with self._lock:
            self.transaction = Transaction(**saved)
            self._look(handle)

    def callback(self, url: str) -> None:
        """Goes on with what a redirect says, which works once: a code ends the transaction.

        Raises: CallbackRejected, with nothing sent, if it isn't the answer to this transaction; RefusedError if it is
          an error, which ends the transaction unless it says that there is more to do here
        """
        with self._lock:
            transaction = self._require_transaction()
            said = self._server.read_callback(url, transaction)
            if said.error == INTERACTION_REQUIRED or said.otp is not None:
                self._look()
                if said.otp is not None:
                    self._answer_with(said.otp)
                return
            self._forget(Stage.FAILED)
            self.response = None
            if said.code is None:
                raise RefusedError(said.description or f"signing in failed: {said.error}", code=said.error)
            self.tokens = self._server.redeem_callback(said.code, transaction)
            self.stage = Stage.SUCCESS

    def _answer_with(self, code: str) -> None:
        """Answers the page that waits for a mailed code, if it still does."""
        page = self.response
        asked = page and (page.remediation("challenge-authenticator") or page.remediation("enroll-authenticator"))
        if asked:
            self.submit(asked, {"credentials": {"passcode": code}})

    def _look(self, handle: str | None = None) -> None:
        """Asks where the transaction stands; one that can't be looked at is forgotten."""
        transaction = self._require_transaction()
        interaction, state = transaction.interaction_handle, handle or transaction.state_handle
        try:
            self._take(self._engine.introspect(interaction_handle=interaction, state_handle=state))
        except ClientError:
            self._forget(Stage.FAILED)
            raise

    # -- with tokens --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Exchanges the refresh token. Calls that meet while one is under way share its outcome.

        Raises: RefusedError "invalid_grant", after which the user is signed out here too
        """
        before = self._require_tokens()
        with self._refreshing:
            if self.tokens is not before:
                self._require_tokens()
                return
            if before.refresh_token is None:
                raise NoTransaction("there is no refresh token")
            try:
                self.tokens = self._server.refresh(before)
            except RefusedError as error:
                if error.code == "invalid_grant":
                    self._drop_tokens()
                raise

    def userinfo(self) -> dict[str, Any]:
        """The user's claims; refreshes once if the access token isn't accepted any more.

        Raises: TokenRejected if they are another user's (OpenID Connect Core, 5.3.2)
        """
        tokens = self._require_tokens()
        try:
            claims = self._server.userinfo(tokens.access_token)
        except RefusedError as error:
            if error.status != 401 or tokens.refresh_token is None:
                raise
            self.refresh()
            claims = self._server.userinfo(self._require_tokens().access_token)
        if claims.get("sub") != tokens.claims.get("sub"):
            raise TokenRejected("userinfo is about another person than the ID token", code="userinfo_sub")
        return claims

    def introspect(self) -> dict[str, Any]:
        """What the server says about the access token."""
        return self._server.introspect(self._require_tokens().access_token, ACCESS)

    def revoke(self) -> ClientError | None:
        """Forgets the tokens and has the server forget them: the refresh token, then the access token.

        Returns: the first error, if the server couldn't be made to; the user is signed out here all the same
        """
        tokens = self._require_tokens()
        self._drop_tokens()
        errors = []
        for token, hint in ((tokens.refresh_token, REFRESH), (tokens.access_token, ACCESS)):
            try:
                if token is not None:
                    self._server.revoke(token, hint)
            except ClientError as error:
                errors.append(error)
        return errors[0] if errors else None

    def logout_address(self, state: str) -> str | None:
        """Where a browser has to go to be signed out at the server too; None if there is no such place."""
        id_token = self._require_tokens().id_token
        with suppress(ClientError):
            return self._server.logout_address(id_token, state) if id_token else None
        return None

    def _drop_tokens(self) -> None:
        self.tokens = None
        self.stage = Stage.SIGNED_OUT

    def _require_tokens(self) -> Tokens:
        if self.tokens is None:
            raise NoTransaction("nobody is signed in")
        return self.tokens


def _interval_s(action: Action) -> float:
    return (DEFAULT_REFRESH_MS if action.refresh_ms is None else max(0, action.refresh_ms)) / 1000
