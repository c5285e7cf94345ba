"""Whatever address of ours is in a mail, a text, a page or a document leads to an answer, or to a gap with a name."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from mock_okta.config import Config
from mock_okta.web.app import create_app
from tests.recorded import ORIGIN, Recorded, again, recorded

ADDRESS = re.compile(rf"{re.escape(ORIGIN)}[^\s\"'<>\\\\]*")
LOCAL = re.compile(r"""(?:href|src|action)="(/[^"]*)""")
PART_OF_NO_KIND = re.compile(r"[A-Za-z0-9_.~-]{20,}")
"""A token or an id: two addresses that differ in these alone are of one kind."""

NO_ADDRESSES = re.compile(rf"{re.escape(ORIGIN)}(/oauth2/[^/]*)?/?")
"""Issuers and the org's own name: nobody goes there."""

DOCUMENTS = (
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/okta-organization",
    "/oauth2/walked/.well-known/openid-configuration",
    "/oauth2/walked/.well-known/oauth-authorization-server",
)


def texts(recording: Recorded) -> Iterator[str]:
    """Everything that was sent, by any way."""
    for mail in recording.end.outbox:
        yield f"{mail.link} {mail.body}"
    for move in recording.moves:
        yield json.dumps(move.line["response"]["body"])
        yield from (value for name, value in move.reply.headers if name.lower() == "location")


def addresses(text: str) -> Iterator[str]:
    """Our own addresses in a text, in the tokens in it as well."""
    for found in ADDRESS.findall(text):
        if not NO_ADDRESSES.fullmatch(found):
            yield found
    yield from (ORIGIN + path.replace("&amp;", "&") for path in LOCAL.findall(text))
    for payload in re.findall(r"eyJ[\w-]+\.(eyJ[\w-]+)\.", text):
        yield from addresses(base64.urlsafe_b64decode(payload + "===").decode("utf-8", "replace"))


def kind(address: str) -> str:
    return PART_OF_NO_KIND.sub("*", address.partition("?")[0])


def follow(client: Any, path: str) -> Any:
    """What a browser gets there, or a program that posts where that is wanted."""
    read = client.get(path, base_url=ORIGIN)
    return client.post(path, base_url=ORIGIN, json={}) if read.status_code == 405 else read


def test_every_address_that_is_sent_leads_somewhere():
    followed: dict[str, str] = {}
    for recording in recorded():
        client = cache(lambda recording=recording: create_app(again(recording)[0], Config(port=0)).test_client())
        sent = [*texts(recording)]
        sent += [client().get(path, base_url=ORIGIN).text for path in DOCUMENTS if not followed]
        for address in (address for text in sent for address in addresses(text)):
            if kind(address) in followed:
                continue
            reply = follow(client(), address.removeprefix(ORIGIN))
            is_gap = reply.status_code == 501 and "X-Mock-Okta-Gap" in reply.headers
            found = is_gap or reply.status_code not in (404, 501)
            followed[kind(address)] = "" if found else f"{address}: {reply.status_code}, sent in {recording}"
    for known in ("/auth/push/link", "/email/verify/", "/activate/walked", "/sso/idps/", "/idp/idx/identify"):
        assert any(each.startswith(f"{ORIGIN}{known}") for each in followed), f"nothing led to {known}"
    assert sorted(filter(None, followed.values())) == []
