"""What a tenant has lived through. The maps are persistent: a new state shares all that did not change."""

from __future__ import annotations

from typing import Any

from immutables import Map
from msgspec import Struct, field

from mock_okta.engine.model import logins, origins
from mock_okta.engine.model.grants import AuthorizationRequest, DeviceRequest, Grant, IssuedToken, Person, Redirection
from mock_okta.engine.model.records import Index, Records
from mock_okta.engine.model.scenario import App, IdentityProvider, Intervention, Step, User
from mock_okta.engine.model.use_order import UseOrder
from mock_okta.engine.model.values import NOTHING, JsonObject


class Proof(Struct, frozen=True, kw_only=True):
    """One thing the user has proved. `at`: epoch seconds.

    amr: what an identity provider says was proved there, instead of what the authenticator stands for
    """

    authenticator: str
    method: str
    at: float
    amr: tuple[str, ...] = ()


class Challenge(Struct, frozen=True, kw_only=True):
    """What was asked of the user and is still open: one authenticator, one method.

    method: empty while the user is still to choose one
    purpose: "verify" proves an enrolment, "enroll" makes one, "reset" renews its secret
    code: the one-time code that was sent, if any
    began_at, expires_at: epoch seconds; from `expires_at` on what was sent is of no use
    data: what else this authenticator has to remember: a shared secret, a WebAuthn challenge, the state of a push
    decision: what was decided elsewhere, on a phone or by a vendor's back end, and not yet asked about
    """

    authenticator: str
    method: str
    purpose: str = "verify"
    enrollment_id: str = ""
    data: JsonObject = NOTHING
    code: str | None = None
    began_at: float = 0.0
    expires_at: float = 0.0
    decision: str | None = None


class Remark(Struct, frozen=True, kw_only=True):
    """A message on a page: on one reply, or, among the notices of a transaction, until the next move.

    name: its key, of `MESSAGES` or of the scenario's own
    path: the field that it stands on, e.g. ("credentials", "passcode"); None is the top of the page
    said: what the scenario says of it: `text` and `class` of a key of its own, `links`, `deviceRemediation`
    """

    name: str
    params: tuple[str | int, ...] = ()
    path: tuple[str, ...] | None = None
    said: JsonObject = NOTHING


class Browser(Struct, frozen=True, kw_only=True):
    """Who asked for a sign-in: what the address, the program and its cookie tell.

    device: value of the cookie `DT`, by which a browser is known again
    """

    address: str = ""
    agent: str = ""
    device: str = ""


class Transaction(Struct, frozen=True, kw_only=True):
    """One sign-in in progress. `stage` names the row of `STAGES` whose remediations are on offer.

    handle: the `stateHandle` on the wire
    authorization_request: what the client asks for; None while nobody knows which device it is about
    redirection: the way back to the app; None where nobody goes back
    started_at, expires_at: epoch seconds; from `expires_at` on every request answers `idx.session.expired`
    user_id: None until the user is identified, and for an identifier that no user has
    flow: the flow that it is in, a key of `Scenario.flows`
    position: of the step in that flow that the page belongs to; None on a page that belongs to none
    done: the steps of that flow that are over and leave no other trace (skipped, consented, …), by position
    extra: steps that the user wants to take after those of the flow
    notices: messages that stand on the page until the next move
    code: the interaction code, once all is proved
    error: why there is none, as the app hears it on the way back: a name of `ERRORS`; "" is `access_denied`
    idp: id of the identity provider that vouched for the user in the password's place
    origin: handle of the transaction that this one is about, on a page that a link has opened
    prompt: what the user is to see again though nothing asks for it: "login", "consent" (OpenID Connect Core, 3.1.2.1)
    device: code of the device that is to be signed in, "" while that is not known; None where it is an app
    session: id of the session that it was shortened by, or that it has opened
    """

    handle: str
    interaction_handle: str
    authorization_request: AuthorizationRequest | None
    redirection: Redirection | None
    stage: str
    started_at: float
    expires_at: float
    intent: str = "LOGIN"
    flow: str = "sign_in"
    position: int | None = None
    done: tuple[int, ...] = ()
    notices: tuple[Remark, ...] = ()
    identifier: str | None = None
    user_id: str | None = None
    remember_me: bool = False
    extra: tuple[Step, ...] = ()
    proofs: tuple[Proof, ...] = ()
    challenge: Challenge | None = None
    code: str | None = None
    error: str = ""
    idp: str = ""
    origin: str = ""
    prompt: tuple[str, ...] = ()
    device: str | None = None
    session: str = ""
    browser: Browser = field(default_factory=Browser)

    @property
    def asked(self) -> AuthorizationRequest:
        """What the client asks for, wherever that is known: on all pages but the one where a device's code is typed."""
        assert self.authorization_request is not None, "the page that asks for a device's code is about no client"
        return self.authorization_request


