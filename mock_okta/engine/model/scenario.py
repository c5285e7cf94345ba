"""What an administrator has set up: all of it frozen, and shared by every tenant made from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mock_okta.engine.model import logins
from mock_okta.engine.model.values import NOTHING, JsonObject

EVERYONE = "Everyone"
"""The group that every org has and every user is in."""


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
    """Okta's `application_type` of an OIDC app. Nobody signs in to a `service`."""

    WEB = "web"
    BROWSER = "browser"
    NATIVE = "native"
    SERVICE = "service"

    @property
    def keeps_secret(self) -> bool:
        """Whether apps of this type have a secret, and so are confidential clients (RFC 6749, section 2.1)."""
        return self in (AppType.WEB, AppType.SERVICE)


class Enrollment(Struct, frozen=True, kw_only=True):
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


class User(Struct, frozen=True, kw_only=True):
    """A person.

    failures: wrong passwords since the last right one
    unlocks_at: when a locked account is open again by itself, epoch seconds; None is never
    verified_email: the address that was proved to be the person's, or that an administrator has set as such; "" if none
    updated_at: epoch seconds, when the profile was last changed
    """

    login: str
    id: str = ""
    status: UserStatus = UserStatus.ACTIVE
    profile: JsonObject = NOTHING
    groups: tuple[str, ...] = ()
    enrolled: tuple[Enrollment, ...] = ()
    assigned: bool = True
    failures: int = 0
    unlocks_at: float | None = None
    verified_email: str = ""
    updated_at: float = 0.0

    @property
    def email(self) -> str:
        """The primary address: the profile's, or else the login."""
        return str(self.profile.get("email") or self.login)

    @property
    def email_verified(self) -> bool:
        """Whether the primary address is known to be the person's."""
        return bool(self.verified_email) and logins.same(self.verified_email, self.email)

    def as_of(self, now: float) -> User:
        """The user as time has left it: an account whose lock-out is over is active. now: epoch seconds"""
        if self.status is not UserStatus.LOCKED_OUT or self.unlocks_at is None or now < self.unlocks_at:
            return self
        return replace(self, status=UserStatus.ACTIVE, failures=0, unlocks_at=None)

    @property
    def memberships(self) -> tuple[str, ...]:
        """The groups that the user is in: its own, and the one of everybody."""
        return (*self.groups, EVERYONE)

    def enrollment(self, authenticator: str) -> Enrollment | None:
        """The first enrolment of that authenticator key, if there is one."""
        return next((e for e in self.enrolled if e.authenticator == authenticator), None)


class App(Struct, frozen=True, kw_only=True):
    """An OIDC client of the org.

    client_id, client_secret: given when the tenant is made if the scenario leaves them out; a secret only where the
        type keeps one
    redirect_uris: exact matches; `loopback_redirects` also allows any http(s) loopback address
    assigned_to: logins or groups that may use it; None means everyone
    rotate_refresh_tokens: whether a refresh token is replaced when it is used; None is as the type has it (`rotates`)
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
    rotate_refresh_tokens: bool | None = None
    refresh_leeway_s: int = 30
    name: str = "oidc_client"
    links: JsonObject = NOTHING
    email_callback_uri: str | None = None
    login_uri: str | None = None

    @property
    def rotates(self) -> bool:
        """Whether a refresh token is replaced when it is used: by default those of browser apps alone.

        Source: Okta's guide to refresh tokens; `rotation_type` is STATIC for all other types.
        """
        said = self.rotate_refresh_tokens
        return self.type is AppType.BROWSER if said is None else said

    def admits(self, user: User) -> bool:
        """Whether the user may use the app: by login, by a group, or because everyone may."""
        allowed = self.assigned_to
        if allowed is None:
            return user.assigned
        return user.assigned and (logins.among(user.login, allowed) or not set(user.memberships).isdisjoint(allowed))


class AuthorizationServer(Struct, frozen=True, kw_only=True):
    """Settings of the custom authorization server that a scenario is. Lifetimes in seconds.

    default_scopes: of `scopes`, those that a request gets which asks for none
    refresh_token_window_s: a refresh token ends when it is not used for so long
    refresh_token_lifetime_s: of a refresh token and of those that replace it, however often they are used; None is
        without end
    """

    audience: str = "api://default"
    scopes: tuple[str, ...] = ()
    default_scopes: tuple[str, ...] = ()
    access_token_lifetime_s: int = 3600
    refresh_token_window_s: int = 604_800
    refresh_token_lifetime_s: int | None = None
    interaction_code_flow: bool = True


class Step(Struct, frozen=True, kw_only=True):
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


class IdentityProvider(Struct, frozen=True, kw_only=True):
    """Another place that vouches for users: a social login, a company's own server, a smart card.

    type: Okta's word for it, e.g. "OIDC", "SAML2", "GOOGLE", "X509"
    id: given when the tenant is made if the scenario leaves it out
    users: who has an account there, as profiles with a `login`; None means that every user of the org has one
    domains: who is named with an address of one of these is sent there
    offered: whether the sign-in page has it; one that only proves an authenticator need not be there
    creates, links: whether it makes users that the org does not have (JIT), and may sign in those that it has
    groups: those that a user is put into who was made
    required: attributes without which no user is made
    amr: what it says that it has proved of whoever comes from there, and is trusted with
    answer: what it answers without asking, e.g. {"login": "…"}, {"cancel": True}, {"error": "login_failed"}; beside a
        login or a profile, `amr` of its own
    """

    type: str
    name: str
    id: str = ""
    users: tuple[JsonObject, ...] | None = None
    domains: tuple[str, ...] = ()
    offered: bool = True
    creates: bool = True
    links: bool = True
    groups: tuple[str, ...] = ()
    required: tuple[str, ...] = ("email", "firstName", "lastName")
    amr: tuple[str, ...] = ()
    answer: JsonObject = NOTHING


class Intervention(Struct, frozen=True, kw_only=True):
    """A line of `script:`: where this org departs from what Okta would do.

    at: conditions, all of which must hold: endpoint, remediation, authenticator, user, attempt (counts from 1),
        probability (0..1, drawn from the tenant's seed)
    effect: what happens instead of, or to, the normal reply (see `script.py`)
    once: spent after its first use
    id: what its attempts are counted under; given by the tenant
    """

    at: JsonObject
    effect: JsonObject
    once: bool = False
    id: str = ""


class Walk(Struct, frozen=True, kw_only=True):
    """A named way through a scenario: a list of (verb, arguments), as in the conformance protocol."""

    name: str
    moves: tuple[tuple[str, Any], ...]
    start: JsonObject = NOTHING


class Scenario(Struct, frozen=True, kw_only=True):
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
