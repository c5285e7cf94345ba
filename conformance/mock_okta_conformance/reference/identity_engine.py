"""The Identity Engine, as a client calls it: one address of our own, `introspect`; all others are those it offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from mock_okta_conformance.reference import ion
from mock_okta_conformance.reference.error_replies import refusal
from mock_okta_conformance.reference.errors import ClientError, RateLimited, ServerError
from mock_okta_conformance.reference.ion import Action, Response
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.wire import FORM, Answer, Wire

VERSION = "1.0.0"
LONGEST_VERSION = 20


class IdentityEngine:
    """The Identity Engine of one org. It lives at the origin of the issuer, whatever the issuer's path."""

    def __init__(self, settings: Settings, wire: Wire, *, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._clock = clock
        self._introspect = f"{settings.origin}/idp/idx/introspect"

    def introspect(self, *, interaction_handle: str | None = None, state_handle: str | None = None) -> Response:
        """Where the transaction stands."""
        body = {"stateToken": state_handle} if state_handle else {"interactionHandle": interaction_handle}
        headers = {"Content-Type": ion.MEDIA_TYPE, "Accept": ion.MEDIA_TYPE}
        return self._read(self._wire.send_json("POST", self._introspect, body, headers))

    def submit(self, action: Action, body: Mapping[str, Any]) -> Response:
        """Sends a filled form where, how and as what the server said."""
        url = action.href if "://" in action.href else urljoin(self._introspect, action.href)
        accept = {"Accept": action.produces or ion.MEDIA_TYPE}
        if action.accepts is not None and action.accepts.partition(";")[0].strip().lower() == FORM:
            return self._read(self._wire.post_form(url, {name: str(value) for name, value in body.items()}, accept))
        headers = {"Content-Type": action.accepts or ion.MEDIA_TYPE, **accept}
        return self._read(self._wire.send_json(action.method.upper(), url, body, headers))

    def _read(self, answer: Answer) -> Response:
        """A reply that is one of the Identity Engine's, also where its status is 4xx."""
        if not ion.is_ion(answer.body):
            raise self._refusal(answer)
        response = ion.parse(answer.body, answer.status)
        if response.version is not None and response.version.partition(".")[0] != "1":
            version = response.version[:LONGEST_VERSION]
            raise ServerError(f"the server speaks version {version}, this client {VERSION}", code="version")
        if answer.status == 429 or answer.status >= 500:
            raise self._refusal(answer, response)
        return response

    def _refusal(self, answer: Answer, response: Response | None = None) -> ClientError:
        if response is None and answer.status < 400:
            answer.object()
            return ServerError(f"{answer.asked} answered what isn't an Identity Engine reply", status=answer.status)
        told = response.messages[0] if response is not None and response.messages else None
        error = refusal(answer, self._clock(), (told.key, told.text) if told else None)
        if isinstance(error, RateLimited):
            error.page = response
        return error
