"""`MockOkta`: an org for the length of a Python test, served over HTTP from a thread of the test's own process.

All of them share one server, started by the first; each is a tenant of its own, so that none sees another.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import weakref
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe, describe_user, issuer_of
from mock_okta.engine import add_interventions, clear_interventions
from mock_okta.engine.base.users import in_order
from mock_okta.engine.control.phones import decide
from mock_okta.engine.model import Mail, Scenario, State, logins
from mock_okta.environment import environment_of
from mock_okta.errors import ConfigError
from mock_okta.journal import as_line
from mock_okta.keys import development_keys
from mock_okta.org import DEFAULT_SCENARIO, Library, Org, Tenant
from mock_okta.serving.server import RunningServer
from mock_okta.user_changes import change_user
from mock_okta.web.app import create_app

NO_LIBRARY = Library((), loader.load)


class SharedServer:
    """The server of this process, http or https."""

    def __init__(self, *, https: bool = False) -> None:
        self.ca_file: Path | None = None
        config = Config(port=0, https=https)
        self._removal: weakref.finalize[Any, Any] | None = None
        tls = None
        if https:
            from mock_okta.serving.tls import secure  # late: only here is a certificate needed

            folder = tempfile.mkdtemp(prefix="mock-okta-")
            self._removal = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            config = replace(config, ca_dir=folder)
            tls, self.ca_file = secure(config, Path(folder))
        self.org = Org(config, NO_LIBRARY, scenarios=[loader.load(DEFAULT_SCENARIO)], keys=development_keys())
        self.running = RunningServer(create_app(self.org, config), config, tls=tls)

    def leave_folder(self) -> None:
        """Lets the CA's folder be: in the child of a fork it is still the parent's."""
        if self._removal is not None:
            self._removal.detach()


_shared: dict[bool, SharedServer] = {}
_lock = Lock()


def shared_server(*, https: bool = False) -> SharedServer:
    """The server that every `MockOkta` of this process uses, started if it is not there yet."""
    with _lock:
        if https not in _shared:
            _shared[https] = SharedServer(https=https)
        return _shared[https]


@atexit.register
def _stop_servers() -> None:
    while _shared:
        _shared.popitem()[1].running.stop(grace_s=0.0)


def _forget_servers() -> None:
    """In the child of a fork, which has the server's memory but none of its threads."""
    global _lock
    _lock = Lock()
    for server in _shared.values():
        server.leave_folder()
    _shared.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_servers)


