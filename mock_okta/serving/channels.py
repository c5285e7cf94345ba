"""Connections, plain and over TLS: what waitress lacks is delays, replies in pieces and a close that loses nothing."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel

from mock_okta.serving.parser import RequestParser
from mock_okta.serving.tasks import Refusal, Rest, Task

log = logging.getLogger("mock_okta")

LINGER_S = 1.0
NEWS_S = 1.0
"""How long the next bytes of a request that has begun, or the first ones on a new connection, may be on their way."""

MOST_UNSENT_BYTES = 262_144
TLS_RECORD_BYTES = 16_384


class Channel(HTTPChannel):
    """One connection.

    A reply that a scenario delays waits in its buffer, and holds up no other connection. When the last reply is sent,
    the server says that it is done and goes on reading for a moment what it then throws away: closed at once, with
    unread bytes, TCP would reset the connection, and the client see that instead of the reply (RFC 9112, 9.6).
    """

    task_class = Task
    error_task_class = Refusal
    parser_class = RequestParser
    close_when_flushed: bool = False
    held_until = 0.0
    lingers_until: float | None = None
    rest: Rest | None = None
    is_new = True
    is_put_off = False

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        self.idle_since = self.heard_at = time.monotonic()
        super().__init__(server, sock, addr, adj, map=map)

    # -- what it is doing ---------------------------------------------------------------------------------------------

    @property
    def is_held(self) -> bool:
        """Whether nothing may be sent yet."""
        return self.held_until > time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether all that is to happen next has to come from the client: bytes, or room for more of ours."""
        return (not self.requests or self.is_put_off) and not self.is_held

    def is_spare(self, latest: float) -> bool:
        """Whether it may be closed for somebody else's sake: idle since `latest` or before, or over anyway."""
        return self.lingers_until is not None or (self.idle_since <= latest and self.is_idle)

    @property
    def is_owed(self) -> bool:
        """Whether a server that stops should wait: for a reply to be sent, or a request that is just arriving."""
        if self.lingers_until is not None:
            return False
        if self.requests or self.total_outbufs_len or self.rest is not None or self.is_held:
            return True
        is_asking = self.is_new or (self.request is not None and self.request.has_begun)
        return is_asking and time.monotonic() < self.heard_at + NEWS_S

    def hold(self, seconds: float) -> None:
        """Sends nothing until then, and counts as idle only from then on."""
        self.held_until = self.idle_since = time.monotonic() + seconds

    # -- reading ------------------------------------------------------------------------------------------------------

    def readable(self) -> bool:
        """Whether the loop is to look for bytes from the client."""
        return self.lingers_until is not None or bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Takes bytes from the client, and throws them away while lingering."""
        self.heard_at = time.monotonic()
        return self.lingers_until is None and bool(super().received(data))

    def send_continue(self) -> None:
        """Asks for the body, unless there is none or it is refused: then the reply is all that there is to send."""
        if not self.request.completed:
            super().send_continue()

    def service(self) -> None:
        """Answers the first of the requests."""
        self.is_new = False
        super().service()
        self.idle_since = max(self.idle_since, time.monotonic())  # the reply may have been delayed meanwhile

    def put_off(self) -> bool:
        """Whether its next request has to wait until the client has taken the replies before."""
        self.is_put_off = self.total_outbufs_len > MOST_UNSENT_BYTES
        return self.is_put_off

    # -- sending ------------------------------------------------------------------------------------------------------

    def writable(self) -> bool:
        """Whether there is something to send, or to end."""
        if self.is_held:
            return False
        if self.lingers_until is not None:
            return time.monotonic() >= self.lingers_until
        return bool(super().writable())

    def handle_write(self) -> None:
        """Sends what there is; after the last reply, begins to linger instead of closing."""
        if self.lingers_until is not None:
            self.handle_close()
            return
        self._make_more()
        closing = self.close_when_flushed
        self.close_when_flushed = False
        super().handle_write()
        if not self.connected:
            return
        if self.is_put_off and not self.put_off():
            self.server.add_task(self)
        if not closing:
            return
        if self.total_outbufs_len or self.rest is not None:
            self.close_when_flushed = True
        else:
            self.lingers_until = time.monotonic() + LINGER_S
            self.say_goodbye()

    def say_goodbye(self) -> None:
        """Tells the client that nothing more will come."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def handle_close(self) -> None:
        """Closes the connection, whatever was still to be sent."""
        if self.rest is not None:
            self.rest.close()
            self.rest = None
        super().handle_close()

    def _make_more(self) -> None:
        """Makes the next piece of a reply when the client has taken the one before."""
        if self.rest is None or self.total_outbufs_len:
            return
        try:
            made = self.rest.some()
        except Exception:  # whatever the application raises; a reply that ends early tells the client
            log.exception("a reply broke off")
            self.will_close = True
            return
        if self.rest.is_over:
            self.rest = None
        self.current_outbuf_count = self.adj.outbuf_high_watermark  # a buffer of its own, which goes when it is sent
        self.write_soon(made)

    def _flush_some(self, do_close: bool = True) -> bool:
        """Waitress sends from here, also while the application is still writing."""
        if self.is_held or not super()._flush_some(do_close):
            return False
        self.idle_since = time.monotonic()
        return True


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

    def say_goodbye(self) -> None:
        """Says it as TLS wants it, if it can be said without waiting."""
        with suppress(OSError, ValueError):
            self.socket.unwrap()
        super().say_goodbye()

    def handle_close(self) -> None:
        """The same for a connection that is closed without lingering. The poll may ask for this twice."""
        if self.socket is not None and self.lingers_until is None:
            with suppress(OSError, ValueError):
                self.socket.unwrap()
        super().handle_close()
