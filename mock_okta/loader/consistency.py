"""Whether what a document says in one place agrees with what it says in another.

Runs beside the grammar, not after it, so that one reading lists everything; so nothing here may rely on the document
having the right form. What has the wrong form is passed over: the grammar has a problem for it already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import AppType
from mock_okta.engine.model.logins import folded, same
from mock_okta.engine.oauth.grants import GRANT_TYPES
from mock_okta.loader.checks.conditions import check_conditions
from mock_okta.loader.checks.messages import check_messages
from mock_okta.loader.checks.org import check_org
from mock_okta.loader.checks.proofs import check_proofs
from mock_okta.loader.checks.script import check_script
from mock_okta.loader.checks.steps import check_flows
from mock_okta.loader.checks.walks import check_walks
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.values import enrolled, mapping, rows, texts


def check_consistency(document: Document) -> None:
    """Notes every place where the document contradicts itself."""
    scenario = mapping(document.value)
    for check in _CHECKS:
        check(document, scenario)


# ---------------------------------------------------------------------------------------------------------------------
# Users
# ---------------------------------------------------------------------------------------------------------------------


def _check_users(document: Document, scenario: Mapping[str, Any]) -> None:
    seen: dict[str, int] = {}
    for index, user in rows(scenario, "users"):
        path: Path = ("users", index)
        login = user.get("login")
        if isinstance(login, str):
            first = seen.setdefault(folded(login), index)
            if first != index:
                line = document.line_of(("users", first, "login"))
                message = f"the login '{shortened(login)}' is taken"
                document.report((*path, "login"), message, f"users[{first}] has it, in line {line}")
        _check_identifiers(document, path, index, scenario)
        _check_enrolments(document, path, user)


def _check_identifiers(document: Document, path: Path, index: int, scenario: Mapping[str, Any]) -> None:
    """What the org says users are identified by has one user each: Okta wants such attributes to be unique."""
    listed = [mapping(user.get("profile")) for _, user in rows(scenario, "users")]
    for _, name in texts(mapping(scenario.get("org")), "identifiers"):
        value = listed[index].get(name)
        first = next((i for i, profile in enumerate(listed[:index]) if _are_same(profile.get(name), value)), None)
        if first is not None:
            message = f"{name} '{shortened(str(value))}' is taken, and users are identified by it"
            document.report((*path, "profile", name), message, f"users[{first}] has it")


def _are_same(one: Any, other: Any) -> bool:
    return one is not None and other is not None and same(str(one), str(other))


def _check_enrolments(document: Document, path: Path, user: Mapping[str, Any]) -> None:
    seen: dict[str, int] = {}
    for index, key in enrolled(user):
        here = (*path, "enrolled", index)
        seen[key] = seen.get(key, 0) + 1
        most = AUTHENTICATORS[key].most
        if most is not None and seen[key] == most + 1:
            document.report(here, f"nobody has more than {most} of {key}", "leave one of them out")
        if key == "okta_password" and "password" not in user:
            document.report(here, "enrolled in okta_password without a password", "add `password:` to the user")
        if key == "okta_email" and not _has_address(user):
            hint = "add `profile: {email: …}`, or make the login an address"
            document.report(here, "enrolled in okta_email without an address", hint)


def _has_address(user: Mapping[str, Any]) -> bool:
    address = mapping(user.get("profile")).get("email", user.get("login"))
    return not isinstance(address, str) or "@" in address


# ---------------------------------------------------------------------------------------------------------------------
# Apps
# ---------------------------------------------------------------------------------------------------------------------


PUBLIC = tuple(each.value for each in AppType if not each.keeps_secret)


def _check_apps(document: Document, scenario: Mapping[str, Any]) -> None:
    seen: dict[str, int] = {}
    for index, app in rows(scenario, "apps"):
        path: Path = ("apps", index)
        client_id = app.get("client_id")
        if isinstance(client_id, str) and seen.setdefault(client_id, index) != index:
            message = f"the client id '{shortened(client_id)}' is taken"
            document.report((*path, "client_id"), message, f"apps[{seen[client_id]}] has it")
        if "client_secret" in app and app.get("type") in PUBLIC:
            message = f"an app of type '{app['type']}' is public and has no secret"
            document.report((*path, "client_secret"), message, "leave it out, or make the type `web`")
        for position, name in texts(app, "grant_types"):
            if app.get("type") in PUBLIC and name in GRANT_TYPES and GRANT_TYPES[name].confidential:
                message = f"an app of type '{app['type']}' is public, and '{name}' is for those that keep a secret"
                document.report((*path, "grant_types", position), message, "make the type `service` or `web`")


_CHECKS = (
    check_org,
    _check_users,
    _check_apps,
    check_flows,
    check_proofs,
    check_conditions,
    check_messages,
    check_script,
    check_walks,
)
