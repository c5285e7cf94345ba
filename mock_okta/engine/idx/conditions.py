"""Conditions on steps: what a scenario writes under `when:`. A step counts only where all of them hold.

A condition takes one value or a list of which any will do. `not:` and `any:` take conditions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import Any

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import past_sign_ins, remembered_devices
from mock_okta.engine.model import JsonObject, Transaction, User, logins

Holds = Callable[[Turn, Transaction, Any], bool]
Facts = Callable[[Turn, Transaction], Iterable[str]]


class Condition(Struct, frozen=True, kw_only=True):
    """One thing that a step may depend on.

    kind: what it takes: "texts" (one or a list), "mapping" (names to texts), "flag", "conditions" (of its own) or
        "list of conditions"
    about: one sentence for whoever writes the scenario
    """

    name: str
    holds: Holds
    about: str
    kind: str = "texts"


def hold(turn: Turn, transaction: Transaction, when: JsonObject) -> bool:
    """Whether all of these conditions hold."""
    return all(CONDITIONS[name].holds(turn, transaction, wanted) for name, wanted in when.items())


def listed(wanted: Any) -> tuple[Any, ...]:
    """The values of which any will do."""
    return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)


def one_of(facts: Facts, spelt: Callable[[str], str] = str) -> Holds:
    """Holds where one of the wanted values is among the facts; `*` and `?` stand for any letters, and for any one.

    spelt: how facts and wanted values are written before they are compared
    """

    def holds(turn: Turn, transaction: Transaction, wanted: Any) -> bool:
        there = tuple(map(spelt, facts(turn, transaction)))
        return any(fnmatchcase(fact, spelt(str(pattern))) for pattern in listed(wanted) for fact in there)

    return holds


# ---------------------------------------------------------------------------------------------------------------------
# Facts
# ---------------------------------------------------------------------------------------------------------------------


def _user(turn: Turn, transaction: Transaction) -> User | None:
    return turn.user(transaction.user_id)


def _groups(turn: Turn, transaction: Transaction) -> Iterable[str]:
    user = _user(turn, transaction)
    return user.memberships if user else ()


def _identifiers(turn: Turn, transaction: Transaction) -> Iterable[str]:
    """What was typed, and the login of whoever that is."""
    user = _user(turn, transaction)
    return filter(None, (transaction.identifier, user.login if user else None))


def _status(turn: Turn, transaction: Transaction) -> Iterable[str]:
    user = _user(turn, transaction)
    return (user.status,) if user else ()


def _app(turn: Turn, transaction: Transaction) -> Iterable[str]:
    app = turn.app(transaction.asked.client_id)
    return (app.label, app.client_id, app.type, app.name)


def _enrolled(turn: Turn, transaction: Transaction) -> Iterable[str]:
    user = _user(turn, transaction)
    return (each.authenticator for each in user.enrolled) if user else ()


def _proved(turn: Turn, transaction: Transaction) -> Iterable[str]:
    return (each.authenticator for each in transaction.proofs)


def _idp(turn: Turn, transaction: Transaction) -> Iterable[str]:
    used = (each for each in turn.state.identity_providers if each.id == transaction.idp)
    return (fact for each in used for fact in (each.name, each.type, each.id))


# ---------------------------------------------------------------------------------------------------------------------
# Others
# ---------------------------------------------------------------------------------------------------------------------


def _is_in_network(turn: Turn, transaction: Transaction, wanted: Any) -> bool:
    return any(is_inside(transaction.browser.address, str(network)) for network in listed(wanted))


def is_inside(address: str, network: str) -> bool:
    """Whether an address belongs to a network: "10.0.0.0/8", one address, or how an address begins ("10.1.")."""
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return bool(network) and address.startswith(network)


def _is_in_zone(turn: Turn, transaction: Transaction, wanted: Any) -> bool:
    """The networks of a zone are listed under `org: {zones: {name: [...]}}`."""
    zones = turn.scenario.org.get("zones", {})
    return any(_is_in_network(turn, transaction, zones.get(name, ())) for name in listed(wanted))


def _has_headers(turn: Turn, transaction: Transaction, wanted: Mapping[str, Any]) -> bool:
    """True and false stand for any value, and for none."""
    headers = turn.request.headers
    for name, value in wanted.items():
        sent = headers.get(name.lower())
        if isinstance(value, bool):
            if (sent is not None) is not value:
                return False
        elif sent is None or not any(fnmatchcase(sent, str(pattern)) for pattern in listed(value)):
            return False
    return True


def _has_profile(turn: Turn, transaction: Transaction, wanted: Mapping[str, Any]) -> bool:
    user = _user(turn, transaction)
    return user is not None and all(user.profile.get(name) in listed(value) for name, value in wanted.items())


def _is_remembered(turn: Turn, transaction: Transaction, wanted: bool) -> bool:
    return remembered_devices.spares_second_factor(turn, transaction) is wanted


def _is_new(behavior: str) -> Holds:
    return lambda turn, transaction, wanted: past_sign_ins.is_new(turn, transaction, behavior) is wanted


def _not(turn: Turn, transaction: Transaction, wanted: JsonObject) -> bool:
    return not hold(turn, transaction, wanted)


def _any(turn: Turn, transaction: Transaction, wanted: Iterable[JsonObject]) -> bool:
    return any(hold(turn, transaction, each) for each in wanted)


# fmt: off
CONDITIONS: dict[str, Condition] = table("name", (
    Condition(name="group", holds=one_of(_groups), about="A group that the user is in."),
    Condition(name="login", holds=one_of(_identifiers, logins.folded), about="Who it is, e.g. *@example.com."),
    Condition(name="status", holds=one_of(_status), about="Status of the user."),
    Condition(name="profile", holds=_has_profile, kind="mapping", about="Attributes of the user."),
    Condition(name="enrolled", holds=one_of(_enrolled), about="An authenticator that the user has."),
    Condition(name="proved", holds=one_of(_proved), about="An authenticator that was proved already."),
    Condition(name="idp", holds=one_of(_idp), about="The identity provider that the user came from: name, type or id."),
    Condition(name="app", holds=one_of(_app), about="The app: its label, client id, type or name."),
    Condition(name="flow", holds=one_of(lambda turn, transaction: (transaction.flow,)), about="The flow."),
    Condition(name="acr_values", holds=one_of(lambda turn, transaction: transaction.asked.acr_values),
              about="A level of assurance that the app asks for."),
    Condition(name="scope", holds=one_of(lambda turn, transaction: transaction.asked.scope),
              about="A scope that the app asks for."),
    Condition(name="address", holds=_is_in_network, about="Where the sign-in began: an address or a network."),
    Condition(name="zone", holds=_is_in_zone, about="A network zone of the org."),
    Condition(name="header", holds=_has_headers, kind="mapping", about="Headers of the request at hand."),
    Condition(name="remembered", holds=_is_remembered, kind="flag",
              about="Whether the user chose to stay signed in on this device, when signing in with two factors."),
    *(Condition(name=row.name, holds=_is_new(row.name), kind="flag", about=row.about)
      for row in past_sign_ins.BEHAVIORS.values()),
    Condition(name="session", holds=lambda turn, transaction, wanted: bool(transaction.session) is wanted, kind="flag",
              about="Whether the browser was signed in already."),
    Condition(name="not", holds=_not, kind="conditions", about="Conditions that must not all hold."),
    Condition(name="any", holds=_any, kind="list of conditions", about="Conditions of which some must hold."),
))
# fmt: on
