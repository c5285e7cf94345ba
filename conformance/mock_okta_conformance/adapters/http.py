"""A driver behind HTTP: each message is one POST, the reply is the body. For debuggers, emulators and phones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from mock_okta_conformance.adapters.base import REPLY_S
from mock_okta_conformance.errors import AdapterError, AdapterHung
from mock_okta_conformance.trust import system_trust


class HttpAdapter:
    """Posts to one address. The process behind it is the caller's to start and to stop."""

    def __init__(
        self,
        url: str,
        *,
        origin: str,
        capabilities: frozenset[str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.origin = origin
        self.capabilities = capabilities
        self._url = url
        self._client = httpx.Client(transport=transport, trust_env=False, verify=system_trust())

    def ask(self, message: Mapping[str, Any], *, timeout_s: float = REPLY_S) -> Mapping[str, Any]:
        """The body of the reply; see `Adapter.ask`."""
        try:
            response = self._client.post(self._url, json=dict(message), timeout=timeout_s)
        except httpx.TimeoutException:
            raise AdapterHung(f"{self.origin}: no reply to {message.get('op')!r} within {timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise AdapterError(f"{self.origin}: {error}") from error
        try:
            document = response.json()
        except ValueError:
            document = None
        if response.status_code != 200 or not isinstance(document, dict):
            raise AdapterError(f"{self.origin}: answered {response.status_code} without a JSON object")
        return document

    def noise(self) -> str:
        """Nothing: the driver's output is out of reach."""
        return ""

    def restart(self) -> None:
        """Nothing to do: the next message is simply posted again."""

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()
