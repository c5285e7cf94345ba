"""A client of the authorization server, without HTTP: a tenant built by hand, and requests sent to it.

Everything has a literal name, so that a test can say what it will see. Nobody signs in here: grants are simply there.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from immutables import Map
from msgspec.structs import replace

from mock_okta.engine import advance
from mock_okta.engine.model import (
    App,
    AppType,
    AuthorizationRequest,
    AuthorizationServer,
    Bounds,
    Grant,
    Person,
    Redirection,
    Reply,
    Request,
    Scenario,
    State,
    User,
)
from mock_okta.keys import development_keys

NOON = 1_800_000_000.0
ORIGIN = "https://org.example"
SERVER = "main"
ISSUER = "https://org.example/oauth2/main"
CALLBACK = "https://app.example/callback"

WEB = "0oaWeb00000000000000"
WEB_SECRET = "half:of%20it+and/the=rest"
SPA = "0oaSpa00000000000000"
OTHER_SPA = "0oaOtherSpa000000000"
MARY = "00uMary0000000000000"

VERIFIER = "a-verifier-of-forty-three-characters-at-least-1"
CHALLENGE = "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4"
CODE = "the-interaction-code-of-forty-three-letters"

FORM = "application/x-www-form-urlencoded"

APPS = (
    App(
        type=AppType.WEB,
        client_id=WEB,
        client_secret=WEB_SECRET,
        redirect_uris=(CALLBACK,),
        loopback_redirects=False,
        post_logout_redirect_uris=("https://app.example/bye",),
    ),
    App(type=AppType.BROWSER, client_id=SPA, redirect_uris=(CALLBACK,), loopback_redirects=False),
    App(type=AppType.BROWSER, client_id=OTHER_SPA, redirect_uris=(CALLBACK,), loopback_redirects=False),
)
USERS = (
    User(
        login="mary@example.com",
        id=MARY,
        profile={
            "firstName": "Mary",
            "lastName": "Acme",
            "email": "mary.acme@example.com",
            "primaryPhone": "+15551234567",
            "city": "Paris",
            "countryCode": "FR",
        },
        groups=("staff",),
        verified_email="mary.acme@example.com",
        updated_at=1_790_000_000.0,
    ),
)


def asking(**changes: Any) -> AuthorizationRequest:
    """What the public client asked for at `/v1/interact`."""
    usual = {"client_id": SPA, "server": SERVER, "scope": ("openid", "profile", "email", "offline_access")}
    return AuthorizationRequest(**usual | changes)


def returning(**changes: Any) -> Redirection:
    """The way back to the public client."""
    return Redirection(**{"redirect_uri": CALLBACK, "state": "a-state", "code_challenge": CHALLENGE} | changes)


def grant(code: str = CODE, **changes: Any) -> Grant:
    """Mary's sign-in a minute ago, whose code has half a minute left."""
    usual = {
        "id": "oarFamily00000000000",
        "key": code,
        "expires_at": NOON + 30,
        "asked": asking(),
        "subject": Person(user_id=MARY, auth_time=NOON - 60, amr=("pwd", "mfa", "email")),
        "redirection": returning(),
    }
    return Grant(**usual | changes)


def claims_in(token: str) -> dict[str, Any]:
    """The claims of a token, unchecked."""
    return decoded(token.split(".")[1])


def header_in(token: str) -> dict[str, Any]:
    """The header of a token."""
    return decoded(token.split(".")[0])


def decoded(segment: str) -> dict[str, Any]:
    """One base64url segment as JSON; the order of its members is kept."""
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


def basic(client_id: str, secret: str | None) -> str:
    """An Authorization header with these as they are; without a colon if the secret is None."""
    text = client_id if secret is None else f"{client_id}:{secret}"
    return "Basic " + base64.b64encode(text.encode()).decode()


NOBODY = State(tenant="", tag="", seed="")


