"""A browser without script: it keeps cookies, follows redirects within the org, and submits forms of pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

MOST_REDIRECTS = 10


class NoSuchButton(Exception):
    """The page has no button with that label or that value. The text says which it has."""


@dataclass(slots=True)
class Form:
    """A form of a page: what it sends unless that is changed, and its buttons, (name, value) by label."""

    action: str
    kept: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Browser:
    """Visits addresses below one origin.

    cookies: what it was given already
    came_back_to: the address outside of the org that it was last sent to, "" if none
    """

    def __init__(self, transport: httpx.BaseTransport, origin: str, cookies: Mapping[str, str]) -> None:
        headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36"}
        self._http = httpx.Client(transport=transport, headers=headers, trust_env=False)
        self._http.cookies.update(dict(cookies))
        self._origin = origin
        self._page = ""
        self._address = origin
        self.came_back_to = ""

    def visit(self, address: str, form: Mapping[str, str] | None = None) -> None:
        """Goes to an address, or posts a form to it, and on to wherever that sends it within the org."""
        self.came_back_to = ""
        for _ in range(MOST_REDIRECTS):
            reply = self._http.get(address) if form is None else self._http.post(address, data=dict(form))
            location = reply.headers.get("location")
            if not reply.is_redirect or location is None:
                self._page, self._address = reply.text, address
                return
            address, form = urljoin(address, location), None
            if _origin_of(address) != self._origin:
                self.came_back_to = address
                return

    def press(self, label: str, **typed: str) -> None:
        """Submits the form that has a button with this label or value, with what was typed. Raises: NoSuchButton"""
        forms = _read(self._page).found
        for form in forms:
            for shown, (name, value) in form.buttons.items():
                if label in (shown, value):
                    self.visit(urljoin(self._address, form.action), form.kept | {name: value} | typed)
                    return
        buttons = ", ".join(repr(shown) for form in forms for shown in form.buttons) or "none"
        raise NoSuchButton(f"there is no button {label!r}; there are {buttons}")

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(" ".join(_read(self._page).words).split())

    @property
    def state_token(self) -> str | None:
        """What a widget on the page would introspect."""
        found = re.search(r'data-state-token="([^"]+)"', self._page)
        return unescape(found[1]) if found else None


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.words: list[str] = []
        self._button: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(named.get("action", "")))
        elif tag == "input" and "value" in named and self.found:
            self.found[-1].kept[named["name"]] = named["value"]
        elif tag == "button" and self.found:
            self._button = (named.get("name", ""), named.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:  # not inside of style or script
            self.words.append(data)
        if self._button:
            self.found[-1].buttons[data.strip()] = self._button
            self._button = None


def _read(page: str) -> _Page:
    parser = _Page()
    parser.feed(page)
    return parser