class Session(Struct, frozen=True, kw_only=True):
    """A browser that is signed in to the org, known by its cookie `idx`.

    started_at, used_at, expires_at: epoch seconds; each use puts its end off, as far as the org lets it last
    remembered: the user wished to stay signed in, so its cookie outlasts the browser window; the session does not
    """

    id: str
    user_id: str
    proofs: tuple[Proof, ...]
    started_at: float
    used_at: float
    expires_at: float
    idp: str = ""
    remembered: bool = False


class RememberedDevice(Struct, frozen=True, kw_only=True):
    """A device on which a user wished to stay signed in ("Keep me signed in").

    at: when a second factor was last proved on it, or the wish was made where none was (epoch seconds)
    multifactor: a second factor was proved on it, and is spared from then on
    """

    user_id: str
    at: float
    multifactor: bool


class PastSignIns(Struct, frozen=True, kw_only=True):
    """From where a user has signed in.

    count: how often
    devices, addresses: each with the number of the last sign-in that came from there
    """

    count: int = 0
    devices: tuple[tuple[str, int], ...] = ()
    addresses: tuple[tuple[str, int], ...] = ()


class Prompt(Struct, frozen=True, kw_only=True):
    """Something that is asked of a user once in a while.

    first: when it was first asked (epoch seconds)
    answered: when it was last answered or put off; None while it was not
    skips: how often it was put off
    """

    first: float
    answered: float | None = None
    skips: int = 0


class Consent(Struct, frozen=True, kw_only=True):
    """What a user has decided about the scopes that an app wants."""

    granted: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class Link(Struct, frozen=True, kw_only=True):
    """A link in a mail.

    transaction: the one that waits for it; `asked` and `redirection` are its, in case that one is gone
    code: the one-time code that it stands for
    """

    transaction: str
    asked: AuthorizationRequest
    redirection: Redirection | None
    code: str
    expires_at: float


class StartToken(Struct, frozen=True, kw_only=True):
    """A token with which a flow begins elsewhere than at the sign-in page.

    kind: "activation", "recovery" (an administrator resets a password) or "forgot" (the user asked for it)
    """

    kind: str
    user_id: str
    expires_at: float
    used: bool = False


class Mail(Struct, frozen=True, kw_only=True):
    """A mail or a text that Okta would have sent. `at`: epoch seconds; `channel`: "email", "sms" or "voice"."""

    to: str
    channel: str
    subject: str
    body: str
    at: float
    code: str | None = None
    link: str | None = None


class Counted(Struct, frozen=True, kw_only=True):
    """What has happened so often that it may soon not happen any more (`base.limits`).

    limit: what is counted
    times: when it happened, epoch seconds, the newest last; those that count no more may be gone
    ends_at: from when on none of them counts
    """

    limit: str
    times: tuple[float, ...]
    ends_at: float


class SigningKey(Struct, frozen=True, kw_only=True):
    """An RSA key as PEM. `kid` is derived from the key, so that a cached key is never taken for another."""

    kid: str
    pem: str


class Bounds(Struct, frozen=True, kw_only=True):
    """How much a tenant may remember of its clients.

    records: of each kind: sign-ins, grants, tokens, sessions and so on
    size: bytes that all of them may take
    """

    records: int = 25_000
    size: int = 64 * 1_048_576


def _logins(user: User) -> tuple[str, ...]:
    return (logins.folded(user.login),)


def _short_names(user: User) -> tuple[str, ...]:
    return (logins.folded(logins.short_name(user.login)),)


def _enrolled(user: User) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.authenticator for each in user.enrolled))


def _keys_held(user: User) -> tuple[str, ...]:
    """The security keys that the user has, each by its authenticator and the id that no other has."""
    named = ((each, name) for each in user.enrolled for name in ("credential_id", "public_id") if name in each.secret)
    return tuple(dict.fromkeys(f"{each.authenticator} {each.secret[name]}" for each, name in named))


def _origins(app: App) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(origins.origin_of, app.redirect_uris))))


