"""What a client is told before it starts: who it is, which issuer it trusts, and how patient it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from mock_okta_conformance.reference.errors import ConfigurationError

BASIC = "client_secret_basic"
POST = "client_secret_post"
DEFAULT_SCOPES = ("openid", "profile", "email", "offline_access")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one client of one authorization server.

    issuer: `{org}` or `{org}/oauth2/{id}`; a slash at its end is dropped
    client_secret: None for a public client
    client_authentication: how a confidential client shows its secret, `client_secret_post` or `client_secret_basic`
    http_on_loopback: plain http is allowed, but only to this machine
    timeout_s: for a whole reply, from the first byte sent to the last received
    longest_wait_s, most_retries: after a 429, wait and ask again only within these bounds; 0 seconds reports it at once
    expiry_leeway_s, issue_leeway_s: how far the clocks may be apart for `exp` and `auth_time`, and for `iat` and `nbf`
    language: what texts shall be in, e.g. "de-AT, de;q=0.9"; None leaves it to the org
    device_token, forwarded_for: sent with `/interact`, by a confidential client only
    """

    issuer: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    client_secret: str | None = field(default=None, repr=False)
    client_authentication: str = POST
    post_logout_redirect_uri: str | None = None
    http_on_loopback: bool = False
    timeout_s: float = 10.0
    longest_wait_s: float = 0.0
    most_retries: int = 3
    expiry_leeway_s: float = 120.0
    issue_leeway_s: float = 300.0
    language: str | None = None
    device_token: str | None = field(default=None, repr=False)
    forwarded_for: str | None = None

    @property
    def base(self) -> str:
        """The issuer without a slash at its end, as `iss` has it."""
        return self.issuer.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host of the issuer: where the Identity Engine lives, whatever the path of the issuer."""
        return origin_of(self.issuer)

    def endpoint(self, name: str) -> str:
        """Address of an OAuth endpoint that no metadata lists.

        Source: Okta, "Authorization servers": the org server's are below `{org}/oauth2/v1`, a custom one's below
        `{issuer}/v1`
        """
        middle = "" if urlsplit(self.base).path else "/oauth2"
        return f"{self.base}{middle}/v1/{name}"

    def check(self) -> None:
        """Raises ConfigurationError if these settings can't be used."""
        for name in ("issuer", "client_id", "redirect_uri"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise ConfigurationError(f"{name} is missing", code=name)
        parts = urlsplit(self.issuer)
        if parts.query or parts.fragment or parts.username:
            raise ConfigurationError("issuer has more than a scheme, a host and a path", code="issuer")
        if "openid" not in self.scopes:
            raise ConfigurationError("scopes must contain openid", code="scopes")
        if self.client_authentication not in (BASIC, POST):
            raise ConfigurationError(f"client_authentication is {BASIC} or {POST}", code="client_authentication")
        check_address(self.issuer, http_on_loopback=self.http_on_loopback)


def check_address(url: str, *, http_on_loopback: bool) -> None:
    """Raises ConfigurationError unless the address is https, or plain http to this machine where that is switched on.

    Source: RFC 6749, 3.1 and 3.2; RFC 6750, 5.3
    """
    parts = _split(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not parts.hostname:
        raise ConfigurationError(f"{shown(url)} is not an https address", code="tls")
    if not is_loopback(parts.hostname):
        raise ConfigurationError(f"{shown(url)}: plain http leaves this machine; use https", code="tls")
    if not http_on_loopback:
        raise ConfigurationError(f"{shown(url)}: plain http is not switched on", code="tls")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: `localhost`, anything below it, 127.0.0.0/8 or ::1."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """Scheme, host and port, in lower case, e.g. `http://localhost:6582`."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def shown(url: str) -> str:
    """An address as it may be printed: without user, query or fragment, which can hold secrets."""
    parts = _split(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is no number
    except ValueError:
        raise ConfigurationError("an address can't be read", code="address") from None
    return parts
