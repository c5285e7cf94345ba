"""What waitress needs besides itself to be our server: answering in its loop, TLS, delays, hanging up, a clean stop."""

from __future__ import annotations

import logging
import ssl
import time
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

from mock_okta.engine.api_errors import API_ERRORS, envelope_body
from mock_okta.tenant import error_id
from mock_okta.web.codec import DELAY, ConnectionCut, rendered

log = logging.getLogger("mock_okta")

LINGER_S = 1.0
LONGEST_WAIT_S = 1.0
TLS_RECORD_BYTES = 16_384


class Task(WSGITask):
    """A request that the application answers."""

    def execute(self) -> None:
        """Hangs up, instead of answering 500, where a scenario says so."""
        try:
            super().execute()
        except ConnectionCut:
            raise ClientDisconnected from None

    def build_response_header(self) -> bytes:
        """The head of the reply, without the `Via` that waitress adds where a script has named a `Server`."""
        head: bytes = super().build_response_header()
        return head.replace(f"\r\nVia: {self.channel.server.adj.ident}\r\n".encode(), b"\r\n")

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with a way to delay the reply."""
        environment: dict[str, Any] = super().get_environment()
        environment[DELAY] = self.channel.hold
        return environment


class Refusal(ErrorTask):
    """A request that is no HTTP, or too long to be read: told so in Okta's envelope rather than in plain text."""

    def execute(self) -> None:
        """Sends the envelope and closes the connection."""
        status = HTTPStatus(self.request.error.code)
        body = rendered(envelope_body(API_ERRORS["E0000003"], error_id()))
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.is_refused = True
        self.write(body)


class Inbox:
    """Requests that have come in whole, for the loop to answer once it has read from every connection.

    What waitress has in this place is a pool of threads. Ours are all bound by the same lock of the interpreter, so
    handing requests over to them only costs: half as much processor time again for a sign-in when 32 clients ask.
    """

    def __init__(self) -> None:
        self._channels: deque[Channel] = deque()

    def add_task(self, channel: Channel) -> None:
        """Notes that the first request of a connection is complete."""
        self._channels.append(channel)

    def answer_all(self) -> None:
        """Answers every request that is there."""
        while self._channels:
            channel = self._channels.popleft()
            try:
                channel.service()
            except Exception:  # what the application raises waitress has dealt with; the others are to go on
                log.exception("a connection failed")
                channel.will_close = True


class Channel(HTTPChannel):
    """One connection.

    A reply that a scenario delays waits in its buffer, and holds up no other connection. After a refusal the connection
    goes on reading for a moment what it then throws away: closed at once, with unread bytes, TCP would reset it, and
    the client see that instead of the refusal.
    """

    task_class = Task
    error_task_class = Refusal
    close_when_flushed: bool = False
    is_refused = False
    held_until = 0.0
    lingers_until: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer is still to be sent."""
        return bool(self.requests or self.total_outbufs_len or (self.close_when_flushed and self.is_held))

    @property
    def is_held(self) -> bool:
        """Whether nothing may be sent yet."""
        return self.held_until > time.monotonic()

    def hold(self, seconds: float) -> None:
        """Sends nothing until then."""
        self.held_until = time.monotonic() + seconds

    def readable(self) -> bool:
        """Whether the loop is to look for bytes from the client."""
        return self.lingers_until is not None or bool(super().readable())

    def writable(self) -> bool:
        """Whether there is something to send, or to end."""
        if self.is_held:
            return False
        if self.lingers_until is not None:
            return time.monotonic() >= self.lingers_until
        return bool(super().writable())

    def handle_write(self) -> None:
        """Sends what there is; after a refusal, begins to linger instead of closing."""
        if self.lingers_until is not None:
            self.handle_close()
            return
        closing = self.is_refused and self.close_when_flushed
        if closing:
            self.close_when_flushed = False
        super().handle_write()
        if closing and self.total_outbufs_len:
            self.close_when_flushed = True
        elif closing:
            self.lingers_until = time.monotonic() + LINGER_S

    def received(self, data: bytes) -> bool:
        """Takes bytes from the client, and throws them away while lingering."""
        return self.lingers_until is None and bool(super().received(data))

    def _flush_some(self, do_close: bool = True) -> bool:
        """Waitress sends from here, also while the application is still writing."""
        return not self.is_held and bool(super()._flush_some(do_close))


class TlsChannel(Channel):
    """One connection over TLS, handshake and all, without ever blocking the loop."""

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        secured = server.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, secured, addr, adj, map=map)
        # No more than this goes out at once, and what is offered to OpenSSL is copied each time.
        self.sendbuf_len = TLS_RECORD_BYTES

    def handle_read(self) -> None:
        """Takes all that has been decrypted: the poll can't see what OpenSSL holds."""
        while True:
            try:
                data = self.socket.recv(TLS_RECORD_BYTES)
                more = self.socket.pending() > 0
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except (OSError, ValueError):
                data, more = b"", False
            if not data:
                self.handle_close()
                return
            self.last_activity = time.time()
            self.received(data)
            if not more:
                return

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Sends what the connection takes now, and returns how much that was."""
        try:
            return int(self.socket.send(data))
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            if do_close:
                self.handle_close()
                return 0
            raise

    def handle_close(self) -> None:
        """Says goodbye as TLS wants it, if it can be said without waiting. The poll may ask for this twice."""
        secured = self.socket
        if secured is not None:
            with suppress(OSError, ValueError):
                secured.unwrap()
        super().handle_close()


class Server(TcpWSGIServer):
    """The listening socket, its connections, and the loop that serves them all."""

    channel_class = Channel
    tls: ssl.SSLContext | None = None

    def run(self) -> None:
        """Reads, answers and sends until nothing is left open."""
        while self._map:
            wasyncore.poll2(self._longest_wait_s(), self._map)
            self.task_dispatcher.answer_all()

    def pull_trigger(self) -> None:
        """Nothing: waitress wakes its loop with this from other threads, and here all is done in the loop."""

    def _longest_wait_s(self) -> float:
        now = time.monotonic()
        held = [channel.held_until - now for channel in self.active_channels.values() if channel.held_until > now]
        return min(held, default=LONGEST_WAIT_S)

    def handle_accept(self) -> None:
        """Takes a connection; one that is gone before it can be secured harms nobody else."""
        with suppress(OSError, ValueError):
            super().handle_accept()

    def stop_listening(self) -> None:
        """Closes the listening socket and lets delayed replies go; connections stay. To be called in the loop."""
        self.accepting = False
        wasyncore.dispatcher.close(self)
        for channel in self.active_channels.values():
            channel.held_until = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether some connection is."""
        return any(channel.is_busy for channel in tuple(self.active_channels.values()))


class TlsServer(Server):
    """The same over TLS."""

    channel_class = TlsChannel
