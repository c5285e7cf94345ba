"""The values of a document as the values that the engine works on. The document is known to have the right form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immutables import Map

from mock_okta.engine.base.table import table
from mock_okta.engine.idx import profile_fields
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.settings import OF_EVERY_ENROLLMENT
from mock_okta.engine.idx.step_kinds.proving import CHOICES
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model import (
    App,
    AppType,
    AuthorizationServer,
    Enrollment,
    IdentityProvider,
    Intervention,
    Scenario,
    Step,
    User,
    UserStatus,
    Walk,
)

STANDARD_FIELDS = table("name", profile_fields.STANDARD_FIELDS)

DEFAULT_SIGN_IN = (Step(verb="identify"), Step(verb="verify", authenticators=("okta_password",)))
"""What has to be proved where a scenario does not say."""


def scenario(name: str, value: Mapping[str, Any]) -> Scenario:
    """The scenario that the members of a file make."""
    return Scenario(
        name=name,
        about=value["about"],
        covers=tuple(value.get("covers", ())),
        org=Map(value.get("org", {})),
        authenticators=Map({key: _frozen(settings) for key, settings in value.get("authenticators", {}).items()}),
        authorization_server=AuthorizationServer(**_members(value.get("authorization_server", {}))),
        apps=tuple(map(_app, value.get("apps", ()))),
        users=tuple(map(_user, value.get("users", ()))),
        trusted_origins=tuple(value.get("trusted_origins", ())),
        flows=Map(_flows(value)),
        identity_providers=tuple(map(_identity_provider, value.get("identity_providers", ()))),
        script=tuple(map(intervention, value.get("script", ()))),
        wire=Map(value.get("wire", {})),
        texts=Map({language.lower(): Map(words) for language, words in value.get("texts", {}).items()}),
        walks=tuple(_walk(walk_name, walk) for walk_name, walk in value.get("walks", {}).items()),
    )


def intervention(value: Mapping[str, Any]) -> Intervention:
    """One entry of `script:`. What stands inside an effect stays plain JSON, in the order in which it was written."""
    effect = {name: each for name, each in value.items() if name not in ("at", "once")}
    return Intervention(at=Map(value["at"]), effect=Map(effect), once=value.get("once", False))


def _identity_provider(value: Mapping[str, Any]) -> IdentityProvider:
    return IdentityProvider(**{name: _frozen(each) for name, each in value.items()})


def _members(value: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a mapping as keyword arguments; lists become tuples."""
    return {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}


OF_SERVICES: Mapping[str, Any] = {
    "redirect_uris": (),
    "loopback_redirects": False,
    "post_logout_redirect_uris": (),
    "grant_types": ("client_credentials",),
}
"""What an app has to which nobody signs in, where the scenario does not say it."""


def _app(value: Mapping[str, Any]) -> App:
    kind, links = AppType(value.get("type", AppType.WEB)), Map(value.get("links", {}))
    usual = OF_SERVICES if kind is AppType.SERVICE else {}
    return App(**{**usual, **_members(value), "type": kind, "links": links})


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
        verified_email=profile["email"] if value.get("email_verified", True) else "",
    )


def _enrolled(value: Mapping[str, Any], address: str) -> tuple[Enrollment, ...]:
    """The password first, unless the list gives it another place."""
    own = {"okta_password": {"password": value.get("password", "")}, "okta_email": {"email": address}}
    listed = [listed_enrollment(entry) for entry in value.get("enrolled", ())]
    if "password" in value and not any(key == "okta_password" for key, _ in listed):
        listed = [("okta_password", {}), *listed]
    return tuple(enrollment_of(key, {**own.get(key, {}), **settings}) for key, settings in listed)


def enrollment_of(key: str, settings: Mapping[str, Any]) -> Enrollment:
    """An enrolment with what is said of it under `enrolled:`."""
    ours = {setting.name for setting in OF_EVERY_ENROLLMENT}
    return Enrollment(
        authenticator=key,
        methods=tuple(settings.get("methods", ())),
        secret=_frozen({name: each for name, each in settings.items() if name not in ours}),
        suspended=settings.get("suspended", False),
    )


def listed_enrollment(entry: str | Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The authenticator of an entry of `enrolled:`, and what is said of it."""
    return (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))


def _frozen(value: Any) -> Any:
    """The value with its mappings and lists as values that cannot change."""
    if isinstance(value, Mapping):
        return Map({name: _frozen(each) for name, each in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _flows(value: Mapping[str, Any]) -> dict[str, tuple[Step, ...]]:
    flows = {name: tuple(map(_step, value[name])) for name in FLOWS if name in value}
    return {"sign_in": DEFAULT_SIGN_IN, **flows}


def _step(value: str | Mapping[str, Any]) -> Step:
    verb, how, when = (value, None, {}) if isinstance(value, str) else _parts(value)
    bare = STEP_KINDS[verb].bare
    if bare and how and not (isinstance(how, dict) and STEP_KINDS[verb].settings):
        how = {bare.name: how if isinstance(how, list) else [how]}
    given = _frozen({**(how or {}), **({"fields": _fields(how["fields"])} if how and "fields" in how else {})})
    choice = next((name for name in CHOICES if name in given), "all_of")
    keys = next((given[name] for name in (*CHOICES, "required", "authenticators") if name in given), ())
    named = {*CHOICES, "required", "authenticators", "optional"}
    return Step(
        verb=verb,
        authenticators=keys,
        choice=choice,
        optional=given.get("optional", ()),
        settings=Map({name: each for name, each in given.items() if name not in named}),
        when=_frozen(when),
    )


def _parts(value: Mapping[str, Any]) -> tuple[str, Any, Mapping[str, Any]]:
    """The verb of a step, what it is given, and when it counts."""
    verb, how = next((name, each) for name, each in value.items() if name != "when")
    return verb, how, value.get("when", {})


def _fields(listed: list[Any]) -> list[Any]:
    """A name alone stands for the field that every profile has, or for a plain one."""
    return [STANDARD_FIELDS.get(each, {"name": each}) if isinstance(each, str) else each for each in listed]


def _walk(name: str, value: list[Any] | Mapping[str, Any]) -> Walk:
    moves, start = (value, {}) if isinstance(value, list) else (value["moves"], value.get("start", {}))
    return Walk(name=name, moves=tuple(map(_move, moves)), start=Map(start))


def _move(value: str | Mapping[str, Any]) -> tuple[str, Any]:
    """A bare word takes no values: `- poll` is `- poll: {}`."""
    verb, arguments = (value, None) if isinstance(value, str) else next(iter(value.items()))
    return verb, {} if arguments is None else arguments
