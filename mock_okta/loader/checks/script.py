"""Whether the entries of `script:` can ever act: a condition that never holds hides a test that tests nothing.

What a request is about is decided in `engine/script/occasions.py` and `engine/idx/endpoint.py`: only requests below
`/idp/idx/` have a remediation, an authenticator and a user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_okta.engine.idx.remediations import ACTIONS, REMEDIATIONS
from mock_okta.engine.model.logins import among
from mock_okta.engine.script.occasions import CONDITIONS
from mock_okta.loader.checks.effects import check_effects
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.inventory import Inventory
from mock_okta.loader.values import mapping, rows
from mock_okta.schema.words import IDX_ENDPOINTS, OAUTH_ENDPOINTS, REMEDIATION_ENDPOINTS


def check_script(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every entry that can never act, and every effect that can change nothing."""
    inventory = Inventory(scenario)
    earlier: list[tuple[int, Mapping[str, Any]]] = []
    for index, entry in rows(scenario, "script"):
        path: Path = ("script", index)
        at = mapping(entry.get("at"))
        if not inventory.welcomes_others:
            _check_user(document, (*path, "at", "user"), at.get("user"), inventory.logins)
        _check_authenticator(document, (*path, "at", "authenticator"), at.get("authenticator"), inventory)
        _check_offered(document, (*path, "at", "remediation"), at.get("remediation"), inventory)
        _check_turn(document, path, entry, earlier)
        earlier.append((index, entry))
        check_entry(document, path, entry)


def check_entry(document: Document, path: Path, entry: Mapping[str, Any], logins: Iterable[str] | None = None) -> None:
    """Notes what is wrong with one entry by itself.

    logins: of the tenant that it is added to; None where anybody may come
    """
    at = mapping(entry.get("at"))
    if logins is not None:
        _check_user(document, (*path, "at", "user"), at.get("user"), list(logins))
    _check_conditions(document, (*path, "at"), at)
    check_effects(document, path, entry, at)


def _check_user(document: Document, path: Path, login: Any, logins: list[str]) -> None:
    if isinstance(login, str) and not among(login, logins):
        hint = nearest(login, logins) if logins else "add the user to `users:`"
        document.report(path, f"no user has the login '{shortened(login)}', so this never happens", hint)


def _check_authenticator(document: Document, path: Path, key: Any, inventory: Inventory) -> None:
    if isinstance(key, str) and key not in inventory.authenticators:
        hint = f"the scenario has {', '.join(inventory.authenticators)}"
        document.report(path, f"no user has '{shortened(key)}' and no step names it, so this never happens", hint)


def _check_offered(document: Document, path: Path, name: Any, inventory: Inventory) -> None:
    row = REMEDIATIONS.get(name) if isinstance(name, str) else None
    if row and row.only_with and not {*inventory.verbs, *inventory.scenario}.intersection(row.only_with):
        message = f"no step leads to '{name}', so this never happens"
        document.report(path, message, f"it takes `{'`, `'.join(row.only_with)}`")


def _check_turn(
    document: Document, path: Path, entry: Mapping[str, Any], earlier: list[tuple[int, Mapping[str, Any]]]
) -> None:
    """The first entry that matches a request acts; what always acts leaves nothing to those after it."""
    at = _told(entry)
    for index, before in earlier:
        rows_before = (CONDITIONS[name] for name in mapping(before.get("at")) if name in CONDITIONS)
        always = not before.get("once") and not any(row.counts for row in rows_before)
        if always and "at" in before and _told(before).items() <= at.items():
            message = f"script[{index}] acts on all these requests, so this one never does"
            document.report((*path, "at"), message, f"put it before script[{index}], or let that one act less often")
            return


def _told(entry: Mapping[str, Any]) -> dict[str, str]:
    """The conditions of an entry that have words, and the endpoint that goes without saying."""
    at = {name: value for name, value in mapping(entry.get("at")).items() if isinstance(value, str)}
    targets = REMEDIATION_ENDPOINTS.get(at.get("remediation", ""), ())
    return {"endpoint": targets[0], **at} if len(targets) == 1 else at


def _check_conditions(document: Document, path: Path, at: Mapping[str, Any]) -> None:
    endpoint, remediation, authenticator = at.get("endpoint"), at.get("remediation"), at.get("authenticator")
    if endpoint in OAUTH_ENDPOINTS:
        for row in CONDITIONS.values():
            if row.of_pages and row.name in at:
                message = f"a request to {endpoint!r} has no {row.name}, so this never happens"
                document.report((*path, row.name), message, "leave one of the two conditions out")
    elif endpoint in IDX_ENDPOINTS and isinstance(remediation, str):
        targets = REMEDIATION_ENDPOINTS.get(remediation, ())
        if targets and endpoint not in targets:
            shown = " or ".join(map(repr, targets))
            message = f"{remediation!r} is submitted to {shown}, so this never happens"
            document.report((*path, "endpoint"), message, f"leave `endpoint` out, or make it {shown}")
    if isinstance(remediation, str) and is_never_submitted(remediation):
        message = f"nobody submits {remediation!r}: the browser is sent there, so this never happens"
        document.report((*path, "remediation"), message, "use `at: {endpoint: …}` of where the browser goes")
    elif isinstance(authenticator, str) and not _can_be_about(remediation, authenticator):
        message = f"{remediation!r} is not about {authenticator!r}, so this never happens"
        document.report((*path, "authenticator"), message, "leave one of the two conditions out")


def _can_be_about(remediation: Any, authenticator: str) -> bool:
    row = REMEDIATIONS.get(remediation) if isinstance(remediation, str) else None
    return row is None or row.about is None or authenticator in row.about


def is_never_submitted(name: str) -> bool:
    """Whether a remediation only says where the browser is sent."""
    return name in REMEDIATIONS and name not in ACTIONS and REMEDIATIONS[name].redirects is not None
