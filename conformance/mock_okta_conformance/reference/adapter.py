"""The reference client behind the adapter protocol, version 1: `handle(message) -> reply`.

A message is one JSON object with an `op`; so is the reply. `view.error` is the client refusing, `fault` is this driver
being broken, `unsupported` is something it doesn't do.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from mock_okta_conformance.reference import verbs
from mock_okta_conformance.reference.client import Client
from mock_okta_conformance.reference.errors import ClientError, ConfigurationError, NoTransaction, StepUpRequired
from mock_okta_conformance.reference.oauth import Start
from mock_okta_conformance.reference.pkce import Randomness, unguessable
from mock_okta_conformance.reference.session import Session, Stage
from mock_okta_conformance.reference.settings import Settings
from mock_okta_conformance.reference.transports import Transports
from mock_okta_conformance.reference.view import view_of

PROTOCOL = 1
NAME = "mock-okta reference client"
VERSION = "1"
SESSIONS = 100

CAPABILITIES = (
    "idx.generic", "auth.email", "poll", "resume", "token-bootstrap", "step-up", "nonce", "idtoken.verify", "discovery",
    "userinfo", "token.refresh", "token.revoke", "logout", "callback", "iss-param", "device-context", "confidential",
    "public", "tls",
)  # fmt: skip

Message = Mapping[str, Any]
Reply = dict[str, Any]


class Unsupported(Exception):
    """Something this driver doesn't do."""


class Holder:
    """One session of the protocol: the client, which outlives a transaction, and its current session."""

    __slots__ = ("client", "config", "session")

    def __init__(self, config: Mapping[str, Any], client: Client) -> None:
        self.config = dict(config)
        self.client = client
        self.session = client.session()


class Adapter:
    """Drives the reference client. Messages of different sessions may arrive at the same time.

    transport: the way to the network instead of a socket, e.g. an `httpx.MockTransport`
    clock, sleep, randomness: as for `Client`
    make_client: makes the client, from its settings, an `httpx.Client` and the former three by name
    """

    def __init__(
        self,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        randomness: Randomness = secrets.token_bytes,
        make_client: Callable[..., Client] = Client,
    ) -> None:
        self._transports = Transports(transport)
        self._given = {"clock": clock, "sleep": sleep, "randomness": randomness}
        self._randomness = randomness
        self._make_client = make_client
        self._holders: dict[str, Holder] = {}

    def handle(self, message: Message) -> Reply:
        """Answers one message. Never raises: what goes wrong here becomes a `fault`."""
        number = {"id": message["id"]} if "id" in message else {}
        try:
            return {**number, **self._answer(message)}
        except Unsupported as what:
            return {**number, "unsupported": str(what)}
        except Exception as error:
            # Only the name: the text of an exception that nobody foresaw may hold anything.
            return {**number, "fault": f"{type(error).__name__} in {message.get('op')!r}"}

    def close(self) -> None:
        """Closes connections; sessions are gone."""
        self._holders.clear()
        self._transports.close()

    def _answer(self, message: Message) -> Reply:
        op = OPS.get(str(message.get("op")))
        if op is None:
            raise Unsupported(str(message.get("op")))
        return op(self, message)

    # -- operations ---------------------------------------------------------------------------------------------------

    def hello(self, message: Message) -> Reply:
        """Who we are and what we can do."""
        return {
            "protocol": PROTOCOL,
            "name": NAME,
            "version": VERSION,
            "language": "python",
            "capabilities": list(CAPABILITIES),
            "sessions": SESSIONS,
        }

    def start(self, message: Message) -> Reply:
        """Begins a transaction; a session that is begun again with the same configuration keeps its client."""
        if message.get("flow", "authenticate") != "authenticate":
            raise Unsupported(f"flow {message['flow']}")
        config, params = message.get("config") or {}, message.get("params") or {}
        try:
            self._hold(str(message["session"]), config)
        except ClientError as error:
            return {"view": view_of(None, error)}
        return self._viewed(message, lambda session: session.start(read_params({**config, **params})))

    def act(self, message: Message) -> Reply:
        """One move of the user. A verb without a row of its own is carried out as its hint says, if it has one."""
        verb, values, hint = str(message["do"]), message.get("values") or {}, message.get("idx") or {}
        step = hint.get("step") or hint.get("action")
        if verb == "resume":
            return self._resume(message, values.get("handle"))
        if verbs.is_known(verb):
            return self._viewed(message, lambda session: verbs.act(session, verb, values))
        if step is not None:
            return self._viewed(message, lambda session: verbs.proceed(session, step, hint.get("values") or {}))
        raise Unsupported(verb)

    def callback(self, message: Message) -> Reply:
        """A redirect back to the app, which may have been tampered with."""
        return self._viewed(message, lambda session: session.callback(str(message["url"])))

    def token(self, message: Message) -> Reply:
        """What can be done with tokens."""
        do = TOKEN_VERBS.get(str(message["do"]))
        if do is None:
            raise Unsupported(str(message["do"]))
        return do(self, message)

    def end(self, message: Message) -> Reply:
        """Forgets the session."""
        self._holders.pop(str(message.get("session")), None)
        return {}

    # -- with a session -----------------------------------------------------------------------------------------------

    def _resume(self, message: Message, handle: str | None) -> Reply:
        """Goes on in a client that knows nothing but what was saved, as after a reload or in another process."""
        holder = self._holders[str(message["session"])]
        try:
            saved = holder.session.saved()
        except NoTransaction as error:
            if handle is None:
                return {"view": view_of(holder.session, error)}
            saved = {}
        holder.client = self._client(holder.config)
        holder.session = holder.client.session()
        return self._viewed(message, lambda session: session.resume(saved, handle))

    def _refresh(self, message: Message) -> Reply:
        return self._viewed(message, Session.refresh)

    def _userinfo(self, message: Message) -> Reply:
        """The user's claims; where a stronger sign-in is wanted, that sign-in is begun."""
        holder = self._holders[str(message["session"])]
        found: dict[str, Any] = {}
        try:
            found["userinfo"] = holder.session.userinfo()
        except StepUpRequired as error:
            wanted = read_params(error.parameters)
            return self._viewed(message, lambda session: session.start(wanted))
        except ClientError as error:
            return {"view": view_of(holder.session, error)}
        return {"view": {**view_of(holder.session), **found}}

    def _introspect(self, message: Message) -> Reply:
        found: dict[str, Any] = {}
        reply = self._viewed(message, lambda session: found.update(introspection=session.introspect()))
        return {"view": {**reply["view"], **found}}

    def _revoke(self, message: Message) -> Reply:
        session = self._holders[str(message["session"])].session
        try:
            return {"view": view_of(session, session.revoke(), state=Stage.SIGNED_OUT)}
        except NoTransaction as error:
            return {"view": view_of(session, error)}

    def _sign_out(self, message: Message) -> Reply:
        session = self._holders[str(message["session"])].session
        try:
            redirect = session.logout_address(unguessable(self._randomness))
        except NoTransaction as error:
            return {"view": view_of(session, error)}
        view = self._revoke(message)["view"]
        return {"view": {**view, "redirect": redirect} if redirect else view}

    def _viewed(self, message: Message, move: Callable[[Session], None]) -> Reply:
        session = self._holders[str(message["session"])].session
        try:
            move(session)
        except ClientError as error:
            return {"view": view_of(session, error)}
        return {"view": view_of(session)}

    def _hold(self, name: str, config: Mapping[str, Any]) -> None:
        """Makes a client for the session, unless it has one of the same configuration."""
        holder = self._holders.get(name)
        if holder is None or holder.config != config:
            self._holders[name] = Holder(config, self._client(config))

    def _client(self, config: Mapping[str, Any]) -> Client:
        settings = read_config(config)
        return self._make_client(settings, self._transports.client(config), **self._given)


