"""An org made of canned replies, in front of which the reference client is put; every reply can be exchanged.

org = FakeOrg()
org.on("/oauth2/default/v1/token", reply(400, {"error": "invalid_grant"}))
session = org.client().session()
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from mock_okta.keys import development_keys
from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.tokens import hash_of

ORIGIN = "https://org.test"
ISSUER = f"{ORIGIN}/oauth2/default"
CLIENT_ID = "0oaTest"
NOW = 1_800_000_000.0
ION = "application/ion+json; okta-version=1.0.0"
KEYS = tuple(RSAKey.import_key(key.pem, {"kid": key.kid}) for key in development_keys())

Handler = Callable[[httpx.Request], httpx.Response]


def reply(status: int = 200, body: Any = None, **headers: str) -> Handler:
    """Answers every request alike; underscores in header names stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(status, json=body, headers=named)


def in_turn(*handlers: Handler) -> Handler:
    """Answers the first request by the first handler and so on; the last one stays."""
    left = list(handlers)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


def raising(error: Exception) -> Handler:
    """Fails every request alike, as httpx does when the network does."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


def state_handle(value: str = "02.id.handle") -> dict[str, Any]:
    """The field that every form has."""
    return {"name": "stateHandle", "required": True, "value": value, "visible": False, "mutable": False}


def action(name: str, path: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A remediation or action that is posted."""
    return {
        "rel": ["create-form"],
        "name": name,
        "href": f"{ORIGIN}{path}",
        "method": "POST",
        "produces": ION,
        "value": [*fields, state_handle()],
        "accepts": "application/json; okta-version=1.0.0",
        **more,
    }


