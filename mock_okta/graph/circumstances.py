"""In what circumstances a sign-in can begin, as far as the scenario's conditions tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.acr import known_levels
from mock_okta.engine.idx.conditions import listed
from mock_okta.engine.model import NOTHING, Scenario

BROWSER = {"user-agent": "Mozilla/5.0 Chrome/1", "sec-fetch-mode": "cors"}
"""A program that keeps cookies, and so has sessions."""
SCOPE = ("openid", "profile", "email")


class Circumstances(Struct, frozen=True, kw_only=True):
    """What an app asks for, and where its request comes from."""

    scope: tuple[str, ...] = SCOPE
    acr_values: tuple[str, ...] = ()
    headers: Mapping[str, str] = NOTHING
    address: str = "127.0.0.1"


def told_apart(scenario: Scenario) -> tuple[Circumstances, ...]:
    """The ordinary ones, for each condition on the request those in which it holds, and levels that walks ask for."""
    found = [Circumstances(), Circumstances(scope=("openid", *scenario.authorization_server.scopes))]
    for name, wanted in mentioned(scenario):
        found += _meeting(scenario, name, wanted)
    found += (Circumstances(acr_values=levels) for levels in _levels_asked_for(scenario))
    return tuple({repr(each): each for each in found}.values())


def _meeting(scenario: Scenario, name: str, wanted: Any) -> Iterator[Circumstances]:
    ordinary = Circumstances()
    if name == "scope":
        yield from (replace(ordinary, scope=(*SCOPE, _example(each))) for each in listed(wanted))
    elif name == "acr_values":
        yield from (replace(ordinary, acr_values=(_example(each),)) for each in listed(wanted))
    elif name == "header":
        sent = {header.lower(): _example(listed(value)[0]) for header, value in wanted.items() if value is not False}
        yield replace(ordinary, headers=sent)
    elif name == "address":
        yield from (replace(ordinary, address=_inside(str(each))) for each in listed(wanted))
    elif name == "zone":
        zones = scenario.org.get("zones", {})
        networks = (network for zone in listed(wanted) for network in listed(zones.get(zone, ())))
        yield from (replace(ordinary, address=_inside(str(each))) for each in networks)


def _levels_asked_for(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    """What the app of a walk wants of its user: no step says so, and any flow may have one more for it."""
    for walk in scenario.walks:
        for start in (walk.start, *(values for name, values in walk.moves if name == "start")):
            if start and start.get("acrValues"):
                yield known_levels(str(start["acrValues"]).split())


def _example(pattern: Any) -> str:
    """A text that a pattern with `*` and `?` fits."""
    return "x" if pattern is True else str(pattern).replace("*", "").replace("?", "x")


def _inside(network: str) -> str:
    """An address of a network, which may be written as how an address begins ("10.1.")."""
    try:
        return str(next(iter(ip_network(network, strict=False))))
    except ValueError:
        return ".".join([*filter(None, network.split(".")), "1", "1", "1"][:4])


def mentioned(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """Every condition of every step, by its name, with what it wants; those inside of others too."""
    for flow in scenario.flows.values():
        for step in flow:
            yield from _inner(step.when)


def _inner(when: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, wanted in when.items():
        if name == "not":
            yield from _inner(wanted)
        elif name == "any":
            for each in wanted:
                yield from _inner(each)
        else:
            yield name, wanted
