"""A server that runs: its socket, its threads, the check that it answers, and the stop."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments

from mock_okta.config import WILDCARD_HOSTS, Config
from mock_okta.errors import ConfigError
from mock_okta.serving.channels import Dispatcher, Server, TlsServer

if TYPE_CHECKING:
    from pathlib import Path

GRACE_S = 5.0
READY_LIMIT_S = 10.0
MOST_CONNECTIONS = 900
"""Below the 1024 file descriptors that a process usually has."""

IDLE_CONNECTION_S = 75
LONGEST_QUEUE = 1024

WsgiApplication = Callable[..., Any]


class RunningServer:
    """A server that answers from the moment it is made, in threads of its own, until it is stopped.

    tls: serves https if given
    Raises: ConfigError if the address can't be listened on
    """

    def __init__(self, application: WsgiApplication, config: Config, *, tls: ssl.SSLContext | None = None) -> None:
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._config = config
        self._tls = tls
        self._map: dict[int, Any] = {}
        listener = listening_socket(config)
        self.port: int = listener.getsockname()[1]
        self._dispatcher = Dispatcher(config.threads)
        self._server = (TlsServer if tls else Server)(
            application,
            self._map,
            _sock=listener,
            dispatcher=self._dispatcher,
            adj=_adjustments(config),
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )
        self._server.tls = tls
        self._loop = Thread(target=self._run, name="mock-okta", daemon=True)
        self._loop.start()

    @property
    def origin(self) -> str:
        """Scheme, host and port under which this machine reaches the server."""
        return f"{'https' if self._tls else 'http'}://{host_of(self._config)}:{self.port}"

    def wait_until_ready(self, *, ca_file: Path | None = None) -> None:
        """Returns once the server has answered a request.

        Raises: ConfigError if it does not within ten seconds
        """
        deadline = time.monotonic() + READY_LIMIT_S
        while not self._answers(ca_file):
            if time.monotonic() > deadline:
                raise ConfigError(f"the server does not answer at {self.origin}")
            time.sleep(0.01)

    def stop(self, grace_s: float = GRACE_S) -> None:
        """Stops listening, lets requests in flight finish for as long as the grace lasts, and ends the threads."""
        if not self._loop.is_alive():
            return
        deadline = time.monotonic() + grace_s
        self._server.trigger.pull_trigger(self._server.stop_listening)
        self._dispatcher.wake()
        while (self._server.accepting or self._server.is_busy) and time.monotonic() < deadline:
            time.sleep(0.005)
        self._dispatcher.stop(max(0.1, deadline - time.monotonic()))
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map))
        self._loop.join(1.0)

    def _run(self) -> None:
        self._server.run()

    def _answers(self, ca_file: Path | None) -> bool:
        host = self.origin.partition("://")[2].rpartition(":")[0].strip("[]")
        connection: http.client.HTTPConnection
        if self._tls:
            context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
            connection = http.client.HTTPSConnection(host, self.port, timeout=READY_LIMIT_S, context=context)
        else:
            connection = http.client.HTTPConnection(host, self.port, timeout=READY_LIMIT_S)
        token = self._config.control_token
        try:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request("GET", "/__mock__/health", headers=headers)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def host_of(config: Config) -> str:
    """The host by which this machine reaches the server, as it stands in an address."""
    host = config.host.strip("[]")
    return "127.0.0.1" if host in WILDCARD_HOSTS else f"[{host}]" if ":" in host else host


def listening_socket(config: Config) -> socket.socket:
    """A bound socket.

    Raises: ConfigError saying in a sentence why there can be none
    """
    host = config.host.strip("[]") or "0.0.0.0"
    try:
        found = socket.getaddrinfo(host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ConfigError(f"cannot listen on {host!r}: {error.strerror or error}") from error
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        hint = "; is another mock-okta running? --port 0 takes a free one" if config.port else ""
        where = f"{config.host}:{config.port}"
        raise ConfigError(f"cannot listen on {where}: {(error.strerror or str(error)).lower()}{hint}") from error
    return listener


def _adjustments(config: Config) -> Adjustments:
    return Adjustments(
        host=config.host.strip("[]") or "0.0.0.0",
        port=config.port,
        ident="mock-okta",
        server_name=host_of(config),
        url_scheme="https" if config.https else "http",
        asyncore_use_poll=True,
        backlog=LONGEST_QUEUE,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=IDLE_CONNECTION_S,
        # Up to this length the application refuses a body itself, with the headers that let a page read why.
        max_request_body_size=4 * config.max_body_bytes,
        log_socket_errors=False,
        clear_untrusted_proxy_headers=False,
    )
