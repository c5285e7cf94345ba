"""Replies of many megabytes: made as the client takes them, while others are served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.started import HEALTH, KEYS, Connection, Started, request, started

ASK_KEYS = request(KEYS)
BODIES = 40
LENGTH = 500_000
JOURNAL = "/__mock__/tenants/default/journal"
LIMIT = 40 * 1024 * 1024
"""Bytes: less than half of what five journals come to when they are written out."""


@pytest.fixture(scope="module", params=["http", "https"])
def server(request: pytest.FixtureRequest) -> Iterator[Started]:
    """A server whose journal has 20 MB of bodies."""
    with started(https=request.param == "https") as running:
        running.script({"at": {"endpoint": "keys"}, "raw": {"status": 200, "body": "x" * LENGTH}})
        with running.connect() as connection:
            for _ in range(BODIES):
                connection.send(ASK_KEYS)
                assert len(connection.answer().body) == LENGTH
        yield running


def asking(server: Started, query: str = "", *, fields: tuple[str, ...] = (), version: str = "HTTP/1.1") -> Connection:
    """A connection that has asked for the journal."""
    connection = server.connect()
    connection.send(request(JOURNAL + query, *fields, version=version))
    return connection


def resident(server: Started) -> int:
    """Bytes of memory that the server's process has now."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.parametrize(("query", "members"), [("", ()), ("?format=har", ("log", "entries"))])
def test_a_long_journal_is_whole(server: Started, query: str, members: tuple[str, ...]):
    with asking(server, query) as connection:
        answer = connection.answer()
    found = answer.json
    for member in members:
        found = found[member]
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(found) == BODIES
    assert answer.body.count(b"x" * LENGTH) == BODIES


def test_one_that_is_short_has_a_length_and_the_connection_goes_on(server: Started):
    with server.connect() as connection:
        for query in ("?latest=0", "?status=404", "?format=har&latest=0"):
            connection.send(request(JOURNAL + query))
            assert "content-length" in connection.answer().headers


def test_a_client_of_http_1_0_has_it_until_the_connection_is_closed(server: Started):
    with asking(server, fields=("Host: localhost",), version="HTTP/1.0") as connection:
        received = b""
        while more := connection.socket.recv(1 << 20):
            received += more
    assert len(json.loads(received.partition(b"\r\n\r\n")[2])) == BODIES


def test_a_head_of_it_has_no_body(server: Started):
    with server.connect() as connection:
        connection.send(request(JOURNAL, method="HEAD"))
        assert connection.answer(to="HEAD").status == 200
        assert connection.is_closed()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("query", ["", "?format=har"])
def test_clients_that_take_it_slowly_cost_little_memory_and_hold_up_nobody(server: Started, query: str):
    before = resident(server)
    slow = [asking(server, query) for _ in range(5)]
    try:
        for _ in range(10):
            assert server.ask(request(HEALTH)).status == 200
        assert resident(server) - before < LIMIT
    finally:
        for connection in slow:
            connection.socket.close()
    assert server.ask(request(HEALTH)).status == 200
