"""Who connects is served, however many others are there and whatever they do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from socket import socketpair
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel

from mock_okta.serving.channels import Channel
from tests.serving.crowd import fetch_keys, signing_in, unserved_when_one_has_five
from tests.serving.started import HEALTH, KEYS, Connection, Started, request, started

FEW = 8


@pytest.fixture(scope="module", params=["http", "https"])
def small(request: pytest.FixtureRequest) -> Iterator[Started]:
    """A server for few connections."""
    with started("--max-connections", str(FEW), https=request.param == "https") as running:
        yield running


def test_nobody_has_five_answers_before_all_have_one(server: Started):
    assert unserved_when_one_has_five(server, 64, fetch_keys) == 0


@pytest.mark.slow
def test_nobody_finishes_a_fifth_sign_in_before_all_have_one(server: Started):
    client_id = server.ask(request("/__mock__/tenants/default")).json["spa_client_id"]
    assert unserved_when_one_has_five(server, 256, signing_in(client_id)) == 0


def test_who_sends_a_thousand_requests_in_one_breath_holds_up_nobody(plain: Started):
    with plain.connect() as many, plain.connect() as one:
        one.send(request(HEALTH))
        assert one.answer().status == 200
        many.send(request(KEYS) * 1000)
        many.answer()
        one.send(request(HEALTH))
        assert one.answer().status == 200
        many.socket.setblocking(False)
        # All that has come by now: the other has not waited for the thousandth.
        assert received(many).count(b"HTTP/1.1 200") < 900


def received(connection: Connection) -> bytes:
    found = b""
    while True:
        try:
            found += connection.socket.recv(1 << 20)
        except BlockingIOError:
            return found


# -- full -------------------------------------------------------------------------------------------------------------


def test_when_all_connections_are_taken_the_one_idle_longest_makes_room(small: Started):
    with ExitStack() as open_connections:
        idle = [open_connections.enter_context(small.connect()) for _ in range(FEW)]
        for connection in (*idle[1:], idle[0]):
            connection.send(request(HEALTH))
            assert connection.answer().status == 200
        with small.connect() as newcomer:
            newcomer.send(request(HEALTH))
            assert newcomer.answer().status == 200
            assert idle[1].is_closed()
            for connection in (*idle[2:], idle[0]):
                connection.send(request(HEALTH))
                assert connection.answer().status == 200


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc", b"\x16\x03\x01"])
def test_who_never_ends_a_request_makes_room_as_well(small: Started, sent: bytes):
    with ExitStack() as open_connections:
        for _ in range(2 * FEW):
            connection = open_connections.enter_context(small.connect(timeout_s=60))
            connection.send(sent)
        for _ in range(3):
            assert small.ask(request(HEALTH)).status == 200


def test_who_sends_a_byte_now_and_then_makes_room_as_well(small: Started):
    with ExitStack() as open_connections:
        slow = [open_connections.enter_context(small.connect()) for _ in range(FEW)]
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            for connection in slow:
                connection.send(b"G" if connection is slow[0] else b"GET")
            time.sleep(0.1)
        assert small.ask(request(HEALTH)).status == 200


def test_a_reply_that_nobody_takes_makes_room_as_well(small: Started):
    small.script({"at": {"endpoint": "keys"}, "raw": {"status": 200, "body": "x" * 500_000}})
    with ExitStack() as open_connections:
        for _ in range(FEW):
            open_connections.enter_context(small.connect()).send(request(KEYS) * 40)
        assert small.ask(request(HEALTH)).status == 200
    small.script()


def test_a_reply_that_is_delayed_is_not_given_up_for_a_newcomer(small: Started):
    small.script({"at": {"endpoint": "keys"}, "delay_ms": 2500})
    with ExitStack() as open_connections:
        waiting = [open_connections.enter_context(small.connect()) for _ in range(FEW)]
        for connection in waiting:
            connection.send(request(KEYS))
        assert small.ask(request(HEALTH)).status == 200
        assert [connection.answer().status for connection in waiting] == [200] * FEW
    small.script()


def test_a_delayed_reply_is_not_idle_before_it_is_due(monkeypatch: pytest.MonkeyPatch):
    ours, theirs = socketpair()
    with ours, theirs:
        channel = Channel(SimpleNamespace(active_channels={}), ours, ("127.0.0.1", 1), Adjustments(), map={})
        monkeypatch.setattr(HTTPChannel, "service", lambda self: self.hold(60))
        channel.service()
        assert channel.idle_since == channel.held_until


def test_a_crowd_beyond_the_limit_is_served_in_turn(small: Started):
    with ExitStack() as open_connections:
        crowd = []
        for _ in range(4 * FEW):
            crowd.append(open_connections.enter_context(small.connect()))
            crowd[-1].send(request(HEALTH, "Connection: close"))
        assert [connection.answer().status for connection in crowd] == [200] * len(crowd)


@pytest.mark.slow
def test_a_thousand_idle_connections_keep_nobody_out(plain: Started):
    with ExitStack() as open_connections:
        for _ in range(1000):
            open_connections.enter_context(plain.connect())
        for _ in range(5):
            assert plain.ask(request(HEALTH)).status == 200
