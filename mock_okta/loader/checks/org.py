"""Whether the settings of an org can have an effect: nobody should wait for what can never happen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.amr import KINDS
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.identity_provider_callback import FAILURES
from mock_okta.engine.idx.identity_providers import OF_AUTHENTICATOR, TYPES
from mock_okta.engine.model import AppType
from mock_okta.engine.model.logins import among
from mock_okta.errors import did_you_mean
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.inventory import Inventory
from mock_okta.loader.values import mapping, rows, texts, words
from mock_okta.schema.words import MESSAGE_KEYS

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""RFC 5646, as far as anybody uses it."""
ANSWERS = ("login", "profile", "cancel", "error")


def check_org(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every setting of the org, its authenticators, identity providers, apps and texts that cannot act."""
    inventory = Inventory(scenario)
    org = mapping(scenario.get("org"))
    _check_captcha(document, mapping(org.get("captcha")), inventory)
    if org.get("sessions") == "none" and "session" in org:
        message = "nobody stays signed in (`org: {sessions: none}`), so no session ends"
        document.report(("org", "session"), message, "leave it out")
    _check_identifiers(document, org, inventory)
    _check_identity_providers(document, scenario, inventory)
    _check_authenticators(document, scenario, inventory)
    _check_apps(document, scenario, inventory)
    _check_default_scopes(document, mapping(scenario.get("authorization_server")))
    for pair in PAIRS:
        _check_pair(document, scenario, *pair)
    _check_texts(document, mapping(scenario.get("texts")))


def _check_identifiers(document: Document, org: Mapping[str, Any], inventory: Inventory) -> None:
    for index, name in texts(org, "identifiers"):
        if name not in inventory.attributes and not inventory.welcomes_others:
            message = f"no user has the attribute '{shortened(name)}', so nobody is identified by it"
            document.report(("org", "identifiers", index), message, nearest(name, inventory.attributes))


def _check_captcha(document: Document, captcha: Mapping[str, Any], inventory: Inventory) -> None:
    path: Path = ("org", "captcha", "flows")
    if captcha.get("flows") == []:
        document.report(
            path, "a captcha that guards no flow is never shown", "name a flow, or leave `flows` out for all"
        )
    for index, flow in texts(captcha, "flows"):
        if flow not in inventory.flows:
            message = f"the org offers no flow '{shortened(flow)}', so this guards nothing"
            document.report((*path, index), message, nearest(flow, inventory.flows))


# ---------------------------------------------------------------------------------------------------------------------
# Identity providers
# ---------------------------------------------------------------------------------------------------------------------


def _check_identity_providers(document: Document, scenario: Mapping[str, Any], inventory: Inventory) -> None:
    seen: dict[str, int] = {}
    for index, idp in rows(scenario, "identity_providers"):
        path: Path = ("identity_providers", index)
        for fact in ("name", "id"):
            value = idp.get(fact)
            first = seen.setdefault(f"{fact} {value}", index) if isinstance(value, str) else index
            if first != index:
                message = f"the {fact} '{shortened(str(value))}' is taken"
                document.report((*path, fact), message, f"identity_providers[{first}] has it")
        _check_kind(document, (*path, "type"), idp.get("type"))
        _check_admission(document, path, idp)
        _check_answer(document, (*path, "answer"), idp, inventory)


def _check_kind(document: Document, path: Path, kind: Any) -> None:
    """Okta has more types than are known here, so only what looks like a slip is one."""
    near = did_you_mean(kind, TYPES, cutoff=0.7) if isinstance(kind, str) and kind not in TYPES else None
    if near is not None:
        document.report(path, f"unknown type of identity provider '{shortened(kind)}'", near)


def _check_admission(document: Document, path: Path, idp: Mapping[str, Any]) -> None:
    creates = idp.get("creates") is not False
    for key in ("groups", "required"):
        if not creates and key in idp:
            document.report((*path, key), f"`{key}` is for users that it makes, and it makes none", "leave it out")
    if idp.get("offered") is False and idp.get("domains") == []:
        document.report((*path, "domains"), "nobody is ever sent there", "name a domain, or leave `offered` out")


def _check_answer(document: Document, path: Path, idp: Mapping[str, Any], inventory: Inventory) -> None:
    answer = dict(mapping(idp.get("answer")))
    _check_proved(document, (*path, "amr"), answer.pop("amr", []), answer)
    if "answer" in idp and len(answer) != 1 and isinstance(idp["answer"], dict):
        document.report(path, "one answer is enough, and needed", f"one of {', '.join(ANSWERS)}")
    for name, value in answer.items():
        here = (*path, name)
        if name not in ANSWERS:
            document.report(here, f"an identity provider cannot answer '{shortened(name)}'", nearest(name, ANSWERS))
        elif name == "error" and value not in FAILURES:
            message = f"an identity provider cannot fail with '{shortened(str(value))}'"
            document.report(here, message, nearest(str(value), FAILURES))
        elif name == "cancel" and value is not True:
            document.report(here, "to cancel is `true`, or not said", "write `cancel: true`")
        elif name == "profile" and not isinstance(value, dict):
            document.report(here, "a profile is a mapping", "for example: {login: mary@example.com}")
        elif name == "login":
            _check_account(document, here, value, idp, inventory)


def _check_proved(document: Document, path: Path, values: Any, answer: Mapping[str, Any]) -> None:
    """What an answer says that was proved of somebody: values of `amr`."""
    if not isinstance(values, list):
        document.report(path, "this is a list of values", "for example: [pwd, mfa]")
    elif values and answer.keys().isdisjoint({"login", "profile"}):
        document.report(path, "this is proved of somebody", "put `login` or `profile` beside it")
    for index, value in enumerate(values if isinstance(values, list) else []):
        if value not in KINDS:
            message = f"`amr` has no value '{shortened(str(value))}'"
            document.report((*path, index), message, nearest(str(value), list(KINDS)))


def _check_account(document: Document, path: Path, login: Any, idp: Mapping[str, Any], inventory: Inventory) -> None:
    listed = [account for _, account in rows(idp, "users")]
    known = words(account.get("login") for account in listed) if "users" in idp else inventory.logins
    if not among(str(login), known):
        message = f"nobody has the account '{shortened(str(login))}' there"
        hint = nearest(str(login), known) if known else "add it to `users:`"
        document.report(path, message, f"{hint}; `profile:` answers with anybody")


# ---------------------------------------------------------------------------------------------------------------------
# Authenticators
# ---------------------------------------------------------------------------------------------------------------------


def _check_authenticators(document: Document, scenario: Mapping[str, Any], inventory: Inventory) -> None:
    settings = mapping(scenario.get("authenticators"))
    for key in OF_AUTHENTICATOR:
        named = mapping(settings.get(key)).get("identity_provider")
        known = words(idp.get("name") for _, idp in rows(scenario, "identity_providers"))
        if isinstance(named, str) and named not in known:
            path: Path = ("authenticators", key, "identity_provider")
            hint = nearest(named, known) if known else "add it to `identity_providers:`"
            document.report(path, f"no identity provider is called '{shortened(named)}'", hint)
    for key, row in mapping(settings).items():
        if mapping(row).get("methods") == []:
            document.report(("authenticators", key, "methods"), "no method is left to use it with", "name one")
    for index, user in rows(scenario, "users"):
        listed = user.get("enrolled")
        for place, entry in enumerate(listed if isinstance(listed, list) else []):
            for key, how in mapping(entry).items():
                path = ("users", index, "enrolled", place, key, "methods")
                _check_methods(document, path, key, mapping(how), mapping(settings.get(key)))


def _check_methods(
    document: Document, path: Path, key: str, enrollment: Mapping[str, Any], org: Mapping[str, Any]
) -> None:
    """An enrolment can be used with those of its methods that the org allows."""
    row = AUTHENTICATORS.get(key)
    own = [method for _, method in texts(enrollment, "methods")]
    allowed = [method for _, method in texts(org, "methods")] or list(row.methods if row else ())
    known = row is not None and all(method in row.methods for method in (*own, *allowed))
    if known and own and not set(own).intersection(allowed):
        document.report(path, f"the org allows none of these methods of {key}", f"it allows {', '.join(allowed)}")


# ---------------------------------------------------------------------------------------------------------------------
# Apps and texts
# ---------------------------------------------------------------------------------------------------------------------


def _check_apps(document: Document, scenario: Mapping[str, Any], inventory: Inventory) -> None:
    assignable = list(dict.fromkeys([*inventory.logins, *inventory.groups]))
    for index, app in rows(scenario, "apps"):
        path: Path = ("apps", index)
        rotates = app.get("rotate_refresh_tokens", app.get("type") == AppType.BROWSER)
        if rotates is False and "refresh_leeway_s" in app:
            message = "a token that is not replaced needs no time after that"
            hint = "leave it out, or say `rotate_refresh_tokens: true`"
            document.report((*path, "refresh_leeway_s"), message, hint)
        if app.get("redirect_uris") == [] and app.get("loopback_redirects") is False:
            message = "no sign-in can return to this app"
            document.report((*path, "redirect_uris"), message, "name an address, or leave `loopback_redirects` out")
        for position, name in texts(app, "assigned_to"):
            if name not in assignable and not among(name, inventory.logins):
                here = (*path, "assigned_to", position)
                document.report(here, f"no user or group '{shortened(name)}'", nearest(name, assignable))


def _check_default_scopes(document: Document, server: Mapping[str, Any]) -> None:
    own = [name for _, name in texts(server, "scopes")]
    for index, name in texts(server, "default_scopes"):
        if name not in own:
            path: Path = ("authorization_server", "default_scopes", index)
            document.report(
                path,
                f"the authorization server has no scope '{shortened(name)}'",
                nearest(name, own) if own else "name it under `scopes`",
            )


PAIRS = (
    (("org", "session"), "idle_s", "lifetime_s", "a session has ended before it idles for so long"),
    (
        ("authorization_server",),
        "refresh_token_window_s",
        "refresh_token_lifetime_s",
        "a refresh token has ended before it need be used",
    ),
    (("authenticators", "nfc_pin"), "min_length", "max_length", "no PIN is so long and no longer than it may be"),
)
"""Where settings are, which of two must not be the greater, and what is wrong if it is."""


def _check_pair(
    document: Document, scenario: Mapping[str, Any], place: tuple[str, ...], least: str, most: str, message: str
) -> None:
    """Where nothing is said of one of them its default holds, if it has one that the other can go beyond."""
    said = scenario
    for name in place:
        said = mapping(said.get(name))
    row = AUTHENTICATORS.get(place[-1])
    defaults = {each.name: each.default for each in row.of_org} if row else {}
    low, high = said.get(least, defaults.get(least)), said.get(most, defaults.get(most))
    if isinstance(low, int) and isinstance(high, int) and low > high:
        document.report((*place, least if least in said else most), message, f"`{most}` is {high}")


def _check_texts(document: Document, languages: Mapping[str, Any]) -> None:
    for language, said in languages.items():
        if not _LANGUAGE.fullmatch(language):
            message = f"no client asks for a language '{shortened(language)}'"
            document.report(("texts", language), message, "for example: de, or pt-BR")
        for key in mapping(said):
            near = did_you_mean(key, MESSAGE_KEYS, cutoff=0.85) if key not in MESSAGE_KEYS and " " not in key else None
            if near is not None:
                message = f"Okta says nothing that is called '{shortened(key)}'"
                document.report(("texts", language, key), message, near)