class Clock:
    """The tenant's clock. It runs with the real one and can be moved."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def now(self) -> float:
        """Epoch seconds."""
        return self._tenant.now()

    def advance(self, seconds: float) -> float:
        """Moves the clock and returns the new time. What lived shorter than that is then over."""
        return self._tenant.advance_clock(seconds)


class MockOkta:
    """An org of its own: use it as a context manager, or call `close` when it is done with.

    scenario: the name of a bundled one, the path of a file, or a Scenario
    yaml: the text of a scenario instead
    id: of the authorization server; by default one that nobody else has
    seed: makes ids, codes and tokens the same in every run, and the id too unless one is named; two of one id at once
        can't be
    https: serve https; `ca_file` is then what clients have to trust
    Raises: ConfigError for an unknown scenario, ScenarioError for a broken one
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = DEFAULT_SCENARIO,
        *,
        yaml: str | None = None,
        id: str | None = None,
        seed: str | None = None,
        https: bool = False,
    ) -> None:
        if yaml is not None:
            scenario = loader.parse(yaml)
        elif not isinstance(scenario, Scenario):
            scenario = loader.load(scenario)
        self._https = https
        self._server = shared_server(https=https)
        self._tenant = self._server.org.create(scenario, id=id, seed=seed)
        self._others: list[MockOkta] = []
        self._closed = False
        self.clock = Clock(self._tenant)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<MockOkta {self.issuer}>"

    def close(self) -> None:
        """Forgets the tenant, and those made with `tenant`. The server goes on for others."""
        if not self._closed:
            self._closed = True
            for other in self._others:
                other.close()
            self._server.org.delete(self._tenant.id)

    def tenant(self, scenario: str | Path | Scenario = DEFAULT_SCENARIO, **settings: Any) -> MockOkta:
        """Another org beside this one, closed with it. Arguments as for `MockOkta`."""
        other = MockOkta(scenario, **{"https": self._https, **settings})
        self._others.append(other)
        return other

    # -- what a client has to be told ---------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Scheme, host and port, e.g. `http://127.0.0.1:35213`."""
        return self._server.running.origin

    @property
    def issuer(self) -> str:
        """The issuer to configure the client with."""
        return issuer_of(self._tenant, self.base_url)

    @cached_property
    def _described(self) -> dict[str, Any]:
        return describe(self._tenant, self.base_url)

    @property
    def id(self) -> str:
        """The tenant's id, which the issuer ends with."""
        return self._tenant.id

    @property
    def client_id(self) -> str:
        """Of the confidential web app, or of the scenario's first app if there is none."""
        return str(self._described["client_id"])

    @property
    def client_secret(self) -> str | None:
        """Of that app."""
        secret: str | None = self._described["client_secret"]
        return secret

    @property
    def spa_client_id(self) -> str | None:
        """Of the public app for pages."""
        client_id: str | None = self._described["spa_client_id"]
        return client_id

    @property
    def redirect_uri(self) -> str:
        """One that the app has registered. Loopback addresses do too, unless the scenario forbids it."""
        return str(self._described["redirect_uri"])

    @property
    def ca_file(self) -> Path | None:
        """The certificate of the CA that clients have to trust, with https."""
        return self._server.ca_file

    @property
    def environment(self) -> dict[str, str]:
        """The same under the names of the variables that client libraries read."""
        return environment_of(self._described, ca_file=self.ca_file)

    # -- what tests look at and change --------------------------------------------------------------------------------

    @property
    def users(self) -> list[dict[str, Any]]:
        """The users as they now are: `login`, `password`, `status`, `profile`, `groups`, `enrolled`, `assigned`."""
        return [describe_user(user) for user in in_order(self._tenant.scenario, self._tenant.state)]

    def outbox(self, to: str | None = None) -> tuple[Mail, ...]:
        """What was mailed and texted, newest last; with `to`, to this address or number alone."""
        return tuple(mail for mail in self._tenant.state.outbox if to is None or logins.same(mail.to, to))

    def code(self, to: str | None = None) -> str:
        """The newest code that was mailed or texted.

        Raises: LookupError if there is none
        """
        codes = [mail.code for mail in self.outbox(to) if mail.code]
        if not codes:
            raise LookupError(f"no code has been sent{f' to {to}' if to else ''}")
        return codes[-1]

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Every exchange, oldest first, as the control API shows it.

        after: the `number` of an exchange that was read already; those that came later are read
        """
        return [as_line(number, exchange) for number, exchange in self._tenant.journal.numbered(after)]

    def intervene(self, *entries: dict[str, Any]) -> None:
        """Adds entries of a `script:`, which come before those that are there.

        Raises: ScenarioError for a wrong one
        """
        added = [loader.parse_intervention(entry) for entry in entries]
        self._tenant.change(lambda state: (add_interventions(state, added), None))

    def clear_interventions(self) -> None:
        """Goes back to the script of the scenario."""
        self._tenant.change(lambda state: (clear_interventions(self._tenant.scenario, state), None))

    def change_user(self, login: str, **changes: Any) -> dict[str, Any]:
        """Changes `status`, `password`, `groups`, `enrolled`, `profile` or `assigned`, and returns the user.

        Raises: ConfigError for an unknown login, ScenarioError for a wrong change
        """
        tenant = self._tenant

        def change(state: State) -> tuple[State, Any]:
            return change_user(tenant.scenario, state, login, changes, at=tenant.now(), chance=tenant.chance())

        try:
            return describe_user(tenant.change(change))
        except logins.UnknownUser as problem:
            raise ConfigError(str(problem)) from None

    def decide(self, login: str, decision: str, *, number: str | None = None, device: str | None = None) -> None:
        """Does on somebody's phone what it asks for: "approve", "reject", "enroll", "timeout", …

        number: what is picked in a number challenge; device: what the phone is called
        Raises: NothingToDecide if it asks for nothing of the kind
        """
        self._tenant.change(lambda state: (decide(state, login, decision, number=number, device=device), None))

    def reset(self) -> None:
        """Puts the tenant back to its beginning: same ids and client secrets, real time, empty outbox and journal.

        Codes, tokens and cookies of before work no more.
        """
        self._tenant.reset()
