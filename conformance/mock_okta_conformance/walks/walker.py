"""Plays the walks of a scenario: tells a client move after move, and holds what it shows against what is expected.

A walk is a list of (verb, values). The verbs are those of the adapter protocol, so whatever has a `handle` can be
walked: the reference client, a driver in another language. Besides there are expectations (`EXPECTATIONS`) and what
happens around the client: time passes, somebody answers a phone. An error that the walk doesn't say anything about is
a failure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from mock_okta_conformance.walks import service
from mock_okta_conformance.walks.browser import Browser, NoSuchButton
from mock_okta_conformance.walks.device import Device
from mock_okta_conformance.walks.expectations import EXPECTATIONS, Sight, seen_in
from mock_okta_conformance.walks.references import References, Unavailable
from mock_okta_conformance.walks.world import CannotBe, World

JsonObject = Mapping[str, Any]
Handle = Callable[[dict[str, Any]], Mapping[str, Any]]

TOKEN_VERBS = frozenset({"refresh", "revoke", "userinfo", "introspect", "signOut"})
CONFIG_MEMBERS = frozenset({"clientId", "language", "redirectUri", "scopes"})
DEFAULT_SCOPES = ("openid", "profile", "email", "offline_access")
_COOKIE = re.compile(r"(?:^|, )(\w+)=([^;,]*);")


class Walk(Protocol):
    """A named way through a scenario.

    moves: (verb, values) each; start: what the first request asks for, e.g. {"maxAge": 60}
    """

    @property
    def name(self) -> str: ...
    @property
    def moves(self) -> Sequence[tuple[str, Any]]: ...
    @property
    def start(self) -> JsonObject: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a walk didn't come to its end.

    move: counts from 1; 0 is the start of the sign-in
    said: the move as the scenario has it, without its values
    """

    scenario: str
    walk: str
    move: int
    moves: int
    said: str
    expected: str
    seen: str

    def __str__(self) -> str:
        seen = self.seen.replace("\n", "\n            ")
        return (
            f"{self.scenario}: {self.walk}: move {self.move} of {self.moves} ({self.said})\n"
            f"  expected  {self.expected}\n"
            f"  seen      {seen}"
        )


class _Stop(Exception):
    """The walk can't go on. The arguments are as in `Failure`."""

    def __init__(self, move: int, said: str, expected: str, seen: str) -> None:
        super().__init__(expected)
        self.move = move
        self.said = said
        self.expected = expected
        self.seen = seen


def play(handle: Handle, world: World, walk: Walk, tenant: JsonObject, *, scenario: str) -> Failure | None:
    """Plays one walk in a fresh tenant.

    handle: a driver of the adapter protocol
    tenant: what the control API says about it: `issuer`, `client_id`, `apps`, …
    Returns: None if all was as expected
    """
    references = References(world, tenant["redirect_uri"])
    player = _Player(handle, world, tenant, walk.start, references)
    try:
        if not _is_of_service(walk):
            player.make(0, "start", {})
        for number, (verb, values) in enumerate(walk.moves, 1):
            player.make(number, verb, values)
        player.end()
    except _Stop as stop:
        return Failure(
            scenario=scenario,
            walk=walk.name,
            move=stop.move,
            moves=len(walk.moves),
            said=stop.said,
            expected=stop.expected,
            seen=stop.seen,
        )
    return None


def _is_of_service(walk: Walk) -> bool:
    """Whether it begins with a service, to which nobody signs in; every other walk begins with a sign-in."""
    return bool(walk.moves) and walk.moves[0][0] == service.SERVICE


