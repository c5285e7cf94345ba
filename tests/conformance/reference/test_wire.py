import httpx
import pytest

from mock_okta_conformance.reference.errors import (
    ConfigurationError,
    InvalidInput,
    ServerError,
    TimedOut,
    TransportError,
)
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.wire import LARGEST_REPLY, Wire

URL = "https://org.test/idp/idx/identify?stateToken=canary"


def wire(handler, **settings):
    given = {"issuer": "https://org.test", "client_id": "0oa", "redirect_uri": "https://app.test", **settings}
    slept: list[float] = []
    made = Wire(
        httpx.Client(transport=httpx.MockTransport(handler)),
        Settings(**given),
        clock=lambda: 1000.0,
        sleep=slept.append,
        ticks=iter(range(10_000)).__next__,
    )
    return made, slept


def raising(error: Exception):
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


def test_json_is_sent_as_utf_8():
    seen = []
    sender, _ = wire(lambda request: seen.append(request) or httpx.Response(200, json={}))
    sender.send_json("PUT", URL, {"passcode": ' s3cret"\\é💥 '}, {"Content-Type": "application/json"})
    assert seen[0].content == '{"passcode":" s3cret\\"\\\\é💥 "}'.encode()
    assert seen[0].method == "PUT"
    assert str(seen[0].url) == URL


@pytest.mark.parametrize("value", ["\ud83d", float("nan"), float("inf")], ids=repr)
def test_what_json_or_utf_8_cannot_carry_is_not_sent(value):
    sender, _ = wire(raising(AssertionError("sent")))
    with pytest.raises(InvalidInput):
        sender.send_json("POST", URL, {"x": value}, {})


def test_forms_are_percent_encoded():
    seen = []
    sender, _ = wire(lambda request: seen.append(request) or httpx.Response(200, json={}))
    sender.post_form(URL, {"redirect_uri": "https://app/cb?x=1&y=2", "scope": "openid profile", "s": "é+%"})
    assert seen[0].content == b"redirect_uri=https%3A%2F%2Fapp%2Fcb%3Fx%3D1%26y%3D2&scope=openid+profile&s=%C3%A9%2B%25"
    assert seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/ion+json; x=y", "text/html", ""]
)
def test_json_is_json_however_it_is_labelled(content_type):
    sender, _ = wire(lambda request: httpx.Response(200, content=b'{"a":1}', headers={"content-type": content_type}))
    assert sender.get(URL).object() == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_reply_that_is_no_object_names_its_status_and_type(content):
    sender, _ = wire(lambda request: httpx.Response(502, content=content, headers={"content-type": "text/html"}))
    with pytest.raises(ServerError, match=r"https://org\.test/idp/idx/identify answered 502 with text/html"):
        sender.get(URL).object()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"location": "https://evil.test/"})

    with pytest.raises(ServerError, match="a redirect; it is not followed"):
        wire(handler)[0].post_form(URL, {"code_verifier": "canary"})
    assert asked == ["org.test"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("canary"), TransportError),
        (httpx.RemoteProtocolError("canary"), TransportError),
        (httpx.ReadError("canary"), TransportError),
        (httpx.DecodingError("canary"), TransportError),
        (httpx.ReadTimeout("canary"), TimedOut),
        (httpx.ConnectTimeout("canary"), TimedOut),
    ],
)
def test_a_lost_reply_is_an_error_without_secrets(error, kind):
    with pytest.raises(kind) as caught:
        wire(raising(error))[0].send_json("POST", URL, {"passcode": "canary"}, {})
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_bad_certificate_is_named():
    with pytest.raises(TransportError, match="the certificate is not valid"):
        wire(raising(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")))[0].get(URL)


def test_a_reply_that_trickles_in_is_cut_off():
    def trickle():
        for _ in range(1000):
            yield b" "

    with pytest.raises(TimedOut, match="within 10 s"):
        wire(lambda request: httpx.Response(200, content=trickle()))[0].get(URL)


def test_a_reply_without_end_is_cut_off():
    with pytest.raises(ServerError, match="answered more than"):
        wire(lambda request: httpx.Response(200, content=b" " * (LARGEST_REPLY + 1)))[0].get(URL)


def test_addresses_without_tls_are_not_asked():
    with pytest.raises(ConfigurationError):
        wire(raising(AssertionError("asked")))[0].get("http://org.test/")


# -- rate limits ------------------------------------------------------------------------------------------------------

DATE = "Thu, 01 Jan 1970 00:33:20 GMT"  # 2000 s, on the server's clock


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "2"},
        {"date": DATE, "x-rate-limit-reset": "2002"},
        {"date": DATE, "retry-after": "Thu, 01 Jan 1970 00:33:22 GMT"},
    ],
    ids=str,
)
def test_a_wait_that_the_settings_allow_is_waited(headers):
    left = [httpx.Response(429, headers=headers), httpx.Response(200, json={})]
    sender, slept = wire(lambda request: left.pop(0), longest_wait_s=5)
    assert sender.get(URL).status == 200
    assert slept == [2.0]


@pytest.mark.parametrize(
    "headers", [{"retry-after": "60"}, {}, {"x-rate-limit-limit": "0", "x-rate-limit-remaining": "0"}]
)
def test_a_wait_that_is_too_long_or_unknown_is_reported(headers):
    sender, slept = wire(lambda request: httpx.Response(429, headers=headers), longest_wait_s=5)
    assert sender.get(URL).status == 429
    assert slept == []


def test_repetitions_come_to_an_end():
    asked = []
    sender, slept = wire(
        lambda r: asked.append(r) or httpx.Response(429, headers={"retry-after": "1"}), longest_wait_s=5
    )
    assert sender.get(URL).status == 429
    assert (len(asked), slept) == (4, [1.0, 1.0, 1.0])


def test_nothing_but_a_429_is_repeated():
    asked = []
    sender, _ = wire(lambda r: asked.append(r) or httpx.Response(503, headers={"retry-after": "1"}), longest_wait_s=5)
    assert sender.get(URL).status == 503
    assert len(asked) == 1
