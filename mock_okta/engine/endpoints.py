"""Every endpoint, of all surfaces: from these rows follow routes, headers, error forms, CORS and the words of scripts.

What Okta serves besides is in `base.gaps`. Paths of `/idp/idx` are from recorded traffic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mock_okta.engine.base.endpoint import ALL_OTHERS, Caching, CorsPolicy, Endpoint
from mock_okta.engine.base.gaps import Gap
from mock_okta.engine.base.oauth_errors import as_json
from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser.endpoints import ENDPOINTS as OF_BROWSERS
from mock_okta.engine.gaps import GAPS
from mock_okta.engine.idx import endpoint as idx
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.endpoints import ENDPOINTS as OF_AUTHORIZATION_SERVER

PLACEHOLDERS = ("<server>", "<path:rest>")
"""What becomes `Request.server` and `Request.rest`."""


def _identity_engine(turn: Turn) -> Reply:
    return idx.answer(turn, turn.request.endpoint.removeprefix("idx/"))


IDX = Endpoint(
    name="idx",
    paths=("/idp/idx/<path:rest>",),
    methods=("POST",),
    answer=_identity_engine,
    rate_limit=ALL_OTHERS,
    caching=Caching.NEVER,
    errors=as_json,
    cors=CorsPolicy.SESSION,
    leads=True,
)
"""All of the Identity Engine: `Request.endpoint` is "idx/" and the rest of the path. A handle leads to the tenant."""


def endpoint_of(name: str) -> Endpoint:
    """The row of a request's endpoint, e.g. that of the Identity Engine for "idx/identify".

    Raises: KeyError for a name that no row has
    """
    return ENDPOINTS[name.partition("/")[0]]


def composed(endpoints: Iterable[Endpoint], gaps: Iterable[Gap]) -> dict[str, Endpoint]:
    """The endpoints by name, each path of which leads to one thing alone.

    Raises: ValueError for rows that get in each other's way, and for a gap within an endpoint that there is not
    """
    found = table("name", endpoints)
    taken = {path: gap.name for gap in gaps for path in gap.paths}
    for row in found.values():
        if "/" in row.name or not row.paths or not row.methods:
            raise ValueError(f"{row.name!r} has a slash in its name, no path or no method")
        for path in row.paths:
            if path in taken:
                raise ValueError(f"{path} is both of {taken[path]!r} and of {row.name!r}")
            if unknown := set(re.findall("<[^<>]*>", path)).difference(PLACEHOLDERS):
                raise ValueError(f"{path} of {row.name!r} has a placeholder {unknown.pop()}")
            taken[path] = row.name
    for gap in gaps:
        if lost := set(gap.within).difference(found):
            raise ValueError(f"the gap {gap.name!r} is within {lost.pop()!r}, which is no endpoint")
    return found


ENDPOINTS = composed((*OF_AUTHORIZATION_SERVER.values(), *OF_BROWSERS.values(), IDX), GAPS.values())
