"""The server under the application: sockets, TLS, waiting, hanging up, stopping."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from mock_okta.config import Config
from mock_okta.engine.model import Reply
from mock_okta.errors import ConfigError
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.serving.server import RunningServer, listening_socket
from mock_okta.serving.tls import names_of, secure
from mock_okta.web.app import create_app
from tests.web.served_org import scenario

SOON_S = 5.0
KEYS = "/oauth2/default/v1/keys"


@contextmanager
def served(reply: Reply | Callable[[], Reply], *, tls: tuple[ssl.SSLContext, Path] | None = None, **settings: Any
           ) -> Iterator[RunningServer]:  # fmt: skip
    """A server whose engine gives this reply to everything."""
    config = Config(port=0, https=tls is not None, **settings)

    def advance(scenario, state, request):
        return state, reply() if callable(reply) else reply

    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys(), advance=advance)
    running = RunningServer(create_app(org, config), config, tls=tls[0] if tls else None)
    try:
        running.wait_until_ready(ca_file=tls[1] if tls else None)
        yield running
    finally:
        running.stop()


def fetch(server: RunningServer, path: str = KEYS, body: bytes | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=SOON_S)
    try:
        connection.request("POST" if body is not None else "GET", path, body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def reply_to(server: RunningServer, request: bytes) -> tuple[int, bytes]:
    """Status and body of the reply to these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SOON_S) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


def is_closed(server: RunningServer, request: bytes) -> bool:
    """Whether the server hangs up on that without a word."""
    try:
        return raw(server, request) == b""
    except ConnectionResetError:
        return True


