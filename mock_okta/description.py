"""What a client and its tests need to know about a tenant: issuer, client ids, users and their passwords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.users import in_order
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.model import App, AppType, Enrollment, User
from mock_okta.tenant import Tenant

PASSWORD = "okta_password"


def describe(tenant: Tenant, origin: str) -> dict[str, Any]:
    """The tenant as the control API shows it.

    origin: scheme, host and port under which clients reach the server
    """
    state = tenant.state
    apps = [state.apps[client_id] for client_id in state.client_ids]
    main = next((app for app in apps if app.type is AppType.WEB), apps[0] if apps else None)
    page = next((app for app in apps if app.type is AppType.BROWSER), None)
    return {
        "id": tenant.id,
        "scenario": tenant.scenario.name,
        "issuer": issuer_of(tenant, origin),
        "client_id": main.client_id if main else None,
        "client_secret": main.client_secret if main else None,
        "spa_client_id": page.client_id if page else None,
        "redirect_uri": next(iter(main.redirect_uris), None) if main else None,
        "users": [describe_user(user.as_of(tenant.now())) for user in in_order(tenant.scenario, state)],
        "apps": [_describe_app(app) for app in apps],
        "clock": describe_clock(tenant),
    }


def issuer_of(tenant: Tenant, origin: str) -> str:
    """The issuer of the tenant's authorization server."""
    return f"{origin}/oauth2/{tenant.id}"


def describe_clock(tenant: Tenant) -> dict[str, float]:
    """The time on the tenant's clock in epoch seconds, and by how much it is ahead of the real one."""
    return {"now": tenant.now(), "offset_s": tenant.offset_s}


def describe_user(user: User) -> dict[str, Any]:
    """A user as a scenario file has it, with the id; `password` is None for a user who has none."""
    password = user.enrollment(PASSWORD)
    return {
        "id": user.id,
        "login": user.login,
        "password": password.secret.get("password") if password else None,
        "status": str(user.status),
        "profile": _plain(user.profile),
        "groups": list(user.groups),
        "enrolled": [_describe_enrollment(user, enrollment) for enrollment in user.enrolled],
        "assigned": user.assigned,
        "email_verified": user.email_verified,
    }


def _describe_enrollment(user: User, enrollment: Enrollment) -> str | dict[str, Any]:
    """An entry of `enrolled:`: the key alone where nothing is to be said but what follows from the user."""
    named = [each.name for each in AUTHENTICATORS[enrollment.authenticator].of_enrollment]
    said = {name: enrollment.secret[name] for name in named if name in enrollment.secret}
    if said.get("email") == user.profile.get("email", user.login):
        del said["email"]
    said |= {"methods": enrollment.methods} if enrollment.methods else {}
    said |= {"suspended": True} if enrollment.suspended else {}
    return {enrollment.authenticator: _plain(said)} if said else enrollment.authenticator


def _describe_app(app: App) -> dict[str, Any]:
    return {
        "type": str(app.type),
        "label": app.label,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uris": list(app.redirect_uris),
    }


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(each) if isinstance(each, tuple) else each for name, each in sorted(value.items())}
