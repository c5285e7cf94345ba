"""The listening socket, its connections, and the loop that serves them all in turn."""

from __future__ import annotations

import errno
import logging
import ssl
import time
from collections import deque
from typing import Any

from waitress import wasyncore
from waitress.server import TcpWSGIServer

from mock_okta.serving.channels import Channel, TlsChannel
from mock_okta.serving.tasks import in_pieces

log = logging.getLogger("mock_okta")

LONGEST_WAIT_S = 1.0
SHORTEST_IDLE_S = 1.0
"""A connection that is younger or was answered later than that may have a request on its way."""

SHORT_WAIT_S = 0.01
"""What the loop waits at most where time alone can change who is waited for, or who has to go."""

NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE})


class Inbox:
    """Requests that have come in whole, for the loop to answer once it has read from every connection.

    What waitress has in this place is a pool of threads. Ours are all bound by the same lock of the interpreter, so
    handing requests over to them only costs: half as much processor time again for a sign-in when 32 clients ask.
    """

    def __init__(self) -> None:
        self._channels: deque[Channel] = deque()

    def __len__(self) -> int:
        return len(self._channels)

    def add_task(self, channel: Channel) -> None:
        """Notes that the next request of a connection can be answered; one that is put off comes back later."""
        if not channel.put_off():
            self._channels.append(channel)

    def answer_each(self) -> None:
        """Answers one request of every connection. Who has sent more at once waits until the others had their turn."""
        for _ in range(len(self._channels)):
            channel = self._channels.popleft()
            try:
                channel.service()
            except Exception:  # what the application raises waitress has dealt with; the others are to go on
                log.exception("a connection failed")
                channel.will_close = True


class Server(TcpWSGIServer):
    """The server, of which all but `pull_trigger` of its trigger is to be called in the loop's own thread."""

    channel_class = Channel
    tls: ssl.SSLContext | None = None
    stop_at: float | None = None
    next_channel_cleanup: float
    _is_knocked_at = False
    _turns_left = 2

    def __init__(self, application: Any, *args: Any, **kw: Any) -> None:
        super().__init__(in_pieces(application), *args, **kw)

    def run(self) -> None:
        """Reads, takes newcomers, answers and sends, until told to stop and nobody is owed anything."""
        while not self._is_over():
            wasyncore.poll2(self._longest_wait_s(), self._map)
            # After all that was to be read, so that nobody with something to say is taken for idle.
            if self._is_knocked_at:
                self._is_knocked_at = False
                self._admit()
            self.task_dispatcher.answer_each()
        for channel in tuple(self.active_channels.values()):
            channel.handle_close()
        wasyncore.close_all(self._map)

    def stop(self, deadline: float) -> None:
        """Takes who has been waiting, stops listening, lets delayed replies go, and ends the loop when all is sent.

        deadline: on the monotonic clock; then it ends in any case
        """
        self._admit(everybody=True)
        self.accepting = False
        wasyncore.dispatcher.close(self)
        self.stop_at = deadline
        for channel in self.active_channels.values():
            channel.held_until = 0.0

    @property
    def is_stopping(self) -> bool:
        """Whether replies should say that there will be no others."""
        return self.stop_at is not None

    def pull_trigger(self) -> None:
        """Nothing: waitress wakes its loop with this from other threads, and here all is done in the loop."""

    # -- newcomers ----------------------------------------------------------------------------------------------------

    def readable(self) -> bool:
        """Whether there is room for a newcomer, or can be made."""
        now = time.time()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)
        return bool(self.accepting) and self._has_room()

    def handle_accept(self) -> None:
        """Notes that somebody wants to connect."""
        self._is_knocked_at = True

    def maintenance(self, now: float) -> None:
        """Closes connections on which nothing has happened for long, unless it is us who lets the client wait."""
        for channel in self.active_channels.values():
            if channel.is_idle and channel.last_activity < now - self.adj.channel_timeout:
                channel.will_close = True

    def _admit(self, *, everybody: bool = False) -> None:
        """Takes all who want to connect; where there is no room, the ones idle longest go, except for `everybody`."""
        while everybody or self._has_room():
            try:
                accepted = self.socket.accept()
            except ConnectionError:
                continue  # gone again before its turn
            except OSError as error:  # nobody is there, or there are no more descriptors
                if error.errno in NO_DESCRIPTOR and not everybody and self._make_room():
                    continue
                return
            self._welcome(*accepted)
            if not everybody and len(self.active_channels) > self.adj.connection_limit:
                self._make_room()

    def _welcome(self, connection: Any, address: Any) -> None:
        """Begins to serve a connection; one that is gone before it can be secured harms nobody else."""
        try:
            self.set_socket_options(connection)
            self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map)
        except (OSError, ValueError):
            connection.close()

    def _has_room(self) -> bool:
        return len(self.active_channels) < self.adj.connection_limit or self._longest_idle() is not None

    def _make_room(self) -> bool:
        """Closes the connection that has been idle longest; whether there was one."""
        idle = self._longest_idle()
        if idle is not None:
            idle.handle_close()
        return idle is not None

    def _longest_idle(self) -> Channel | None:
        latest = time.monotonic() - SHORTEST_IDLE_S
        spare = [channel for channel in self.active_channels.values() if channel.is_spare(latest)]
        return min(spare, key=lambda channel: channel.idle_since, default=None)

    # -- turns --------------------------------------------------------------------------------------------------------

    def _longest_wait_s(self) -> float:
        if self.task_dispatcher:
            return 0.0
        if self.is_stopping or len(self.active_channels) >= self.adj.connection_limit:
            return SHORT_WAIT_S
        now = time.monotonic()
        held = [channel.held_until - now for channel in self.active_channels.values() if channel.held_until > now]
        return min(held, default=LONGEST_WAIT_S)

    def _is_over(self) -> bool:
        if self.stop_at is None:
            return False
        if time.monotonic() >= self.stop_at:
            return True
        self._turns_left -= 1  # one to read what had come before the stop, whoever is judged by it
        return self._turns_left < 0 and not any(channel.is_owed for channel in self.active_channels.values())


class TlsServer(Server):
    """The same over TLS."""

    channel_class = TlsChannel