def read_config(config: Mapping[str, Any]) -> Settings:
    """The settings that a `config` of the protocol means.

    Plain http to this machine is switched on: a suite's server is usually there.
    Raises: ConfigurationError if something needed is missing
    """
    given = {ours: config[theirs] for theirs, ours in CONFIG.items() if config.get(theirs) is not None}
    missing = {"issuer", "client_id", "redirect_uri"} - given.keys()
    if missing:
        raise ConfigurationError(f"{', '.join(sorted(missing))} missing", code="configuration")
    if "scopes" in given:
        scopes = given["scopes"]
        given["scopes"] = tuple(scopes.split() if isinstance(scopes, str) else scopes)
    return Settings(**given, http_on_loopback=True)


def read_params(params: Mapping[str, Any]) -> Start:
    """What a `params` of the protocol asks of one sign-in."""
    return Start(**{ours: params[theirs] for theirs, ours in PARAMS.items() if params.get(theirs) is not None})


CONFIG = {
    "issuer": "issuer",
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "clientAuthentication": "client_authentication",
    "redirectUri": "redirect_uri",
    "postLogoutRedirectUri": "post_logout_redirect_uri",
    "scopes": "scopes",
    "timeoutS": "timeout_s",
    "language": "language",
    "deviceToken": "device_token",
    "forwardedFor": "forwarded_for",
}

PARAMS = {
    "nonce": "nonce",
    "state": "state",
    "acrValues": "acr_values",
    "maxAge": "max_age",
    "loginHint": "login_hint",
    "activationToken": "activation_token",
    "recoveryToken": "recovery_token",
}

OPS: dict[str, Callable[[Adapter, Message], Reply]] = {
    "hello": Adapter.hello,
    "start": Adapter.start,
    "act": Adapter.act,
    "callback": Adapter.callback,
    "token": Adapter.token,
    "end": Adapter.end,
}

TOKEN_VERBS: dict[str, Callable[[Adapter, Message], Reply]] = {
    "refresh": Adapter._refresh,
    "userinfo": Adapter._userinfo,
    "introspect": Adapter._introspect,
    "revoke": Adapter._revoke,
    "signOut": Adapter._sign_out,
}

handle = Adapter().handle
"""The reference client over the network, as a driver."""
