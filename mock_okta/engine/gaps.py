"""All that Okta serves and this server does not: the rows of `base.gaps`, and the grants without a reader."""

from __future__ import annotations

from collections.abc import Iterable

from mock_okta.engine.base.gaps import HEADER, OF_AUTHORIZATION_SERVER, OF_ORG, Gap
from mock_okta.engine.base.table import table
from mock_okta.engine.oauth import grants

GAPS: dict[str, Gap] = table("name", (*OF_AUTHORIZATION_SERVER, *grants.gaps(), *OF_ORG))


def met(headers: Iterable[tuple[str, str]]) -> Gap | None:
    """The gap that an answer with these headers is about; None for any other answer."""
    return next((GAPS[value] for name, value in headers if name == HEADER and value in GAPS), None)
