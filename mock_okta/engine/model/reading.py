"""What a request says. Each part is read once, when somebody first asks for it, and is then there for all others.

Whoever finds the tenant, the script and the endpoint ask for the same parts, some of them leniently: nonsense belongs
to a tenant too.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from mock_okta.engine.model.json_depth import is_too_deep

MAX_DEPTH = 32
"""Of arrays and objects in a JSON body."""

MAX_FIELDS = 100
"""In a form."""

FORM_TYPE = "application/x-www-form-urlencoded"

OTHER_MEDIA_TYPE, MALFORMED = "E0000021", "E0000003"
"""Codes of Okta's API errors."""


class UnreadableBody(Exception):
    """The body is not what the endpoint takes. `code`: of Okta's API error for that."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reading:
    """The parts of one request. headers: names in lower case"""

    def __init__(
        self, method: str, headers: Mapping[str, str], query: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        self.method = method
        self.headers = headers
        self.query = query
        self.body = body

    def is_of(self, method: str, headers: Mapping[str, str], query: tuple[tuple[str, str], ...], body: bytes) -> bool:
        """Whether these are the very parts that it reads."""
        return self.method == method and self.headers is headers and self.query is query and self.body is body

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reading) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash((self.method, self.query, self.body))

    @property
    def _parts(self) -> tuple[Any, ...]:
        return self.method, self.headers, self.query, self.body

    # -- JSON ---------------------------------------------------------------------------------------------------------

    @cached_property
    def members(self) -> Mapping[str, Any] | None:
        """The members of the JSON object in the body, whatever its media type and depth; None if that is none."""
        try:
            value = json.loads(self._text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def json_object(self) -> Mapping[str, Any]:
        """The JSON object in the body, as the endpoints take it. Not to be changed: others read it too.

        Raises: UnreadableBody E0000021 for another media type, E0000003 for anything but one object of sane depth
        """
        found = self._json_object
        if isinstance(found, str):
            raise UnreadableBody(found)
        return found

    @cached_property
    def _json_object(self) -> Mapping[str, Any] | str:
        """The JSON object, or the code of the error that the body gets."""
        if "json" not in self.headers.get("content-type", "json").lower():
            return OTHER_MEDIA_TYPE
        if is_too_deep(self.body, MAX_DEPTH) or self.members is None or self._has_half_a_letter:
            return MALFORMED
        return self.members

    @cached_property
    def _text(self) -> str:
        return self.body.decode("utf-8")  # UnicodeDecodeError is a ValueError

    @property
    def _has_half_a_letter(self) -> bool:
        """Whether a text of the body could not be answered with: JSON can escape what UTF-8 does not have."""
        if "\\u" not in self._text:
            return False
        try:
            json.dumps(self.members, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            return True
        return False

    # -- parameters ---------------------------------------------------------------------------------------------------

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Those of the query, then those of the form in the body.

        Raises: UnreadableBody E0000021 for a body of another media type, E0000003 for more than `MAX_FIELDS` in it
        """
        form = self._form
        if isinstance(form, str):
            raise UnreadableBody(form)
        return (*self.query, *form)

    @property
    def readable_parameters(self) -> tuple[tuple[str, str], ...]:
        """The same, but without those of a form that cannot be read."""
        return self.query if isinstance(self._form, str) else (*self.query, *self._form)

    @cached_property
    def _form(self) -> tuple[tuple[str, str], ...] | str:
        """The fields of the form, or the code of the error that it gets."""
        if self.method == "GET" or not self.body:
            return ()
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
            return OTHER_MEDIA_TYPE
        try:
            text = self.body.decode("utf-8", "replace")
            return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
        except ValueError:
            return MALFORMED

    # -- headers ------------------------------------------------------------------------------------------------------

    def cookies(self, name: str) -> tuple[str, ...]:
        """The values of the cookies of that name, in their order."""
        return tuple(value for each, value in self._cookies if each == name)

    @cached_property
    def _cookies(self) -> tuple[tuple[str, str], ...]:
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return tuple((name, value.strip('"')) for name, _, value in pairs)

    @cached_property
    def basic(self) -> tuple[str, str, str] | None:
        """What a Basic header holds: id, colon if there is one, and secret; None for another header, or none.

        Not yet decoded as a form (RFC 6749, section 2.3.1).
        """
        scheme, _, encoded = self.headers.get("authorization", "").strip().partition(" ")
        try:
            decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return None
        return decoded.partition(":") if scheme.lower() == "basic" else None
