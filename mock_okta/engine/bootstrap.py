"""The first state of a tenant: the scenario's users and apps with the ids that an org would have given them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.write_set import SETUP
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.password import with_status
from mock_okta.engine.idx.settings import drawn
from mock_okta.engine.model import App, AppType, Bounds, Enrollment, Request, Scenario, SigningKey, State, User
from mock_okta.engine.script import numbered

STANDARD_APPS = (
    App(type=AppType.WEB, label="My Web App"),
    App(type=AppType.BROWSER, label="My SPA"),
)
"""What a scenario that names no apps has: a confidential client and a public one."""

SECRET_LENGTH = 64
"""Characters of a client secret that Okta draws, 40 until 2023 (release notes 2023.07.0, OKTA-619134)."""


def bootstrap_tenant(
    scenario: Scenario,
    *,
    tenant: str,
    seed: str,
    keys: Iterable[SigningKey],
    nonce: str = "",
    tag: str = "",
    bounds: Bounds | None = None,
    at: float = 0.0,
) -> State:
    """The state of a tenant in which nothing has happened yet.

    tenant: its id, which is also the id of its authorization server
    seed: with the id, what the ids and secrets follow from that an administrator would see
    keys: the signing keys, the one in use first
    nonce: with both, what else is drawn follows from; another one for each life of the tenant
    tag: default is the first that follows from id and seed
    bounds: of what clients make it remember; what the scenario says does not count
    at: epoch seconds, when its users were made, and from when on accounts are locked that the scenario locks
    """
    own_seed = ids.digest_of(tenant, seed)
    tag = tag or next(ids.tags_of(tenant, seed))
    state = State(tenant=tenant, tag=tag, seed=own_seed, nonce=own_seed, keys=tuple(keys), bounds=bounds or Bounds())
    turn = Turn(scenario, state, Request(method="", endpoint="", origin="", at=at, chance="founding"))
    for key in AUTHENTICATORS:
        turn.put("authenticator_ids", key, turn.draw_id("aut"))
    for app in scenario.apps or STANDARD_APPS:
        registered = _registered(turn, app)
        turn.put("apps", registered.client_id, registered)
        turn.put(SETUP, "client_ids", (*turn.state.client_ids, registered.client_id))
    for user in scenario.users:
        turn.put_user(_enrolled(turn, user))
    known = tuple(replace(each, id=each.id or turn.draw_id("0oa")) for each in scenario.identity_providers)
    turn.put(SETUP, "identity_providers", known)
    return replace(turn.state, nonce=ids.digest_of(own_seed, nonce), script=numbered(scenario.script))


def _registered(turn: Turn, app: App) -> App:
    secret = app.client_secret
    if app.type.keeps_secret and secret is None:
        secret = turn.draw(SECRET_LENGTH)
    return replace(app, client_id=app.client_id or turn.draw_id("0oa"), client_secret=secret)


def _enrolled(turn: Turn, user: User) -> User:
    known = user.id or turn.draw_id("00u")
    numbered = replace(user, id=known, enrolled=tuple(complete(turn, each) for each in user.enrolled))
    return with_status(turn.scenario, numbered, user.status, turn.now)


def complete(turn: Turn, enrollment: Enrollment) -> Enrollment:
    """The enrolment with an id, and with what is drawn where nothing is said."""
    row = AUTHENTICATORS[enrollment.authenticator]
    unsaid = (each for each in row.of_enrollment if each.drawn and each.name not in enrollment.secret)
    secret = {**enrollment.secret, **{each.name: drawn(turn, each) for each in unsaid}}
    return replace(enrollment, id=enrollment.id or turn.draw_id(row.enrollment_prefix), secret=secret)
