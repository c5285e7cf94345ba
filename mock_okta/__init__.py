"""An Okta org in a process, scripted by YAML.

In a test:

    with MockOkta("password-then-email") as okta:
        sign_in(okta.issuer, okta.client_id)
        code = okta.code("mary@example.com")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_okta.version import __version__

if TYPE_CHECKING:
    from mock_okta.serving.in_process import MockOkta

__all__ = ["MockOkta", "__version__"]


def __getattr__(name: str) -> Any:
    """Imports what a test needs when it asks for it; the command line pays for no more than it uses."""
    if name == "MockOkta":
        from mock_okta.serving.in_process import MockOkta

        return MockOkta
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
