"""What a request costs grows with its length, not with the square of it: over every route, with every hostile text.

This is the one test that reads the processor's clock.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from msgspec.structs import replace

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.description import describe
from mock_okta.engine import advance
from mock_okta.engine.endpoints import ENDPOINTS
from mock_okta.engine.idx.remediations import PATHS
from mock_okta.engine.model import Reply, Request, Scenario, State
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta.web.app import gap_paths
from mock_okta_conformance.reference.adapter import Adapter
from mock_okta_conformance.walks.engine_transport import EngineTransport, EngineWorld
from mock_okta_conformance.walks.walker import play
from tests.web.hostile import LARGE, SHAPES, SMALL, fault_of
from tests.web.served_org import NOON, ServedOrg, scenario, serve


@pytest.fixture(autouse=True)
def nothing_of_others() -> Iterator[None]:
    """What tests before have left in memory is not searched for garbage: that would be counted as a request's cost."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


HEADERS = ("Accept-Language", "Authorization", "Content-Type", "Cookie", "Origin", "User-Agent", "X-Forwarded-For",
           "X-Forwarded-Host", "X-Device-Token", "Referer")  # fmt: skip
FORM = "application/x-www-form-urlencoded"
Run = Callable[[int], object]


def talkative() -> ServedOrg:
    """A served org whose scenario has words of its own, so that a client's languages are looked at, and a script."""
    return serve(scenario(texts={"de": {"errors.E0000004": "Nein."}}), max_body_bytes=2 * LARGE, trust_proxy=True)


def rules(at: ServedOrg) -> Iterator[tuple[str, str]]:
    """Every path, with a method that it takes: OAuth, gaps, the control API, and all of the Identity Engine."""
    filled = {"server": "default", "id": "default", "login": "mary@example.com"}
    taken_by = {path: endpoint.methods for endpoint in ENDPOINTS.values() for path in endpoint.paths}
    for rule in (*at.client.application.url_map.iter_rules(), *gap_paths().iter_rules()):
        paths = [rule.rule]
        if rule.endpoint.startswith("idx "):
            paths = [f"/idp/idx/{path}" for path in (*sorted(PATHS), "introspect", "nowhere")]
        taken = taken_by.get(rule.rule, rule.methods) or ()
        method = next(each for each in ("POST", "PATCH", "GET", "DELETE") if each in taken)
        for path in paths:
            yield method, re.sub(r"<(?:\w+:)?(\w+)>", lambda match: filled.get(match[1], "x"), path)


