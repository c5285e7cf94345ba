"""A server that is told to stop: whoever has connected is answered, nobody else is waited for, and then it is gone."""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from tests.serving.started import HEALTH, KEYS, SOON_S, Connection, Started, request, started

pytestmark = pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
WHOLE = request(KEYS)


def stop(server: Started, number: signal.Signals = signal.SIGTERM) -> None:
    server.process.send_signal(number)


def assert_gone(server: Started) -> None:
    """Nobody was waited for until the grace of five seconds was over."""
    assert server.process.wait(4.0) == 0
    assert server.process.stderr.read() == ""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=SOON_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whoever_has_asked_is_answered_and_told_that_there_will_be_no_more(https: bool, number: signal.Signals):
    with started(https=https) as server, ExitStack() as open_connections:
        server.script({"at": {"endpoint": "keys"}, "delay_ms": 60_000})
        asking = [open_connections.enter_context(server.connect()) for _ in range(20)]
        for connection in asking:
            connection.send(WHOLE)
        wait_until_read(server)
        stop(server, number)
        for connection in asking:
            assert connection.answer().status == 200
            assert connection.is_closed()
        assert_gone(server)


def wait_until_read(server: Started) -> None:
    """Returns when all that was sent before has been read: the loop has gone round."""
    for _ in range(2):
        assert server.ask(request(HEALTH)).status == 200


def test_whoever_is_still_in_the_queue_is_answered(https: bool):
    """The server is busy while they ask and while it is told to stop."""
    with started(https=https) as server, ExitStack() as open_connections:

        def crowd() -> list[Connection]:
            return [open_connections.enter_context(server.connect()) for _ in range(50)]

        early = crowd() if https else []  # a client of TLS gets no further than its hello while the server is busy
        busy = open_connections.enter_context(server.connect())
        busy.send(long_scenario())
        time.sleep(0.15)  # by then the server reads it, for half a second or more
        queued = early or crowd()
        for connection in queued:
            connection.send(WHOLE)
        stop(server)
        assert busy.answer().status == 201
        assert [connection.answer().status for connection in queued] == [200] * len(queued)
        assert_gone(server)


def long_scenario() -> bytes:
    """A request that takes long to answer."""
    users = "".join(f"- {{login: u{number}@example.com, password: Abcd1234!}}\\n" for number in range(3000))
    body = f'{{"yaml": "about: x\\nusers:\\n{users}sign_in: [identify]\\n"}}'.encode()
    return request("/__mock__/tenants", method="POST", body=body)


def test_clients_that_connect_for_every_request_are_answered_or_refused(https: bool):
    outcomes: list[str] = []
    over = threading.Event()

    def ask_on(server: Started) -> None:
        while not over.is_set():
            try:
                connection = server.connect()
            except (ConnectionRefusedError, ConnectionResetError):
                return
            with connection:
                try:
                    connection.send(WHOLE)
                    outcomes.append(str(connection.answer().status))
                except (OSError, EOFError) as error:
                    outcomes.append(repr(error))
                    return

    with started(https=https) as server:
        clients = [threading.Thread(target=ask_on, args=(server,)) for _ in range(8)]
        for client in clients:
            client.start()
        time.sleep(0.3)
        stop(server)
        assert_gone(server)
        over.set()
        for client in clients:
            client.join()
    assert set(outcomes) == {"200"}


def test_a_request_that_is_still_coming_is_waited_for(https: bool):
    with started(https=https) as server, server.connect() as halved:
        halved.send(WHOLE[:30])
        wait_until_read(server)
        with server.connect() as silent:
            stop(server)
            time.sleep(0.2)
            for connection, sent in ((halved, WHOLE[30:]), (silent, WHOLE)):
                connection.send(sent)
                assert connection.answer().status == 200
            assert_gone(server)


@pytest.mark.parametrize("sent", [b"", b"\r\n", WHOLE[:30], b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"])
def test_a_request_that_never_comes_is_not_waited_for(https: bool, sent: bytes):
    with started(https=https) as server, server.connect() as connection:
        connection.send(sent)
        wait_until_read(server)
        stop(server)
        assert connection.is_closed()
        assert_gone(server)


@pytest.mark.slow
def test_who_goes_on_sending_is_not_waited_for_beyond_the_grace(https: bool):
    with started(https=https) as server, server.connect() as connection:
        connection.send(WHOLE[:30])
        wait_until_read(server)
        stop(server)
        began = time.monotonic()
        while server.process.poll() is None and time.monotonic() < began + 2 * SOON_S:
            connection.send(b"x")
            time.sleep(0.1)
        assert 3.0 < time.monotonic() - began < SOON_S


def test_a_connection_that_was_used_is_closed_at_once(https: bool):
    with started(https=https) as server, server.connect() as connection:
        connection.send(WHOLE)
        assert connection.answer().status == 200
        stop(server)
        assert connection.is_closed()
        assert_gone(server)


LONG_REPLIES = 3


def test_a_reply_that_is_long_is_sent_to_its_end(https: bool):
    with started(https=https) as server, server.connect() as connection:
        server.script({"at": {"endpoint": "keys"}, "raw": {"status": 200, "body": "x" * 900_000}})
        connection.send(WHOLE * LONG_REPLIES)
        wait_until_read(server)
        stop(server)
        assert [len(answer.body) for answer in answers_to_the_end(connection)] == [900_000] * LONG_REPLIES
        assert_gone(server)


def answers_to_the_end(connection: Connection) -> list[object]:
    found = []
    while len(found) < LONG_REPLIES:
        time.sleep(0.05)  # a client that is not in a hurry
        found.append(connection.answer())
    return found
