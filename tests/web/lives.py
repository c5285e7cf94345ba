"""Lives of tenants, lived by the walks of the library; what each of them hands out, and where that could be shown."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import asdict, replace

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine.model import Reply, Request, Scenario
from mock_okta.engine.oauth.organization import org_id
from mock_okta.keys import development_keys
from mock_okta.org import Library, Org
from mock_okta.tenant import Tenant
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play
from tests.engine.engine_client import CHALLENGE, ORIGIN, VERIFIER

NOW = 1_800_000_000.0
_DRAWN = re.compile(r"[\w-]+\.[\w-]{16,}\.[\w-]{16,}|[\w-]{16,}")


def new_org(*scenarios: Scenario, **settings: Any) -> Org:
    """A server that has just been started, on a clock that stands still."""
    library = Library((), loader.load)
    return Org(Config(**settings), library, scenarios=scenarios, keys=development_keys(), clock=lambda: NOW)


def scenario_of(name: str) -> Scenario:
    """A bundled scenario, in an org that keeps sessions for programs too, and answers the same however often asked."""
    bundled = loader.load(name)
    return replace(bundled, org={**bundled.org, "sessions": "all"}, script=())


def live(org: Org, tenant: Tenant) -> set[str]:
    """Goes the shortest and the longest ways through the tenant's scenario, and returns all that was handed out."""
    ways = sorted(tenant.scenario.walks, key=lambda walk: len(walk.moves))
    for walk in (*ways[:2], *ways[2:][-2:]):
        world = EngineWorld(tenant, transport := EngineTransport(org))
        adapter = Adapter(transport=transport, clock=world.now, sleep=lambda _: None, randomness=bytes)
        play(adapter.handle, world, walk, describe(tenant, ORIGIN), scenario=tenant.scenario.name)
        adapter.close()
    replies = [exchange.as_json()["response"] for exchange in tenant.journal]
    for reply in replies:
        reply["headers"].pop("x-okta-request-id", None)
    sent, tokens = [asdict(mail) for mail in tenant.state.outbox], list(tenant.state.start_tokens)
    handed = drawn_in(json.dumps([replies, sent, tokens]))
    return handed | {inside for token in handed for inside in drawn_in(claims_of(token))}


def drawn_in(text: str) -> set[str]:
    """Everything long enough to have been drawn: handles, codes, tokens, ids; and much else, e.g. names of members."""
    return set(_DRAWN.findall(text))


def claims_of(token: str) -> str:
    """The claims of a JSON Web Token, as JSON; "" for any other text."""
    try:
        middle = token.split(".")[1]
        return base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)).decode()
    except (IndexError, ValueError):
        return ""


def identity_of(tenant: Tenant) -> set[str]:
    """What an administrator would see in a new tenant: ids of users, apps and enrolments, client secrets and so on."""
    state = tenant.state
    seen = (state.users, state.apps, state.authenticator_ids, state.identity_providers, org_id(state))
    ids = drawn_in(repr(seen))
    return ids | {f"{prefix}{id[-17:]}" for prefix in ("cap", "ykk") for id in ids}


# ---------------------------------------------------------------------------------------------------------------------
# Where something can be shown
# ---------------------------------------------------------------------------------------------------------------------

SHOWN = "{shown}"
_INTERACT = {
    "scope": "openid",
    "redirect_uri": "http://localhost:8080/login/callback",
    "state": "state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass(frozen=True, eq=False)
class Door:
    """A request that shows something, which `SHOWN` stands for."""

    name: str
    endpoint: str
    fields: Mapping[str, str]
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


def _grant(name: str, parameter: str, **more: str) -> Door:
    return Door(parameter, "token", {"grant_type": name, parameter: SHOWN, **more})


DOORS = (
    Door("stateHandle", "idx/introspect", {"stateHandle": f"02.id.{SHOWN}"}),
    Door("interactionHandle", "idx/introspect", {"interactionHandle": SHOWN}),
    _grant("interaction_code", "interaction_code", code_verifier=VERIFIER),
    _grant("refresh_token", "refresh_token"),
    _grant("urn:ietf:params:oauth:grant-type:device_code", "device_code"),
    Door("introspect", "introspect", {"token": SHOWN}),
    Door("userinfo", "userinfo", {}, "GET", {"authorization": f"Bearer {SHOWN}"}),
    Door("id_token_hint", "logout", {"id_token_hint": SHOWN}, "GET"),
    Door("activation_token", "interact", {**_INTERACT, "activation_token": SHOWN}),
    Door("recovery_token", "interact", {**_INTERACT, "recovery_token": SHOWN}),
    Door("mailed link", "email-link", {"token": SHOWN}, "GET"),
    Door("way back", "token-redirect", {"stateToken": f"02.id.{SHOWN}"}, "GET"),
    Door("vendor's page", "identity-verification", {"stateTokenExternalId": f"02.id.{SHOWN}"}, "GET"),
)
_BEGIN = Door("begin", "interact", _INTERACT)
_LOOK = Door("look", "idx/introspect", {"interactionHandle": SHOWN})


def opened_by(tenant: Tenant, texts: Iterable[str]) -> set[tuple[str, str]]:
    """The doors at which one of these texts is answered otherwise than one that nobody was ever given; and which."""
    refused = {door: _told(tenant, door, "nonsense") for door in DOORS}
    opened = {(door.name, text) for text in texts for door in DOORS if _told(tenant, door, text) != refused[door]}
    return opened | {("idx cookie", text) for text in texts if _is_signed_in(tenant, text)}


def _told(tenant: Tenant, door: Door, shown: str) -> list[Any]:
    """What each of the tenant's apps is told: all of a reply that does not change from one refusal to the next."""
    replies = [_ask(tenant, door, shown, client) for client in tenant.state.client_ids]
    return [(reply.status, _without_drawn(reply.body, shown)) for reply in replies]


def _without_drawn(body: Any, shown: str) -> str:
    text = body.decode() if isinstance(body, bytes) else json.dumps(body)
    return _DRAWN.sub("", text.replace(shown, ""))


def _is_signed_in(tenant: Tenant, cookie: str) -> bool:
    """Whether a browser with this cookie is spared the question who it is."""
    client, headers = tenant.state.client_ids[-1], {"cookie": f"idx={cookie}", "origin": ORIGIN}
    begun = _ask(tenant, _BEGIN, "", client, **headers)
    handle = begun.body.get("interaction_handle", "")
    return "user" in _ask(tenant, _LOOK, handle, client, **headers).body


def _ask(tenant: Tenant, door: Door, shown: str, client: str, **headers: str) -> Reply:
    fields = {name: value.replace(SHOWN, shown) for name, value in door.fields.items()}
    headers |= {name: value.replace(SHOWN, shown) for name, value in door.headers.items()}
    request = {"method": door.method, "endpoint": door.endpoint, "origin": ORIGIN, "at": 0.0, "chance": ""}
    if door.endpoint.startswith("idx/"):
        return tenant.handle(Request(**request, headers=headers, body=json.dumps(fields).encode()))
    if door.method == "GET":
        return tenant.handle(Request(**request, headers=headers, server=tenant.id, query=tuple(fields.items())))
    secret = tenant.state.apps[client].client_secret
    fields |= {"client_id": client} | ({"client_secret": secret} if secret else {})
    headers |= {"content-type": "application/x-www-form-urlencoded"}
    return tenant.handle(Request(**request, headers=headers, server=tenant.id, body=urlencode(fields).encode()))
