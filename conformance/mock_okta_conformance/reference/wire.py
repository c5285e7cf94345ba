"""Requests out, replies in: the only place that touches the network.

No redirect is followed, and a reply has to be whole within the time and size allowed. Nothing is repeated, except what
was refused with 429 and that only where the settings say how long we may wait. Whatever httpx raises becomes one of our
errors, without the exception behind it, since that one holds the request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from mock_okta_conformance.reference.errors import InvalidInput, ServerError, TimedOut, TransportError
from mock_okta_conformance.reference.retry_after import retry_after_s
from mock_okta_conformance.reference.settings import Settings, check_address, shown

LARGEST_REPLY = 2_000_000
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP reply. `body`: the parsed JSON, `UNREADABLE` if it isn't any; `asked`: the request, for error texts."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: Any = field(repr=False)
    asked: str = ""

    def object(self) -> dict[str, Any]:
        """The body, which must be a JSON object. Raises ServerError if it isn't."""
        if isinstance(self.body, dict):
            return self.body
        media_type = self.headers.get("content-type", "no content type").partition(";")[0]
        raise ServerError(
            f"{self.asked} answered {self.status} with {media_type} instead of a JSON object", status=self.status
        )


class Unreadable:
    """Stands where there is no JSON value."""


UNREADABLE = Unreadable()


class Wire:
    """Sends requests through an `httpx.Client` that the caller made.

    clock: epoch seconds; sleep: waits that many seconds
    ticks: seconds that never go back, as `time.monotonic` gives them
    """

    def __init__(
        self,
        http: httpx.Client,
        settings: Settings,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._ticks = ticks

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GETs JSON."""
        return self._exchange("GET", url, {"Accept": JSON, **(headers or {})}, None)

    def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POSTs a form, percent-encoded (RFC 6749, appendix B)."""
        return self._exchange(
            "POST", url, {"Content-Type": FORM, "Accept": JSON, **(headers or {})}, _encoded(lambda: urlencode(form))
        )

    def send_json(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Sends a JSON value as UTF-8."""
        content = _encoded(lambda: json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        return self._exchange(method, url, headers, content)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        check_address(url, http_on_loopback=self._settings.http_on_loopback)
        if self._settings.language is not None:
            headers = {"Accept-Language": self._settings.language, **headers}
        for _ in range(self._settings.most_retries):
            answer = self._try(method, url, headers, content)
            wait_s = retry_after_s(answer.headers, self._clock()) if answer.status == 429 else None
            if wait_s is None or wait_s > self._settings.longest_wait_s:
                return answer
            self._sleep(wait_s)
        return self._try(method, url, headers, content)

    def _try(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        asked = f"{method} {shown(url)}"
        try:
            return self._receive(method, url, headers, content, asked)
        except httpx.TimeoutException:
            raise TimedOut(f"{asked} had no whole answer within {self._settings.timeout_s:g} s") from None
        except (httpx.RequestError, httpx.InvalidURL, httpx.StreamError) as error:
            raise TransportError(f"{asked} failed: {_cause(error)}") from None

    def _receive(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, asked: str) -> Answer:
        timeout_s = self._settings.timeout_s
        deadline = self._ticks() + timeout_s
        received = bytearray()
        with self._http.stream(
            method, url, headers=dict(headers), content=content, timeout=timeout_s, follow_redirects=False
        ) as response:
            for piece in response.iter_bytes():
                received += piece
                if self._ticks() > deadline:
                    raise httpx.ReadTimeout("")
                if len(received) > LARGEST_REPLY:
                    raise ServerError(f"{asked} answered more than {LARGEST_REPLY} bytes", status=response.status_code)
        answer = Answer(response.status_code, response.headers, _parsed(bytes(received)), asked)
        if response.is_redirect:
            raise ServerError(f"{asked} answered {answer.status}, a redirect; it is not followed", status=answer.status)
        return answer


def _encoded(write: Callable[[], str]) -> bytes:
    try:
        return write().encode("utf-8")
    except (UnicodeEncodeError, ValueError):
        raise InvalidInput("a value can't be written as UTF-8 or JSON", code="type") from None


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return UNREADABLE


def _cause(error: Exception) -> str:
    """Why there was no reply, in a word: the name of the exception, and whether a certificate was to blame."""
    return "the certificate is not valid" if "CERTIFICATE_VERIFY_FAILED" in str(error) else type(error).__name__
