"""Browsers: who asks, by address, program and cookies.

Source: idx-protocol notes 2.2 (`client`), 8.3 (cookies). Attributes of cookies are inferred.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Browser, Transaction

DEVICE_COOKIE = "DT"
DEVICE_COOKIE_S = 2 * 365 * 86_400


class Word(Struct, frozen=True):
    """A name in `client`, and what a `User-Agent` that means it holds."""

    name: str
    token: str


# The first that fits: Chrome says that it is Safari too, and Edge that it is both.
BROWSERS = (
    Word("EDGE", "Edg"),
    Word("OPERA", "OPR/"),
    Word("FIREFOX", "Firefox/"),
    Word("FIREFOX", "FxiOS/"),
    Word("CHROME", "Chrome/"),
    Word("CHROME", "CriOS/"),
    Word("SAFARI", "Safari/"),
)
SYSTEMS = (
    Word("iOS", "iPhone"),
    Word("iOS", "iPad"),
    Word("Android", "Android"),
    Word("ChromeOS", "CrOS"),
    Word("Windows", "Windows"),
    Word("Mac OS X", "Mac OS X"),
    Word("Linux", "Linux"),
)
UNKNOWN = "UNKNOWN"
"""What Okta calls a program that it does not know (System Log API, `client.userAgent`)."""


def cookie(turn: Turn, name: str) -> str:
    """A cookie that came with the request; empty if there is none of that name."""
    return next(iter(turn.request.reading.cookies(name)), "")


def asking(turn: Turn, *, device: str = "", forwarded: bool = False) -> Browser:
    """The browser that sent the request at hand, by its address, its program and its cookie.

    device: the cookie that it will have from now on, if it had none
    forwarded: the client is a server that has shown who it is, so that its word counts on whose behalf it asks
    """
    headers = turn.request.headers
    address = headers.get("x-forwarded-for", "").partition(",")[0].strip() if forwarded else ""
    return Browser(
        address=address or turn.request.address,
        agent=headers.get("user-agent", ""),
        device=device or cookie(turn, DEVICE_COOKIE),
    )


def is_browser(turn: Turn) -> bool:
    """Whether a browser asks: it says where its page is from, or (Fetch Metadata) what the request is for."""
    return any(name in turn.request.headers for name in ("origin", "sec-fetch-mode"))


def set_cookie(turn: Turn, name: str, value: str, max_age_s: int | None = None) -> tuple[str, str]:
    """The header that sets a cookie; it goes with requests from pages of other sites where that can be had."""
    secure = turn.request.origin.startswith("https://")
    reach = "Secure;SameSite=None" if secure else "SameSite=Lax"
    lasting = "" if max_age_s is None else f"Max-Age={max_age_s};"
    return ("Set-Cookie", f"{name}={value};Version=1;Path=/;{lasting}HttpOnly;{reach}")


def browser_of(agent: str) -> str:
    """What the program calls itself, as `client.browser` names it."""
    return next((word.name for word in BROWSERS if word.token in agent), UNKNOWN)


def system_of(agent: str) -> str:
    """What it runs on, as `client.os` names it."""
    return next((word.name for word in SYSTEMS if word.token in agent), UNKNOWN)


def client_of(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The `client` object: what asked for the sign-in, and where on earth the scenario says that is."""
    agent = transaction.browser.agent
    location = dict(turn.scenario.org.get("location", {}))
    return {"browser": browser_of(agent), "os": system_of(agent), "location": location}
