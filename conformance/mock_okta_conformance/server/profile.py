"""Org profiles: what the suite may use of an org, in YAML.

    issuer: https://acme.okta.example/oauth2/default
    clients:
      web: {client_id: 0oa…, client_secret: …, redirect_uri: http://localhost:8080/login/callback}
      browser: {client_id: 0oa…, redirect_uri: http://localhost:8080/login/callback}
      without_grant: {client_id: 0oa…, redirect_uri: …}      # optional: lacks the interaction code grant
    users:
      - {login: throw-away@example.com, password: …}
    outbox: {control: http://127.0.0.1:6582/__mock__/tenants/default}   # or url: or command:, with {to} in it
    ca_file: ca.pem             # optional: certificates to trust, for https
    real: false                 # true for an org of Okta's: misses of OKTA rows are warnings
    requests_per_s: 2           # optional; a real org is never asked more often than that

The outbox says how to read the newest code mailed to a user. `control` is a tenant of the mock; `url` answers JSON with
a member `code`; `command` prints the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from mock_okta_conformance.errors import SetupError, nearest

MEMBERS = ("issuer", "clients", "users", "outbox", "ca_file", "real", "requests_per_s")
CLIENTS = ("web", "browser", "native", "without_grant")
CLIENT_MEMBERS = ("client_id", "client_secret", "redirect_uri")
USER_MEMBERS = ("login", "password", "email")
OUTBOXES = ("command", "control", "url")
REAL_ORG_REQUESTS_PER_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientApp:
    """A client that is registered with the org."""

    client_id: str
    redirect_uri: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A throw-away user. `email`: where codes go, the login if left out."""

    login: str
    password: str = field(repr=False)
    email: str = ""

    @property
    def address(self) -> str:
        """Where codes go."""
        return self.email or self.login


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgProfile:
    """What a profile says. `outbox` is a pair of how and where, e.g. ("url", "http://…?to={to}")."""

    issuer: str
    clients: Mapping[str, ClientApp] = field(default_factory=dict)
    users: tuple[Person, ...] = ()
    outbox: tuple[str, str] | None = None
    ca_file: str | None = None
    is_real: bool = False
    requests_per_s: float | None = None

    @property
    def offers(self) -> frozenset[str]:
        """The words by which requirements name what they need of a profile."""
        found = set(self.clients)
        if self.users:
            found.add("user")
        if self.outbox:
            found.add("outbox")
        return frozenset(found)


def read_profile(path: Path, *, issuer: str | None = None) -> OrgProfile:
    """The profile in the file; `issuer` replaces the one in it.

    Raises: SetupError naming the file, the member and what is allowed
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SetupError(f"{path}: cannot be read: {error}") from error
    if not isinstance(document, Mapping):
        raise SetupError(f"{path}: an org profile is a mapping with `issuer:`, `clients:` and `users:`")
    _check_members(document, MEMBERS, str(path))
    found = issuer or document.get("issuer")
    if not isinstance(found, str) or not found.startswith(("http://", "https://")):
        raise SetupError(f"{path}: issuer: {found!r} is no http or https address")
    real = bool(document.get("real", False))
    return OrgProfile(
        issuer=found.rstrip("/"),
        clients=_clients(document.get("clients") or {}, f"{path}: clients"),
        users=tuple(_user(user, f"{path}: users[{i}]") for i, user in enumerate(document.get("users") or ())),
        outbox=_outbox(document.get("outbox"), f"{path}: outbox"),
        ca_file=document.get("ca_file"),
        is_real=real,
        requests_per_s=document.get("requests_per_s") or (REAL_ORG_REQUESTS_PER_S if real else None),
    )


def profile_of_mock(issuer: str, http: httpx.Client) -> OrgProfile | None:
    """The profile of an issuer that is a tenant of the mock, from its control API; None if there is none to ask."""
    origin, custom, tenant = issuer.rstrip("/").partition("/oauth2/")
    address = f"{origin}/__mock__/tenants/{tenant if custom else 'default'}"
    try:
        response = http.get(address)
        made = response.json() if response.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        return None
    if not isinstance(made, Mapping) or not {"apps", "users"} <= made.keys():
        return None
    clients: dict[str, ClientApp] = {}
    for app in made["apps"]:
        if app["redirect_uris"]:
            client = ClientApp(
                client_id=app["client_id"], client_secret=app["client_secret"], redirect_uri=app["redirect_uris"][0]
            )
            clients.setdefault(app["type"], client)
    return OrgProfile(
        issuer=issuer.rstrip("/"),
        clients=clients,
        users=tuple(
            Person(login=user["login"], password=user["password"], email=str(user["profile"].get("email") or ""))
            for user in made["users"]
            if user["password"] is not None and user["status"] == "ACTIVE"
        ),
        outbox=("control", address),
    )


def _clients(document: Any, where: str) -> dict[str, ClientApp]:
    _check_members(document, CLIENTS, where)
    return {name: _client(client, f"{where}.{name}") for name, client in document.items()}


def _client(document: Any, where: str) -> ClientApp:
    _check_members(document, CLIENT_MEMBERS, where)
    _check_texts(document, ("client_id", "redirect_uri"), where)
    return ClientApp(
        client_id=document["client_id"],
        redirect_uri=document["redirect_uri"],
        client_secret=document.get("client_secret"),
    )


def _user(document: Any, where: str) -> Person:
    if not isinstance(document, Mapping):
        raise SetupError(f"{where}: a mapping with login and password is wanted")
    _check_members(document, USER_MEMBERS, where)
    _check_texts(document, ("login", "password"), where)
    return Person(login=document["login"], password=document["password"], email=str(document.get("email") or ""))


def _outbox(document: Any, where: str) -> tuple[str, str] | None:
    if document is None:
        return None
    _check_members(document, OUTBOXES, where)
    if len(document) != 1:
        raise SetupError(f"{where}: exactly one of {', '.join(OUTBOXES)} is wanted")
    (how, target), *_ = document.items()
    return str(how), str(target)


def _check_members(document: Any, allowed: tuple[str, ...], where: str) -> None:
    if not isinstance(document, Mapping):
        raise SetupError(f"{where}: a mapping is wanted; members: {', '.join(allowed)}")
    for name in document:
        if name not in allowed:
            raise SetupError(
                f"{where}: {name}: unknown member{nearest(str(name), allowed)}; allowed: {', '.join(allowed)}"
            )


def _check_texts(document: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if not isinstance(document.get(name), str) or not document[name]:
            raise SetupError(f"{where}: {name}: missing")