def page(*remediations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An Identity Engine reply with these remediations."""
    return {
        "version": "1.0.0",
        "stateHandle": "02.id.handle",
        "intent": "LOGIN",
        "remediation": {"type": "array", "value": list(remediations)},
        "cancel": action("cancel", "/go/cancel"),
        **more,
    }


def messages(*rows: tuple[str, str, str]) -> dict[str, Any]:
    """Messages, each of text, key and class."""
    return {
        "type": "array",
        "value": [{"message": text, "i18n": {"key": key, "params": []}, "class": level} for text, key, level in rows],
    }


EXPIRED = {
    "version": "1.0.0",
    "messages": messages(("You have been logged out due to inactivity.", "idx.session.expired", "ERROR")),
}

IDENTIFY = page(
    action(
        "identify",
        "/go/identify",
        {"name": "identifier", "label": "Username"},
        {"name": "rememberMe", "type": "boolean", "label": "Remember this device"},
    )
)

CREDENTIALS = {"name": "credentials", "type": "object", "required": True}
PASSWORD_FORM = {**CREDENTIALS, "form": {"value": [{"name": "passcode", "label": "Password", "secret": True}]}}
CURRENT_PASSWORD = {"type": "object", "value": {"type": "password", "key": "okta_password", "id": "autP"}}

PASSWORD = page(
    action("challenge-authenticator", "/go/answer", PASSWORD_FORM, relatesTo=["$.currentAuthenticatorEnrollment"]),
    currentAuthenticatorEnrollment=CURRENT_PASSWORD,
)

SUCCESS = {
    "version": "1.0.0",
    "stateHandle": "02.id.handle",
    "successWithInteractionCode": {
        "rel": ["create-form"],
        "name": "issue",
        "href": f"{ISSUER}/v1/token",
        "method": "POST",
        "accepts": "application/x-www-form-urlencoded",
        "value": [
            {"name": "grant_type", "required": True, "value": "interaction_code"},
            {"name": "interaction_code", "required": True, "value": "the-code"},
            {"name": "client_id", "required": True, "value": CLIENT_ID},
            {"name": "client_secret", "required": True},
            {"name": "code_verifier", "required": True},
        ],
    },
}

METADATA = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/v1/token",
    "userinfo_endpoint": f"{ISSUER}/v1/userinfo",
    "jwks_uri": f"{ISSUER}/v1/keys",
    "revocation_endpoint": f"{ISSUER}/v1/revoke",
    "introspection_endpoint": f"{ISSUER}/v1/introspect",
    "end_session_endpoint": f"{ISSUER}/v1/logout",
}


class FakeOrg:
    """The replies by path, the requests as they came, and a clock.

    claims, dropped, header: changes to the ID token that `/v1/token` answers with
    token_reply: changes to that answer
    """

    def __init__(self) -> None:
        self.now = NOW
        self.requests: list[httpx.Request] = []
        self.nonce = ""
        self.claims: dict[str, Any] = {}
        self.dropped: tuple[str, ...] = ()
        self.header: dict[str, Any] = {}
        self.key = KEYS[0]
        self.token_reply: dict[str, Any] = {}
        self._handlers: dict[str, Handler] = {
            "/oauth2/default/.well-known/openid-configuration": reply(200, METADATA),
            "/oauth2/default/v1/keys": reply(200, {"keys": [published(KEYS[0])]}),
            "/oauth2/default/v1/interact": self._interact,
            "/oauth2/default/v1/token": self._token,
            "/oauth2/default/v1/userinfo": reply(200, {"sub": "00uMary"}),
            "/oauth2/default/v1/revoke": reply(200),
            "/idp/idx/introspect": reply(200, IDENTIFY),
            "/go/identify": reply(200, PASSWORD),
            "/go/answer": reply(200, SUCCESS),
            "/go/cancel": reply(200, IDENTIFY),
        }

    def on(self, path: str, handler: Handler) -> None:
        """Answers that path from now on by this handler."""
        self._handlers[path] = handler

    def client(self, **settings: Any) -> Client:
        """The reference client, configured for this org."""
        http = httpx.Client(transport=self.transport, trust_env=False)
        given = {"issuer": ISSUER, "client_id": CLIENT_ID, "redirect_uri": "https://app.test/cb", **settings}
        return Client(Settings(**given), http, clock=lambda: self.now, sleep=self.sleep)

    @property
    def transport(self) -> httpx.MockTransport:
        """The way to this org."""
        return httpx.MockTransport(self._answer)

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds

    # -- looking ------------------------------------------------------------------------------------------------------

    def to(self, path: str) -> list[httpx.Request]:
        """The requests to that path."""
        return [request for request in self.requests if request.url.path == path]

    def json(self, path: str) -> Any:
        """The JSON of the newest request to that path."""
        return json.loads(self.to(path)[-1].content)

    def form(self, path: str) -> dict[str, str]:
        """The form of the newest request to that path."""
        parsed = parse_qs(self.to(path)[-1].content.decode(), keep_blank_values=True, strict_parsing=True)
        assert all(len(values) == 1 for values in parsed.values()), "a parameter is repeated"
        return {name: values[0] for name, values in parsed.items()}

    # -- answering ----------------------------------------------------------------------------------------------------

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        handler = self._handlers.get(request.url.path)
        return handler(request) if handler else httpx.Response(404, json={"errorCode": "E0000008"})

    def _interact(self, request: httpx.Request) -> httpx.Response:
        self.nonce = parse_qs(request.content.decode()).get("nonce", [""])[0]
        return httpx.Response(200, json={"interaction_handle": "the-interaction-handle"})

    def _token(self, request: httpx.Request) -> httpx.Response:
        body = {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": "access-1",
            "scope": "openid profile email offline_access",
            "refresh_token": "refresh-1",
            "id_token": self.id_token(),
            **self.token_reply,
        }
        return httpx.Response(200, json={name: value for name, value in body.items() if value is not None})

    def id_token(self, access_token: str = "access-1") -> str:
        """An ID token about Mary, with the changes that were asked for."""
        claims = {
            "sub": "00uMary",
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "iat": int(self.now),
            "exp": int(self.now) + 3600,
            "auth_time": int(self.now),
            "nonce": self.nonce,
            "at_hash": hash_of(access_token),
            **self.claims,
        }
        left = {name: value for name, value in claims.items() if name not in self.dropped}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **self.header}, left, self.key)


def published(key: RSAKey) -> dict[str, Any]:
    """A key as `/v1/keys` shows it."""
    return {"kty": "RSA", "alg": "RS256", "use": "sig", **key.as_dict(private=False)}
