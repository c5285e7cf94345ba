"""The head of a request: what it asks for, and how its body is framed. Read in one pass, never going back.

RFC 9112, and where it leaves a choice the strict one: what two readers could take for different requests is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

MOST_FIELDS = 200
"""Header lines of one request. Node takes 2000, Apache 100."""

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_METHOD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Z]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_VERSION = re.compile(rb"HTTP/(\d)\.(\d)")
_AUTHORITY = rb"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
_ORIGIN = re.compile(rb"https?://(" + _AUTHORITY + rb")(?=[/?#]|$)", re.IGNORECASE)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_MOST_DIGITS = 15


class Refused(Exception):
    """A request that is not read any further.

    code: the status that it is answered with
    body: a sentence that says why
    """

    def __init__(self, code: int, body: str) -> None:
        super().__init__(body)
        self.code = code
        self.body = body


class Head(Struct, frozen=True, kw_only=True):
    """A request line and the header fields below it.

    version: "1.0" or "1.1"
    target: as the client wrote it; path and query are those in it, the path with its escapes
    fields: by their WSGI names, `CONTENT_TYPE`; of a field that came more than once, the values with commas between
    is_chunked: how long the body is comes with it
    content_length: bytes, 0 if it is chunked
    """

    method: str
    target: str
    path: bytes
    query: str
    version: str
    fields: dict[str, str]
    is_chunked: bool
    content_length: int

    @property
    def closes(self) -> bool:
        """Whether the client does not want another reply on this connection."""
        return "close" in _listed([self.fields.get("CONNECTION", "")])


def read_head(text: bytes) -> Head:
    """The head that these lines are, without the empty line at their end.

    Raises: Refused
    """
    lines = text.removesuffix(b"\r\n\r\n").split(b"\r\n", MOST_FIELDS + 1)
    method, target, version = read_request_line(lines[0])
    if len(lines) > MOST_FIELDS + 1:
        raise Refused(431, f"There are more than {MOST_FIELDS} header fields.")
    fields = _read_fields(lines[1:])
    authority, path, query = _read_target(method, target)
    hosts = fields.get("HOST", [])
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise Refused(400, "There must be one Host header.")  # RFC 9112, 3.2
    if authority:
        fields["HOST"] = [authority]  # RFC 9112, 3.2.2: it holds rather than the header
    is_chunked, content_length = _read_framing(fields, version)
    return Head(
        method=method.decode(),
        target=target.decode(),
        path=path,
        query=query.decode(),
        version=version,
        fields={name: ", ".join(values) for name, values in fields.items()},
        is_chunked=is_chunked,
        content_length=content_length,
    )


def read_request_line(line: bytes) -> tuple[bytes, bytes, str]:
    """Method, target and version, which is "1.1" for any 1.x after it.

    Raises: Refused
    """
    words = line.split(b" ", 3)
    if len(words) != 3 or not _METHOD.fullmatch(words[0]) or not _TARGET.fullmatch(words[1]):
        raise Refused(400, "The request line is not a method, a target and a version.")
    found = _VERSION.fullmatch(words[2])
    if found is None:
        raise Refused(400, "The request line does not end with a version of HTTP.")
    if found[1] != b"1":
        raise Refused(505, "This server speaks HTTP/1.1.")
    return words[0], words[1], "1.0" if found[2] == b"0" else "1.1"


def can_begin(text: bytes) -> bool:
    """Whether a request may begin with these bytes, of which there is at least one: a TLS hello, say, can not."""
    return _METHOD.match(text) is not None


def _read_fields(lines: Sequence[bytes]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if line.startswith((b" ", b"\t")):
            raise Refused(400, "A header field is folded over several lines.")  # RFC 9112, 5.2
        if not colon or not _TOKEN.fullmatch(name) or _NO_TEXT.search(value):
            raise Refused(400, "A header field is not a name, a colon and a text.")
        if b"_" not in name:  # to an application it would look like the one with hyphens
            key = name.decode().upper().replace("-", "_")
            fields.setdefault(key, []).append(value.strip(b" \t").decode("latin-1"))
    return fields


def _read_target(method: bytes, target: bytes) -> tuple[str, bytes, bytes]:
    """The authority if the target names one, the path and the query."""
    found = _ORIGIN.match(target)
    below, _, _ = target[found.end() if found else 0 :].partition(b"#")
    path, _, query = below.partition(b"?")
    if found:
        return found[1].decode(), path or b"/", query
    if path.startswith(b"/") or (path == b"*" and method == b"OPTIONS"):
        return "", path, query
    raise Refused(400, "The target is neither a path nor an http address.")


def _read_framing(fields: dict[str, list[str]], version: str) -> tuple[bool, int]:
    """Whether the body is chunked, and else its length.

    Source: RFC 9112, 6.1 and 6.3, which let a server refuse what is framed in two ways
    """
    lengths = fields.get("CONTENT_LENGTH", [])
    # Applications see the body whole, and so must not see how it was sent.
    codings = fields.pop("TRANSFER_ENCODING", None)
    if codings is not None:
        if version == "1.0" or lengths:
            raise Refused(400, "Transfer-Encoding stands in HTTP/1.0 or beside a Content-Length.")
        names = _listed(codings)
        if set(names) - {"chunked"}:
            raise Refused(501, "The only transfer coding served is chunked.")
        if names != ["chunked"]:
            raise Refused(400, "Transfer-Encoding is not chunked, once.")
        return True, 0
    if not lengths:
        return False, 0
    digits = lengths[0]
    if len(lengths) > 1 or not (digits.isascii() and digits.isdigit()):
        raise Refused(400, "Content-Length is not one number.")
    if len(digits) > _MOST_DIGITS:
        raise Refused(413, "The body is too long.")
    return False, int(digits)


def _listed(values: Sequence[str]) -> list[str]:
    """The members of a comma-separated list in lower case, empty ones left out (RFC 9110, 5.6.1)."""
    words = (word.strip(" \t").lower() for word in ",".join(values).split(","))
    return [word for word in words if word]
