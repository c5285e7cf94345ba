"""Whose request it is: the server that its path names, or a handle, token or cookie that begins with a tenant's tag."""

from __future__ import annotations

from typing import Protocol, TypeVar

from mock_okta.engine.base import ids
from mock_okta.engine.model import Request

IDX = "idx/"
"""What the endpoints of the Identity Engine begin with."""

HANDLES = ("stateHandle", "interactionHandle", "stateToken")
"""Members of an IDX body that hold a handle; the first that is a text counts."""

PARAMETERS = ("stateToken", "stateTokenExternalId", "token")
"""Parameters of a query or a form that begin with the tag of their tenant."""

SESSION_COOKIE = "idx"
"""The cookie that leads to a session, whose id is a handle."""

LINK_PREFIX = "ft"
"""What tokens of mailed links begin with (recorded); the rest has the form of a handle."""

Tenant = TypeVar("Tenant", covariant=True)


class Tenants(Protocol[Tenant]):
    """Those that there are."""

    @property
    def default(self) -> Tenant:
        """The one that is also the org server."""

    def find(self, id: str) -> Tenant | None:
        """That of an authorization server; "" is the org server."""

    def find_by_tag(self, tag: str) -> Tenant | None:
        """That whose handles carry the tag."""


def tenant_of(request: Request, tenants: Tenants[Tenant], *, leads: bool = False) -> Tenant | None:
    """The tenant that a request belongs to; None if its server or its handle is not known.

    leads: the path names no server, but something in the request may lead to one; without that it is the default one's
    """
    if request.endpoint.startswith(IDX):
        handle = _handle(request)
        return tenants.default if handle is None else _by_tag(tenants, ids.handle_tag(handle))
    if leads:
        return _by_tag(tenants, _tag(request)) or tenants.default
    return tenants.find(request.server)


def _by_tag(tenants: Tenants[Tenant], tag: str | None) -> Tenant | None:
    return None if tag is None else tenants.find_by_tag(tag)


def _handle(request: Request) -> str | None:
    """What is in place of a handle, whether it has the form of one or not."""
    members = request.reading.members or {}
    return next((members[name] for name in HANDLES if isinstance(members.get(name), str)), None)


def _tag(request: Request) -> str | None:
    reading = request.reading
    named = (value for name, value in reading.readable_parameters if name in PARAMETERS)
    handles = (*(value.removeprefix(LINK_PREFIX) for value in named), *reading.cookies(SESSION_COOKIE))
    return next(filter(None, map(ids.handle_tag, handles)), None)
