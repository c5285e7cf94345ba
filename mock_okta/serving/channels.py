"""What waitress needs besides itself to be our server: TLS, waiting that holds no thread, hanging up, a clean stop."""

from __future__ import annotations

import ssl
import time
from contextlib import suppress
from http import HTTPStatus
from threading import Event, Lock
from typing import Any

from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from mock_okta.engine.api_errors import API_ERRORS, envelope_body
from mock_okta.tenant import error_id
from mock_okta.web.codec import PAUSE, ConnectionCut, rendered

MOST_WAITING = 512
LINGER_S = 1.0
TLS_RECORD_BYTES = 16_384


class Task(WSGITask):
    """A request that the application answers."""

    def execute(self) -> None:
        """Hangs up, instead of answering 500, where a scenario says so."""
        try:
            super().execute()
        except ConnectionCut:
            raise ClientDisconnected from None

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with a way to wait."""
        environment: dict[str, Any] = super().get_environment()
        environment[PAUSE] = self.channel.server.task_dispatcher.pause
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


class Dispatcher(ThreadedTaskDispatcher):
    """The threads that answer. A reply that is being delayed does not count as one of them."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._threads = threads
        self._waiting = 0
        self._waiting_lock = Lock()
        self._stopping = Event()
        self.set_thread_count(threads)

    def pause(self, seconds: float) -> None:
        """Waits in the calling thread while another one takes its place; cut short when the server stops."""
        self._count_waiting(1)
        try:
            self._stopping.wait(seconds)
        finally:
            self._count_waiting(-1)

    def stop(self, grace_s: float) -> None:
        """Ends the threads once they are done with what they are at."""
        self._stopping.set()
        self.shutdown(timeout=grace_s)

    def wake(self) -> None:
        """Lets every delayed reply go out at once."""
        self._stopping.set()

    def _count_waiting(self, change: int) -> None:
        with self._waiting_lock:
            self._waiting += change
            if not self._stopping.is_set():
                self.set_thread_count(self._threads + min(self._waiting, MOST_WAITING))


class Channel(HTTPChannel):
    """One connection.

    After a refusal it goes on reading for a moment what it then throws away: closed at once, with unread bytes, TCP
    would reset the connection, and the client see that instead of the refusal.
    """

    task_class = Task
    error_task_class = Refusal
    is_refused = False
    lingers_until: float | None = None
    close_when_flushed: bool = False

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer is still to be sent."""
        return bool(self.requests or self.total_outbufs_len)

    def readable(self) -> bool:
        """Whether the loop is to look for bytes from the client."""
        return self.lingers_until is not None or bool(super().readable())

    def writable(self) -> bool:
        """Whether there is something to send, or to end."""
        if self.lingers_until is not None:
            return time.time() >= self.lingers_until
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
            self.lingers_until = time.time() + LINGER_S

    def received(self, data: bytes) -> bool:
        """Takes bytes from the client, and throws them away while lingering."""
        return self.lingers_until is None and bool(super().received(data))


class TlsChannel(Channel):
    """One connection over TLS, handshake and all, without ever blocking the loop that serves every connection.

    OpenSSL wants one thread at a time; waitress reads in its loop and writes in the thread that answers.
    """

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        self._tls_lock = Lock()
        secured = server.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, secured, addr, adj, map=map)
        # No more than this goes out at once, and what is offered to OpenSSL is copied each time.
        self.sendbuf_len = TLS_RECORD_BYTES

    def handle_read(self) -> None:
        """Takes all that has been decrypted: the poll can't see what OpenSSL holds."""
        while True:
            try:
                with self._tls_lock:
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
            with self._tls_lock:
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
            with suppress(OSError, ValueError), self._tls_lock:
                secured.unwrap()
        super().handle_close()


class Server(TcpWSGIServer):
    """The listening socket and its connections."""

    channel_class = Channel
    tls: ssl.SSLContext | None = None

    def handle_accept(self) -> None:
        """Takes a connection; one that is gone before it can be secured harms nobody else."""
        with suppress(OSError, ValueError):
            super().handle_accept()

    def stop_listening(self) -> None:
        """Closes the listening socket. Runs in the loop; the connections that there are stay."""
        self.accepting = False
        wasyncore.dispatcher.close(self)

    @property
    def is_busy(self) -> bool:
        """Whether some connection is."""
        return any(channel.is_busy for channel in tuple(self.active_channels.values()))


class TlsServer(Server):
    """The same over TLS."""

    channel_class = TlsChannel
