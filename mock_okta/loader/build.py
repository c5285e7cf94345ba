"""The values of a document as the values that the engine works on. The document is known to have the right form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immutables import Map

from mock_okta.engine.model import (
    App,
    AppType,
    AuthorizationServer,
    Enrollment,
    Intervention,
    Scenario,
    Step,
    User,
    UserStatus,
    Walk,
)

DEFAULT_SIGN_IN = (Step(verb="identify"), Step(verb="verify", authenticators=("okta_password",)))
"""What has to be proved where a scenario does not say."""


def scenario(name: str, value: Mapping[str, Any]) -> Scenario:
    """The scenario that the members of a file make."""
    return Scenario(
        name=name,
        about=value["about"],
        covers=tuple(value.get("covers", ())),
        org=Map(value.get("org", {})),
        authenticators=Map({key: Map(settings) for key, settings in value.get("authenticators", {}).items()}),
        authorization_server=AuthorizationServer(**_members(value.get("authorization_server", {}))),
        apps=tuple(map(_app, value.get("apps", ()))),
        users=tuple(map(_user, value.get("users", ()))),
        trusted_origins=tuple(value.get("trusted_origins", ())),
        sign_in=tuple(map(_step, value["sign_in"])) if "sign_in" in value else DEFAULT_SIGN_IN,
        script=tuple(map(intervention, value.get("script", ()))),
        wire=Map(value.get("wire", {})),
        walks=tuple(_walk(walk_name, walk) for walk_name, walk in value.get("walks", {}).items()),
    )


def intervention(value: Mapping[str, Any]) -> Intervention:
    """One entry of `script:`. What stands inside an effect stays plain JSON, in the order in which it was written."""
    effect = {name: each for name, each in value.items() if name not in ("at", "once")}
    return Intervention(at=Map(value["at"]), effect=Map(effect), once=value.get("once", False))


def _members(value: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a mapping as keyword arguments; lists become tuples."""
    return {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}


def _app(value: Mapping[str, Any]) -> App:
    return App(**{**_members(value), "type": AppType(value.get("type", AppType.WEB))})


def _user(value: Mapping[str, Any]) -> User:
    login = value["login"]
    profile = {"email": login, **value.get("profile", {})}
    return User(
        login=login,
        status=UserStatus(value.get("status", UserStatus.ACTIVE)),
        profile=Map(profile),
        groups=tuple(value.get("groups", ())),
        enrolled=_enrolled(value, profile["email"]),
        assigned=value.get("assigned", True),
    )


def _enrolled(value: Mapping[str, Any], address: str) -> tuple[Enrollment, ...]:
    """The password first, unless the list gives it another place."""
    secrets = {"okta_password": Map(password=value.get("password", "")), "okta_email": Map(email=address)}
    listed = dict(_listed(entry) for entry in value.get("enrolled", ()))
    if "password" in value and "okta_password" not in listed:
        listed = {"okta_password": {}, **listed}
    return tuple(
        Enrollment(authenticator=key, secret=secrets.get(key, Map()), suspended=state.get("suspended", False))
        for key, state in listed.items()
    )


def _listed(entry: str | Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))


def _step(value: str | Mapping[str, Any]) -> Step:
    verb, how = (value, {}) if isinstance(value, str) else next(iter(value.items()))
    if verb == "identify":
        return Step(verb=verb, with_password=(how or {}).get("with_password", False))
    if isinstance(how, str):
        return Step(verb=verb, authenticators=(how,))
    choice, keys = next(iter(how.items()))
    return Step(verb=verb, choice=choice, authenticators=tuple(keys))


def _walk(name: str, value: list[Any] | Mapping[str, Any]) -> Walk:
    moves, start = (value, {}) if isinstance(value, list) else (value["moves"], value.get("start", {}))
    return Walk(name=name, moves=tuple(map(_move, moves)), start=Map(start))


def _move(value: str | Mapping[str, Any]) -> tuple[str, Any]:
    """A bare word takes no values: `- poll` is `- poll: {}`."""
    verb, arguments = (value, None) if isinstance(value, str) else next(iter(value.items()))
    return verb, {} if arguments is None else arguments
