"""What surrounds a client under a walk: time, the mailbox, and what the server has written down.

One implementation is here, over the control API of a running mock; another one, without a server, is in
`engine_transport`. A third, for a real org, only has to fulfil `World`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import httpx

from mock_okta_conformance.control import Control
from mock_okta_conformance.errors import ConformError


class World(Protocol):
    """Time, mailbox and journal of one tenant. `transport`: the way that a browser takes to it."""

    transport: httpx.BaseTransport

    def now(self) -> float:
        """Epoch seconds on the org's clock."""

    def advance(self, seconds: float) -> None:
        """Lets time pass for the org."""

    def codes(self) -> Sequence[str]:
        """The codes that were mailed or texted, oldest first."""

    def subjects(self) -> Sequence[str]:
        """The subjects of what was mailed, oldest first."""

    def links(self) -> Sequence[str]:
        """The links that were mailed, oldest first."""

    def exchanges(self) -> Sequence[Mapping[str, Any]]:
        """What has been asked and answered, oldest first: lines of the mock's journal."""

    def decide(self, login: str, decision: str, details: Mapping[str, str]) -> None:
        """Does on this person's phone what it asks for. details: `number`, `device`. Raises: CannotBe"""

    def change_user(self, login: str, changes: Mapping[str, Any]) -> None:
        """Changes a user, as an administrator does."""

    def clear_sessions(self, login: str, *, oauth_tokens: bool) -> None:
        """Ends a user's sessions, and tokens if told so, as an administrator does."""

    def answer_of_duo(self, signed_token: str) -> str:
        """What Duo's frame posts when the person approves."""

    def token(self, kind: str, login: str, lifetime_s: float | None) -> str:
        """A token with which this person begins: "activation", "recovery" or "forgot"."""

    def post(self, address: str, body: bytes) -> Mapping[str, Any]:
        """Sends JSON, or what looks like it, to an address of the org, and returns the exchange as a journal has it."""


class CannotBe(Exception):
    """The world is not so that this could happen, e.g. nobody was asked to decide anything."""


class ControlledWorld:
    """The world of a tenant of a running mock, by its control API.

    clock: the server's, in epoch seconds
    transport: the way to the mock that a browser would take; whoever made it closes it
    """

    def __init__(
        self,
        control: Control,
        tenant: str,
        *,
        transport: httpx.BaseTransport,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._tenant = tenant
        self._clock = clock
        self._ahead_s = 0.0
        self._exchanges: list[dict[str, Any]] = []
        self.transport = transport

    def now(self) -> float:
        """The server's clock, as far ahead as the tenant's was moved."""
        return self._clock() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Moves the tenant's clock."""
        self._control.advance_clock(self._tenant, seconds)
        self._ahead_s += seconds

    def codes(self) -> list[str]:
        """The codes in the tenant's outbox."""
        return self._control.codes(self._tenant)

    def subjects(self) -> list[str]:
        """The subjects of the mails in the tenant's outbox."""
        return self._control.subjects(self._tenant)

    def links(self) -> list[str]:
        """The links in the tenant's outbox."""
        return self._control.links(self._tenant)

    def exchanges(self) -> list[dict[str, Any]]:
        """The tenant's journal, of which only what is new is asked for."""
        after = self._exchanges[-1]["number"] if self._exchanges else 0
        self._exchanges += self._control.journal(self._tenant, after=after)
        return self._exchanges[:]

    def decide(self, login: str, decision: str, details: Mapping[str, str]) -> None:
        """Answers what the person's phone asks. Raises: CannotBe"""
        try:
            self._control.decide(self._tenant, login, decision, details)
        except ConformError as error:
            raise CannotBe(str(error)) from None

    def change_user(self, login: str, changes: Mapping[str, Any]) -> None:
        """Changes a user of the tenant."""
        self._control.change_user(self._tenant, login, changes)

    def clear_sessions(self, login: str, *, oauth_tokens: bool) -> None:
        """Ends the sessions of a user of the tenant."""
        self._control.clear_sessions(self._tenant, login, oauth_tokens=oauth_tokens)

    def answer_of_duo(self, signed_token: str) -> str:
        """What Duo's frame posts."""
        return self._control.answer_of_duo(self._tenant, signed_token)

    def token(self, kind: str, login: str, lifetime_s: float | None) -> str:
        """A token of the tenant's."""
        return self._control.token(self._tenant, kind, login, lifetime_s)

    def post(self, address: str, body: bytes) -> Mapping[str, Any]:
        """Sends it."""
        return post(self.transport, address, body)


def post(transport: httpx.BaseTransport, address: str, body: bytes) -> Mapping[str, Any]:
    """Sends a body as JSON, whatever it is, and returns the exchange."""
    request = httpx.Request("POST", address, content=body, headers={"Content-Type": "application/json"})
    response = transport.handle_request(request)
    response.read()
    response.close()
    try:
        answer = json.loads(response.content)
    except ValueError:
        answer = response.text
    asked = {"method": "POST", "url": address}
    return {"request": asked, "response": {"status": response.status_code, "body": answer}}
