"""A server that runs: its socket, its thread, the check that it answers, and the stop."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments

from mock_okta.config import Config, host_of
from mock_okta.errors import ConfigError
from mock_okta.serving.loop import Inbox, Server, TlsServer

if TYPE_CHECKING:
    from pathlib import Path

GRACE_S = 5.0
READY_LIMIT_S = 10.0
OTHER_DESCRIPTORS = 64
"""How many files a process may have open besides connections."""

IDLE_CONNECTION_S = 75
LONGEST_QUEUE = 1024

WsgiApplication = Callable[..., Any]
log = logging.getLogger("mock_okta")


class RunningServer:
    """A server that answers from the moment it is made, in a thread of its own, until it is stopped.

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
        self._server = (TlsServer if tls else Server)(
            application,
            self._map,
            _sock=listener,
            dispatcher=Inbox(),
            adj=_adjustments(config),
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )
        self._server.tls = tls
        self._loop = Thread(target=self._server.run, name="mock-okta", daemon=True)
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
        """Answers who has connected, stops listening, and ends the thread when all is sent or the grace is over.

        A request that has come in half is waited for as long as it goes on coming. Delayed replies go out at once.
        """
        if not self._loop.is_alive():
            return
        deadline = time.monotonic() + grace_s
        self._server.trigger.pull_trigger(lambda: self._server.stop(deadline))
        self._loop.join(grace_s + 1.0)

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
        backlog=LONGEST_QUEUE,
        connection_limit=_connections(config),
        channel_timeout=IDLE_CONNECTION_S,
        # Files would be kept instead of memory, and each takes a descriptor that a connection could have.
        inbuf_overflow=1 << 40,
        outbuf_overflow=1 << 40,
        # Up to this length the application refuses a body itself, with the headers that let a page read why.
        max_request_body_size=4 * config.max_body_bytes,
        # The loop sends what it can and never waits for itself to send the rest.
        outbuf_high_watermark=1 << 40,
        log_socket_errors=False,
        clear_untrusted_proxy_headers=False,
    )


def _connections(config: Config) -> int:
    """How many connections there can be: what is configured, if the process may have so many descriptors."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return config.max_connections
    wanted = config.max_connections + OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < wanted:
            most = max(1, soft - OTHER_DESCRIPTORS)
            log.warning("%d connections at most: this process may have %d files open", most, soft)
            return most
    return config.max_connections
