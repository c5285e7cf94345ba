"""Requests of every shape: each is answered with its status or cleanly closed, and nobody waits."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.depth import examples
from tests.serving.started import HEALTH, KEYS, Started, request

FORM = b"grant_type=nonsense"
TOKEN = "/oauth2/default/v1/token"
TENANTS = "/__mock__/tenants"
CHUNKED = "Transfer-Encoding: chunked"
IN_CHUNKS = b"5\r\ngrant\r\ne\r\n_type=nonsense\r\n0\r\n\r\n"
LONG = 200_000


def field(name: str, value: str) -> bytes:
    """A request with that header field."""
    return request(KEYS, f"{name}: {value}")


def line(text: str) -> bytes:
    """A request with that first line."""
    return f"{text}\r\nHost: localhost\r\n\r\n".encode("latin-1")


SERVED = {
    "HTTP/1.1": request(KEYS),
    "HTTP/1.0": request(KEYS, version="HTTP/1.0"),
    "a minor version that there is not": b"GET " + KEYS.encode() + b" HTTP/1.7\r\nHost: localhost\r\n\r\n",
    "an absolute target": request(f"http://localhost{KEYS}"),
    "an absolute target in capitals": request(f"HTTP://LOCALHOST{KEYS}"),
    "empty lines before it": b"\r\n\r\n\r\n" + request(KEYS),
    "a field that is empty": field("X", ""),
    "a field with bytes beyond ASCII": field("X", "caf\xe9"),
    "spaces around a value": field("X", " " * LONG + "a" + " " * 40_000),
    "a length of nothing": field("Content-Length", "0"),
    "a field that comes often": request(KEYS, *["Accept: */*"] * 150),
    "a query of 60 KB": request(f"{KEYS}?{'a=1&' * 15_000}"),
    "an expectation that there is not": field("Expect", "200-ok"),
}

REFUSED = {
    "HTTP/0.9": (b"GET /\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "a version of two digits": (line("GET / HTTP/1.11"), 400),
    "no version": (line("GET /"), 400),
    "no target": (line("GET  HTTP/1.1"), 400),
    "a space in the target": (line("GET /a b HTTP/1.1"), 400),
    "a tab in the target": (line("GET /a\tb HTTP/1.1"), 400),
    "a zero byte in the target": (line("GET /\0 HTTP/1.1"), 400),
    "a target beyond ASCII": (line("GET /caf\xe9 HTTP/1.1"), 400),
    "a target without a slash": (line("GET keys HTTP/1.1"), 400),
    "a target of another scheme": (line("GET ftp://localhost/ HTTP/1.1"), 400),
    "half an IPv6 address": (line("GET http://[::1/ HTTP/1.1"), 400),
    "a tunnel": (line("CONNECT localhost:443 HTTP/1.1"), 400),
    "a method in small letters": (line("get / HTTP/1.1"), 400),
    "a hello of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "bytes that are no text": (b"\xff\xfe\x00\x01", 400),
    "JSON": (b'{"method": "GET"}\r\n', 400),
    "lines that end with LF": (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
    "a line that ends with CR": (b"GET / HTTP/1.1\rHost: localhost\r\r", 400),
    "a bare LF in a field": (field("X", "a\nY: b"), 400),
    "a bare CR in a field": (field("X", "a\rY: b"), 400),
    "a zero byte in a field": (field("X", "a\0b"), 400),
    "a field over two lines": (field("X", "a\r\n b"), 400),
    "a field over thousands of lines": (field("X", "a" + "\r\n b" * 50_000), 431),
    "a first field that is folded": (b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400),
    "a field without a colon": (request(KEYS, "nonsense"), 400),
    "a field without a name": (request(KEYS, ": x"), 400),
    "a space before the colon": (request(KEYS, "X : y"), 400),
    "brackets in a name": (request(KEYS, "X[]: y"), 400),
    "a name beyond ASCII": (request(KEYS, "X\xe9: y"), 400),
    "no host": (f"GET {KEYS} HTTP/1.1\r\n\r\n".encode(), 400),
    "two hosts": (field("Host", "evil.test"), 400),
    "300 fields": (request(KEYS, *["X: y"] * 300), 431),
    "50,000 empty fields": (request(KEYS, *["X:"] * 50_000), 431),
    "a field of 300 KB": (field("X", "x" * 300_000), 431),
    "a head of 300 KB that never ends": (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000, 431),
    "digits for a request line": (line(f"GET x://{'1' * LONG} HTTP/1.11"), 400),
    "a name of 200 KB with no colon": (request(KEYS, "x" * LONG), 400),
    "spaces for a value, and a zero byte": (field("X", " " * LONG + "\0"), 400),
    "a length that is no number": (field("Content-Length", "x"), 400),
    "a negative length": (field("Content-Length", "-1"), 400),
    "a length with a sign": (field("Content-Length", "+1"), 400),
    "a length in other digits": (field("Content-Length", "\xb2"), 400),
    "two lengths": (request(KEYS, "Content-Length: 1", "Content-Length: 2"), 400),
    "a list of lengths": (field("Content-Length", "1, 1"), 400),
    "a length of 5,000 digits": (field("Content-Length", "9" * 5000), 413),
    "a length of gigabytes": (field("Content-Length", "99999999999"), 413),
    "a length beside chunks": (request(TOKEN, CHUNKED, method="POST", body=b"0\r\n\r\n"), 400),
    "a length before chunks": (request(TOKEN, "Content-Length: 3", CHUNKED, method="POST") + b"0\r\n\r\n", 400),
    "chunked twice": (request(TOKEN, CHUNKED, CHUNKED, method="POST") + IN_CHUNKS, 400),
    "chunked, chunked": (request(TOKEN, f"{CHUNKED}, chunked", method="POST") + IN_CHUNKS, 400),
    "a coding that is empty": (request(TOKEN, "Transfer-Encoding:", method="POST") + IN_CHUNKS, 400),
    "gzip": (request(TOKEN, "Transfer-Encoding: gzip", method="POST"), 501),
    "gzip, chunked": (request(TOKEN, "Transfer-Encoding: gzip, chunked", method="POST") + IN_CHUNKS, 501),
    "identity": (request(TOKEN, "Transfer-Encoding: identity", method="POST", body=FORM), 400),
    "chunked with a vertical tab": (request(TOKEN, "Transfer-Encoding: \x0bchunked", method="POST"), 400),
    "chunks in HTTP/1.0": (request(TOKEN, CHUNKED, method="POST", version="HTTP/1.0") + IN_CHUNKS, 400),
    "a chunk without a length": (request(TOKEN, CHUNKED, method="POST") + b"zz\r\n", 400),
    "a chunk with a sign": (request(TOKEN, CHUNKED, method="POST") + b"+5\r\ngrant\r\n0\r\n\r\n", 400),
    "a chunk longer than it says": (request(TOKEN, CHUNKED, method="POST") + b"2\r\ngrant\r\n0\r\n\r\n", 400),
    "a line before a chunk without end": (request(TOKEN, CHUNKED, method="POST") + b"0" * LONG, 400),
    "an extension without end": (request(TOKEN, CHUNKED, method="POST") + b"5;" + b"a" * LONG, 400),
    "trailers without end": (request(TOKEN, CHUNKED, method="POST") + b"0\r\n" + b"X: y\r\n" * 50_000, 431),
    "chunks without end": (request(TOKEN, CHUNKED, method="POST") + b"fffff\r\n" + b"x" * 1_048_575 + b"\r\n"
                           + b"ffffffff\r\n" + b"x" * 4_000_000, 413),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVED)
def test_what_is_http_is_served(server: Started, name: str):
    answer = server.ask(SERVED[name])
    assert answer.status == 200
    assert answer.json["keys"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_is_refused_at_once_in_the_envelope_and_the_connection_is_closed(server: Started, name: str):
    sent, status = REFUSED[name]
    with server.connect() as connection:
        connection.send(sent)
        answer = connection.answer()
        assert answer.status == status
        assert answer.json["errorCode"] == "E0000003"
        assert answer.json["errorCauses"][0]["errorSummary"].endswith(".")
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()


@pytest.mark.parametrize("name", SERVED)
def test_the_same_in_pieces_is_the_same(plain: Started, name: str):
    sent = SERVED[name]
    step = max(1, len(sent) // 40)
    with plain.connect() as connection:
        for at in range(0, len(sent), step):
            connection.send(sent[at : at + step])
        assert connection.answer().status == 200


def test_the_host_of_an_absolute_target_is_the_one_that_counts(server: Started):
    target = "http://okta.test/.well-known/openid-configuration"
    assert server.ask(request(target)).json["issuer"].partition("://")[2] == "okta.test"


# -- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        request(TENANTS, method="POST", body=b'{"nonsense":1}'),
        request(TENANTS, CHUNKED, method="POST") + b'5\r\n{"non\r\n9\r\nsense":1}\r\n0\r\n\r\n',
        request(TENANTS, "transfer-encoding: , Chunked", method="POST")
        + b'0E;a=b;c="d;e"\r\n{"nonsense":1}\r\n0\r\nX: y\r\n\r\n',
    ],
    ids=["in one", "in chunks", "in a chunk with an extension and a trailer"],
)
def test_a_body_comes_through_and_the_connection_goes_on(server: Started, sent: bytes):
    with server.connect() as connection:
        for _ in range(2):
            connection.send(sent)
            assert connection.answer().json["message"] == "there is no member 'nonsense'"


def test_who_asks_before_sending_a_body_is_told_to(server: Started):
    with server.connect() as connection:
        for _ in range(2):
            connection.send(request(TOKEN, "Expect: 100-Continue", f"Content-Length: {len(FORM)}", method="POST"))
            assert connection.answer().status == 100
            connection.send(FORM)
            assert connection.answer().status in (400, 401)


@pytest.mark.parametrize("fields", [(), ("Content-Length: 0",)])
def test_who_asks_and_has_no_body_is_answered(server: Started, fields: tuple[str, ...]):
    with server.connect() as connection:
        for _ in range(2):
            connection.send(request(HEALTH, "Expect: 100-continue", *fields))
            assert connection.answer().status == 200


def test_who_asks_in_one_breath_with_another_request_is_answered_in_order(server: Started):
    with server.connect() as connection:
        asking = request(TOKEN, "Expect: 100-continue", f"Content-Length: {len(FORM)}", method="POST")
        connection.send(request(KEYS) + request(HEALTH, "Expect: 100-continue") + asking)
        assert [connection.answer().status for _ in range(3)] == [200, 200, 100]
        connection.send(FORM)
        assert connection.answer().status in (400, 401)


def test_who_asks_for_too_much_is_refused_without_being_told_to_send_it(server: Started):
    asking = request(TOKEN, "Expect: 100-continue", "Content-Length: 99999999999", method="POST")
    assert server.ask(asking).status == 413


def test_an_expectation_in_http_1_0_is_none(server: Started):
    with server.connect() as connection:
        length = f"Content-Length: {len(FORM)}"
        connection.send(request(TOKEN, "Expect: 100-continue", length, method="POST", version="HTTP/1.0"))
        connection.send(FORM)
        assert connection.answer().status in (400, 401)


# -- connections ------------------------------------------------------------------------------------------------------


def test_requests_sent_in_one_breath_are_answered_in_order(server: Started):
    paths = [KEYS, HEALTH, "/nowhere", KEYS, TOKEN] * 4
    with server.connect() as connection:
        connection.send(b"".join(map(request, paths)))
        assert [connection.answer().status for _ in paths] == [200, 200, 404, 200, 405] * 4


def test_a_reply_to_head_has_the_length_and_no_body(server: Started):
    with server.connect() as connection:
        connection.send(request(KEYS, method="HEAD") + request(KEYS))
        told = int(connection.answer(to="HEAD").headers["content-length"])
        assert told == len(connection.answer().body) > 0


@pytest.mark.parametrize(
    ("sent", "closes"),
    [
        (request(KEYS), False),
        (request(KEYS, "Connection: close"), True),
        (request(KEYS, "Connection: X-Hop , Close"), True),
        (request(KEYS, version="HTTP/1.0"), True),
        (request(KEYS, "Connection: keep-alive", version="HTTP/1.0"), False),
    ],
)
def test_a_connection_lasts_as_long_as_the_client_wants(server: Started, sent: bytes, closes: bool):
    with server.connect() as connection:
        connection.send(sent)
        answer = connection.answer()
        assert answer.status == 200
        if closes:
            assert answer.headers["connection"].lower() == "close"
            assert connection.is_closed()
        else:
            connection.send(sent)
            assert connection.answer().status == 200


def test_who_is_told_goodbye_reads_the_whole_reply_whatever_else_he_sends(server: Started):
    for _ in range(10):
        with server.connect() as connection:
            connection.send(request(KEYS, "Connection: close") + request(KEYS) * 1000)
            assert connection.answer().json["keys"]
            assert connection.is_closed()


MANGLED = st.builds(
    lambda sent, at, cut, put: sent[: at % len(sent)] + put + sent[(at + cut) % len(sent) :],
    st.sampled_from([
        request(KEYS, "Accept: */*", "Cookie: a=b"),
        request(TOKEN, "Content-Type: application/x-www-form-urlencoded", method="POST", body=FORM),
        request(TOKEN, CHUNKED, "Expect: 100-continue", method="POST") + IN_CHUNKS,
        request(f"http://localhost:1{KEYS}?a=%41", version="HTTP/1.0"),
    ]),
    st.integers(0, 200),
    st.integers(0, 8),
    st.one_of(st.binary(max_size=4), st.sampled_from([b"\r\n", b"\r\n ", b"\r\n\r\n", b":", b"\xff" * 9, b"%zz"])),
)  # fmt: skip


@settings(examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MANGLED)
def test_whatever_is_sent_is_answered_below_500_or_closed(plain: Started, sent: bytes):
    with plain.connect() as connection:
        connection.send(sent)
        connection.socket.shutdown(1)
        received = b""
        while more := connection.socket.recv(65_536):
            received += more
    statuses = [int(each.split(b" ")[1]) for each in received.split(b"\r\n") if each.startswith(b"HTTP/1.")]
    assert all(status < 500 or status in (501, 505) for status in statuses)
