"""One tenant: a scenario, the state it has come to, a clock, a journal, and the lock that keeps them together."""

from __future__ import annotations

import logging
import math
import secrets
import time
import traceback
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import TypeVar

from msgspec.structs import replace

from mock_okta.engine import advance, bootstrap_tenant
from mock_okta.engine.base.api_errors import API_ERRORS, envelope_body
from mock_okta.engine.base.ids import digest_of
from mock_okta.engine.endpoints import endpoint_of
from mock_okta.engine.headers import MINUTE_S, SECURITY
from mock_okta.engine.model import Bounds, Reply, Request, Scenario, SigningKey, State
from mock_okta.journal import Exchange, Failure, Journal

log = logging.getLogger("mock_okta")
script_log = logging.getLogger("mock_okta.script")

Clock = Callable[[], float]
Advance = Callable[[Scenario, State, Request], tuple[State, Reply]]
Dress = Callable[[Reply], Reply]
Changed = TypeVar("Changed")

MOST_CLOCK_OFFSET_S = 100 * 366 * 86_400
"""A century either way: beyond that dates can't be written."""


def undressed(reply: Reply) -> Reply:
    """The reply as the engine made it."""
    return reply


class Tenant:
    """An isolated org. Every request to it takes its lock, so the engine sees one request at a time.

    id: also the id of its authorization server
    seed: with the id, what its identifiers and client secrets follow from, in every life
    nonce: with both, and the count of resets, what handles, codes, tokens and cookies follow from
    tag: what its handles carry
    bounds: of what its clients make it remember
    given: it was there when the server started and can be reset, but not deleted
    clock: epoch seconds; the tenant's own time is this and an offset
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        id: str,
        seed: str,
        nonce: str,
        keys: tuple[SigningKey, ...],
        journal: Journal,
        tag: str,
        bounds: Bounds | None = None,
        given: bool = False,
        clock: Clock = time.time,
        advance: Advance = advance,
    ) -> None:
        self.scenario = scenario
        self.id = id
        self.journal = journal
        self.given = given
        self._seed = seed
        self._nonce = nonce
        self._tag = tag
        self._resets = 0
        self._bounds = bounds
        self._keys = keys
        self._clock = clock
        self._advance = advance
        self._lock = Lock()
        self._offset_s = 0.0
        self._numbers = count(1)
        self._counted: dict[str, tuple[int, int]] = {}
        self._state = self._founded()

    @property
    def state(self) -> State:
        """What has come to pass so far. A value: it does not change while it is looked at."""
        return self._state

    @property
    def tag(self) -> str:
        """What every handle of this tenant carries."""
        return self._state.tag

    @property
    def offset_s(self) -> float:
        """By how much the tenant's clock is ahead of the real one."""
        return self._offset_s

    def now(self) -> float:
        """Epoch seconds on the tenant's clock."""
        return self._clock() + self._offset_s

    def chance(self) -> str:
        """What sets a request or a change apart from all others of this life; to be asked under the tenant's lock."""
        return str(next(self._numbers))

    def handle(self, request: Request, *, url: str = "", dress: Dress = undressed) -> Reply:
        """Answers a request, remembers what came of it and writes it into the journal.

        request: its `at`, `chance` and `recent` are filled in: of them the tenant knows alone
        url: as the client wrote it, for the journal
        dress: what the transport adds to a reply, e.g. CORS headers; the journal has the dressed one
        """
        with self._lock:
            at = self.now()
            request = replace(request, at=at, chance=self.chance(), recent=self._recent(request.endpoint, at))
            failure = None
            try:
                state, reply = self._advance(self.scenario, self._state, request)
                reply = dress(reply)
                self._state = state
            except Exception:  # ours to mend, not the client's: say so in Okta's form and keep the traceback
                failure = Failure(error_id(), traceback.format_exc())
                log.error("%s at tenant %s failed, %s: %s", request.endpoint, self.id, failure.id, failure.traceback)
                reply = dress(internal_error(failure.id))
            self.journal.add(exchange_of(request, reply, url=url, tenant=self.id, failure=failure))
        for misfit in reply.unapplied:
            script_log.warning("%s %s at tenant %s: %s", request.method, request.endpoint, self.id, misfit)
        return reply

    def change(self, change: Callable[[State], tuple[State, Changed]]) -> Changed:
        """Lets an administrator change the state; what the function returns besides goes to the caller.

        change: may ask for `chance`
        """
        with self._lock:
            self._state, result = change(self._state)
            return result

    def advance_clock(self, seconds: float) -> float:
        """Moves the tenant's clock and returns the time on it.

        Raises: ValueError if that is no number, or leads more than a century away
        """
        with self._lock:
            offset_s = self._offset_s + seconds
            if not math.isfinite(offset_s) or abs(offset_s) > MOST_CLOCK_OFFSET_S:
                raise ValueError(f"a clock can be moved by a century at most, not by {offset_s:g} s")
            self._offset_s = offset_s
        return self.now()

    def reset(self) -> None:
        """Goes back to how it was founded: same ids and client secrets, the real time, an empty journal.

        What was handed out before works no more, even if the same requests come again.
        """
        with self._lock:
            self._resets += 1
            self._offset_s = 0.0
            self._numbers = count(1)
            self._counted = {}
            self._state = self._founded()
            self.journal.clear()

    def _founded(self) -> State:
        return bootstrap_tenant(
            self.scenario,
            tenant=self.id,
            seed=self._seed,
            nonce=digest_of("life", self._nonce, self._resets),
            tag=self._tag,
            keys=self._keys,
            bounds=self._bounds,
            at=self.now(),
        )

    def _recent(self, endpoint: str, at: float) -> int:
        """Counts the request towards its rate limit, and says how many there were in this minute."""
        limit, minute = endpoint_of(endpoint).rate_limit, int(at // MINUTE_S)
        if limit is None:
            return 1
        counted_in, counted = self._counted.get(limit.name, (minute, 0))
        recent = counted + 1 if counted_in == minute else 1
        self._counted[limit.name] = (minute, recent)
        return recent


def error_id() -> str:
    """An `errorId` for what happens outside of the engine: `oae` and 22 URL-safe characters."""
    return f"oae{secrets.token_urlsafe(16)}"


def internal_error(journal_id: str) -> Reply:
    """A 500 in Okta's form, whose `errorId` finds the traceback in the journal."""
    body = envelope_body(API_ERRORS["E0000009"], journal_id)
    return Reply(status=500, body=body, headers=(("Content-Type", "application/json"), *SECURITY))


def exchange_of(
    request: Request, reply: Reply, *, url: str, tenant: str = "", failure: Failure | None = None
) -> Exchange:
    """The line of the journal for this request and its reply."""
    return Exchange(
        tenant=tenant,
        at=request.at,
        endpoint=request.endpoint,
        transaction=reply.transaction,
        method=request.method,
        url=url or request.origin,
        address=request.address,
        request_headers=tuple(request.headers.items()),
        request_body=request.body,
        status=reply.status,
        response_headers=reply.headers,
        response_body=reply.body,
        delay_ms=reply.delay_ms,
        cut=reply.cut,
        unapplied=reply.unapplied,
        failure=failure,
    )
