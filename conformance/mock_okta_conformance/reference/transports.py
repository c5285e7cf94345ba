"""Ways to the network: one connection pool for each certificate file and proxy, one cookie jar for each client."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from threading import Lock
from typing import Any

import httpx

from mock_okta_conformance.reference.errors import ConfigurationError
from mock_okta_conformance.trust import system_trust, trust_also

USER_AGENT = "mock-okta-reference-client/1"


class Transports:
    """Makes `httpx.Client`s. `only`: the transport that all of them use, instead of sockets."""

    def __init__(self, only: httpx.BaseTransport | None = None) -> None:
        self._only = only
        self._made: dict[tuple[Any, Any], httpx.BaseTransport] = {}
        self._lock = Lock()

    def client(self, config: Mapping[str, Any]) -> httpx.Client:
        """A client with cookies of its own.

        config: of the adapter protocol; `caFile` names certificates to trust besides the system's, `proxy` a proxy
        Raises: ConfigurationError if the file can't be read
        """
        transport = self._transport(config.get("caFile"), config.get("proxy"))
        return httpx.Client(transport=transport, headers={"User-Agent": USER_AGENT}, trust_env=False)

    def close(self) -> None:
        """Closes the pools."""
        with self._lock:
            for transport in self._made.values():
                transport.close()
            self._made.clear()

    def _transport(self, ca_file: str | None, proxy: str | None) -> httpx.BaseTransport:
        if self._only is not None:
            return self._only
        with self._lock:
            key = (ca_file, proxy)
            if key not in self._made:
                self._made[key] = httpx.HTTPTransport(verify=_trust(ca_file), proxy=proxy)
            return self._made[key]


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        return system_trust() if ca_file is None else trust_also(ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError("caFile can't be read as certificates", code="caFile") from None
