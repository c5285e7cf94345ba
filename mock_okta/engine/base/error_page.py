"""HTML pages of the authorization server: for errors that must not be sent back to an address nobody registered."""

from __future__ import annotations

from html import escape

from mock_okta.engine.model import Reply

HTML = ("Content-Type", "text/html;charset=utf-8")

PAGE_SECURITY = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
    ("X-Frame-Options", "SAMEORIGIN"),
)

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Error</title></head>
<body>
<h1>{status}</h1>
<h2>Your request resulted in an error.</h2>
<p>Error code: <code>{error}</code></p>
<p>Description: {description}</p>
</body>
</html>
"""


def error_page(status: int, error: str, description: str) -> Reply:
    """The page with the error's code and text. Okta's own is longer; its text is unrecorded."""
    text = _PAGE.format(status=status, error=escape(error), description=escape(description))
    return Reply(status=status, body=text.encode("utf-8", "replace"), headers=(HTML, *PAGE_SECURITY))
