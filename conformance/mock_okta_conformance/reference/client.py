"""A small, exact client of Okta's interaction code flow.

    client = Client(Settings(issuer=…, client_id=…, redirect_uri=…), httpx.Client())
    session = client.session()
    session.start()
    act(session, "identify", {"identifier": "mary@example.com"})
    act(session, "answer password", {"password": "Abcd1234!"})
    session.tokens.claims

It builds every request from what the server offered, and believes no token that it hasn't verified. Time, randomness
and the way to the network are given to it, so that a test can decide all three.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import httpx

from mock_okta_conformance.reference.identity_engine import IdentityEngine
from mock_okta_conformance.reference.issuer_metadata import IssuerMetadata
from mock_okta_conformance.reference.oauth import AuthorizationServer
from mock_okta_conformance.reference.pkce import Randomness
from mock_okta_conformance.reference.session import Session
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.tokens import CHECKS, Check
from mock_okta_conformance.reference.wire import Wire


class Client:
    """One client of one issuer; what the issuer publishes is fetched once for all its sessions.

    http: whose cookies are this user's; redirects are never followed
    clock: epoch seconds
    sleep: waits that many seconds, between polls and after a 429
    Raises: ConfigurationError if the settings can't be used
    """

    def __init__(
        self,
        settings: Settings,
        http: httpx.Client,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        randomness: Randomness = secrets.token_bytes,
        checks: tuple[Check, ...] = CHECKS,
    ) -> None:
        settings.check()
        self.settings = settings
        self._clock = clock
        self._sleep = sleep
        wire = Wire(http, settings, clock=clock, sleep=sleep)
        self.issuer_metadata = IssuerMetadata(wire, settings.base, clock)
        self.engine = IdentityEngine(settings, wire, clock=clock)
        self.server = AuthorizationServer(
            settings, wire, self.issuer_metadata, clock=clock, randomness=randomness, checks=checks
        )

    def session(self) -> Session:
        """A session in which nothing has happened yet."""
        return Session(self.server, self.engine, clock=self._clock, sleep=self._sleep)
