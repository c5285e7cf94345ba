"""The tenants that one server holds.

Tenants that were there from the start have the id of their scenario and a seed made from it, so that their ids, client
ids and secrets are the same in every run; tenants made while running have a random seed unless one is named. What else
is drawn, handles, codes, tokens and cookies, also follows from a nonce that is another after each start.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from threading import RLock

from msgspec import Struct

from mock_okta import loader
from mock_okta.config import Config, is_loopback
from mock_okta.engine import advance
from mock_okta.engine.base import tenant_lookup
from mock_okta.engine.base.ids import digest_of, tags_of
from mock_okta.engine.endpoints import endpoint_of
from mock_okta.engine.model import Bounds, Request, Scenario, SigningKey, origins
from mock_okta.engine.oauth.redirects import is_page_of
from mock_okta.journal import Budget, Journal
from mock_okta.tenant import Advance, Clock, Tenant

__all__ = ["DEFAULT_ID", "DEFAULT_SCENARIO", "Library", "Org", "Tenant", "TenantRefused", "bundled_library"]

DEFAULT_ID = "default"
DEFAULT_SCENARIO = "password"
RESERVED_IDS = frozenset({DEFAULT_ID, "v1", ".well-known"})
TENANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
MEBIBYTE = 1_048_576
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[^/:\[\]@]+)(?::\d+)?", re.IGNORECASE)


class Library(Struct, frozen=True):
    """Scenarios that nobody named but that can be had.

    load: the scenario of that name; raises ConfigError for an unknown one, ScenarioError for a broken one
    """

    names: tuple[str, ...]
    load: Callable[[str], Scenario]


def bundled_library() -> Library:
    """The scenarios that come with this program. A name is never taken for a path: it may come from a client."""
    return Library(loader.bundled(), lambda name: loader.load(loader.bundled_path(name)))


class TenantRefused(Exception):
    """No such tenant can be made or deleted.

    status: as the control API answers
    field: which part of the wish is to blame
    """

    def __init__(self, status: int, field: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.field = field
        self.message = message
        self.hint = hint


class Org:
    """All tenants of a server, and the journal of requests that led to none of them.

    scenarios: served from the start, the first as `default`; if there are none, the library's are, each from the
    moment it is first asked for
    keys: what every tenant signs with
    """

    def __init__(
        self,
        config: Config,
        library: Library,
        *,
        scenarios: Iterable[Scenario] = (),
        keys: tuple[SigningKey, ...] = (),
        clock: Clock = time.time,
        advance: Advance = advance,
    ) -> None:
        self._config = config
        self._library = library
        self._keys = keys
        self._clock = clock
        self._advance = advance
        self._budget = Budget(config.journal_mib * MEBIBYTE)
        self._lock = RLock()
        self._nonce = config.seed or secrets.token_hex(16)
        self._draws = count(1)
        self._tenants: dict[str, Tenant] = {}
        self._by_tag: dict[str, Tenant] = {}
        self.lost = Journal(config.journal_length, self._budget)
        self._gap_hits: Counter[str] = Counter()
        self._scenarios = {scenario.name: scenario for scenario in scenarios}
        self._asleep = () if self._scenarios else library.names
        self._default_id = next(iter(self._scenarios), DEFAULT_SCENARIO)
        for name in self._scenarios:
            self._found(name)

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Of the scenarios that are served, `default` first."""
        others = (name for name in (*self._scenarios, *self._asleep) if name != self._default_id)
        return (self._default_id, *others)

    @property
    def default(self) -> Tenant:
        """The tenant that is also the org server.

        Raises: ConfigError or ScenarioError if its scenario can't be had
        """
        return self._tenants.get(self._default_id) or self._found(self._default_id)

    def tenants(self) -> tuple[Tenant, ...]:
        """Those that have been touched so far."""
        return tuple(self._tenants.values())

    def find(self, id: str) -> Tenant | None:
        """The tenant of that id, or of the authorization server of that id; `default` is one too."""
        if id in ("", DEFAULT_ID):
            return self.default
        tenant = self._tenants.get(id)
        if tenant is None and id in self._asleep:
            return self._found(id)
        return tenant

    def find_by_tag(self, tag: str) -> Tenant | None:
        """The tenant whose handles carry that tag."""
        return self._by_tag.get(tag)

    def tenant_of(self, request: Request) -> Tenant | None:
        """The tenant that a request belongs to; None if its server or its handle is not known."""
        leads = endpoint_of(request.endpoint).leads and not request.server
        return tenant_lookup.tenant_of(request, self, leads=leads)

    def scenario(self, name: str) -> Scenario:
        """A scenario to make a tenant from: one that is served, else one of the library.

        Raises: ConfigError for an unknown one, ScenarioError for a broken one
        """
        return self._scenarios.get(name) or self._library.load(name)

    # -- gaps ---------------------------------------------------------------------------------------------------------

    def count_gap(self, name: str) -> None:
        """Notes that a request has met the gap of that name."""
        with self._lock:
            self._gap_hits[name] += 1

    def gap_hits(self) -> dict[str, int]:
        """How many requests have met each gap since the start, by name."""
        with self._lock:
            return dict(self._gap_hits)

    # -- changing -----------------------------------------------------------------------------------------------------

    def create(self, scenario: Scenario, *, id: str | None = None, seed: str | None = None) -> Tenant:
        """Makes a tenant in which nothing has happened yet.

        id: default is the scenario's name and eight characters, which follow from the seed if one is named
        seed: what all that is drawn in the tenant follows from, with its id; default is one that nobody else has
        Raises: TenantRefused if the id or the seed can't be had, or there are as many tenants as there may be
        """
        with self._lock:
            made = sum(not tenant.given for tenant in self._tenants.values())
            if made >= self._config.max_tenants:
                hint = f"delete those that are not needed any more, or start with --max-tenants {2 * made}"
                raise TenantRefused(429, "", f"there are {made} tenants already", hint)
            if seed == "":
                raise TenantRefused(400, "seed", "seed is empty", "without one, nobody can tell what will be drawn")
            if id is not None:
                self._check_id(id)
            elif seed is not None:
                id = f"{scenario.name}-{digest_of(scenario.name, seed)[:8]}"
                self._check_is_free(id, "it follows from the seed: take another seed, or name an id beside it")
            else:
                id = self._free_id(scenario.name)
            return self._add(self._make(scenario, id, seed or self._draw(), nonce=seed or self._nonce))

    def delete(self, id: str) -> None:
        """Forgets a tenant and everything in it.

        Raises: TenantRefused if there is none of that id, or it was there from the start
        """
        with self._lock:
            tenant = self._tenants.get(id)
            if tenant is None and id not in (DEFAULT_ID, *self._asleep):
                raise TenantRefused(404, "id", f"there is no tenant {id!r}")
            if tenant is None or tenant.given:
                hint = f"POST /__mock__/tenants/{id}/reset puts it back to its beginning"
                raise TenantRefused(409, "id", f"{id!r} is served from the start and stays", hint)
            del self._tenants[id]
            del self._by_tag[tenant.tag]
            tenant.journal.clear()

    def _check_id(self, id: str) -> None:
        if not TENANT_ID.fullmatch(id) or id in RESERVED_IDS:
            hint = "letters, digits, '-', '_' and '.', at most 100, and not 'default' or 'v1'"
            raise TenantRefused(400, "id", f"{id!r} can't be the id of an authorization server", hint)
        self._check_is_free(id, "delete it first, or take another id")

    def _check_is_free(self, id: str, hint: str) -> None:
        if self._is_taken(id):
            raise TenantRefused(409, "id", f"there is a tenant {id!r} already", hint)

    def _is_taken(self, id: str) -> bool:
        return id in self._tenants or id in self._asleep

    def _free_id(self, name: str) -> str:
        drawn = (f"{name}-{self._draw()[:8]}" for _ in count())
        return next(id for id in drawn if not self._is_taken(id))

    def _draw(self) -> str:
        """A text that nobody else has, in this start or, unless its seed is named, in another."""
        return digest_of("draw", self._nonce, next(self._draws))

    def _found(self, name: str) -> Tenant:
        with self._lock:
            if name in self._tenants:
                return self._tenants[name]
            scenario = self._scenarios.get(name) or self._library.load(name)
            return self._add(self._make(scenario, name, f"scenario {name}", nonce=self._nonce, given=True))

    def _make(self, scenario: Scenario, id: str, seed: str, *, nonce: str, given: bool = False) -> Tenant:
        return Tenant(
            scenario,
            id=id,
            seed=seed,
            nonce=nonce,
            tag=next(tag for tag in tags_of(id, seed) if tag not in self._by_tag),
            keys=self._keys,
            journal=Journal(self._config.journal_length, self._budget),
            bounds=Bounds(records=self._config.max_records, size=self._config.tenant_mib * MEBIBYTE),
            given=given,
            clock=self._clock,
            advance=self._advance,
        )

    def _add(self, tenant: Tenant) -> Tenant:
        self._tenants[tenant.id] = tenant
        self._by_tag[tenant.tag] = tenant
        return tenant


def trusts(tenant: Tenant, origin: str) -> bool:
    """Whether the origin is a Trusted Origin of the tenant (type CORS): its scenario names it, or it is loopback."""
    return is_loopback_origin(origin) or origins.is_among(origin, tenant.scenario.trusted_origins)


def has_app_at(tenant: Tenant, origin: str, client_id: str | None = None) -> bool:
    """Whether a redirect URI of an app is on the origin: of the app of that id, or of any without one.

    Origins on loopback, of which an app may allow all, are trusted anyway.
    """
    apps = tenant.state.apps
    if client_id is None:
        return apps.has("origin", origins.page_of(origin))
    app = apps.get(client_id)
    return app is not None and is_page_of(app, origin)


def is_loopback_origin(origin: str) -> bool:
    """Whether a browser's `Origin` header names a page that this machine serves."""
    match = _ORIGIN.fullmatch(origin)
    return match is not None and is_loopback(match[1])
