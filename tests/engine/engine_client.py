"""The client of one tenant, played by a test without HTTP: it keeps the state, the last reply and the mail."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from mock_okta.engine import advance, bootstrap_tenant
from mock_okta.engine.model import Enrollment, Mail, Reply, Request, Scenario, State, Step, User, UserStatus
from mock_okta.keys import development_keys

NOON = 1_800_000_000.0
VERIFIER = "a-verifier-of-forty-three-characters-at-least-1"
CHALLENGE = "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4"
ORIGIN = "http://localhost:6582"

PASSWORD = Step(verb="verify", authenticators=("okta_password",))
EMAIL = Step(verb="verify", authenticators=("okta_email",))
IDENTIFY = Step(verb="identify")


def mary(**changes: Any) -> User:
    """Mary, who has a password and an e-mail address unless told otherwise."""
    enrolled = (
        Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!"}),
        Enrollment(authenticator="okta_email", secret={"email": "mary@example.com"}),
    )
    profile = {"firstName": "Mary", "lastName": "Acme", "email": "mary@example.com"}
    return User(**{"login": "mary@example.com", "profile": profile, "enrolled": enrolled} | changes)


def scenario(*steps: Step, users: tuple[User, ...] | None = None, **changes: Any) -> Scenario:
    """A scenario with these sign-in steps, and Mary."""
    return Scenario(
        name="test",
        flows={"sign_in": steps or (IDENTIFY, PASSWORD)},
        users=(mary(),) if users is None else users,
        **changes,
    )


def flow_scenario(flows: dict[str, tuple[Step, ...]], **changes: Any) -> Scenario:
    """A scenario with these flows, and Mary unless told otherwise."""
    return Scenario(**{"name": "test", "flows": flows, "users": (mary(),)} | changes)


@dataclass
class EngineClient:
    """Sends requests to one tenant and remembers its state and the last reply.

    name: of two that share a tenant, one has another, so that nothing is drawn twice
    seen: the state as it was after the last page that was more than a look
    """

    scenario: Scenario
    state: State = None  # type: ignore[assignment]
    at: float = NOON
    last: Reply = None  # type: ignore[assignment]
    replies: list[Reply] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"
    name: str = ""
    seen: State = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.state is None:
            self.state = bootstrap_tenant(self.scenario, tenant="test", seed="test", keys=development_keys())
        self.seen = self.state

    @property
    def web_client(self) -> str:
        return self.state.client_ids[0]

    @property
    def public_client(self) -> str:
        return self.state.client_ids[1]

    def send(
        self,
        endpoint: str,
        body: bytes = b"",
        method: str = "POST",
        query: tuple[tuple[str, str], ...] = (),
        rest: str = "",
        **headers: str,
    ) -> Reply:
        named = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(
            method=method,
            endpoint=endpoint,
            server="test",
            origin=ORIGIN,
            at=self.at,
            chance=f"{self.name}{len(self.replies)}",
            headers=named,
            query=query,
            body=body,
            address=self.address,
            rest=rest,
        )
        self.state, self.last = advance(self.scenario, self.state, request)
        self.replies.append(self.last)
        goes_on = endpoint == "interact" or (endpoint.startswith("idx/") and endpoint != "idx/introspect")
        if goes_on and self.last.status == HTTPStatus.OK:
            self.seen = self.state
        return self.last

    def post(self, path: str, **body: Any) -> Reply:
        """Posts JSON below /idp/idx/, with the current state handle unless one is given."""
        if path != "introspect":
            body.setdefault("stateHandle", self.handle)
        return self.send(f"idx/{path}", json.dumps(body).encode(), content_type="application/json")

    def form(self, endpoint: str, **fields: str) -> Reply:
        """Posts a form to an OAuth endpoint as the public client."""
        fields = fields if "client_id" in fields else {"client_id": self.public_client, **fields}
        return self.send(endpoint, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded")

    def begin(self, **changes: str) -> Reply:
        """Interact and introspect."""
        fields = {
            "scope": "openid profile",
            "redirect_uri": "http://localhost:8080/login/callback",
            "state": "state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        interaction = self.form("interact", **(fields | changes))
        return self.post("introspect", interactionHandle=interaction.body["interaction_handle"])

    def select(self, label: str, **more: str) -> Reply:
        """Picks an authenticator by its label, from the list or from the page that asks before sending.

        more: what the client adds to the values that the form has fixed, e.g. methodType="sms"; on the page that asks
            before sending, the first choice is taken where it adds nothing
        """
        for remediation in self.last.body["remediation"]["value"]:
            field = remediation["value"][0]
            if field.get("label") == label and "form" in field:
                chosen = field["form"]["value"]
            elif any(option["label"] == label for option in field.get("options", ())):
                chosen = next(o for o in field["options"] if o["label"] == label)["value"]["form"]["value"]
            else:
                continue
            fixed = {each["name"]: each["value"] for each in chosen if "value" in each}
            if "form" in field:
                fixed = {each["name"]: each["options"][0]["value"] for each in chosen if "options" in each} | fixed
            return self.post(remediation["href"].split("/idp/idx/")[1], authenticator=fixed | more)
        raise AssertionError(f"{label} is not on offer in {self.offered}")

    def answer(self, passcode: str) -> Reply:
        return self.post("challenge/answer", credentials={"passcode": passcode})

    @property
    def handle(self) -> str:
        return next(
            r.body["stateHandle"]
            for r in reversed(self.replies)
            if isinstance(r.body, dict) and "stateHandle" in r.body
        )

    @property
    def is_as_seen(self) -> bool:
        """Whether nobody has changed a user since this client was last led to a page, nor that page."""
        now, then = self.state, self.seen
        page = then.transactions.get(self.handle)
        return page is not None and page == now.transactions.get(self.handle) and then.users == now.users

    @property
    def offered(self) -> list[str]:
        return [row["name"] for row in self.last.body.get("remediation", {"value": []})["value"]]

    @property
    def said(self) -> list[str | None]:
        """The keys of the messages on top of the page."""
        return [m.get("i18n", {}).get("key") for m in self.last.body.get("messages", {"value": []})["value"]]

    @property
    def mail(self) -> Mail:
        return self.state.outbox[-1]


__all__ = ["EMAIL", "IDENTIFY", "NOON", "PASSWORD", "VERIFIER", "EngineClient", "UserStatus", "mary", "scenario"]
