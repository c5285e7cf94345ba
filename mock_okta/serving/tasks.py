"""Requests that are being answered: by the application, by a refusal, and in pieces where a reply is long."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from waitress.channel import ClientDisconnected
from waitress.task import ErrorTask, WSGITask

from mock_okta.engine.base.api_errors import API_ERRORS, envelope_body
from mock_okta.tenant import error_id
from mock_okta.web.codec import DELAY, ConnectionCut, rendered

TASK = "mock_okta.task"
PIECE_BYTES = 65_536
"""How much of a reply that is made in pieces is made in one turn of the loop, about."""


class Rest:
    """What is still to be made of a reply whose length nobody knows yet."""

    def __init__(self, pieces: Iterable[bytes], *, is_chunked: bool) -> None:
        self._pieces = pieces
        self._iterator = iter(pieces)
        self._is_chunked = is_chunked
        self.is_over = False

    def some(self) -> bytes:
        """As much as one turn of the loop is to make, framed as the client expects it."""
        made = bytearray()
        for piece in self._iterator:
            if piece:
                made += b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece
            if len(made) >= PIECE_BYTES:
                return bytes(made)
        self.is_over = True
        self.close()
        return bytes(made) + (b"0\r\n\r\n" if self._is_chunked else b"")

    def close(self) -> None:
        """Lets the application know that no more of it is wanted."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


class Task(WSGITask):
    """A request that the application answers."""

    pieces: Iterable[bytes] | None = None

    def execute(self) -> None:
        """Hangs up, instead of answering 500, where a scenario says so."""
        if self.channel.server.is_stopping:
            self.set_close_on_finish()
        try:
            super().execute()
        except ConnectionCut:
            raise ClientDisconnected from None

    def finish(self) -> None:
        """Ends the reply, or hands what is still to be made of it to the channel."""
        if not self.wrote_header:
            self.write(b"")
        if self.pieces is not None:
            self.channel.rest = Rest(self.pieces, is_chunked=self.chunked_response)
        elif self.request.command != "HEAD":
            super().finish()

    def build_response_header(self) -> bytes:
        """The head of the reply, without the `Via` that waitress adds where a script has named a `Server`."""
        head: bytes = super().build_response_header()
        return head.replace(f"\r\nVia: {self.channel.server.adj.ident}\r\n".encode(), b"\r\n")

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with a way to delay the reply."""
        environment: dict[str, Any] = super().get_environment()
        environment[DELAY] = self.channel.hold
        environment[TASK] = self
        return environment


def in_pieces(application: Any) -> Any:
    """The application, but a reply whose length it does not tell is made as the client takes it."""

    def begun(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        pieces: Iterable[bytes] = application(environment, start_response)
        task: Task = environment[TASK]
        if task.content_length is not None or not task.has_body or environment["REQUEST_METHOD"] == "HEAD":
            return pieces
        task.pieces = pieces
        return ()

    return begun


class Refusal(ErrorTask):
    """A request that is no HTTP, or too long to be read, or that the application broke down over.

    It is told so in Okta's envelope rather than in plain text.
    """

    def execute(self) -> None:
        """Sends the envelope and closes the connection."""
        status = HTTPStatus(self.request.error.code)
        causes = [{"errorSummary": self.request.error.body}]
        row = API_ERRORS["E0000009" if status == HTTPStatus.INTERNAL_SERVER_ERROR else "E0000003"]
        body = rendered(envelope_body(row, error_id()) | {"errorCauses": causes})
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(b"" if self.request.command == "HEAD" else body)
