"""A browser without HTTP: it keeps cookies, follows links and submits forms of pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from werkzeug.routing import Map, Rule

from mock_okta.engine.endpoints import ENDPOINTS
from mock_okta.engine.model import Reply
from tests.engine.engine_client import ORIGIN, EngineClient

_RULES = [Rule(path, endpoint=row.name) for row in ENDPOINTS.values() for path in row.paths]
_PATHS = Map(_RULES, merge_slashes=False).bind("localhost")


@dataclass
class Visitor(EngineClient):
    """Visits addresses of the tenant, as a browser does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.headers["origin"] = "http://localhost:8080"

    def visit(self, address: str, form: dict[str, str] | None = None, **headers: str) -> Reply:
        """Gets an address, or posts a form to it; a redirect is not followed."""
        parts = urlsplit(address)
        endpoint, values = _PATHS.match(parts.path)
        body = urlencode(form).encode() if form is not None else b""
        media = {"content_type": "application/x-www-form-urlencoded"} if form is not None else {}
        reply = self.send(
            str(endpoint),
            body,
            method="GET" if form is None else "POST",
            query=tuple(parse_qsl(parts.query)),
            rest=values.get("rest", ""),
            **media,
            **headers,
        )
        for name, value in reply.headers:
            if name == "Set-Cookie":
                self.keep(value)
        return reply

    def follow(self) -> Reply:
        """Goes where the last reply sends the browser, if that is at Okta."""
        return self.visit(self.location)

    def keep(self, cookie: str) -> None:
        """Keeps a cookie for later requests."""
        kept = dict(pair.split("=", 1) for pair in self.headers.get("cookie", "").split("; ") if pair)
        name, _, value = cookie.partition(";")[0].partition("=")
        self.headers["cookie"] = "; ".join(f"{key}={text}" for key, text in (kept | {name: value}).items())

    def press(self, label: str, **typed: str) -> Reply:
        """Submits the form of the last page that has a button with this label, with what was typed."""
        for form in forms_of(self.last):
            if label in form.buttons:
                return self.visit(f"{ORIGIN}{form.action}", form.hidden | dict([form.buttons[label]]) | typed)
        raise AssertionError(f"no button {label!r} on {self.last.body.decode()}")

    @property
    def location(self) -> str:
        """Where the last reply sends the browser."""
        assert self.last.status == 302, (self.last.status, self.last.body)
        return dict(self.last.headers)["Location"]

    @property
    def came_back_with(self) -> dict[str, str]:
        """The parameters with which the last reply sends the browser to the app."""
        assert self.location.startswith("http://localhost:8080/login/callback?"), self.location
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}

    @property
    def text(self) -> str:
        """The words of the last page."""
        return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.last.body.decode()))


@dataclass
class Form:
    action: str
    hidden: dict[str, str]
    buttons: dict[str, tuple[str, str]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._button: tuple[str, str] | None = None

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "form":
            self.found.append(Form(named["action"], {}, {}))
        elif tag == "input" and named.get("type") == "hidden":
            self.found[-1].hidden[named["name"]] = named["value"]
        elif tag == "button":
            self._button = (named["name"], named["value"])

    def handle_data(self, data):
        if self._button:
            self.found[-1].buttons[data.strip()] = self._button
            self._button = None


def forms_of(reply: Reply) -> list[Form]:
    """The forms of a page, with what they send along and their buttons."""
    parser = _Forms()
    parser.feed(reply.body.decode())
    return parser.found