@dataclass(slots=True)
class _Player:
    """move, said: the move being made; unexplained: the one whose error nothing has been said about yet.

    user: who is signing in, as last typed
    browser: as last opened; `here` is the one that the client runs in
    device: the one without a keyboard that somebody signs in to
    looked_at: how many exchanges have been searched for what the script asked for in vain
    """

    handle: Handle
    world: World
    tenant: JsonObject
    start: JsonObject
    references: References
    user: str = ""
    session: int = 1
    browser: Browser | None = None
    here: bool = True
    device: Device | None = None
    move: int = 0
    said: str = "start"
    sight: Sight = field(default_factory=Sight)
    messages: int = 0
    unexplained: tuple[int, str] | None = None
    looked_at: int = 0

    def make(self, number: int, verb: str, values: Any) -> None:
        """Makes one move. Raises _Stop if it can't be made, or if what is expected isn't so."""
        self.move, self.said = number, verb
        expectation = EXPECTATIONS.get(verb)
        if expectation is None:
            self._demand_explanation()
            self._do(verb, values)
            return
        if not expectation.holds(self.sight, values):
            raise self._stop(expectation.says(values))
        if expectation.explains:
            self.unexplained = None

    def end(self) -> None:
        """Ends the session. Raises _Stop if the walk ended in an error without a word about it."""
        self._demand_explanation()
        self._ask({"op": "end"})
        self._demand_fit(self.world.exchanges())

    def _demand_explanation(self) -> None:
        if self.unexplained is not None:
            self.move, self.said = self.unexplained
            raise self._stop("no error, or an expectation about it")

    def _demand_fit(self, exchanges: Sequence[JsonObject]) -> None:
        """Whatever the scenario has scripted for the requests of this move must have been done."""
        misfits = [each for exchange in exchanges[self.looked_at :] for each in exchange.get("unapplied", ())]
        self.looked_at = len(exchanges)
        if misfits:
            raise self._stop("replies that the script can change as it says", "\n".join(misfits))

    def _do(self, verb: str, values: Any) -> None:
        do = _WORLDLY.get(verb)
        if do is not None:
            do(self, values)
        elif verb in TOKEN_VERBS:
            self._look({"op": "token", "do": verb})
        else:
            self._act(verb, self._filled(values))

    # -- the world ----------------------------------------------------------------------------------------------------

    def _clock(self, values: JsonObject) -> None:
        self.world.advance(values["advance_s"])

    def _push(self, values: Any) -> None:
        told = {"decision": values} if isinstance(values, str) else self._filled(values)
        details = {name: told[name] for name in ("number", "device") if name in told}
        try:
            self.world.decide(told.get("user", self.user), told["decision"], details)
        except CannotBe as problem:
            raise self._stop("somebody who can decide that", str(problem)) from None

    def _user(self, values: JsonObject) -> None:
        changes = {name: value for name, value in values.items() if name != "login"}
        self.world.change_user(values["login"], changes)

    def _clear_sessions(self, values: JsonObject) -> None:
        self.world.clear_sessions(values["login"], oauth_tokens=values.get("oauthTokens", False))

    def _newest_mail(self, subject: str) -> None:
        found = self.world.subjects()
        if found[-1:] != [subject]:
            raise self._stop(f"that the newest mail is {subject!r}", f"mails: {', '.join(found) or 'none'}")

    def _post(self, values: JsonObject) -> None:
        """What no client would send; what comes of it is seen as a client would show it."""
        body = {"stateHandle": self._last_handle(), **self._filled(values.get("body", {}))}
        raw = values.get("raw", json.dumps({name: value for name, value in body.items() if value is not None}))
        self.sight = seen_in(self.world.post(f"{self._origin()}/idp/idx/{values['path']}", raw.encode()))
        self.unexplained = (self.move, self.said) if self.sight.error else None

    # -- the browser --------------------------------------------------------------------------------------------------

    def _at_idp(self, values: Any) -> None:
        """Goes where the client sends the browser, and does at the identity provider's page what the walk says."""
        self._visit_redirect()
        if values == "cancel":
            self._pressed("Cancel")
        elif "error" in values:
            self._pressed("Fail", error=values["error"])
        elif "create" in values:
            self._pressed("Sign in with this account", **values["create"])
        elif "login" in values:
            self._pressed(values["login"])
        self._landed()

    def _follow(self, values: JsonObject) -> None:
        """Goes where the client sends the browser."""
        self._visit_redirect()
        self._landed()

    def _goes_to(self, address: str) -> None:
        """Goes to an address of the org, as somebody who has typed it."""
        self._visit(self._filled({"": address})[""], here=True)
        self._landed()

    def _visit_redirect(self) -> None:
        redirect = self.sight.view.get("redirect")
        if not isinstance(redirect, str):
            raise self._stop("somewhere to send the browser", "no redirect in the view")
        self._visit(redirect, here=True)

    def _open_link(self, values: JsonObject) -> None:
        """Opens the newest link, in the browser that the client runs in or in another one."""
        links = self.world.links()
        if not links:
            raise self._stop("a mail with a link", "none so far")
        here = not values.get("elsewhere", False)
        self._visit(links[-1], here=here)
        self._landed()

    def _press(self, label: str) -> None:
        self._pressed(label)
        self._landed()

    def _pressed(self, label: str, **typed: str) -> None:
        if self.browser is None:
            raise self._stop("a page", "no page was opened")
        try:
            self.browser.press(label, **typed)
        except NoSuchButton as problem:
            raise self._stop(f"a button {label!r}", str(problem)) from None

    def _landed(self) -> None:
        """Tells the client if the browser came back to it; a page that a widget would fill is asked for its state."""
        browser = self.browser
        assert browser is not None, "something was visited"
        if browser.came_back_to and self.here:
            self._look({"op": "callback", "url": browser.came_back_to})
        elif browser.state_token:
            body = json.dumps({"stateToken": browser.state_token})
            exchange = self.world.post(f"{self._origin()}/idp/idx/introspect", body.encode())
            self.sight = replace(seen_in(exchange), page=browser.text)
            self.unexplained = None
        else:
            self.sight = Sight(page=browser.text)

    def _visit(self, address: str, *, here: bool) -> None:
        """Opens a browser at this address.

        here: the browser that the client runs in, which has the cookies that it was given
        """
        given = (_header(exchange, "set-cookie") for exchange in self.world.exchanges())
        cookies = dict(pair for text in given for pair in _COOKIE.findall(text))
        self.browser = Browser(self.world.transport, self._origin(), cookies if here else {})
        self.browser.visit(address)
        self.here = here

    def _origin(self) -> str:
        return "/".join(self.tenant["issuer"].split("/")[:3])

    # -- a device without a keyboard ----------------------------------------------------------------------------------

    def _device_asks(self, values: JsonObject) -> None:
        config, _ = configuration(self.tenant, self._filled(values))
        self.device = Device(self.world.transport, config, self.world.now)
        self._see(self.device.ask())

    def _device_polls(self, values: JsonObject) -> None:
        if self.device is None:
            raise self._stop("a device that has asked for a code", "none has")
        self._see(self.device.poll())

    # -- a service ----------------------------------------------------------------------------------------------------

    def _service_asks(self, values: JsonObject) -> None:
        values = self._filled(values)
        app = service.service_of(self.tenant, values.get("clientId"))
        self._see(service.ask(self.world.transport, self.tenant["issuer"], app, values.get("scopes", ())))

    def _see(self, view: JsonObject) -> None:
        exchanges = self.world.exchanges()
        self.sight = Sight(view=view, last=exchanges[-1] if exchanges else {})
        self.unexplained = (self.move, self.said) if self.sight.error else None
        self._demand_fit(exchanges)

    # -- the client ---------------------------------------------------------------------------------------------------

    def _start_again(self, values: JsonObject) -> None:
        """Begins another sign-in; `elsewhere` in a browser that nobody has signed in with."""
        start = {name: value for name, value in values.items() if name != "elsewhere"}
        if values.get("elsewhere"):
            self._ask({"op": "end"})
            self.session += 1
        self._begin(start)

    def _begin(self, start: JsonObject | None = None) -> None:
        """Begins a sign-in: with these parameters, or with those of the walk."""
        config, params = configuration(self.tenant, self._filled(start or self.start))
        self._look({"op": "start", "test": "walk", "flow": "authenticate", "config": config, "params": params})

    def _act(self, verb: str, values: dict[str, Any]) -> None:
        state = self.sight.view.get("state")
        if state == "canceled":
            self._begin()  # a client forgets what it has cancelled; the user's next move begins anew
        if verb == "resume" and (state != "input" or self.sight.page):  # a page that a widget goes on with
            values.setdefault("handle", self._last_handle())
        self.user = values.get("identifier", values.get("email", self.user))
        hint = {"idx": {"step": values["step"], "values": values.get("values", {})}} if verb == "proceed" else {}
        self._look({"op": "act", "do": values["step"] if hint else verb, "values": {} if hint else values, **hint})

    def _look(self, message: JsonObject) -> None:
        reply = self._ask(message)
        view = reply.get("view")
        self._see(view if isinstance(view, Mapping) else {})
        if not isinstance(view, Mapping):
            told = (f"{name}: {reply[name]}" for name in ("unsupported", "fault") if name in reply)
            raise self._stop("a driver that can do this", next(told, "no view"))

    def _ask(self, message: JsonObject) -> Mapping[str, Any]:
        self.messages += 1
        return self.handle({"id": self.messages, "session": f"walk {self.session}", **message})

    def _last_handle(self) -> str | None:
        """The handle of the newest transaction: what a page that was left open would still have."""
        handles = [exchange.get("transaction") for exchange in self.world.exchanges()]
        return next((handle for handle in reversed(handles) if handle), None)

    def _filled(self, values: JsonObject) -> dict[str, Any]:
        try:
            return {name: self.references.filled(value) for name, value in values.items()}
        except Unavailable as missing:
            raise self._stop(missing.wanted, missing.found) from None

    def _stop(self, expected: str, seen: str = "") -> _Stop:
        return _Stop(self.move, self.said, expected, "\n".join(filter(None, [seen, self.sight.told()])))


