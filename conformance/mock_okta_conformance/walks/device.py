"""A device without a keyboard: it asks for a code, shows it, and polls until its user has signed in elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from mock_okta_conformance.reference.adapter import read_config
from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.errors import ClientError, NoTransaction
from mock_okta_conformance.reference.oauth import DeviceCode
from mock_okta_conformance.reference.session import Stage
from mock_okta_conformance.reference.view import view_of

View = Mapping[str, Any]


class Device:
    """Shows what comes of each request as the adapter protocol writes it.

    config: as the adapter protocol has it
    clock: epoch seconds
    """

    def __init__(self, transport: httpx.BaseTransport, config: Mapping[str, Any], clock: Callable[[], float]) -> None:
        http = httpx.Client(transport=transport, trust_env=False)
        self._client = Client(read_config(config), http, clock=clock)
        self._code: DeviceCode | None = None

    def ask(self) -> View:
        """Asks for a code."""
        try:
            self._code = self._client.server.authorize_device()
        except ClientError as error:
            return view_of(None, error)
        return {"state": str(Stage.INPUT)}

    def poll(self) -> View:
        """Asks once for the tokens."""
        session = self._client.session()
        try:
            if self._code is None:
                raise NoTransaction("the device has no code to poll with")
            session.tokens = self._client.server.redeem_device_code(self._code)
        except ClientError as error:
            return view_of(None, error)
        session.stage = Stage.SUCCESS
        return view_of(session)
