"""An endpoint is one row: where it is, what answers there, and what is particular to its replies.

Routes of the web layer and of the walks, headers, error forms, CORS and the words of scripts follow from the rows. Each
fact has to be said; a row that leaves one out is no row. Sources: okta-oauth notes 1 to 6.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from mock_okta.engine.base.oauth_errors import ErrorForm
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply

Headers = tuple[tuple[str, str], ...]


class RateLimit(Struct, frozen=True):
    """How many requests a minute are allowed.

    name: what requests count towards; endpoints with a limit of one name share it
    """

    name: str
    a_minute: int


ALL_OTHERS = RateLimit("idx", 600)
"""What all of `/idp/idx` counts towards, and with it what no page of Okta's names a limit of (inferred)."""


class Caching(Enum):
    """How long a client may keep what it got with status 200; anything else is never kept."""

    NEVER = "never"
    DAY = "day"
    ROTATION = "rotation"
    """Until the next key signs."""


class CorsPolicy(Enum):
    """Who may call from a page: `OPEN` anyone; the others trusted origins, `SESSION` with cookies.

    `CLIENT`: pages at a redirect URI of the client as well.
    `GAP`: anyone, with cookies: all that there is to read is what is missing.
    """

    OPEN = "open"
    GAP = "gap"
    TRUSTED = "trusted"
    SESSION = "session"
    CLIENT = "client"


class Endpoint(Struct, frozen=True, kw_only=True):
    """One endpoint.

    name: what scripts, the journal and `Request.endpoint` call it
    paths: rules, written as Flask and werkzeug write them. `<server>` is the id of a custom authorization server; a
        path without it is one of the org server's. `<path:rest>` becomes `Request.rest`
    methods: the verbs Okta accepts there; any other is answered 405 E0000022
    answer: takes the turn and returns the reply, or raises a Refusal
    rate_limit: None sends no `X-Rate-Limit-*`
    errors: how an OAuth error is written
    leads: where the path names no authorization server, something in the request leads to the tenant, e.g. a
        `stateToken`
    headers: what every reply has besides those of all endpoints
    """

    name: str
    paths: tuple[str, ...]
    methods: tuple[str, ...]
    answer: Callable[[Turn], Reply]
    rate_limit: RateLimit | None
    caching: Caching
    errors: ErrorForm
    cors: CorsPolicy
    leads: bool
    headers: Headers = ()


def of_both_servers(path: str) -> tuple[str, str]:
    """The rules of a path below `/v1/`: that of the org server, and that of every custom one."""
    return f"/oauth2/v1/{path}", f"/oauth2/<server>/v1/{path}"