def _header(exchange: JsonObject, name: str) -> str:
    found = (exchange.get("response") or {}).get("headers", {}).get(name, "")
    return ", ".join(found) if isinstance(found, list) else str(found)


_WORLDLY: dict[str, Callable[[_Player, Any], None]] = {
    "at idp": _Player._at_idp,
    "clear sessions": _Player._clear_sessions,
    "clock": _Player._clock,
    "device": _Player._device_asks,
    "device polls": _Player._device_polls,
    "follow": _Player._follow,
    "mail": _Player._newest_mail,
    "open link": _Player._open_link,
    "post": _Player._post,
    "press": _Player._press,
    "push": _Player._push,
    "service": _Player._service_asks,
    "start": _Player._start_again,
    "user": _Player._user,
    "visit": _Player._goes_to,
}
"""Moves that no client makes: what happens around it."""


def configuration(tenant: JsonObject, start: JsonObject) -> tuple[dict[str, Any], dict[str, Any]]:
    """`config` and `params` of the first message.

    tenant: as the control API describes it
    start: of the walk; `clientId` picks another app of the tenant
    """
    wanted = start.get("clientId", tenant["client_id"])
    app: JsonObject = next((app for app in tenant.get("apps", ()) if app["client_id"] == wanted), {})
    given = {name: value for name, value in start.items() if name in CONFIG_MEMBERS}
    config = {
        "issuer": tenant["issuer"],
        "clientId": wanted,
        "clientSecret": app.get("client_secret") if app else tenant.get("client_secret"),
        "redirectUri": next(iter(app.get("redirect_uris", ())), tenant["redirect_uri"]),
        "scopes": list(DEFAULT_SCOPES),
        **{name: list(value) if name == "scopes" else value for name, value in given.items()},
    }
    params = {name: value for name, value in start.items() if name not in CONFIG_MEMBERS}
    return {name: value for name, value in config.items() if value is not None}, params
