"""A session with an org: plain requests to an issuer, every reply kept, and the few flows that checks begin with."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from mock_okta_conformance import ion
from mock_okta_conformance.errors import ConformError
from mock_okta_conformance.server.outbox import newest_code
from mock_okta_conformance.server.profile import ClientApp, OrgProfile, Person
from mock_okta_conformance.server.steps import STEPS, Stuck, Throttled

SCOPE = "openid profile email offline_access"
ION = "application/ion+json; okta-version=1.0.0"
TIMEOUT_S = 30.0
MOST_STEPS = 10
MASKED_MEMBERS = ("access_token", "id_token", "refresh_token", "interaction_handle", "stateHandle", "client_secret")


class Unreachable(ConformError):
    """The issuer cannot be reached."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One request and its reply. `body`: the JSON value, the text if it is none, None if it is empty."""

    method: str
    url: str
    status: int
    headers: httpx.Headers = field(repr=False)
    body: Any = field(repr=False)
    sent: Any = field(default=None, repr=False)

    @property
    def served(self) -> Mapping[str, Any]:
        """The members of the body; empty if it is no JSON object."""
        return self.body if isinstance(self.body, Mapping) else {}

    @property
    def title(self) -> str:
        """How reports name it."""
        return f"{self.method} {urlsplit(self.url).path} → {self.status}"

    @property
    def is_idx(self) -> bool:
        """Whether this is a document of the Identity Engine."""
        return "/idp/idx/" in self.url and "version" in self.served


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a client remembers of an interact request."""

    app: ClientApp
    verifier: str
    state: str
    nonce: str | None
    answer: Answer

    @property
    def handle(self) -> str:
        """The interaction handle. Raises Stuck if there is none."""
        handle = self.answer.served.get("interaction_handle")
        if not isinstance(handle, str):
            raise Stuck(f"no interaction_handle ({self.answer.title})")
        return handle


class Org:
    """Sends requests and keeps the answers.

    transport: another way to the issuer than a socket
    sleep: waits that many seconds; a test moves the clock of the mock instead
    """

    def __init__(
        self,
        profile: OrgProfile,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        verify: Any = True,
    ) -> None:
        self.profile = profile
        self.sleep = sleep
        self.answers: list[Answer] = []
        self._http = httpx.Client(
            transport=transport, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, verify=verify
        )
        self._last_request = 0.0

    # -- addresses ----------------------------------------------------------------------------------------------------

    @property
    def issuer(self) -> str:
        """As configured, without a slash at its end."""
        return self.profile.issuer

    @property
    def origin(self) -> str:
        """Scheme and host."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_custom(self) -> bool:
        """Whether the issuer is a custom authorization server."""
        return "/oauth2/" in self.issuer

    def endpoint(self, name: str) -> str:
        """The address of an OAuth endpoint."""
        return f"{self.issuer if self.is_custom else f'{self.issuer}/oauth2'}/v1/{name}"

    # -- requests -----------------------------------------------------------------------------------------------------

    def request(self, method: str, url: str, *, sent: Any = None, **options: Any) -> Answer:
        """One request.

        Raises: Unreachable if there is no reply, Throttled if it is a 429
        """
        self._pace()
        try:
            response = self._http.request(method, url, **options)
        except httpx.HTTPError as error:
            raise Unreachable(f"{method} {url}: {error or type(error).__name__}") from error
        answer = Answer(
            method=method,
            url=url,
            status=response.status_code,
            headers=response.headers,
            body=_parsed(response),
            sent=sent,
        )
        self.answers.append(answer)
        if answer.status == 429:
            reset = answer.headers.get("x-rate-limit-reset") or answer.headers.get("retry-after") or "not told"
            raise Throttled(f"the org answers 429 ({answer.title}); the limit ends: {reset}")
        return answer

    def get(self, url: str, **headers: str) -> Answer:
        """Sends a GET."""
        return self.request("GET", url, headers={"Accept": "application/json", **_dashed(headers)})

    def post_form(self, name: str, form: Mapping[str, Any], **headers: str) -> Answer:
        """POST of a form to an OAuth endpoint. A value that is None is left out; a list is sent as several."""
        given = {key: value for key, value in form.items() if value is not None}
        options = {"data": given, "headers": {"Accept": "application/json", **_dashed(headers)}}
        return self.request("POST", self.endpoint(name), sent=given, **options)

    def post_idx(self, path_or_href: str, body: Any, *, content_type: str = ION, **more: str) -> Answer:
        """POST to the Identity Engine; `body` is JSON, or bytes as they are; `more` are further headers."""
        href = path_or_href if "://" in path_or_href else f"{self.origin}/idp/idx/{path_or_href}"
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": content_type, "Accept": ION, **_dashed(more)}
        return self.request("POST", href, sent=body, content=content, headers=headers)

    # -- flows --------------------------------------------------------------------------------------------------------

    def app(self, name: str = "") -> ClientApp:
        """A client of the profile: the one named, or the first of web and browser."""
        for candidate in (name,) if name else ("web", "browser"):
            if candidate in self.profile.clients:
                return self.profile.clients[candidate]
        raise Stuck(f"the org profile has no client {name!r}")

    def interact(self, app: ClientApp | None = None, **changes: Any) -> Flow:
        """Starts a transaction; `changes` replace parameters, None leaves one out."""
        client = app or self.app()
        verifier = secrets.token_urlsafe(32)
        state = secrets.token_urlsafe(16)
        form = {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": SCOPE,
            "redirect_uri": client.redirect_uri,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "state": state,
            **changes,
        }
        answer = self.post_form("interact", form)
        return Flow(app=client, verifier=verifier, state=state, nonce=changes.get("nonce"), answer=answer)

    def interact_exists(self) -> bool:
        """Whether there is anything at `/v1/interact`."""
        return self.post_form("interact", {}).status != 404

    def introspect(self, handle: str) -> Answer:
        """The current page of a transaction."""
        return self.post_idx("introspect", {"interactionHandle": handle})

    def begin(self, app: ClientApp | None = None, **changes: Any) -> tuple[Flow, Answer]:
        """A transaction and its first page. Raises Stuck if there is none."""
        flow = self.interact(app, **changes)
        page = self.introspect(flow.handle)
        if page.status != 200 or not ion.remediations(page.served):
            raise Stuck(f"no first page ({page.title})")
        return flow, page

    def submit(self, page: Answer, name: str, values: Mapping[str, Any]) -> Answer:
        """Sends a remediation or an action of the page: its immutable fields, and the values.

        Raises: Stuck if it is not on offer
        """
        form = ion.remediation(page.served, name) or ion.actions(page.served).get(name)
        if form is None:
            raise Stuck(f"{name} is not on offer ({page.title})")
        fixed = {
            row["name"]: row["value"] for row in ion.members(form) if row.get("mutable") is False and "value" in row
        }
        content_type = str(form.get("accepts", ION))
        return self.post_idx(str(form["href"]), {**values, **fixed}, content_type=content_type)

    def person(self) -> Person:
        """The throw-away user. Raises Stuck if the profile has none."""
        if not self.profile.users:
            raise Stuck("the org profile has no user")
        return self.profile.users[0]

    def sign_in(self, app: ClientApp | None = None, **changes: Any) -> tuple[Flow, Answer]:
        """A finished sign-in: what the client remembers, and the success document."""
        flow, page = self.begin(app, **changes)
        return flow, self.finish(page)

    def finish(self, page: Answer) -> Answer:
        """Takes the steps that the org asks for until there is an interaction code. Raises Stuck if it cannot."""
        for _ in range(MOST_STEPS):
            if ion.interaction_code(page.served):
                return page
            page = self.step(page)
        raise Stuck(f"no interaction code after {MOST_STEPS} steps ({page.title})")

    def step(self, page: Answer) -> Answer:
        """Takes the next step of a sign-in with password and mailed code."""
        for name, fill in STEPS.items():
            if ion.remediation(page.served, name) is not None:
                return self.submit(page, name, fill(self.person(), page.served, self.code_for))
        raise Stuck(f"offered {ion.names(page.served) or ion.message_keys(page.served)} ({page.title})")

    def code_for(self, person: Person, *, before: str | None = None) -> str:
        """The newest code mailed to the user. Raises Stuck if the profile has no outbox."""
        if self.profile.outbox is None:
            raise Stuck("the org profile has no outbox")
        return newest_code(*self.profile.outbox, person.address, self._http, before=before)

    def redeem(self, flow: Flow, success: Answer, **changes: Any) -> Answer:
        """The token request for a finished sign-in; `changes` replace parameters, None leaves one out."""
        form = {
            "grant_type": "interaction_code",
            "interaction_code": ion.interaction_code(success.served),
            "client_id": flow.app.client_id,
            "client_secret": flow.app.client_secret,
            "code_verifier": flow.verifier,
            **changes,
        }
        return self.post_form("token", form)

    def tokens(self, app: ClientApp | None = None, **changes: Any) -> Answer:
        """The token reply of a fresh sign-in. Raises Stuck if it is no success."""
        answer = self.redeem(*self.sign_in(app, **changes))
        if answer.status != 200:
            raise Stuck(f"no tokens: {answer.served.get('error')} ({answer.title})")
        return answer

    def refresh(self, token: str, app: ClientApp | None = None, **changes: Any) -> Answer:
        """The token request with a refresh token."""
        client = app or self.app()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            **changes,
        }
        return self.post_form("token", form)

    def about(self, token: str, app: ClientApp | None = None) -> Answer:
        """Introspection of a token."""
        client = app or self.app()
        form = {"token": token, "client_id": client.client_id, "client_secret": client.client_secret}
        return self.post_form("introspect", form)

    # -- kept for several checks --------------------------------------------------------------------------------------

    @cached_property
    def metadata(self) -> Answer:
        """The OpenID configuration."""
        return self.get(f"{self.issuer}/.well-known/openid-configuration")

    @cached_property
    def keys(self) -> Answer:
        """The key set."""
        return self.get(str(self.metadata.served.get("jwks_uri") or self.endpoint("keys")))

    @cached_property
    def signed_in(self) -> tuple[Flow, Answer]:
        """One sign-in with a nonce, and its token reply, for checks that only look."""
        flow, success = self.sign_in(nonce="n-" + secrets.token_urlsafe(12), max_age="3600")
        answer = self.redeem(flow, success)
        if answer.status != 200:
            raise Stuck(f"no tokens: {answer.served.get('error')} ({answer.title})")
        return flow, answer

    @cached_property
    def pages(self) -> tuple[Answer, ...]:
        """IDX documents of all sorts: a tour if none was taken yet, and everything seen so far."""
        _, first = self.begin()
        self.post_idx("identify", {"identifier": "", "stateHandle": first.served.get("stateHandle")})
        if self.profile.users:
            self.finish(first)
        return tuple(answer for answer in self.answers if answer.is_idx)

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Values that reports must not show, each with its name."""
        for app in self.profile.clients.values():
            if app.client_secret:
                yield app.client_secret, "client secret"
        for person in self.profile.users:
            yield person.password, "password"
        for answer in self.answers:
            for name in MASKED_MEMBERS:
                value = answer.served.get(name)
                if isinstance(value, str) and len(value) >= 6:
                    yield value, name

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def _pace(self) -> None:
        if self.profile.requests_per_s:
            wait = self._last_request + 1 / self.profile.requests_per_s - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            self._last_request = time.monotonic()


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(verifier)) without padding (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _parsed(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
