"""Who may use the control API: whoever has its token, or, where there is none, this machine under a name of its own.

A connection from this machine is not enough. A page elsewhere can have its name resolve to 127.0.0.1; its browser then
sends that name as `Host`, with the first request already and without `Origin` or Fetch Metadata. And what a proxy or a
tunnel on this machine hands on may come from anywhere.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

import flask

from mock_okta.config import WILDCARD_HOSTS, Config, is_loopback
from mock_okta.org import is_loopback_origin
from mock_okta.web import codec
from mock_okta.web.control_input import ControlError

FORWARDED_FOR = "x-forwarded-for"
FORWARDING = frozenset(
    {
        "cdn-loop", "cf-connecting-ip", "client-ip", "fastly-client-ip", "fly-client-ip", "forwarded", "true-client-ip",
        "via", "x-azure-clientip", "x-azure-socketip", "x-client-ip", "x-cluster-client-ip", "x-envoy-external-address",
        "x-host", "x-original-for", "x-original-forwarded-for", "x-original-host", "x-original-proto",
        "x-originating-ip", "x-proxyuser-ip", "x-real-ip", "x-remote-addr", "x-remote-ip",
    }
)  # fmt: skip
"""What proxies, tunnels and networks for content add, beside all that begins with `X-Forwarded`."""

TOKEN_HINT = "send it as Authorization: Bearer TOKEN"
OPEN_HINT = "start the server with --control-token and send that token"
NAME_HINT = f"call it as localhost or 127.0.0.1, name this host with --base-url, or {OPEN_HINT}"
PROXY_HINT = f"call the server itself, say --trust-proxy if the proxy is your own, or {OPEN_HINT}"


def is_admitted(config: Config) -> bool:
    """Whether the request at hand may use the control API."""
    try:
        check_caller(config)
    except ControlError:
        return False
    return True


def check_caller(config: Config) -> None:
    """Turns away whom the control API is not for.

    Raises: ControlError, 401 without the token where one is wanted, 403 for whoever is not of this machine
    """
    if config.control_token is not None:
        if not _has_token(config.control_token):
            raise ControlError(401, "Authorization", "this server wants its control token", TOKEN_HINT)
        return
    if not all(map(is_loopback, _addresses(config))):
        raise ControlError(403, "", "the control API answers this machine only", OPEN_HINT)
    for header in _unexplained(config):
        message = "the control API answers this machine only, and this call came through a proxy"
        raise ControlError(403, header.title(), message, PROXY_HINT)
    for host in _hosts(config):
        if not is_own_name(config, host):
            message = f"the control API answers under names of this machine only, not as {host!r}"[:200]
            raise ControlError(403, "Host", message, NAME_HINT)
    origin = flask.request.headers.get("Origin")
    if origin is not None and not is_loopback_origin(origin):
        raise ControlError(403, "Origin", "the control API is not for pages of other hosts", OPEN_HINT)


def is_own_name(config: Config, host: str) -> bool:
    """Whether a `Host` is this machine, or what the server was told that it is called; the port does not matter.

    Others that lead here do not count: names, since anybody's can, and 0.0.0.0, which is no address of a machine.
    """
    name = codec.name_in(host)
    return name is not None and (is_loopback(name) or name in _own_names(config))


def _own_names(config: Config) -> frozenset[str]:
    named = urlsplit(config.base_url).hostname if config.base_url else None
    listens = "" if config.host in WILDCARD_HOSTS else config.host.strip("[]").lower()
    return frozenset(name.removesuffix(".") for name in (named, listens) if name)


def _has_token(token: str) -> bool:
    """Whether the token came; its scheme is in letters of any case (RFC 9110, section 11.1) and never missing."""
    scheme, _, sent = flask.request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(sent.strip(" ").encode("utf-8", "replace"), token.encode())
    return same and scheme.lower() == "bearer"


def _addresses(config: Config) -> set[str]:
    """Everybody on the way here: the peer, and whom a trusted proxy names, those before it too."""
    request = flask.request
    forwarded = request.headers.get(FORWARDED_FOR, "") if config.trust_proxy else ""
    return {request.remote_addr or "", *(each.strip() for each in forwarded.split(",") if each.strip())}


def _unexplained(config: Config) -> list[str]:
    """Headers of a proxy that nobody trusts, or of a trusted one that does not say whom it speaks for."""
    if config.trust_proxy and FORWARDED_FOR in flask.request.headers:
        return []
    names = (name.lower() for name, _ in flask.request.headers)
    return sorted(name for name in names if name in FORWARDING or name.startswith("x-forwarded"))


def _hosts(config: Config) -> list[str]:
    """What the client may have in its address bar: a page can send one of them, its browser sends the other."""
    headers = flask.request.headers
    forwarded = codec.nearest(headers.get("X-Forwarded-Host")) if config.trust_proxy else ""
    return [headers.get("Host", ""), *([forwarded] if forwarded else [])]