@dataclass
class OAuthClient:
    """Puts requests before one tenant and remembers its state."""

    scenario: Scenario = field(default_factory=lambda: Scenario(name="main", users=USERS))
    state: State = field(
        default_factory=lambda: State(
            tenant="main",
            tag="mainAA",
            seed="a seed",
            keys=development_keys(),
            users=NOBODY.users.filled({user.id: user for user in USERS}),
            apps=NOBODY.apps.filled({app.client_id: app for app in APPS}),
        )
    )
    at: float = NOON
    requests: int = 0

    def request(self, endpoint: str, **members: Any) -> Reply:
        """Sends a request as it is given; headers are written as in Python."""
        headers = {name.replace("_", "-"): value for name, value in members.pop("headers", {}).items()}
        self.requests += 1
        usual = {"method": "POST", "server": SERVER, "origin": ORIGIN, "at": self.at, "chance": str(self.requests)}
        members = usual | members
        self.state, reply = advance(self.scenario, self.state, Request(endpoint=endpoint, headers=headers, **members))
        return reply

    def post(self, endpoint: str, fields: dict[str, str], *, server: str = SERVER, **headers: str) -> Reply:
        """Posts a form, encoded by the book."""
        body = urlencode(fields).encode()
        return self.request(endpoint, body=body, server=server, headers={"content_type": FORM, **headers})

    def get(self, endpoint: str, query: tuple[tuple[str, str], ...] = (), *, server: str = SERVER, **headers: str):
        return self.request(endpoint, method="GET", query=query, server=server, headers=headers)

    # -- what tests begin with ----------------------------------------------------------------------------------------

    def with_grant(self, given: Grant | None = None, **changes: Any) -> OAuthClient:
        """Puts a grant into the state."""
        given = given or grant(**changes)
        self.state = replace(self.state, grants=self.state.grants.set(given.key, given))
        return self

    def with_app(self, client_id: str, **changes: Any) -> OAuthClient:
        """Sets up an app differently."""
        app = replace(self.state.apps[client_id], **changes)
        self.state = replace(self.state, apps=self.state.apps.set(client_id, app))
        return self

    def with_new_app(self, app: App) -> OAuthClient:
        """Registers an app."""
        self.state = replace(self.state, apps=self.state.apps.set(app.client_id, app))
        return self

    def bounded(self, **bounds: int) -> OAuthClient:
        """Lets the tenant remember less."""
        self.state = replace(self.state, bounds=Bounds(**bounds))
        return self

    def without_app(self, client_id: str) -> OAuthClient:
        """Takes an app away."""
        self.state = replace(self.state, apps=self.state.apps.delete(client_id))
        return self

    def with_mary(self, **changes: Any) -> OAuthClient:
        """Changes Mary."""
        user = replace(self.state.users[MARY], **changes)
        self.state = replace(self.state, users=self.state.users.set(MARY, user))
        return self

    def with_server(self, **changes: Any) -> OAuthClient:
        """Sets up the authorization server differently."""
        return self.with_scenario(authorization_server=AuthorizationServer(**changes))

    def with_scenario(self, **changes: Any) -> OAuthClient:
        """Changes the scenario."""
        self.scenario = replace(self.scenario, **changes)
        return self

    def strict(self) -> OAuthClient:
        """Turns the switch on that refuses sloppy requests."""
        return self.with_scenario(wire=Map({"strict": True}))

    # -- requests that many tests send --------------------------------------------------------------------------------

    def interact(self, **changes: str | None) -> Reply:
        """The public client's request; None leaves a parameter out."""
        fields = {
            "client_id": SPA,
            "scope": "openid profile",
            "redirect_uri": CALLBACK,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "a-state",
        } | changes
        return self.post("interact", {name: value for name, value in fields.items() if value is not None})

    def redeem(self, code: str = CODE, *, server: str = SERVER, **changes: str | None) -> Reply:
        """Redeems an interaction code as the public client; None leaves a parameter out."""
        fields = {
            "grant_type": "interaction_code",
            "client_id": SPA,
            "interaction_code": code,
            "code_verifier": VERIFIER,
        } | changes
        return self.post("token", {name: value for name, value in fields.items() if value is not None}, server=server)

    def refresh(self, refresh_token: str, *, server: str = SERVER, **changes: str) -> Reply:
        """Redeems a refresh token as the public client."""
        fields = {"grant_type": "refresh_token", "client_id": SPA, "refresh_token": refresh_token} | changes
        return self.post("token", fields, server=server)

    def is_active(self, token: str, *, client_id: str = SPA, server: str = SERVER) -> bool:
        """What introspection says of a token."""
        return self.post("introspect", {"client_id": client_id, "token": token}, server=server).body["active"]

    def tokens(self) -> dict[str, Any]:
        """A token set for Mary and the public client."""
        self.with_grant()
        return self.redeem().body


def told(reply: Reply) -> tuple[int, str, str]:
    """Status, error and description of a refusal."""
    return reply.status, reply.body["error"], reply.body["error_description"]


def header(reply: Reply, name: str) -> str | None:
    """The value of a header of the reply."""
    return next((value for each, value in reply.headers if each.lower() == name.lower()), None)
