"""Plays a probe to a client: makes the tenant, tells the driver each move, and gathers what the server saw.

The driver is told one user intent at a time. What it did about it is read from the tenant's journal, never from the
driver; the intent is repeated with the next hint while IDX steps of it are left.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_okta_conformance import ion
from mock_okta_conformance.adapters import Adapter
from mock_okta_conformance.adapters.protocol import (
    PROTOCOL,
    Hello,
    Reply,
    View,
    ViewState,
    check_capabilities,
    read_reply,
)
from mock_okta_conformance.client.es256_id_token import es256_id_token
from mock_okta_conformance.client.evidence import Evidence, Exchange, Moment, Tenant
from mock_okta_conformance.client.hints import next_hint
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.control import Control
from mock_okta_conformance.errors import AdapterError, AdapterHung
from mock_okta_conformance.results import SUITE

DEFAULT_SCOPES = ("openid", "profile", "email", "offline_access")
MOST_STEPS = 4
TOKEN_VERBS = ("refresh", "revoke", "userinfo", "signOut")


def greet(adapter: Adapter, send: Send | None = None) -> Hello:
    """Who the driver is. A driver that knows no `hello` is taken at the word of its adapter file.

    Raises: AdapterError if it does not answer, SetupError if it declares an unknown capability
    """
    reply = (send or Send(adapter))({"op": "hello", "protocol": PROTOCOL, "suite": SUITE})
    hello = reply.hello or Hello(name=adapter.origin)
    if adapter.capabilities is not None:
        hello = Hello(
            name=hello.name,
            version=hello.version,
            language=hello.language,
            capabilities=adapter.capabilities,
            sessions=hello.sessions,
        )
    check_capabilities(hello.capabilities, adapter.origin)
    return hello


@dataclass(slots=True)
class Send:
    """Numbers the messages and reads the replies."""

    adapter: Adapter
    limit_s: float = 20.0
    count: int = 0

    def __call__(self, message: Mapping[str, Any]) -> Reply:
        """The reply, as a value. Raises AdapterError if the driver says that it is broken."""
        self.count += 1
        reply = read_reply(self.adapter.ask({"id": self.count, **message}, timeout_s=self.limit_s))
        if reply.fault is not None:
            raise AdapterError(f"{self.adapter.origin}: the adapter says it is broken: {reply.fault}")
        return reply


def play(probe: Probe, adapter: Adapter, client: Hello, control: Control, *, prefix: str = "s") -> Evidence:
    """The evidence of one playing.

    prefix: begins the names of the sessions, so that playings do not meet in the driver
    Raises: AdapterError if the driver broke
    """
    playing = _Playing(probe, adapter, client, control, prefix)
    try:
        playing.run()
        playing.end_sessions()
        return playing.evidence()
    finally:
        playing.drop_tenants()


@dataclass(slots=True)
class _Session:
    """A transaction in the driver, and the last IDX document that it was served."""

    name: str
    page: Any = None


@dataclass(slots=True)
class _Playing:
    probe: Probe
    adapter: Adapter
    client: Hello
    control: Control
    prefix: str
    tenant: Tenant = field(init=False)
    users: list[dict[str, Any]] = field(init=False)
    send: Send = field(init=False)
    sessions: dict[str, _Session] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    seen: int = 0
    began_at: float = field(default_factory=time.time)
    trap: dict[str, Any] | None = None
    traps: list[Callable[[], list[dict[str, Any]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.send = Send(self.adapter, limit_s=self.probe.reply_limit_s)
        self.tenant, self.users = self._make_tenant()
        if self.probe.script:
            self.control.intervene(self.tenant.id, self._filled(list(self.probe.script)))

    def run(self) -> None:
        self.adapter.noise()
        self._start({"params": self.probe.params})
        for verb, values in self.probe.moves:
            if self.moments[-1].hung:
                return
            self._move(verb, self._filled(values or {}))

    def evidence(self) -> Evidence:
        trapped = [line for journal in self.traps for line in journal()]
        strays = self.control.strays(since=self.began_at)
        return Evidence(
            probe=self.probe,
            client=self.client,
            tenant=self.tenant,
            moments=tuple(self.moments),
            trap=tuple(read_exchange(line, number) for number, line in enumerate(trapped, 1)),
            strays=tuple(read_exchange(line, number) for number, line in enumerate(strays, 1)),
        )

    def end_sessions(self) -> None:
        for session in self.sessions.values():
            if not self.moments[-1].hung:
                self.send({"op": "end", "session": session.name})

    def drop_tenants(self) -> None:
        if self.probe.server != "org":
            self.control.drop_tenant(self.tenant.id)
        if self.trap:
            self.control.drop_tenant(self.trap["id"])

    # -- the tenant ---------------------------------------------------------------------------------------------------

    def _make_tenant(self) -> tuple[Tenant, list[dict[str, Any]]]:
        if self.probe.server == "org":
            self.control.reset("default")
            made = self.control.tenant("default")
        else:
            made = self.control.make_tenant(self.probe.scenario)
        web = self.probe.app == "web" or "public" not in self.client.capabilities >= {"confidential"}
        tenant = Tenant(
            id=made["id"],
            issuer=self.control.base_url if self.probe.server == "org" else made["issuer"],
            client_id=made["client_id" if web else "spa_client_id"],
            client_secret=made["client_secret"] if web else None,
            redirect_uri=made["redirect_uri"],
            scopes=DEFAULT_SCOPES,
        )
        return tenant, made["users"]

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "issuer": self.tenant.issuer,
            "clientId": self.tenant.client_id,
            "redirectUri": self.tenant.redirect_uri,
            "scopes": list(self.tenant.scopes),
        }
        if self.tenant.client_secret:
            config["clientSecret"] = self.tenant.client_secret
        return {**config, **self._filled(self.probe.config)}

    def _filled(self, value: Any) -> Any:
        """The value with every `$…` in its texts replaced."""
        if isinstance(value, str):
            return REFERENCE.sub(lambda match: self._looked_up(match[0]), value)
        if isinstance(value, Mapping):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._filled(item) for item in value]
        return value

    def _looked_up(self, reference: str) -> str:
        return str(REFERENCES[reference](self))

    def _code(self, back: int) -> str:
        codes = self.control.codes(self.tenant.id)
        return codes[-back] if len(codes) >= back else "no-code-was-sent"

    def _nonce(self) -> str | None:
        sent = [value for moment in self.moments for e in moment.exchanges for value in e.values("nonce")]
        return sent[-1] if sent else None

    def _trap_issuer(self) -> str:
        if self.trap is None:
            made = self.trap = self.control.make_tenant(self.probe.scenario)
            self.traps.append(lambda: self.control.journal(made["id"]))
        return str(self.trap["issuer"])

    def _untrusted_issuer(self) -> str:
        untrusted = self.control.untrusted
        assert untrusted is not None, "the probe needs what these surroundings do not offer"
        seen = len(untrusted.journal())
        self.traps.append(lambda: untrusted.journal()[seen:])
        return untrusted.issuer

    # -- the moves ----------------------------------------------------------------------------------------------------

    def _move(self, verb: str, values: dict[str, Any]) -> None:
        name = f"{self.prefix}{values.pop('session', '')}"
        if verb == "start":
            self._start({**values, "session": name})
        elif verb == "clock":
            self.control.advance_clock(self.tenant.id, values["advance_s"])
        elif verb == "script":
            self.control.intervene(self.tenant.id, [values])
        elif verb in TOKEN_VERBS:
            self._tell(verb, self.sessions[name], {"op": "token", "do": verb}, values)
        else:
            self._act(verb, self.sessions[name], values)

    def _start(self, values: Mapping[str, Any]) -> None:
        session = _Session(values.get("session", self.prefix))
        self.sessions[session.name] = session
        params = dict(values.get("params", {}))
        message = {
            "op": "start",
            "test": self.probe.id,
            "flow": "authenticate",
            "config": {**self._config(), **values.get("config", {})},
            "params": params,
        }
        self._tell("start", session, message, {"params": params, "config": message["config"]})

    def _act(self, verb: str, session: _Session, values: dict[str, Any]) -> None:
        done: tuple[str, ...] = ()
        for _ in range(MOST_STEPS):
            hint = next_hint(verb, values, session.page, done)
            if hint is None and done:
                return
            message: dict[str, Any] = {"op": "act", "do": verb, "values": values}
            if hint is not None:
                message["idx"] = hint.as_json()
            elif verb.startswith("select "):
                return  # what was to be selected is in play already
            moment = self._tell(verb, session, message, values)
            done = (*done, *((hint.step or hint.action,) if hint else (verb,)), *_steps_taken(moment))
            if not _goes_on(moment):
                return

    def _tell(self, verb: str, session: _Session, message: Mapping[str, Any], values: Mapping[str, Any]) -> Moment:
        reply, hung = Reply(), False
        try:
            reply = self.send({**message, "session": session.name})
        except AdapterHung:
            if not self.probe.hang_is_evidence:
                raise
            hung = True
        exchanges = self._new_exchanges()
        for exchange in exchanges:
            if exchange.is_idx and (ion.remediations(exchange.served) or ion.interaction_code(exchange.served)):
                session.page = exchange.response_body
        moment = Moment(
            verb=verb,
            session=session.name,
            values=values,
            view=reply.view,
            unsupported=reply.unsupported,
            hung=hung,
            exchanges=exchanges,
            noise=self.adapter.noise(),
        )
        self.moments.append(moment)
        if hung:
            self.adapter.restart()
        return moment

    def _new_exchanges(self) -> tuple[Exchange, ...]:
        lines = self.control.journal(self.tenant.id, after=self.seen)
        self.seen = lines[-1]["number"] if lines else self.seen
        return tuple(read_exchange(line, line["number"]) for line in lines)


REFERENCES: dict[str, Callable[[_Playing], Any]] = {
    "$user.login": lambda playing: playing.users[0]["login"],
    "$user.password": lambda playing: playing.users[0]["password"],
    "$outbox.code": lambda playing: playing._code(1),
    "$outbox.previous": lambda playing: playing._code(2),
    "$origin": lambda playing: playing.tenant.origin,
    "$issuer": lambda playing: playing.tenant.issuer,
    "$tenant": lambda playing: playing.tenant.id,
    "$client_id": lambda playing: playing.tenant.client_id,
    "$trap": lambda playing: playing._trap_issuer(),
    "$elsewhere": lambda playing: _other_origin(playing._trap_issuer()),
    "$untrusted": lambda playing: playing._untrusted_issuer(),
    "$es256-id-token": lambda playing: es256_id_token(playing.tenant, playing._nonce()),
    "$in-2s": lambda playing: int(time.time()) + 3,
}
"""What stands for what in the texts of a probe. `$in-2s` is epoch seconds, at least two seconds from now."""
REFERENCE = re.compile("|".join(re.escape(name) for name in REFERENCES))


def read_exchange(line: Mapping[str, Any], number: int) -> Exchange:
    """One line of the mock's journal."""
    request, response = line["request"], line["response"]
    return Exchange(
        number=number,
        method=request["method"],
        url=request["url"],
        request_headers=_lowered(request.get("headers")),
        request_body=request.get("body"),
        status=response["status"],
        response_headers=_lowered(response.get("headers")),
        response_body=response.get("body"),
        at=line.get("at") or 0.0,
        endpoint=line.get("endpoint") or "",
        transaction=line.get("transaction"),
    )


def _other_origin(issuer: str) -> str:
    """The same place under the other name of this machine, which makes it another origin."""
    here, there = ("127.0.0.1", "localhost") if "//127.0.0.1" in issuer else ("localhost", "127.0.0.1")
    return issuer.replace(f"//{here}", f"//{there}", 1)


def _lowered(headers: Any) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return {str(name).lower(): str(value) for name, value in pairs}


def _steps_taken(moment: Moment) -> tuple[str, ...]:
    """Steps that the client took by itself within this moment, told by the endpoints it used."""
    return tuple(STEP_OF_ENDPOINT[e.endpoint] for e in moment.exchanges if e.endpoint in STEP_OF_ENDPOINT)


def _goes_on(moment: Moment) -> bool:
    """Whether the client waits for more, having moved on without a complaint."""
    view: View | None = moment.view
    if view is None or view.state is not ViewState.INPUT or any(m.severity == "ERROR" for m in view.messages):
        return False
    return any(exchange.is_idx and exchange.status < 400 for exchange in moment.exchanges)


STEP_OF_ENDPOINT = {
    "idx/identify": "identify",
    "idx/challenge": "select-authenticator-authenticate",
    "idx/challenge/answer": "challenge-authenticator",
}
