"""What a browser did while a test used it: every address it asked for, and everything its console said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass
class Watch:
    """Collects from one browser context.

    folder: where the screenshots go
    forgiven: console errors that belong to the test, as regular expressions over "<text> <address>"
    """

    folder: Path
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)
    pictures: int = 0

    @contextmanager
    def attached(self, context: BrowserContext) -> Iterator[None]:
        """Listens until the block ends."""
        heard = {"request": self._requested, "console": self._said, "weberror": self._failed}
        for event, listener in heard.items():
            context.on(event, listener)
        yield
        for event, listener in heard.items():
            context.remove_listener(event, listener)

    def picture(self, page: Page, name: str) -> None:
        """Keeps a screenshot, numbered in the order in which the test took them."""
        self.pictures += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.folder / f"{self.pictures}-{name}.png", animations="disabled")

    def forgive(self, pattern: str) -> None:
        """Expects a console error."""
        self.forgiven.append(pattern)

    @property
    def left_loopback(self) -> list[str]:
        """Addresses asked for on any other machine."""
        return [url for url in self.requests if urlsplit(url).netloc and not _is_loopback(url)]

    @property
    def unforgiven(self) -> list[str]:
        """Console errors that nobody expected."""
        return [said for said in self.errors if not any(re.search(pattern, said) for pattern in self.forgiven)]

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def _failed(self, error: WebError) -> None:
        self.errors.append(f"uncaught {error.error}")


def _is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in [name.strip("[]") for name in LOOPBACK]
