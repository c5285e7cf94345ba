"""A browser that was sent elsewhere: to the sign-in page of an identity provider, and back."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx

from tests.interop.running import Tenant

REDIRECTS = 10


def back_from_provider(tenant: Tenant, address: str, *, login: str) -> str:
    """Where the browser comes back to after somebody has signed in at the provider.

    address: where the page of the sign-in leads
    """
    shown = _followed(tenant.control.get(address), tenant)
    action, token = re.search(r'<form method="post" action="([^"]+)"', shown.text), _state_token(shown.text)
    assert action, shown.text
    reply = tenant.control.post(urljoin(tenant.base, action[1]), data={"stateToken": token, "login": login})
    return reply.headers["location"]


def _followed(reply: httpx.Response, tenant: Tenant) -> httpx.Response:
    for _ in range(REDIRECTS):
        if reply.status_code != 302:
            return reply
        reply = tenant.control.get(urljoin(tenant.base, reply.headers["location"]))
    raise AssertionError(f"more than {REDIRECTS} redirects")


def _state_token(page: str) -> str:
    found = re.search(r'name="stateToken" value="([^"]+)"', page)
    assert found, page
    return found[1]