def raw(server: RunningServer, request: bytes) -> bytes:
    """All bytes that come back until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SOON_S) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


ASK = f"GET {KEYS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
OK = Reply(status=200, body={"n": list(range(1000))})


# -- replies that do not come as they should --------------------------------------------------------------------------


def test_a_dropped_reply_closes_the_connection_without_a_byte():
    with served(Reply(status=200, body={}, cut="drop")) as server:
        assert raw(server, ASK) == b""


def test_a_reply_has_no_header_that_nobody_named_but_what_http_needs():
    with served(Reply(status=429, headers=(("Server", "nginx"),))) as server:
        head, _, body = raw(server, ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).partition(b"\r\n\r\n")
        names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
        assert (sorted(names), body) == ([b"Connection", b"Content-Length", b"Date", b"Server", b"Vary"], b"")


def test_a_truncated_reply_ends_in_the_middle_of_the_body():
    with served(Reply(status=200, body=b"x" * 1000, cut="truncate")) as server:
        head, _, body = raw(server, ASK).partition(b"\r\n\r\n")
        assert b"Content-Length: 1000" in head
        assert body == b"x" * 500


def test_a_delayed_reply_comes_late():
    with served(Reply(status=200, body={}, delay_ms=200)) as server:
        began = time.monotonic()
        assert fetch(server)[0] == 200
        assert time.monotonic() - began >= 0.2


def test_delayed_replies_hold_up_nobody():
    delays = iter([2000] * 8)
    with served(lambda: Reply(status=200, body={}, delay_ms=next(delays, 0))) as server:
        waiting = [threading.Thread(target=fetch, args=(server,)) for _ in range(8)]
        for thread in waiting:
            thread.start()
        time.sleep(0.2)
        began = time.monotonic()
        assert fetch(server)[0] == 200
        assert time.monotonic() - began < 1.0
        server.stop()
        for thread in waiting:
            thread.join()


# -- connections ------------------------------------------------------------------------------------------------------


def test_a_connection_serves_many_requests():
    with served(OK) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=SOON_S)
        for _ in range(3):
            connection.request("GET", KEYS)
            assert len(json.loads(connection.getresponse().read())["n"]) == 1000
        connection.close()


def test_clients_that_send_half_a_request_hold_up_nobody():
    with served(OK) as server, ExitStack() as silent:
        for _ in range(64):
            connection = silent.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(b"POST /oauth2/v1/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        began = time.monotonic()
        assert fetch(server)[0] == 200
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
        (b"\x16\x03\x01 rubbish\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
)
def test_what_is_no_http_is_refused_in_the_envelope(request_text, status):
    with served(OK) as server:
        refused, body = reply_to(server, request_text)
        assert refused == status
        assert json.loads(body)["errorCode"] == "E0000003"


def test_a_body_may_come_in_chunks_and_is_bounded_all_the_same():
    with served(Reply(status=204), max_body_bytes=1000) as server:
        for length, status in ((900, 204), (1500, 413), (10_000, 413)):
            chunk = f"{length:x}\r\n".encode() + b"x" * length + b"\r\n0\r\n\r\n"
            asked = b"POST /oauth2/v1/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            assert reply_to(server, asked + chunk)[0] == status


def test_a_client_that_sends_far_too_much_still_reads_why_it_is_refused():
    with served(OK, max_body_bytes=1000) as server:
        status, body = fetch(server, "/oauth2/v1/token", b"x" * 20_000_000)
        assert status == 413
        assert json.loads(body)["errorCode"] == "E0000003"


# -- stopping ---------------------------------------------------------------------------------------------------------


def test_a_stop_lets_requests_in_flight_finish():
    entered = threading.Event()

    def slowly() -> Reply:
        entered.set()
        time.sleep(0.3)
        return OK

    answers: list[Any] = []
    with served(slowly) as server:
        asking = threading.Thread(target=lambda: answers.append(fetch(server)))
        asking.start()
        entered.wait(SOON_S)
        server.stop()
        asking.join()
        assert answers[0][0] == 200
        with pytest.raises(OSError, match="refused"):
            fetch(server)


def test_a_stop_sends_delayed_replies_at_once():
    answers: list[Any] = []
    with served(Reply(status=200, body={}, delay_ms=60_000)) as server:
        asking = threading.Thread(target=lambda: answers.append(fetch(server)))
        asking.start()
        time.sleep(0.2)
        began = time.monotonic()
        server.stop()
        asking.join()
        assert time.monotonic() - began < 2.0
        assert answers[0][0] == 200


def test_a_stop_does_not_wait_for_clients_that_keep_their_connection():
    with served(OK) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=SOON_S)
        connection.request("GET", KEYS)
        connection.getresponse().read()
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 1.0
        with pytest.raises((OSError, HTTPException)):
            ask_again(connection)
        connection.close()


def ask_again(connection: HTTPConnection) -> None:
    connection.request("GET", KEYS)
    connection.getresponse()


def test_stopping_twice_is_stopping_once():
    with served(OK) as server:
        server.stop()
        server.stop()


# -- addresses --------------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with served(OK) as server, pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{server.port}"):
        listening_socket(Config(port=server.port))


def test_a_host_that_there_is_not_is_said_in_a_sentence():
    with pytest.raises(ConfigError, match=r"cannot listen on 'no\.such\.host\.invalid'"):
        listening_socket(Config(host="no.such.host.invalid", port=0))


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("localhost", "localhost"), ("::1", "[::1]")])
def test_the_origin_is_one_that_this_machine_can_reach(host, shown):
    with served(OK, host=host) as server:
        assert server.origin == f"http://{shown}:{server.port}"


# -- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tls(tmp_path_factory) -> tuple[ssl.SSLContext, Path]:
    return secure(Config(https=True), tmp_path_factory.mktemp("ca"))


def over_tls(server: RunningServer, ca_file: Path, host: str = "localhost") -> HTTPSConnection:
    return HTTPSConnection(host, server.port, timeout=SOON_S, context=ssl.create_default_context(cafile=ca_file))


def test_who_trusts_the_ca_is_served_over_tls(tls):
    with served(lambda: OK, tls=tls) as server:
        for host in ("localhost", "127.0.0.1"):
            connection = over_tls(server, tls[1], host)
            for _ in range(2):
                connection.request("GET", KEYS)
                assert connection.getresponse().read() == b'{"n":[' + ",".join(map(str, range(1000))).encode() + b"]}"
            connection.close()


def test_what_the_engine_is_told_over_tls_is_an_https_origin(tls):
    config = Config(port=0, https=True)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    server = RunningServer(create_app(org, config), config, tls=tls[0])
    connection = over_tls(server, tls[1])
    connection.request("GET", "/.well-known/openid-configuration")
    assert json.loads(connection.getresponse().read())["issuer"] == f"https://localhost:{server.port}"
    connection.close()
    server.stop()


def test_long_bodies_come_through_tls_both_ways(tls):
    text = bytes(range(256)) * 12_000
    with served(Reply(status=200, body=text), tls=tls, max_body_bytes=10_000_000) as server:
        connection = over_tls(server, tls[1])
        for _ in range(2):
            connection.request("POST", "/oauth2/v1/token", text)
            assert connection.getresponse().read() == text
        connection.close()


def test_many_clients_at_once_over_tls(tls):
    with served(OK, tls=tls) as server:
        answers: list[int] = []

        def ask() -> None:
            connection = over_tls(server, tls[1])
            for _ in range(5):
                connection.request("GET", KEYS)
                response = connection.getresponse()
                response.read()
                answers.append(response.status)
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [200] * 40


def test_who_does_not_trust_the_ca_is_not_served(tls):
    with served(OK, tls=tls) as server:
        connection = HTTPSConnection("localhost", server.port, timeout=SOON_S)
        with pytest.raises(ssl.SSLCertVerificationError):
            connection.request("GET", KEYS)


def test_plain_http_and_handshakes_that_never_end_hold_up_nobody(tls):
    with served(OK, tls=tls) as server, ExitStack() as silent:
        assert is_closed(server, ASK)
        for sent in (b"", b"\x16", b"\x16\x03\x01\x02\x00\x01") * 10:
            silent.enter_context(socket.create_connection(("127.0.0.1", server.port))).sendall(sent)
        connection = over_tls(server, tls[1])
        connection.request("GET", KEYS)
        assert connection.getresponse().status == 200
        connection.close()


def test_cut_replies_are_cut_over_tls_too(tls):
    cuts = iter(["drop", "truncate"])
    # The check that the server is ready does not go through the engine, and so uses up none of these.
    with served(lambda: Reply(status=200, body=b"x" * 1000, cut=next(cuts)), tls=tls) as server:
        for _ in range(2):
            connection = over_tls(server, tls[1])
            connection.request("GET", KEYS)
            with pytest.raises((OSError, HTTPException)):
                connection.getresponse().read()
            connection.close()


def test_the_certificate_is_for_every_name_that_the_configuration_knows():
    assert {"localhost", "127.0.0.1", "::1"} <= set(names_of(Config()))
    assert "okta.test" in names_of(Config(base_url="https://okta.test:8443"))
    assert "10.0.0.7" in names_of(Config(host="10.0.0.7"))


def test_a_ca_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot write the CA's certificate"):
        secure(Config(https=True), tmp_path / "file" / "folder")


def test_a_client_that_names_no_host_is_told_the_address_of_the_server():
    config = Config(port=0)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    server = RunningServer(create_app(org, config), config)
    body = raw(server, b"GET /.well-known/openid-configuration HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert json.loads(body)["issuer"] == server.origin
    server.stop()
