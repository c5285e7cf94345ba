"""What stands between a client and a server, and changes requests or replies on their way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx


class Outgoing:
    """A request on its way out, to be changed in place.

    endpoint: "interact", "token", "keys", "idx/identify" and so on
    form, body: the decoded form or JSON object, whichever it is
    """

    def __init__(self, request: httpx.Request) -> None:
        self.method = request.method
        self.url = str(request.url)
        self.headers = dict(request.headers)
        self.content = request.read()
        path = urlsplit(self.url).path
        self.endpoint = path.split("/idp/")[-1] if "/idp/idx/" in path else path.rpartition("/")[2]
        form_type = "x-www-form-urlencoded" in self.headers.get("content-type", "")
        self.form = dict(parse_qsl(self.content.decode(), keep_blank_values=True)) if form_type else None
        self.body = None if form_type else _json_value(self.content)

    def request(self) -> httpx.Request:
        """The request as it goes out."""
        if self.form is not None:
            self.content = urlencode(self.form, doseq=True).encode()
        elif self.body is not None:
            self.content = json.dumps(self.body, ensure_ascii=False).encode()
        return self.raw_request()

    def raw_request(self) -> httpx.Request:
        """The request with the content as it is."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        return httpx.Request(self.method, self.url, headers=headers, content=self.content)


def _json_value(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


class Tampering(httpx.BaseTransport):
    """A transport whose every exchange goes through `exchange(request, send)`."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        exchange: Callable[[httpx.Request, Callable[[httpx.Request], httpx.Response]], httpx.Response],
    ) -> None:
        self._inner = inner
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._exchange(request, self._inner.handle_request)
