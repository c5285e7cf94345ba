"""How a user with a password and a mailbox fills in the forms of a sign-in, one function for each remediation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_okta_conformance import ion
from mock_okta_conformance.server.profile import Person

JsonObject = Mapping[str, Any]
CodeFor = Callable[[Person], str]
"""Reads the newest code that was mailed to the person."""


class Stuck(Exception):
    """A flow that a check builds on does not go through; the check is blocked."""


class Throttled(Exception):
    """The org says that it is asked too often; the run ends here, so that nobody is locked out on our account."""


class NotHere(Exception):
    """This org has no such thing as the check is about."""


def _identify(person: Person, page: JsonObject, code_for: CodeFor) -> dict[str, Any]:
    form = ion.remediation(page, "identify")
    with_password = ion.field(form, "credentials") is not None
    credentials = {"credentials": {"passcode": person.password}} if with_password else {}
    return {"identifier": person.login, **credentials}


def _challenge(person: Person, page: JsonObject, code_for: CodeFor) -> dict[str, Any]:
    key = ion.current(page).get("key")
    secret = person.password if key == "okta_password" else code_for(person)
    return {"credentials": {"passcode": secret}}


def _verification_data(_person: Person, page: JsonObject, _code_for: CodeFor) -> dict[str, Any]:
    form = ion.remediation(page, "authenticator-verification-data")
    row = ion.field(form, "authenticator") or {}
    return {"authenticator": _chosen(ion.members(row.get("form")))}


def _select(_person: Person, page: JsonObject, _code_for: CodeFor) -> dict[str, Any]:
    offered = ion.options(page, "select-authenticator-authenticate")
    for key in ("okta_password", "okta_email"):
        for option, authenticator in offered:
            if authenticator.get("key") == key:
                return {"authenticator": _chosen(ion.option_fields(option))}
    raise Stuck("neither password nor email is on offer")


def _chosen(fields: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        str(row["name"]): row["value"] if "value" in row else row["options"][0].get("value")
        for row in fields
        if "value" in row or row.get("options")
    }


STEPS: dict[str, Callable[[Person, JsonObject, CodeFor], dict[str, Any]]] = {
    "identify": _identify,
    "challenge-authenticator": _challenge,
    "authenticator-verification-data": _verification_data,
    "select-authenticator-authenticate": _select,
}
"""Remediation, and how its form is filled in."""