def _user(record: Transaction | Session | StartToken | RememberedDevice) -> tuple[str, ...]:
    return (record.user_id or "",)


def _subject(grant: Grant) -> tuple[str, ...]:
    return (grant.subject.user_id,) if isinstance(grant.subject, Person) else ()


def _asked_by_link(transaction: Transaction) -> tuple[str, ...]:
    """The token of the link that a phone is to open, while nothing was decided there yet."""
    challenge = transaction.challenge
    token = challenge.data.get("token") if challenge is not None and challenge.decision is None else None
    return (token,) if isinstance(token, str) else ()


def _itself(record: str) -> tuple[str, ...]:
    return (record,)


def _grant(token: IssuedToken) -> tuple[str, ...]:
    return (token.grant_id,)


def _user_code(device: DeviceRequest) -> tuple[str, ...]:
    return (device.user_code,)


# A state can be pickled, so these are functions that have a name.
NO_RECORDS: Records[Any] = Records()
_USERS: Records[User] = Records(
    Index("login", _logins),
    Index("short", _short_names),
    Index("attribute", logins.attributes_of),
    Index("enrolled", _enrolled),
    Index("key", _keys_held),
)
_APPS: Records[App] = Records(Index("origin", _origins))
_AUTHENTICATOR_IDS: Records[Any] = Records(Index("id", _itself))
_TRANSACTIONS: Records[Any] = Records(Index("user", _user), Index("link", _asked_by_link))
_GRANTS: Records[Any] = Records(Index("user", _subject))
_OF_USER: Records[Any] = Records(Index("user", _user))
_TOKENS: Records[Any] = Records(Index("grant", _grant))
_DEVICE_REQUESTS: Records[Any] = Records(Index("user_code", _user_code))


class State(Struct, frozen=True, kw_only=True):
    """Everything one tenant knows: entries of collections, which share with earlier states what did not change.

    tag: six characters that begin every handle of this tenant, so that a handle leads back to it
    seed: what the ids and client secrets of the scenario follow from; the same in every life of the tenant
    nonce: what is drawn from then on follows from, and from the request: handles, codes, tokens, cookies
    keys: the first signs; the others are published too, until they are dropped
    client_ids: of the apps, in the scenario's order
    counted: what is limited, by "{limit} {whose}": wrong answers, codes sent to an address, wrong codes of devices
    mails: that were sent; `outbox` has them in order
    identity_providers: of the scenario, with ids
    idp_answers: what an identity provider shall answer without asking, by its id, as a test has decided
    sessions, links, start_tokens, device_requests: by the value of the cookie, by token, by device code
    consents: by "{user id} {client id}"
    prompts: by "{user id} {what is asked}"
    remembered_devices: by "{user id} {device}"
    past_sign_ins: by user id
    bounds: how much may be remembered
    use: in which order that was of use, by the names of the collections; follows from what was written
    """

    tenant: str
    tag: str
    seed: str
    nonce: str = ""
    bounds: Bounds = field(default_factory=Bounds)
    keys: tuple[SigningKey, ...] = ()
    client_ids: tuple[str, ...] = ()
    identity_providers: tuple[IdentityProvider, ...] = ()
    script: tuple[Intervention, ...] = ()
    users: Records[User] = _USERS
    apps: Records[App] = _APPS
    authenticator_ids: Records[str] = _AUTHENTICATOR_IDS
    transactions: Records[Transaction] = _TRANSACTIONS
    interactions: Records[str] = NO_RECORDS
    grants: Records[Grant] = _GRANTS
    tokens: Records[IssuedToken] = _TOKENS
    mails: Records[Mail] = NO_RECORDS
    attempts: Records[int] = NO_RECORDS
    counted: Records[Counted] = NO_RECORDS
    idp_answers: Records[JsonObject] = NO_RECORDS
    sessions: Records[Session] = _OF_USER
    links: Records[Link] = NO_RECORDS
    start_tokens: Records[StartToken] = _OF_USER
    device_requests: Records[DeviceRequest] = _DEVICE_REQUESTS
    consents: Records[Consent] = NO_RECORDS
    prompts: Records[Prompt] = NO_RECORDS
    remembered_devices: Records[RememberedDevice] = _OF_USER
    past_sign_ins: Records[PastSignIns] = NO_RECORDS
    use: Map[str, UseOrder] = NOTHING

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The mails and texts that were sent, the newest last."""
        order = self.use.get("mails")
        return tuple(self.mails[key] for key in order.in_order("")) if order else ()
