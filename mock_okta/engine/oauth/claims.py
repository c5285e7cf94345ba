"""Claims about a user: where each comes from in the Okta profile, and which scope shows it.

Source: okta-oauth notes 4.6 (scopes), 5.1 (order in userinfo, recorded), 4.2 (what a thin ID token keeps).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from mock_okta.engine.model import User

Source = Callable[[User], Any]

THIN = ("name", "email", "preferred_username")
"""What is left of the profile in an ID token that comes with an access token."""


class ClaimRow(Struct, frozen=True):
    """One claim. `source` returns None for a user who does not have it."""

    claim: str
    scope: str
    source: Source


def _from(attribute: str, default: str | None = None) -> Source:
    return lambda user: user.profile.get(attribute, default)


def _name(user: User) -> str | None:
    parts = (user.profile.get("firstName"), user.profile.get("lastName"))
    return user.profile.get("displayName") or " ".join(str(part) for part in parts if part) or None


def _zone(user: User) -> str:
    """Okta's attribute is `timezone`; scenarios also say `timeZone`, as the Identity Engine does."""
    return str(user.profile.get("timezone") or user.profile.get("timeZone") or "America/Los_Angeles")


def _address(user: User) -> dict[str, Any] | None:
    """OIDC Core 5.1.1, from the address attributes of the Okta profile."""
    members = {
        "street_address": "streetAddress",
        "locality": "city",
        "region": "state",
        "postal_code": "zipCode",
        "country": "countryCode",
    }
    found = {claim: user.profile[name] for claim, name in members.items() if user.profile.get(name)}
    return found or None


# fmt: off
CLAIMS: tuple[ClaimRow, ...] = (
    ClaimRow("name", "profile", _name),
    ClaimRow("locale", "profile", _from("locale", "en_US")),
    ClaimRow("email", "email", lambda user: user.email),
    ClaimRow("preferred_username", "profile", lambda user: user.login),
    ClaimRow("given_name", "profile", _from("firstName")),
    ClaimRow("family_name", "profile", _from("lastName")),
    ClaimRow("zoneinfo", "profile", _zone),
    ClaimRow("updated_at", "profile", lambda user: int(user.updated_at)),
    ClaimRow("email_verified", "email", lambda user: user.email_verified),
    ClaimRow("middle_name", "profile", _from("middleName")),
    ClaimRow("nickname", "profile", _from("nickName")),
    ClaimRow("profile", "profile", _from("profileUrl")),
    ClaimRow("picture", "profile", _from("picture")),
    ClaimRow("website", "profile", _from("website")),
    ClaimRow("gender", "profile", _from("gender")),
    ClaimRow("birthdate", "profile", _from("birthdate")),
    ClaimRow("address", "address", _address),
    ClaimRow("phone_number", "phone", _from("primaryPhone")),
    ClaimRow("groups", "groups", lambda user: list(user.groups)),
)
# fmt: on


def claims_of(user: User, scope: Iterable[str]) -> dict[str, Any]:
    """The user's claims that these scopes show, in the order of userinfo, without `sub`."""
    shown = frozenset(scope)
    found = ((row.claim, row.source(user)) for row in CLAIMS if row.scope in shown)
    return {claim: value for claim, value in found if value is not None}
