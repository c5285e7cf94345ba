"""The values that the engine works on.

Everything here is frozen. A scenario says what an administrator has set up and never changes; a state is what one
tenant has lived through since; a request comes in and a reply goes out. `advance` (flow of the engine) maps
(scenario, state, request) to (state, reply) and touches nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from immutables import Map

JsonObject = Mapping[str, Any]
NOTHING: Map[str, Any] = Map()


# ---------------------------------------------------------------------------------------------------------------------
# What an administrator set up
# ---------------------------------------------------------------------------------------------------------------------


class UserStatus(StrEnum):
    """Okta's user statuses (Users API, `status`)."""

    STAGED = "STAGED"
    PROVISIONED = "PROVISIONED"
    ACTIVE = "ACTIVE"
    RECOVERY = "RECOVERY"
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED"
    LOCKED_OUT = "LOCKED_OUT"
    SUSPENDED = "SUSPENDED"
    DEPROVISIONED = "DEPROVISIONED"


class AppType(StrEnum):
    """Okta's `application_type` of an OIDC app. Only `web` keeps a secret."""

    WEB = "web"
    BROWSER = "browser"
    NATIVE = "native"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """One authenticator that a user has.

    id: enrolment id (`lae…`, `eae…`), given when the tenant is made
    secret: what proves possession, never sent to a client, e.g. {"password": "…"}, {"number": "+15551234567"}
    methods: those that it can be used with; empty means all that the org allows
    suspended: this factor is blocked for the user after too many failures
    """

    authenticator: str
    id: str = ""
    methods: tuple[str, ...] = ()
    secret: JsonObject = NOTHING
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. `failures` counts wrong passwords since the last right one."""

    login: str
    id: str = ""
    status: UserStatus = UserStatus.ACTIVE
    profile: JsonObject = NOTHING
    groups: tuple[str, ...] = ()
    enrolled: tuple[Enrollment, ...] = ()
    assigned: bool = True
    failures: int = 0

    def enrollment(self, authenticator: str) -> Enrollment | None:
        """The first enrolment of that authenticator key, if there is one."""
        return next((e for e in self.enrolled if e.authenticator == authenticator), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An OIDC client of the org.

    client_id, client_secret: given when the tenant is made if the scenario leaves them out; a secret only for `web`
    redirect_uris: exact matches; `loopback_redirects` also allows any http(s) loopback address
    assigned_to: logins or groups that may use it; None means everyone
    refresh_leeway_s: how long a rotated refresh token still works, 0..60
    name: what kind of app replies call it, e.g. "oidc_client", "okta_enduser"
    links: addresses that consent pages show, by their names in RFC 7591: client_uri, logo_uri, tos_uri, policy_uri
    email_callback_uri: where a magic link leads; without it, to a page of Okta's
    login_uri: where links with activation and recovery tokens lead
    """

    type: AppType = AppType.WEB
    label: str = "My Web App"
    client_id: str = ""
    client_secret: str | None = None
    redirect_uris: tuple[str, ...] = ("http://localhost:8080/login/callback",)
    loopback_redirects: bool = True
    post_logout_redirect_uris: tuple[str, ...] = ("http://localhost:8080",)
    grant_types: tuple[str, ...] = ("authorization_code", "interaction_code", "refresh_token")
    assigned_to: tuple[str, ...] | None = None
    rotate_refresh_tokens: bool = True
    refresh_leeway_s: int = 30
    name: str = "oidc_client"
    links: JsonObject = NOTHING
    email_callback_uri: str | None = None
    login_uri: str | None = None

    def admits(self, user: User) -> bool:
        """Whether the user may use the app: by login, by a group, or because everyone may."""
        allowed = self.assigned_to
        return user.assigned and (allowed is None or not {user.login, *user.groups}.isdisjoint(allowed))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    """Settings of the custom authorization server that a scenario is. Lifetimes in seconds."""

    audience: str = "api://default"
    scopes: tuple[str, ...] = ()
    access_token_lifetime_s: int = 3600
    refresh_token_lifetime_s: int = 604_800
    interaction_code_flow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a flow: what it asks for (`verb`, a row of `STEP_KINDS`) and how.

    authenticators: what "verify" and "enroll" are about
    choice: for "verify", how many of them are needed: "one_of", "all_of" or "two_kinds"
    optional: for "enroll", what may be skipped; `authenticators` may not
    settings: what else this verb takes, e.g. {"with_password": True} for "identify"
    when: conditions on the user, the app and the request; the step counts only if all hold
    """

    verb: str
    authenticators: tuple[str, ...] = ()
    choice: str = "all_of"
    optional: tuple[str, ...] = ()
    settings: JsonObject = NOTHING
    when: JsonObject = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """Another place that vouches for users: a social login, a company's own server, a smart card.

    type: Okta's word for it, e.g. "OIDC", "SAML2", "GOOGLE", "X509"
    id: given when the tenant is made if the scenario leaves it out
    users: who has an account there, as profiles with a `login`; None means that every user of the org has one
    domains: who is named with an address of one of these is sent there
    offered: whether the sign-in page has it; one that only proves an authenticator need not be there
    creates, links: whether it makes users that the org does not have (JIT), and may sign in those that it has
    groups: those that a user is put into who was made
    required: attributes without which no user is made
    answer: what it answers without asking, e.g. {"login": "…"}, {"cancel": True}, {"error": "login_failed"}
    """

    type: str
    name: str
    id: str = ""
    logo_uri: str | None = None
    users: tuple[JsonObject, ...] | None = None
    domains: tuple[str, ...] = ()
    offered: bool = True
    creates: bool = True
    links: bool = True
    groups: tuple[str, ...] = ()
    required: tuple[str, ...] = ("email", "firstName", "lastName")
    answer: JsonObject = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A line of `script:`: where this org departs from what Okta would do.

    at: conditions, all of which must hold: endpoint, remediation, authenticator, user, attempt (counts from 1)
    effect: what happens instead of, or to, the normal reply (see `script.py`)
    once: spent after its first use
    id: what its attempts are counted under; given by the tenant
    """

    at: JsonObject
    effect: JsonObject
    once: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A named way through a scenario: a list of (verb, arguments), as in the conformance protocol."""

    name: str
    moves: tuple[tuple[str, Any], ...]
    start: JsonObject = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All that one YAML file says. Immutable; shared by every tenant made from it.

    flows: by name, "sign_in" and whichever of "register", "recover", "unlock" and "activate" the org offers
    texts: by language in lower case, what stands for the key of a message or for an English label
    """

    name: str
    about: str = ""
    covers: tuple[str, ...] = ()
    org: JsonObject = NOTHING
    authenticators: Mapping[str, JsonObject] = NOTHING
    authorization_server: AuthorizationServer = field(default_factory=AuthorizationServer)
    apps: tuple[App, ...] = ()
    users: tuple[User, ...] = ()
    trusted_origins: tuple[str, ...] = ()
    flows: Mapping[str, tuple[Step, ...]] = NOTHING
    identity_providers: tuple[IdentityProvider, ...] = ()
    script: tuple[Intervention, ...] = ()
    wire: JsonObject = NOTHING
    texts: Mapping[str, Mapping[str, str]] = NOTHING
    walks: tuple[Walk, ...] = ()


