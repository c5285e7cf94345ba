"""The orgs that client probes are played in, as scenario files would say them.

The passwords double as canaries: nothing else looks like them, so a leaked one is recognised.
"""

from __future__ import annotations

from typing import Any

LOGIN = "mary@acme.example"
PLAIN_PASSWORD = "Canary-7f3a9c-pass"
ODD_PASSWORD = 's3cret"\\é💥-7f3a9c'
"""What breaks careless encoders: a quote, a backslash, a character outside the basic plane (RFC 8259 section 8.1)."""
PADDED_PASSWORD = " pass word 7f3a9c "

_STEPS_PASSWORD = ["identify", {"verify": "okta_password"}]
_STEPS_EMAIL = ["identify", {"verify": "okta_password"}, {"verify": "okta_email"}]


def _scenario(about: str, sign_in: list[Any], *, password: str = PLAIN_PASSWORD, **more: Any) -> dict[str, Any]:
    user = {
        "login": LOGIN,
        "password": password,
        "profile": {"firstName": "Zoë", "lastName": "O’Neil", "email": LOGIN},
        "enrolled": ["okta_email"],
    }
    return {"about": about, "users": [user], "sign_in": sign_in, **more}


PASSWORD = _scenario("Identifier first, then a password.", _STEPS_PASSWORD)
SINGLE_FORM = _scenario("Identifier and password on one form.", [{"identify": {"with_password": True}}])
PASSWORD_THEN_EMAIL = _scenario("A password, then a code by email.", _STEPS_EMAIL)
ODD_CHARACTERS = _scenario("A password that needs careful encoding.", _STEPS_PASSWORD, password=ODD_PASSWORD)
PADDED = _scenario("A password with spaces around it.", _STEPS_PASSWORD, password=PADDED_PASSWORD)
ODD_SECRET = _scenario(
    "A web app whose secret needs careful encoding.",
    _STEPS_PASSWORD,
    apps=[
        {"type": "web", "label": "Odd secret", "client_secret": "s:cr%41t+ and more-7f3a9c"},
        {"type": "browser", "label": "Browser app"},
    ],
)
ROTATING = _scenario(
    "Apps whose refresh tokens are replaced when they are used, those of a web app too.",
    _STEPS_PASSWORD,
    apps=[
        {"type": "web", "label": "Web app", "rotate_refresh_tokens": True},
        {"type": "browser", "label": "Browser app"},
    ],
)
