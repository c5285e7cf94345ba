"""Okta's verifiers for Go and Java, each in a process of its own, take the tokens of the mock and no others."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mock_okta_conformance.adapters import Adapter
from tests.interop.conftest import needed
from tests.interop.running import NewTenant, Secured, Tenant
from tests.interop.sdk_apps import App
from tests.interop.toolchain import golang_verifier, java_verifier

pytestmark = pytest.mark.interop

HOUR_S = 3600
AUDIENCE = "api://default"


@dataclass(frozen=True)
class Verifier:
    """One of them, and an app that signs in with the SDK for the same language."""

    app: App
    adapter: Adapter

    def sign_in(self, tenant: Tenant) -> Mapping[str, str]:
        """The tokens of the first user: `idToken` and `accessToken`."""
        self.app.start(tenant)
        tokens: Mapping[str, str] = self.app.identify(tenant)["tokens"]
        return tokens

    def verify(self, tenant: Tenant, *tokens: tuple[str, str], client_id: str = "") -> list[dict[str, Any]]:
        """For each token `claims`, or why it is `refused`.

        tokens: each with its kind, "id" or "access"
        """
        question = {
            "id": 1,
            "issuer": tenant.issuer,
            "clientId": client_id or tenant.about["client_id"],
            "audience": AUDIENCE,
            "tokens": [{"kind": kind, "token": token} for kind, token in tokens],
        }
        outcomes: list[dict[str, Any]] = self.adapter.ask(question)["outcomes"]
        return outcomes


@pytest.fixture(scope="module", params=["Go", "Java"])
def verifier(request: pytest.FixtureRequest, secured: Secured) -> Iterator[Verifier]:
    """Each of them."""
    if request.param == "Go":
        trusting = {"SSL_CERT_FILE": str(secured.ca_file)}
        app, adapter = "golang", needed(lambda: golang_verifier(trusting))
    else:
        app, adapter = "java", needed(lambda: java_verifier(*request.getfixturevalue("trusting")))
    yield Verifier(request.getfixturevalue(app), adapter)
    adapter.close()


def test_the_tokens_of_a_sign_in_are_verified_with_the_keys(verifier: Verifier, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    tokens = verifier.sign_in(tenant)

    of_id, of_access = verifier.verify(tenant, ("id", tokens["idToken"]), ("access", tokens["accessToken"]))

    assert (of_id["claims"]["iss"], of_id["claims"]["preferred_username"]) == (tenant.issuer, tenant.login)
    assert of_access["claims"]["sub"] == tenant.login
    assert "keys" in {each["endpoint"] for each in tenant.journal()}


def changed(part: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[str], str]:
    """The token with another header (0) or payload (1), under the signature that it had."""

    def spoil(token: str) -> str:
        parts = token.split(".")
        parts[part] = encoded(json.dumps(change(decoded(parts[part]))).encode())
        return ".".join(parts)

    return spoil


def decoded(part: str) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return members


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_otherwise(token: str) -> str:
    *signed, signature = token.split(".")
    return ".".join([*signed, ("B" if signature[0] == "A" else "A") + signature[1:]])


def unsigned(token: str) -> str:
    return ".".join([encoded(b'{"alg":"none"}'), token.split(".")[1], ""])


CHANGES: Mapping[str, Callable[[str], str]] = {
    "none": lambda token: token,
    "another signature": signed_otherwise,
    "no signature": unsigned,
    "another user": changed(1, lambda claims: claims | {"sub": "joe@example.com"}),
    "a later end": changed(1, lambda claims: claims | {"exp": claims["exp"] + HOUR_S}),
    "another key": changed(0, lambda header: header | {"kid": "of-somebody-else"}),
    "another algorithm": changed(0, lambda header: header | {"alg": "HS256"}),
    "no token": lambda token: "no.token.at-all",
}


def test_only_a_token_that_was_not_changed_is_taken(verifier: Verifier, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    tokens = verifier.sign_in(tenant)
    kinds = {"id": tokens["idToken"], "access": tokens["accessToken"]}
    tried = [(how, kind, spoil(token)) for how, spoil in CHANGES.items() for kind, token in kinds.items()]

    outcomes = verifier.verify(tenant, *((kind, token) for _, kind, token in tried))

    taken = [(how, kind) for (how, kind, _), outcome in zip(tried, outcomes, strict=True) if "refused" not in outcome]
    assert taken == [("none", "id"), ("none", "access")]


def test_a_token_of_another_authorization_server_is_refused(verifier: Verifier, new_secured_tenant: NewTenant) -> None:
    here, there = new_secured_tenant("password"), new_secured_tenant("password")
    tokens = verifier.sign_in(there)

    for outcome in verifier.verify(here, ("id", tokens["idToken"]), ("access", tokens["accessToken"])):
        assert "refused" in outcome


def test_an_id_token_of_another_client_is_refused(verifier: Verifier, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    tokens = verifier.sign_in(tenant)

    (outcome,) = verifier.verify(tenant, ("id", tokens["idToken"]), client_id=tenant.about["spa_client_id"])

    assert "refused" in outcome


def test_tokens_of_two_hours_ago_are_refused(verifier: Verifier, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    tenant.advance(-2 * HOUR_S)
    tokens = verifier.sign_in(tenant)

    for outcome in verifier.verify(tenant, ("id", tokens["idToken"]), ("access", tokens["accessToken"])):
        assert "expired" in outcome["refused"]