# ---------------------------------------------------------------------------------------------------------------------
# What a tenant has lived through
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What the client asked for at `/v1/interact`; lives on in the transaction, the code and the tokens.

    server: id of the authorization server, "" for the org server
    """

    client_id: str
    server: str
    redirect_uri: str
    scope: tuple[str, ...]
    state: str
    code_challenge: str
    nonce: str | None = None
    acr_values: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing the user has proved. `at`: epoch seconds."""

    authenticator: str
    method: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What was asked of the user and is still open: one authenticator, one method.

    method: empty while the user is still to choose one
    purpose: "verify" proves an enrolment, "enroll" makes one, "reset" renews its secret
    code: the one-time code that was sent, if any; `expires_at` epoch seconds
    data: what else this authenticator has to remember: a shared secret, a WebAuthn challenge, the state of a push
    decision: what was decided elsewhere, on a phone or by a vendor's back end, and not yet asked about
    """

    authenticator: str
    method: str
    purpose: str = "verify"
    enrollment_id: str = ""
    data: JsonObject = NOTHING
    code: str | None = None
    expires_at: float = 0.0
    wrong_answers: int = 0
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A message that stands on the page until the next move.

    name: its key, of `MESSAGES` or of the scenario's own
    said: what the scenario says of it: `text` and `class` of a key of its own, `links`, `deviceRemediation`
    """

    name: str
    params: tuple[str | int, ...] = ()
    said: JsonObject = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Who asked for a sign-in: what the address, the program and its cookie tell.

    device: value of the cookie `DT`, by which a browser is known again
    """

    address: str = ""
    agent: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One sign-in in progress. `stage` names the row of `STAGES` whose remediations are on offer.

    handle: the `stateHandle` on the wire
    started_at, expires_at: epoch seconds; from `expires_at` on every request answers `idx.session.expired`
    user_id: None until the user is identified, and for an identifier that no user has
    flow: the flow that it is in, a key of `Scenario.flows`
    done: the steps of that flow that are over and leave no other trace (skipped, consented, …), by position
    extra: steps that the user wants to take after those of the flow
    notices: messages that stand on the page until the next move
    code: the interaction code, once all is proved
    idp: id of the identity provider that vouched for the user in the password's place
    origin: handle of the transaction that this one is about, on a page that a link has opened
    device: code of the device that is to be signed in, "" while that is not known; None where it is an app
    session: id of the session that it was shortened by, or that it has opened
    """

    handle: str
    interaction_handle: str
    interaction: Interaction
    stage: str
    started_at: float
    expires_at: float
    intent: str = "LOGIN"
    flow: str = "sign_in"
    done: tuple[int, ...] = ()
    notices: tuple[Remark, ...] = ()
    identifier: str | None = None
    user_id: str | None = None
    remember_me: bool = False
    extra: tuple[Step, ...] = ()
    proofs: tuple[Proof, ...] = ()
    challenge: Challenge | None = None
    code: str | None = None
    idp: str = ""
    origin: str = ""
    device: str | None = None
    session: str = ""
    browser: Browser = field(default_factory=Browser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is signed in to the org, known by its cookie `idx`.

    started_at, used_at: epoch seconds; it ends when it was not used for long
    remembered: the user wished to stay signed in
    """

    id: str
    user_id: str
    proofs: tuple[Proof, ...]
    started_at: float
    used_at: float
    idp: str = ""
    remembered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in a mail.

    transaction: the one that waits for it; `interaction` is its, in case that one is gone
    code: the one-time code that it stands for
    """

    transaction: str
    interaction: Interaction
    code: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StartToken:
    """A token with which a flow begins elsewhere than at the sign-in page.

    kind: "activation", "recovery" (an administrator resets a password) or "forgot" (the user asked for it)
    """

    kind: str
    user_id: str
    expires_at: float
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """A device without a keyboard that waits for its user (RFC 8628).

    interaction: what it asks for; it has no address to come back to
    user_code: what it shows
    asked_at: when it asked last whether the user is done; `expires_at` too in epoch seconds
    grant: key of the grant, once the user has let it in
    denied: the user has not
    """

    interaction: Interaction
    user_code: str
    expires_at: float
    asked_at: float = 0.0
    grant: str = ""
    denied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A finished sign-in, as the authorization server remembers it; one family of tokens hangs on each.

    code, code_expires_at: the interaction code and its end (epoch seconds); `redeemed` once it was used
    auth_time, amr, idp: what the ID tokens of this grant say; no `idp` is the org itself
    """

    id: str
    code: str
    code_expires_at: float
    interaction: Interaction
    user_id: str
    auth_time: float
    amr: tuple[str, ...]
    idp: str = ""
    redeemed: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access or refresh token that is out, by its `jti` (access) or its text (refresh).

    kind: "access_token" or "refresh_token"
    rotated_at: when a refresh token was replaced; it still works for the app's leeway after that
    """

    id: str
    kind: str
    grant_id: str
    scope: tuple[str, ...]
    issued_at: float
    expires_at: float
    revoked: bool = False
    rotated_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail or a text that Okta would have sent. `at`: epoch seconds; `channel`: "email", "sms" or "voice"."""

    to: str
    channel: str
    subject: str
    body: str
    at: float
    code: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An RSA key as PEM. `kid` is derived from the key, so that a cached key is never taken for another."""

    kid: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything one tenant knows. The maps are persistent: a new state shares all that did not change.

    tag: six characters that begin every handle of this tenant, so that a handle leads back to it
    serial: how many identifiers have been drawn from `seed`; the next one is a function of both
    keys: the first signs; the others are published too, until they are dropped
    client_ids: of the apps, in the scenario's order
    requests: for each rate limit, the minute of its last request (epoch minutes) and how many came in that minute
    sent: for each telephone number and method, when codes went out to it (epoch seconds), the newest last
    identity_providers: of the scenario, with ids
    idp_answers: what an identity provider shall answer without asking, by its id, as a test has decided
    sessions, links, start_tokens, device_requests: by the value of the cookie, by token, by device code
    consents: the scopes that a user has granted to an app, by "{user id} {client id}"
    put_off: when a user was first asked to enrol in grace (epoch seconds), and how often that was skipped, by
        "{user id} {authenticator}"
    """

    tenant: str
    tag: str
    seed: str
    serial: int = 0
    keys: tuple[SigningKey, ...] = ()
    users: Map[str, User] = NOTHING
    apps: Map[str, App] = NOTHING
    client_ids: tuple[str, ...] = ()
    authenticator_ids: Map[str, str] = NOTHING
    transactions: Map[str, Transaction] = NOTHING
    interactions: Map[str, str] = NOTHING
    grants: Map[str, Grant] = NOTHING
    tokens: Map[str, IssuedToken] = NOTHING
    outbox: tuple[Mail, ...] = ()
    script: tuple[Intervention, ...] = ()
    attempts: Map[str, int] = NOTHING
    requests: Map[str, tuple[int, int]] = NOTHING
    sent: Map[str, tuple[float, ...]] = NOTHING
    identity_providers: tuple[IdentityProvider, ...] = ()
    idp_answers: Map[str, JsonObject] = NOTHING
    sessions: Map[str, Session] = NOTHING
    links: Map[str, Link] = NOTHING
    start_tokens: Map[str, StartToken] = NOTHING
    device_requests: Map[str, DeviceRequest] = NOTHING
    consents: Map[str, tuple[str, ...]] = NOTHING
    put_off: Map[str, tuple[float, int]] = NOTHING


# ---------------------------------------------------------------------------------------------------------------------
# What comes in and what goes out
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request that has found its tenant.

    endpoint: a name from `ENDPOINTS`, e.g. "interact", "token", "idx/identify"
    server: id of the authorization server that the path names, "" for the org server (and for `/idp/idx`)
    origin: scheme and host that the client used, e.g. "http://localhost:6582"; every href and issuer begins with it
    at: epoch seconds on the tenant's clock
    headers: names in lower case
    query: pairs in order, decoded
    body: the bytes as they came
    rest: what the path has after the rule of its endpoint, e.g. the id of an identity provider
    """

    method: str
    endpoint: str
    origin: str
    at: float
    server: str = ""
    headers: Mapping[str, str] = NOTHING
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    address: str = "127.0.0.1"
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP reply, and what the web layer is to do besides.

    body: a JSON value in wire order; `bytes` go out as they are; None is an empty body
    delay_ms: wait this long before answering
    cut: None, or "drop" (close without a byte) or "truncate" (half of the body, then close)
    transaction: the `stateHandle` this exchange belonged to, for the journal
    """

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    delay_ms: int = 0
    cut: str | None = None
    transaction: str | None = None
