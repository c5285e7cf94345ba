"""What leads to the tenant where the path names no authorization server: a handle, token or cookie of the request."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mock_okta.engine.base import ids
from mock_okta.engine.model import Request

PARAMETERS = ("stateToken", "stateTokenExternalId", "token")
"""Parameters of a query or a form that begin with the tag of their tenant."""

SESSION_COOKIE = "idx"
"""The cookie that leads to a session, whose id is a handle."""

LINK_PREFIX = "ft"
"""What tokens of mailed links begin with (recorded); the rest has the form of a handle."""

MOST_FIELDS = 100


def tag_of(request: Request) -> str | None:
    """The tag of the tenant that this request belongs to; None if nothing in it says so."""
    for name, value in (*request.query, *_form_of(request)):
        if name in PARAMETERS:
            tag = ids.handle_tag(value.removeprefix(LINK_PREFIX))
            if tag is not None:
                return tag
    return _tag_of_session(request.headers.get("cookie", ""))


def _tag_of_session(cookies: str) -> str | None:
    """The tag of the tenant that a browser is signed in to."""
    pairs = (pair.strip().partition("=") for pair in cookies.split(";"))
    found = (value.strip('"') for name, _, value in pairs if name == SESSION_COOKIE)
    return next(filter(None, map(ids.handle_tag, found)), None)


def _form_of(request: Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    try:
        return parse_qsl(request.body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
