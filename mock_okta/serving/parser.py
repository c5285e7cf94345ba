"""Requests as they come in, in pieces of any length: waitress' parser with a reader of heads that never goes back.

Waitress' own goes back: 16 KB of digits in a request line keep it for twenty seconds, and nobody else is answered
meanwhile. Nor does it bound the lines between chunks, or answer at all where a length has 5,000 digits.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver, FixedStreamReceiver

from mock_okta.serving.heads import Refused, can_begin, read_head, read_request_line

LONGEST_CHUNK_LINE = 4096
LONGEST_TRAILER = 16_384
BECAUSE = {
    400: "The chunks of the body are not framed as they should be.",
    413: "The body is too long.",
    431: "The header fields are too long.",
}
_BARE = re.compile(rb"(?<!\r)\n|\r(?=[^\n])")


class RequestParser(HTTPRequestParser):
    """One request, from its first byte to its last."""

    command = ""
    version = "1.1"
    request_uri = path = "/"
    query = ""
    _line_is_read = False

    @property
    def has_begun(self) -> bool:
        """Whether something of it has come; empty lines between requests are nothing."""
        return self.headers_finished or bool(self.header_plus.strip(b"\r\n"))

    def received(self, data: bytes) -> int:
        """Takes what belongs to this request, and returns how much that was."""
        consumed = int(super().received(data))
        try:
            if self.completed:
                self._judge_error()
            elif not self.headers_finished:
                self._judge_beginning(len(data))
            elif self.chunked:
                self._judge_chunks()
        except Refused as refused:
            self._refuse(refused)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the head, which has come in whole."""
        self.url_scheme = self.adj.url_scheme
        if self.header_bytes_received >= self.adj.max_request_header_size:
            return  # it is being refused
        try:
            head = read_head(header_plus)
        except Refused as refused:
            self._refuse(refused)
            return
        self.first_line = header_plus.partition(b"\r\n")[0]
        self.command, self.request_uri, self.version = head.method, head.target, head.version
        self.path, self.query = unquote_to_bytes(head.path).decode("latin-1"), head.query
        self.headers = head.fields
        if head.closes:
            self.headers["CONNECTION"] = "close"
        self.expect_continue = head.version == "1.1" and head.fields.get("EXPECT", "").lower() == "100-continue"
        self.chunked, self.content_length = head.is_chunked, head.content_length
        if self.chunked:
            self.body_rcv = ChunkedReceiver(OverflowableBuffer(self.adj.inbuf_overflow))
        elif self.content_length:  # waitress refuses it if it is too long
            self.body_rcv = FixedStreamReceiver(self.content_length, OverflowableBuffer(self.adj.inbuf_overflow))

    def _judge_error(self) -> None:
        """Says in our own words what waitress has refused."""
        if self.error is not None and not isinstance(self.error, Refused):
            raise Refused(self.error.code, BECAUSE[self.error.code])

    def _judge_beginning(self, arrived: int) -> None:
        """Refuses what can't become a request, so that nobody waits for the rest of it.

        arrived: how many bytes came last; those before have been judged
        """
        if _BARE.search(self.header_plus, max(0, len(self.header_plus) - arrived - 1)):
            raise Refused(400, "A line does not end with CR and LF.")
        if self._line_is_read:
            return
        begun = self.header_plus.lstrip(b"\r\n")
        if begun and not can_begin(begun):
            raise Refused(400, "This is no HTTP.")
        line, end, _ = begun.partition(b"\r\n")
        if end:
            read_request_line(line)
            self._line_is_read = True

    def _judge_chunks(self) -> None:
        if len(self.body_rcv.control_line) > LONGEST_CHUNK_LINE:
            raise Refused(400, "The line before a chunk is too long.")
        if len(self.body_rcv.trailer) > LONGEST_TRAILER:
            raise Refused(431, "There is too much after the last chunk.")

    def _refuse(self, refused: Refused) -> None:
        self.error = refused
        self.completed = self.headers_finished = True
