"""Flask's request and response on one side, the engine's on the other."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

import flask
from werkzeug.exceptions import RequestEntityTooLarge

from mock_okta.config import Config
from mock_okta.engine.model import Reply, Request
from mock_okta.engine.model.json_depth import is_too_deep
from mock_okta.engine.model.reading import FORM_TYPE

DELAY = "mock_okta.delay"
"""Key in the WSGI environment: a function that lets the reply go out so many seconds later, holding up no other."""

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LAST_DATE_S = 253_402_300_799
_HOST = re.compile(r"([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


class ConnectionCut(ConnectionError):
    """Raised while a reply is being sent, to make the server hang up."""


class Unreadable(Exception):
    """A request that can't be handed to the engine.

    code: a key of API_ERRORS
    because: a sentence for `errorCauses`
    """

    def __init__(self, code: str, because: str) -> None:
        super().__init__(because)
        self.code = code
        self.because = because


def read_request(config: Config, endpoint: str, server: str = "") -> Request:
    """The request at hand as the engine takes it, but for its time and its chance, which its tenant knows.

    Raises: Unreadable; RequestEntityTooLarge if the body is longer than it may be
    """
    request = flask.request
    body = read_body(config)
    if request.mimetype != FORM_TYPE and is_too_deep(body, config.max_json_depth):
        raise Unreadable("E0000003", f"The body is nested deeper than {config.max_json_depth} levels.")
    return Request(
        method="GET" if request.method == "HEAD" else request.method,
        endpoint=endpoint,
        origin=origin(config),
        at=0.0,
        chance="",
        server=server,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=tuple(parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)),
        body=body,
        address=client_address(config),
    )


def read_body(config: Config) -> bytes:
    """The body of the request at hand, as it came."""
    request = flask.request
    if (request.content_length or 0) > config.max_body_bytes:
        raise RequestEntityTooLarge
    return request.get_data()


def origin(config: Config) -> str:
    """Scheme, host and port that every href and issuer begins with.

    Raises: Unreadable if the client sent a host that no address can have: every link in the reply would be broken
    """
    if config.base_url is not None:
        return config.base_url.rstrip("/")
    request = flask.request
    scheme, host = request.scheme, request.headers.get("Host", "")
    if config.trust_proxy:
        scheme = nearest(request.headers.get("X-Forwarded-Proto")) or scheme
        host = nearest(request.headers.get("X-Forwarded-Host")) or host
        port = nearest(request.headers.get("X-Forwarded-Port"))
        if port and port.isdecimal() and not re.search(r":\d+$", host):
            host = f"{host}:{port}"
    host = host or f"{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"
    if scheme not in DEFAULT_PORTS or not _HOST.fullmatch(host):
        raise Unreadable("E0000020", "The Host header is not a host.")
    return f"{scheme}://{host.lower().removesuffix(DEFAULT_PORTS[scheme])}"


def client_address(config: Config) -> str:
    """Who asks: the peer of the connection, or whom a trusted proxy names."""
    request = flask.request
    forwarded = nearest(request.headers.get("X-Forwarded-For")) if config.trust_proxy else ""
    return forwarded or request.remote_addr or ""


def nearest(header: str | None) -> str:
    """What the proxy next to us put into the header: the last of the values, each proxy appends its own."""
    return header.rpartition(",")[2].strip() if header else ""


def name_in(host: str) -> str | None:
    """The name or address in a `Host`, in lower case, without port, brackets and final dot; None if it is no host."""
    match = _HOST.fullmatch(host)
    return match[1].strip("[]").lower().removesuffix(".") if match else None


def asked_url(origin: str) -> str:
    """The address as the client wrote it, below that origin."""
    request = flask.request
    query = request.query_string.decode("utf-8", "replace")
    return f"{origin}{request.path}{'?' if query else ''}{query}"


def rendered(body: Any) -> bytes:
    """A reply's body as bytes: JSON without spaces, in UTF-8, its keys in the order they were put in."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=_as_json).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 does not have but JSON can escape
        return json.dumps(body, separators=(",", ":"), default=_as_json).encode()


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a reply can't hold a {type(value).__name__}")


def response(reply: Reply, at: float) -> flask.Response:
    """The reply as Flask sends it; waits and hangs up if it says so.

    at: epoch seconds on the tenant's clock, for `Date`: clients compare it with `X-Rate-Limit-Reset`
    """
    body = rendered(reply.body)
    headers = [(_header_text(name), _header_text(value)) for name, value in reply.headers]
    sent = _Bare(body, status=reply.status, headers=headers)
    if "Date" not in sent.headers:
        sent.headers["Date"] = formatdate(min(max(at, 0), LAST_DATE_S), usegmt=True)
    if reply.status != 204:
        sent.headers["Content-Length"] = str(len(body))
    if reply.delay_ms > 0:
        flask.request.environ.get(DELAY, time.sleep)(reply.delay_ms / 1000)
    if reply.cut:
        sent.response = _hanging_up(body[: len(body) // 2] if reply.cut == "truncate" else b"")
    return sent


class _Bare(flask.Response):
    """A response with no header that the reply does not have."""

    default_mimetype = None


def _header_text(text: str) -> str:
    """A header name or value that no line break or foreign letter can get through, wherever it came from."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(r"[^\x20-\x7e\x80-\xff]", "?", text)


def _hanging_up(sent_before: bytes) -> Iterator[bytes]:
    if sent_before:
        yield sent_before
    raise ConnectionCut
