"""What clients ask for, what they were granted, and the tokens that are out.

What is asked for stands apart from the way back: a device and a service ask too, and nobody goes back to them. A grant
has a subject, which is a person who has signed in, or the client itself.
"""

from __future__ import annotations

from msgspec import Struct


class AuthorizationRequest(Struct, frozen=True, kw_only=True):
    """What a client asks for (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1).

    server: id of the authorization server, "" for the org server
    max_age: seconds since the last sign-in at most; None is as long ago as you like
    """

    client_id: str
    server: str
    scope: tuple[str, ...]
    nonce: str | None = None
    acr_values: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str | None = None
    display: str | None = None


class Redirection(Struct, frozen=True, kw_only=True):
    """The way back to the client that asked, and how it proves to be the one (RFC 7636).

    state: goes back with the answer as it came
    code_challenge: SHA-256 of the verifier, base64url, 43 characters
    """

    redirect_uri: str
    state: str
    code_challenge: str
    response_mode: str = "query"


class Person(Struct, frozen=True, kw_only=True):
    """A user who has signed in.

    auth_time: epoch seconds
    auth_time, amr, idp: what the ID tokens say; no `idp` is the org itself
    """

    user_id: str
    auth_time: float
    amr: tuple[str, ...]
    idp: str = ""


class Service(Struct, frozen=True, kw_only=True):
    """The client itself, on nobody's behalf (RFC 6749, section 4.4)."""

    client_id: str


class Grant(Struct, frozen=True, kw_only=True):
    """What a client may have of a subject; one family of tokens hangs on each.

    id: of the family, as refresh tokens have it
    key: under which the state has it: the code that is redeemed for it, where there is one
    expires_at: when that code ends, or the token that alone hangs on it (epoch seconds); `redeemed` once it was used
    redirection: None where nobody goes back
    """

    id: str
    key: str
    expires_at: float
    asked: AuthorizationRequest
    subject: Person | Service
    redirection: Redirection | None = None
    redeemed: bool = False
    revoked: bool = False


class IssuedToken(Struct, frozen=True, kw_only=True):
    """An access or refresh token that is out, by its `jti` (access) or its text (refresh).

    kind: "access_token" or "refresh_token"
    grant_id: key of its grant
    rotated_at: when a refresh token was replaced; it still works for the app's leeway after that
    ends_at: when a refresh token ends, and any that replaces it, however often it is used; None is never
    """

    id: str
    kind: str
    grant_id: str
    scope: tuple[str, ...]
    issued_at: float
    expires_at: float
    revoked: bool = False
    rotated_at: float | None = None
    ends_at: float | None = None


class DeviceRequest(Struct, frozen=True, kw_only=True):
    """A device without a keyboard that waits for its user (RFC 8628).

    user_code: what it shows
    asked_at: when it asked last whether the user is done; `expires_at` too in epoch seconds
    interval_s: how long it has to wait before it asks again
    grant: key of the grant, once the user has let it in
    denied: the user has not
    """

    asked: AuthorizationRequest
    user_code: str
    expires_at: float
    asked_at: float = 0.0
    interval_s: int = 5
    grant: str = ""
    denied: bool = False
