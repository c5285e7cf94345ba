"""Orgs that a test describes where it needs them, as the YAML that anybody would write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

PASSWORD = "Abcd1234!"
NEW_PASSWORD = "Efgh5678!"
SECRET = "JBSWY3DPEHPK3PXP"
NUMBER = "+15555550123"

HELD: dict[str, Any] = {
    "okta_email": {},
    "phone_number": {"number": NUMBER},
    "security_question": {"question": "disliked_food", "answer": "artichokes"},
    "google_otp": {"secret": SECRET},
    "okta_verify": {"secret": SECRET},
}
"""What Mary has of each authenticator, if she has it."""

MAIL = {"verify": "okta_email"}
REGISTER = ["profile", {"enroll": {"required": ["okta_password"], "optional": ["phone_number"]}}]
RECOVER = ["identify", MAIL, "reset"]
UNLOCKED = "oie.selfservice.unlock_user.success.message"
UNLOCK = ["identify", MAIL, "unlock", {"message": UNLOCKED}]


def mary(*enrolled: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A person with a password and with these authenticators.

    enrolled: keys of HELD, or entries as they stand in a scenario
    """
    return {
        "login": "mary@example.com",
        "password": PASSWORD,
        "profile": {"firstName": "Mary", "lastName": "Acme"},
        "enrolled": [{each: HELD[each]} if isinstance(each, str) else each for each in enrolled],
    } | more


def org(*sign_in: Any, user: dict[str, Any] | None = None, **more: Any) -> str:
    """An org with one person.

    sign_in: its steps; more: whatever else a scenario can say, e.g. `register`, `authenticators`
    """
    users = [user or mary()]
    return yaml.safe_dump({"about": "An org of one test.", "users": users, "sign_in": list(sign_in)} | more)


def password_then(*steps: Any, has: Sequence[str | dict[str, Any]] = (), status: str = "ACTIVE", **more: Any) -> str:
    """An org that asks Mary for her password, and then for more. has: what she has enrolled, as for `mary`"""
    return org("identify", {"verify": "okta_password"}, *steps, user=mary(*has, status=status), **more)
