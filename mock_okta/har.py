"""A journal as an HTTP Archive, which browsers' developer tools and most HTTP debuggers open.

Source: HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mock_okta.journal import Exchange


def as_har(entries: Sequence[Any], version: str) -> dict[str, Any]:
    """One HAR document of these entries. `version`: of this program."""
    return {
        "log": {"version": "1.2", "creator": {"name": "mock-okta", "version": version}, "entries": entries},
    }


def as_entry(exchange: Exchange) -> dict[str, Any]:
    """The exchange as an entry of a HAR document."""
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds"),
        "time": exchange.delay_ms,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.delay_ms, "receive": 0},
        "comment": _comment(exchange),
    }


def _comment(exchange: Exchange) -> str:
    """What HAR has no member for: whose it is, and what the script asked for in vain."""
    whose = f"{exchange.tenant} {exchange.endpoint} {exchange.transaction or ''}".rstrip()
    return "; ".join([whose, *exchange.unapplied])


def _request(exchange: Exchange) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        mime_type = dict(exchange.request_headers).get("content-type", "")
        request["postData"] = {"mimeType": mime_type, "text": exchange.request_body.decode("utf-8", "replace")}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    body = exchange.response_body
    if not isinstance(body, bytes):
        body = b"" if body is None else json.dumps(body, default=dict).encode()
    headers = {name.lower(): value for name, value in exchange.response_headers}
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    return {
        "status": exchange.status,
        "statusText": phrase,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.response_headers),
        "content": {
            "size": len(body),
            "mimeType": headers.get("content-type", ""),
            "text": body.decode("utf-8", "replace"),
        },
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": len(body),
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
