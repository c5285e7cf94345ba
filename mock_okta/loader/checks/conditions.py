"""Whether the conditions of steps (`when:`) can ever hold: a step that is never there hides what it should test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Any

from mock_okta.engine.base.acr import ATTESTATION, LEVELS
from mock_okta.engine.idx.past_sign_ins import BEHAVIORS
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.model import UserStatus
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.inventory import Inventory
from mock_okta.loader.values import mapping, rows, step_parts, steps_of

Known = Callable[[Inventory], list[str]]

_BEGINNING = re.compile(r"[0-9A-Fa-f:.]+")
"""How an address may begin."""
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_conditions(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every condition that names what is not there, and every zone that holds no network."""
    inventory = Inventory(scenario)
    _check_zones(document, mapping(mapping(scenario.get("org")).get("zones")))
    _check_memory(document, mapping(scenario.get("org")), set(_named(scenario)))
    for flow in FLOWS:
        listed = scenario.get(flow)
        for index, step in enumerate(listed if isinstance(listed, list) else []):
            when = mapping(step).get("when")
            _check(document, (flow, index, "when"), mapping(when), inventory)
            others = [name for name in inventory.flows if name != flow]
            _check_own_flow(document, (flow, index, "when", "flow"), mapping(when).get("flow"), flow, others)


def _check(document: Document, path: Path, when: Mapping[str, Any], inventory: Inventory) -> None:
    for name, wanted in when.items():
        here = (*path, name)
        if name == "not":
            _check(document, here, mapping(wanted), inventory)
        elif name == "any":
            for index, inner in rows(when, "any"):
                _check(document, (*here, index), inner, inventory)
        elif name in _SPECIAL:
            _SPECIAL[name](document, here, wanted, inventory)
        elif name in _WORDS:
            _check_words(document, here, wanted, inventory, *_WORDS[name])


def _values(path: Path, wanted: Any) -> list[tuple[Path, Any]]:
    """The values of which any will do, each with its path."""
    return (
        [((*path, index), each) for index, each in enumerate(wanted)] if isinstance(wanted, list) else [(path, wanted)]
    )


def _check_words(document: Document, path: Path, wanted: Any, inventory: Inventory, said: str, known: Known) -> None:
    names = known(inventory)
    for here, pattern in _values(path, wanted):
        if isinstance(pattern, str) and pattern and not any(fnmatchcase(name, pattern) for name in names):
            message = f"{said.format(shortened(pattern))}, so this never holds"
            document.report(here, message, nearest(pattern, names) if names else "there are none")


# ---------------------------------------------------------------------------------------------------------------------
# One row for each condition that takes words
# ---------------------------------------------------------------------------------------------------------------------

_WORDS: dict[str, tuple[str, Known]] = {
    "group": ("nobody is in a group '{}'", lambda there: there.groups),
    "status": ("no user has a status '{}'", lambda there: list(map(str, UserStatus))),
    "enrolled": ("nobody has the authenticator '{}'", lambda there: there.obtainable),
    "proved": ("no step asks for the authenticator '{}'", lambda there: there.authenticators),
    "idp": ("no identity provider is called '{}'", lambda there: there.identity_providers),
    "app": ("no app is called '{}'", lambda there: there.apps),
    "flow": ("the org offers no flow '{}'", lambda there: there.flows),
    "acr_values": ("Okta knows no level '{}'", lambda there: [*LEVELS, ATTESTATION]),
    "scope": ("the authorization server has no scope '{}'", lambda there: there.scopes),
    "zone": ("the org has no zone '{}'", lambda there: there.zones),
}
"""What is said of a word that is not there, and the words that are."""


