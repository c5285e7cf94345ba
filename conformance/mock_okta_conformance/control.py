"""The mock's control API, as the suite uses it: tenants, journal, outbox, clock, script. See docs/control.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from mock_okta_conformance.errors import ConformError, SetupError
from mock_okta_conformance.trust import system_trust

JsonObject = Mapping[str, Any]
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Untrusted:
    """An issuer behind a certificate that no client has reason to trust, and the journal of those who did."""

    issuer: str
    journal: Callable[[], list[dict[str, Any]]]


class Control:
    """A mock that is running somewhere, and its control API.

    base_url: where the mock answers
    transport: another way to it than a socket, e.g. `httpx.WSGITransport`
    untrusted: a second server, for C-CFG-02
    """

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        token: str | None = None,
        untrusted: Untrusted | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.base_url = base_url.rstrip("/")
        self.untrusted = untrusted
        self._http = httpx.Client(
            base_url=f"{self.base_url}/__mock__/",
            transport=transport,
            headers=headers,
            timeout=TIMEOUT_S,
            trust_env=False,
            verify=system_trust(),
        )

    def check(self) -> None:
        """Makes sure that a mock answers, and answers us.

        Raises: SetupError
        """
        try:
            answered = self._http.get("tenants")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SetupError(f"no mock answers at {self.base_url}: {error}") from None
        if answered.status_code != 200 or "application/json" not in answered.headers.get("content-type", ""):
            raise SetupError(f"no mock answers at {self.base_url}: GET /__mock__/tenants gives {answered.status_code}")

    def make_tenant(self, scenario: JsonObject | str) -> dict[str, Any]:
        """A fresh tenant from a bundled scenario's name, or from a scenario as a mapping."""
        body = {"scenario": scenario} if isinstance(scenario, str) else {"yaml": json.dumps(scenario)}
        return self._object("POST", "tenants", body)

    def drop_tenant(self, tenant: str) -> None:
        """Forgets a tenant."""
        self._call("DELETE", f"tenants/{tenant}")

    def tenant(self, tenant: str) -> dict[str, Any]:
        """What `make_tenant` said about it."""
        return self._object("GET", f"tenants/{tenant}")

    def reset(self, tenant: str) -> None:
        """Makes the tenant as it was at first."""
        self._call("POST", f"tenants/{tenant}/reset")

    def journal(self, tenant: str, *, after: int = 0) -> list[dict[str, Any]]:
        """The exchanges of the tenant, oldest first: those that came after the one of that number."""
        return self._list(f"tenants/{tenant}/journal?after={after}")

    def strays(self, *, since: float) -> list[dict[str, Any]]:
        """The exchanges that led to no tenant, oldest first. `since`: epoch seconds."""
        return self._list(f"journal?since={since}")

    def codes(self, tenant: str) -> list[str]:
        """The codes sent by mail or text, oldest first."""
        return [mail["code"] for mail in self._list(f"tenants/{tenant}/outbox") if mail.get("code")]

    def subjects(self, tenant: str) -> list[str]:
        """The subjects of what was mailed, oldest first."""
        return [mail["subject"] for mail in self._list(f"tenants/{tenant}/outbox?channel=email")]

    def links(self, tenant: str) -> list[str]:
        """The links sent by mail, oldest first."""
        return [mail["link"] for mail in self._list(f"tenants/{tenant}/outbox") if mail.get("link")]

    def advance_clock(self, tenant: str, seconds: float) -> None:
        """Moves the tenant's clock forward."""
        self._call("POST", f"tenants/{tenant}/clock", {"advance_s": seconds})

    def intervene(self, tenant: str, interventions: list[JsonObject]) -> None:
        """Adds interventions; they come before those that are there."""
        self._call("POST", f"tenants/{tenant}/script", interventions)

    def decide(self, tenant: str, login: str, decision: str, details: Mapping[str, str]) -> None:
        """Answers what this person's phone asks."""
        self._call("POST", f"tenants/{tenant}/push", {"user": login, "decision": decision, **details})

    def change_user(self, tenant: str, login: str, changes: JsonObject) -> None:
        """Changes a user: status, password, enrolments, …"""
        self._call("PATCH", f"tenants/{tenant}/users/{quote(login, safe='')}", dict(changes))

    def clear_sessions(self, tenant: str, login: str, *, oauth_tokens: bool) -> None:
        """Ends a user's sessions, and tokens if told so."""
        told = f"?oauthTokens={str(oauth_tokens).lower()}"
        self._call("DELETE", f"tenants/{tenant}/users/{quote(login, safe='')}/sessions{told}")

    def token(self, tenant: str, kind: str, login: str, lifetime_s: float | None = None) -> str:
        """A token for `activation_token` or `recovery_token`: kind is "activation", "recovery" or "forgot"."""
        lasting = {} if lifetime_s is None else {"lifetime_s": lifetime_s}
        return str(self._object("POST", f"tenants/{tenant}/tokens", {"user": login, "kind": kind, **lasting})["token"])

    def answer_of_duo(self, tenant: str, signed_token: str) -> str:
        """What Duo's frame posts when the person approves."""
        answered = self._object("POST", f"tenants/{tenant}/duo", {"signed_token": signed_token})
        return str(answered["signature_data"])

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def _object(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        document = self._call(method, path, body)
        if not isinstance(document, dict):
            raise ConformError(f"the mock's control API answered {method} {path} without a JSON object")
        return document

    def _list(self, path: str) -> list[dict[str, Any]]:
        document = self._call("GET", path)
        if not isinstance(document, list):
            raise ConformError(f"the mock's control API answered GET {path} without a JSON array")
        return document

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ConformError(f"the mock at {self.base_url} cannot be reached: {error}") from error
        if response.status_code >= 400:
            raise ConformError(f"the mock refused {method} {path}: {response.status_code} {response.text[:500]}")
        return response.json() if response.content else None
