"""An Okta org in a process, scripted by YAML.

    with MockOkta("password-then-email") as okta:
        sign_in(okta.issuer, okta.client_id)
        code = okta.outbox(to="mary@example.com").code
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_okta.in_process import MockOkta

__all__ = ["MockOkta", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Imports what a test needs when it asks for it; the command line pays for no more than it uses."""
    if name == "MockOkta":
        from mock_okta.in_process import MockOkta

        return MockOkta
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