def _check_login(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    """What is typed may be anything; so a name that no user has may stand here if a walk types it."""
    if not inventory.welcomes_others:
        named = [*inventory.names, *inventory.typed]
        _check_words(document, path, wanted, inventory, "no user has the login '{}'", lambda there: named)


def _check_profile(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    if inventory.welcomes_others:
        return
    known = inventory.attributes
    for name in mapping(wanted):
        if name not in known:
            message = f"no user has the attribute '{shortened(name)}', so this never holds"
            document.report((*path, name), message, nearest(name, known))


def _check_address(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    for here, network in _values(path, wanted):
        if isinstance(network, str) and network and not _is_network(network):
            document.report(here, f"'{shortened(network)}' is no address, network or beginning of one", _NETWORKS)


def _check_headers(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    for name, value in mapping(wanted).items():
        here = (*path, name)
        if not _HEADER.fullmatch(name):
            document.report(here, f"'{shortened(name)}' is not the name of a header", "for example: User-Agent")
        if not _values(here, value):
            document.report(here, "no value will do, so this never holds", "name one, or write true for any")
        for place, each in _values(here, value):
            if not isinstance(each, (str, bool)) or (isinstance(each, bool) and isinstance(value, list)):
                message = "a header's value is a text; true is any, false none"
                document.report(place, message, "put it in quotes, or write true")


def _check_session(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    if wanted is True and mapping(inventory.scenario.get("org")).get("sessions") == "none":
        message = "nobody stays signed in (`org: {sessions: none}`), so this never holds"
        document.report(path, message, "leave the condition out, or the setting")


def _check_remembered(document: Document, path: Path, wanted: Any, inventory: Inventory) -> None:
    hidden = mapping(inventory.scenario.get("org")).get("show_keep_me_signed_in") is False
    if wanted is True and hidden and "keep_me_signed_in" not in inventory.verbs:
        message = "nobody is asked whether to stay signed in, so this never holds"
        document.report(path, message, "add `- keep_me_signed_in`, or let the sign-in page show the option")


def _check_memory(document: Document, org: Mapping[str, Any], named: set[str]) -> None:
    """What is remembered for a condition that no step has changes nothing."""
    if "mfa_lifetime_s" in org and "remembered" not in named:
        message = "no step depends on whether the device is remembered, so this changes nothing"
        document.report(("org", "mfa_lifetime_s"), message, "spare a step with `when: {not: {remembered: true}}`")
    for name in mapping(org.get("behavior_detection")):
        if name in BEHAVIORS and name not in named:
            message = f"no step depends on `{name}`, so this changes nothing"
            document.report(("org", "behavior_detection", name), message, f"ask for more with `when: {{{name}: true}}`")


def _named(scenario: Mapping[str, Any]) -> Iterator[str]:
    """The conditions that some step has, those inside of others too; the step that asks is one for `remembered`."""
    for step in steps_of(scenario):
        yield from _names_in(mapping(step).get("when"))
    if any(step_parts(step)[0] == "keep_me_signed_in" for step in steps_of(scenario)):
        yield "remembered"


def _names_in(when: Any) -> Iterator[str]:
    yield from mapping(when)
    if mapping(when):
        yield from _names_in(when.get("not"))
        for _, inner in rows(when, "any"):
            yield from _names_in(inner)


_SPECIAL: dict[str, Callable[[Document, Path, Any, Inventory], None]] = {
    "address": _check_address,
    "header": _check_headers,
    "login": _check_login,
    "profile": _check_profile,
    "remembered": _check_remembered,
    "session": _check_session,
}

_NETWORKS = "for example: 10.0.0.0/8, 192.0.2.7, or 10.1. for all that begins so"


def _check_own_flow(document: Document, path: Path, wanted: Any, flow: str, others: list[str]) -> None:
    """The steps of a flow are there in that flow alone."""
    for here, name in _values(path, wanted):
        if isinstance(name, str) and name in others:
            message = f"this is a step of `{flow}` and never of {name!r}, so this never holds"
            document.report(here, message, f"move the step to `{name}:`, or leave the condition out")


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return _BEGINNING.fullmatch(text) is not None and not _is_whole(text)
    return True


def _is_whole(text: str) -> bool:
    """Whether a text has all parts of an IPv4 address and is none all the same: 10.0.0.999."""
    return len([part for part in text.split(".") if part]) > 3


def _check_zones(document: Document, zones: Mapping[str, Any]) -> None:
    for name, networks in zones.items():
        _check_address(document, ("org", "zones", name), networks, Inventory({}))
        if networks == []:
            document.report(("org", "zones", name), "a zone without a network holds nobody", _NETWORKS)