def requests(at: ServedOrg, method: str, path: str, shape: Callable[[int], str]) -> Iterator[tuple[str, Run]]:
    """The text in each place of a request to that path."""

    def sent(**how: Callable[[int], Any]) -> Run:
        def run(size: int) -> object:
            made = {name: value(size) for name, value in how.items()}
            return at.client.open(made.pop("path", path), method=method, **made)

        return run

    if method in ("POST", "PATCH"):
        yield "body", sent(data=shape, content_type=lambda size: "application/json")
        member = {"stateHandle": "02.id.x", "to": "x"}
        yield "member", sent(data=lambda size: json.dumps(member | {"identifier": shape(size)}))
        yield "form", sent(data=lambda size: shape(size), content_type=lambda size: FORM)
    yield "query", sent(query_string=lambda size: quote(shape(size // 3), safe="&=+"))
    yield "headers", sent(headers=lambda size: [(name, _header(shape(size // len(HEADERS)))) for name in HEADERS])


def _header(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_a_text_costs_no_more_than_its_length_over_every_route(name):
    at = talkative()
    asked = list(rules(at))
    assert {path for _, path in asked} >= {
        path for each in ENDPOINTS.values() for path in each.paths if "<" not in path
    }
    faults = {
        f"{method} {path} {place}": fault
        for method, path in asked
        for place, run in requests(at, method, path, SHAPES[name])
        if (fault := fault_of(run)) is not None
    }
    assert faults == {}


@pytest.mark.slow
@pytest.mark.parametrize("header", ["Accept-Language", "Content-Type", "Cookie", "Authorization"])
def test_a_header_costs_no_more_than_its_length(header):
    at = talkative()
    begun = at.begin({"id": "two-factors", "spa_client_id": at.org.default.state.client_ids[1]})
    body = json.dumps({"stateHandle": begun.json["stateHandle"], "identifier": "nobody@example.com"})

    def run(shape: Callable[[int], str], size: int) -> object:
        sent = {"Content-Type": "application/json", header: _header(shape(size))}
        return at.client.post("/idp/idx/identify", data=body, headers=list(sent.items()))

    faults = {name: fault_of(partial(run, shape)) for name, shape in SHAPES.items()}
    assert {name: fault for name, fault in faults.items() if fault} == {}


# -- forms ------------------------------------------------------------------------------------------------------------


def submissions() -> Iterator[tuple[str, Scenario, State, Request]]:
    """Requests that the walks of the library send, where they were sent: one for each member of each endpoint."""
    seen = {}

    def noting(given: Scenario, state: State, request: Request) -> tuple[State, Reply]:
        for name, _ in texts_of(request):
            seen.setdefault((request.endpoint, _about(state, request), name), (given, state, request))
        return advance(given, state, request)

    for path in loader.bundled():
        loaded = loader.load(path)
        for walk in loaded.walks:
            org = Org(Config(), bundled_library(), keys=development_keys(), clock=lambda: NOON, advance=noting)
            tenant = org.create(loaded, id="walked", seed="walked")
            world = EngineWorld(tenant, transport := EngineTransport(org))
            adapter = Adapter(transport=transport, clock=world.now, sleep=world.advance)
            play(adapter.handle, world, walk, describe(tenant, "http://localhost"), scenario=loaded.name)
    for (endpoint, about, name), where in seen.items():
        yield f"{endpoint} {about} {name}", *where


def _about(state: State, request: Request) -> str:
    """The authenticator that the request answers for, whose check is its own."""
    transaction = state.transactions.get((_object(request.body) or {}).get("stateHandle", ""))
    return transaction.challenge.authenticator if transaction and transaction.challenge else ""


def texts_of(request: Request) -> Iterator[tuple[str, Callable[[str], Request]]]:
    """The name of each text that the request holds, but for handles, and the request with another in its place."""
    if request.headers.get("content-type", "").startswith(FORM):
        fields = dict(parse_qsl(request.body.decode()))
        for name in fields:
            yield (
                name,
                lambda text, name=name: replace(
                    request, body=urlencode(fields | {name: text.encode("utf-8", "replace")}).encode()
                ),
            )
    elif request.endpoint.startswith("idx/") and (given := _object(request.body)) is not None:
        yield from _members(given, lambda value: replace(request, body=json.dumps(value).encode()))


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _members(value: Any, whole: Callable[[Any], Request]) -> Iterator[tuple[str, Callable[[str], Request]]]:
    for name, inner in value.items():
        if isinstance(inner, str) and name not in ("stateHandle", "interactionHandle", "id"):
            yield name, lambda text, name=name: whole({**value, name: text})
        elif isinstance(inner, dict):
            yield from _members(inner, lambda changed, name=name: whole({**value, name: changed}))


def _answer(
    given: Scenario, state: State, with_text: Callable[[str], Request], text: Callable[[int], str], size: int
) -> object:
    return advance(given, state, with_text(text(size)))


@pytest.mark.slow
def test_a_text_in_any_member_of_any_form_costs_no_more_than_its_length():
    faults, names = {}, set()
    for about, given, state, request in submissions():
        for name, with_text in texts_of(request):
            if not about.endswith(f" {name}"):
                continue
            names.add(name)
            for shape, text in SHAPES.items():
                fault = fault_of(partial(_answer, given, state, with_text, text))
                if fault is not None:
                    faults[f"{about}: {name}: {shape}"] = fault
    assert faults == {}
    assert names >= {"identifier", "passcode", "email", "firstName", "question", "answer", "state", "code_verifier"}


# -- the test itself --------------------------------------------------------------------------------------------------


PLANTED = (SMALL // 16, LARGE // 16, 0.02)
"""Sizes and floor for what is known to go back: enough to see it, and over soon."""


def served_by(careless: Callable[[bytes], object]) -> Run:
    """Requests to a server whose engine does that with each body."""

    def planted(given: Scenario, state: State, request: Request) -> tuple[State, Reply]:
        careless(request.body)
        return state, Reply(status=200, body={})

    at = serve(advance=planted)
    return lambda size: at.client.post("/oauth2/default/v1/token", data=b"<" * size)


def rests(body: bytes) -> int:
    return sum(byte for start in range(0, len(body), 16) for byte in body[start:])


def test_a_planted_pattern_that_goes_back_is_seen():
    assert fault_of(served_by(lambda body: re.search(rb"<[^>]*>", body)), *PLANTED) is not None


def test_a_planted_loop_that_goes_back_is_seen():
    assert fault_of(served_by(rests), *PLANTED) is not None


def test_a_loop_that_goes_on_is_not():
    assert fault_of(served_by(lambda body: [byte for _ in range(20) for byte in body])) is None
