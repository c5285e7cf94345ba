"""A small site that embeds the Sign-In Widget, on an origin of its own, with everything served from this machine."""

from __future__ import annotations

import json
import mimetypes
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.interop.toolchain import HERE, WIDGET

TEMPLATE = string.Template((HERE / "widget" / "page.html").read_text())


@dataclass(frozen=True)
class Generation:
    """One of the two widgets in the package: the same options, another code base.

    options: what only this one needs
    """

    name: str
    script: str
    stylesheet: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


GENERATIONS = (
    Generation("gen2", "okta-sign-in.min.js", "okta-sign-in.min.css"),
    # Without authScheme gen3 stops at the interaction code and shows an empty page.
    Generation("gen3", "okta-sign-in.next.js", "okta-sign-in.next.css", {"authScheme": "oauth2"}),
)

both_generations = pytest.mark.parametrize("generation", GENERATIONS, ids=str)

OpenWidget = Callable[..., Any]
"""Opens a page that embeds the widget for a tenant. Returns the person in front of it."""


@dataclass
class Site:
    """The running site. Pages are made when they are asked for: /<name> for each that was embedded."""

    origin: str
    pages: dict[str, str] = field(default_factory=dict)

    def embed(self, name: str, generation: Generation, **options: Any) -> str:
        """The address of a page that shows this generation with these options of OktaSignIn."""
        settled = {
            "redirectUri": f"{self.origin}/{name}",
            "scopes": ["openid", "profile", "email"],
            "language": "en",
            "assets": {"baseUrl": "/sdk"},
        }
        written = json.dumps(settled | generation.options | options, indent=2).replace("<", "\\u003c")
        self.pages[f"/{name}"] = TEMPLATE.substitute(
            script=generation.script, stylesheet=generation.stylesheet, options=written
        )
        return f"{self.origin}/{name}"


@contextmanager
def site() -> Iterator[Site]:
    """Serves the pages and the widget's own files until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path in running.pages:
                self._send(200, "text/html; charset=utf-8", running.pages[path].encode())
            elif path.startswith("/sdk/") and (file := _inside(WIDGET, path.removeprefix("/sdk/"))):
                self._send(
                    200, mimetypes.guess_type(file)[0] or "application/octet-stream", file.read_bytes(), "max-age=3600"
                )
            else:
                self._send(404, "text/plain", b"no such page")

        def _send(self, status: int, kind: str, body: bytes, caching: str = "no-store") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", caching)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: the browser's own view is what the tests look at."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Site(origin=f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _inside(folder: Path, path: str) -> Path | None:
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
