"""What a scenario has: who and what its steps, its script and its walks may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from mock_okta.engine.bootstrap import STANDARD_APPS
from mock_okta.engine.idx import profile_fields
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.engine.model import EVERYONE, App, AppType
from mock_okta.engine.model.logins import IDENTIFIERS, short_name
from mock_okta.engine.oauth.scopes import ORG, STANDARD
from mock_okta.loader.values import (
    held,
    keys_of_step,
    mapping,
    moves_of,
    rows,
    step_parts,
    steps_of,
    texts,
    walk_lines,
    words,
)
from mock_okta.schema.words import AUTHENTICATOR_KEYS

ALWAYS = ("sign_in", "activate", "reset")
"""Flows that every org has."""


class Inventory(Struct, frozen=True, dict=True):
    """A look at the values of a document, whatever their form: what is not as expected is not there."""

    scenario: Mapping[str, Any]

    @cached_property
    def logins(self) -> list[str]:
        """The logins of the users."""
        return words(user.get("login") for _, user in rows(self.scenario, "users"))

    @cached_property
    def names(self) -> list[str]:
        """What users can be identified by: logins, addresses and what else the org says."""
        org = mapping(self.scenario.get("org"))
        users = [user for _, user in rows(self.scenario, "users")]
        attributes = words(org["identifiers"] if isinstance(org.get("identifiers"), list) else IDENTIFIERS)
        values = (mapping(user.get("profile")).get(name) for user in users for name in attributes)
        found = [*self.logins, *(str(value) for value in values if value is not None)]
        return [*found, *(map(short_name, self.logins) if org.get("short_match") else ())]

    @cached_property
    def typed(self) -> list[str]:
        """What the walks type for a username."""
        return words(mapping(values).get("identifier") for _, values in self._moves)

    @property
    def welcomes_others(self) -> bool:
        """Whether users may come whom the scenario does not name."""
        creating = (idp for _, idp in rows(self.scenario, "identity_providers") if idp.get("creates") is not False)
        return "register" in self.scenario or any(True for _ in creating)

    @cached_property
    def groups(self) -> list[str]:
        """The groups that somebody is in, or may be put into on the way."""
        from_idps = (group for _, idp in rows(self.scenario, "identity_providers") for _, group in texts(idp, "groups"))
        changed = (group for verb, to in self._moves if verb == "user" for _, group in texts(mapping(to), "groups"))
        of_users = (group for _, user in rows(self.scenario, "users") for _, group in texts(user, "groups"))
        registering = (step_parts(step)[1] for step in steps_of({"register": self.scenario.get("register")}))
        registered = (group for how in registering for _, group in texts(mapping(how), "groups"))
        return _each_once([*of_users, *from_idps, *registered, *changed, EVERYONE])

    @cached_property
    def client_ids(self) -> list[str]:
        """The client ids that the scenario gives its apps."""
        return words(app.get("client_id") for _, app in rows(self.scenario, "apps"))

    @cached_property
    def apps(self) -> list[str]:
        """What the apps can be called by a condition."""
        if "apps" not in self.scenario:
            return _each_once(fact for app in STANDARD_APPS for fact in (app.label, app.type.value, app.name))
        standard = {"label": App().label, "name": App().name, "type": AppType.WEB.value, "client_id": ""}
        named = [{**standard, **app} for _, app in rows(self.scenario, "apps")]
        return _each_once(filter(None, words(app[fact] for app in named for fact in standard)))

    @cached_property
    def identity_providers(self) -> list[str]:
        """What the identity providers can be called: name, type, and id where it is not drawn."""
        listed = (idp for _, idp in rows(self.scenario, "identity_providers"))
        return _each_once(words(idp.get(fact) for idp in listed for fact in ("name", "type", "id")))

    @cached_property
    def zones(self) -> list[str]:
        """The network zones of the org."""
        return list(mapping(mapping(self.scenario.get("org")).get("zones")))

    @cached_property
    def scopes(self) -> list[str]:
        """The scopes that an app may ask for."""
        own = texts(mapping(self.scenario.get("authorization_server")), "scopes")
        return _each_once([*STANDARD, *ORG, *(name for _, name in own)])

    @cached_property
    def flows(self) -> list[str]:
        """The flows that the org offers."""
        return _each_once([*ALWAYS, *(name for name in FLOWS if name in self.scenario)])

    @cached_property
    def verbs(self) -> frozenset[str]:
        """What the steps of all flows do."""
        return frozenset(verb for verb, _ in map(step_parts, steps_of(self.scenario)) if verb)

    @cached_property
    def obtainable(self) -> list[str]:
        """The authenticators that some user has or may come to have: all of them where new users come."""
        if self.welcomes_others:
            return list(AUTHENTICATOR_KEYS)
        named = {key for step in steps_of(self.scenario) for _, key in keys_of_step(step)}
        return [key for key in AUTHENTICATOR_KEYS if key in named | held(self.scenario) | {"okta_password"}]

    @cached_property
    def authenticators(self) -> list[str]:
        """The authenticators that have anything to do here: that users have, steps name or settings are about."""
        settings = mapping(self.scenario.get("authenticators"))
        named = {key for step in steps_of(self.scenario) for _, key in keys_of_step(step)}
        asked = {key for verb in self.verbs & STEP_KINDS.keys() for key in STEP_KINDS[verb].asks}
        used = named | asked | held(self.scenario) | set(settings) | {"okta_password"}
        return [key for key in AUTHENTICATOR_KEYS if key in used]

    @cached_property
    def attributes(self) -> list[str]:
        """The attributes that users have, are asked for, or are changed to have."""
        asked = (field for step in steps_of(self.scenario) for field in _fields(step))
        users = (name for _, user in rows(self.scenario, "users") for name in mapping(user.get("profile")))
        standard = (each["name"] for each in profile_fields.STANDARD_FIELDS)
        return _each_once([*standard, *users, *asked, "login"])

    @property
    def _moves(self) -> list[tuple[str, Any]]:
        return [(verb, values) for walk in walk_lines(self.scenario) for _, verb, values in moves_of(*walk)]


def _fields(step: Any) -> list[str]:
    _, how = step_parts(step)
    listed = mapping(how).get("fields")
    fields = listed if isinstance(listed, list) else []
    return words(field if isinstance(field, str) else mapping(field).get("name") for field in fields)


def _each_once(values: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(words(values)))
