"""Bundled scenarios with mistakes in them: each is refused with a line, or served without a failure of the server's.

One to three places are changed: another value, or of another type, nested, doubled, left out, under another key, taken
from another scenario; or the text has what only YAML has, dates, anchors, tags. What is accepted is founded, described
and gone through by somebody who knows everything, through the engine and over HTTP.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_okta.config import Config
from mock_okta.engine.model import Scenario
from mock_okta.errors import ScenarioError
from mock_okta.keys import development_keys
from mock_okta.loader import parse, parse_intervention
from mock_okta.org import Library, Org
from mock_okta.serving.server import RunningServer
from mock_okta.web.app import create_app
from tests import library
from tests.depth import examples, share
from tests.engine.desk import CHALLENGE, Desk
from tests.engine.knowing import Knowing, Unknown
from tests.web.house import CALLBACK, House, house, scenario
from tests.web.test_any_request import ask

STEPS = 5
thorough = settings(examples(1000), suppress_health_check=list(HealthCheck))

VALUES: dict[str, Any] = {
    name: {key: value for key, value in library.document(name).items() if key != "walks"} for name in library.NAMES
}
"""Without their walks, which only the checker reads."""

ODD = (
    None, True, False, 0, -1, 1, 2**31, 2**62, 1e308, 0.5, "", " ", "x", "*", "$key", "é", "\u0085", "😀", "a" * 300,
    "{0}", "../..", "10.0.0.0/40", "2030-12-31T00:00:00.000Z", "2030-99-99T99:99:99.000Z", "http://[", "https://a/b?c#d",
    "mary@example.com", "okta_email", "ACTIVE", [], [[]], [[[]]], [None], {}, {"": None}, {"key": "x"}, {"a": {"b": 1}},
)  # fmt: skip
TEXTUAL = (
    ".nan", "-.inf", "2026-01-01", "2026-01-01T00:00:00Z", "0x1F", "0o17", "1_000", "12:30:45", "~", "=", "<<",
    "!!binary aGk=", "!!set {a}", "!!str 5", "!!python/name:os.system ''", "!x y", "&a [*a]", "*nobody", "&b {<<: *b}",
    "99999999999999999999999", "'\\u0000'", '"\\ud800"', '"\\0"', "yes", "off", "|\n  text", ">-\n  text",
)  # fmt: skip
"""What YAML has and JSON has not, put into the text in the place of a value."""
KEYS = ("", "x", "about", "users", "when", "<<", "key", "0", "é", "a.b", "__class__", "login", "verify", "type")

Place = tuple[Any, Any]


def places(value: Any) -> Iterator[Place]:
    """Every place in a document, as a container and a key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def values_by_key() -> dict[str, list[Any]]:
    """What the library says under each key, each value once."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for document in VALUES.values():
        for parent, key in places(document):
            if isinstance(key, str):
                found[key][json.dumps(parent[key])] = parent[key]
    return {key: list(values.values()) for key, values in found.items()}


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Place]]:
    """Every place in a document with the way to it, on which all entries of a list are one."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        here = (*way, key if isinstance(key, str) else 0)
        yield here, (value, key)
        if isinstance(value[key], (dict, list)):
            yield from ways(value[key], here)


def kinds_of_places() -> dict[str, str]:
    """Each kind of place that the library has, and a scenario that has it."""
    return {
        ".".join(map(str, way)): name for name, document in VALUES.items() for way, _ in ways(document) if len(way) < 9
    }


SAME_KEY = defaultdict(list, values_by_key())
KINDS = kinds_of_places()


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The text of a bundled scenario with mistakes in it."""
    document = copy.deepcopy(VALUES[draw(st.sampled_from(sorted(VALUES)))])
    written: dict[str, str] = {}
    for number in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        there = list(places(document))
        if not there:
            break
        parent, key = draw(st.sampled_from(there))
        mutate(draw, document, parent, key, written, f"@@{number}@@")
    text = json.dumps(document)
    for mark, raw in written.items():
        text = text.replace(json.dumps(mark), raw)
    return text


def mutate(draw: st.DrawFn, document: Any, parent: Any, key: Any, written: dict[str, str], mark: str) -> None:
    """Makes one mistake at this place."""
    match draw(st.sampled_from(["same", "same", "same", "odd", "textual", "drop", "double", "nest", "add", "graft"])):
        case "same" if isinstance(key, str) and SAME_KEY[key]:
            parent[key] = copy.deepcopy(draw(st.sampled_from(SAME_KEY[key])))
        case "same" | "double" if isinstance(parent, list):
            parent.insert(0, copy.deepcopy(draw(st.sampled_from(parent))))
        case "odd":
            parent[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case "textual":
            parent[key] = mark
            written[mark] = draw(st.sampled_from(TEXTUAL))
        case "drop":
            del parent[key]
        case "double" | "nest":
            key_or_none = draw(st.none() | st.sampled_from(KEYS))
            parent[key] = [parent[key]] if key_or_none is None else {key_or_none: parent[key]}
        case "add" if isinstance(parent, dict):
            parent[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case _:
            other = list(places(VALUES[draw(st.sampled_from(sorted(VALUES)))]))
            source, name = draw(st.sampled_from(other))
            parent[key] = copy.deepcopy(source[name])


def accepted(text: str) -> Scenario | None:
    """The scenario, or None if it is refused as it should be."""
    try:
        return parse(text)
    except ScenarioError as refused:
        for problem in refused.problems:
            assert problem.line >= 1
            assert problem.message
            assert problem.hint
        return None


def fails_on_purpose(made: Scenario) -> bool:
    """Whether the scenario says itself that the server fails somewhere."""
    steps = [step.settings for flow in made.flows.values() for step in flow]
    return bool(made.script) or any("messages" in each for each in steps)


def go_through(made: Scenario) -> None:
    """Somebody goes through the sign-in as far as it goes; the engine raises nothing and never fails."""
    desk = Desk(made)
    for client_id in desk.state.client_ids[:2]:
        desk.at += 3600
        begin(desk, client_id)
        person = Knowing(desk)
        for _ in range(STEPS):
            forms = offered(desk)
            for form in forms:
                try:
                    body = person.filled(form, lambda options: options[0])
                except Unknown:
                    continue
                desk.post(form["href"].split("/idp/idx/")[1], **body)
                break
            else:
                break
            desk.at += 31
            person.decides()
    for reply in desk.replies:
        assert reply.status < 500 or reply.status == 501 or fails_on_purpose(made)


def begin(desk: Desk, client_id: str) -> None:
    app = desk.state.apps[client_id]
    fields = {
        "client_id": client_id, "scope": "openid profile", "state": "s", "code_challenge": CHALLENGE,
        "redirect_uri": next(iter(app.redirect_uris), CALLBACK), "code_challenge_method": "S256",
    }  # fmt: skip
    interaction = desk.form("interact", **fields, **({"client_secret": app.client_secret} if app.client_secret else {}))
    handle = interaction.body.get("interaction_handle") if isinstance(interaction.body, dict) else None
    if handle:
        desk.post("introspect", interactionHandle=handle)


def offered(desk: Desk) -> list[dict[str, Any]]:
    """The forms on the page at hand."""
    body = desk.last.body
    rows = body.get("remediation", {}).get("value", []) if isinstance(body, dict) else []
    return [row for row in rows if isinstance(row, dict) and {"value", "href", "name"} <= row.keys() and desk_has(desk)]


def desk_has(desk: Desk) -> bool:
    """Whether there is a handle to go on with."""
    return any(isinstance(reply.body, dict) and "stateHandle" in reply.body for reply in desk.replies)


def serve(at: House, text: str) -> None:
    """A tenant of this scenario is made, asked and looked at over HTTP."""
    made = at.control("POST", "tenants", {"yaml": text, "id": "mutated"})
    assert made.status_code in (201, 400), made.text
    if made.status_code == 400:
        return
    try:
        tenant = at.org.find("mutated")
        on_purpose = fails_on_purpose(tenant.scenario)
        app = made.json["apps"][0]
        fields = {"client_id": app["client_id"], "client_secret": app["client_secret"] or "", "scope": "openid",
                  "redirect_uri": made.json["redirect_uri"], "state": "s", "code_challenge": CHALLENGE,
                  "code_challenge_method": "S256"}  # fmt: skip
        root = "/oauth2/mutated"
        at.form(f"{root}/v1/interact", fields, Origin="http://localhost:8080")
        for path in (f"{root}/.well-known/openid-configuration", f"{root}/v1/keys", f"{root}/v1/userinfo"):
            at.get(path)
        for path in ("tenants/mutated", "tenants/mutated/journal", "tenants/mutated/journal?format=har"):
            assert at.control("GET", path).status_code == 200
        for user in made.json["users"]:
            assert at.control("GET", f"tenants/mutated/users/{user['login']}").status_code in (200, 404)
        for exchange in tenant.journal:
            assert exchange.failure is None, exchange.failure
            assert exchange.status < 500 or on_purpose
    finally:
        at.control("DELETE", "tenants/mutated")


@given(mutated())
@thorough
def test_a_scenario_with_mistakes_is_refused_with_a_line_or_runs_through_the_engine(text):
    made = accepted(text)
    if made is not None:
        go_through(made)


TYPES = (None, True, 5, "x", [], [[[]]], {}, {"x": [{}]})
"""A value of each type, empty and filled."""


@pytest.mark.parametrize("part", range(share(10)))
def test_every_kind_of_place_takes_a_value_of_any_type_or_refuses_it(part):
    """All places in ten parts; a part of them in a quick run."""
    for way, name in sorted(KINDS.items())[part::10]:
        for odd in TYPES:
            document = copy.deepcopy(VALUES[name])
            parent, key = next(place for found, place in ways(document) if ".".join(map(str, found)) == way)
            parent[key] = odd
            made = accepted(json.dumps(document))
            if made is not None:
                Desk(made)


@pytest.fixture(scope="module")
def at() -> House:
    return house()


@given(mutated())
@settings(thorough, max_examples=share(500))
def test_a_scenario_with_mistakes_is_refused_with_a_line_or_served(at, text):
    serve(at, text)


# ---------------------------------------------------------------------------------------------------------------------
# What a script puts on the wire itself
# ---------------------------------------------------------------------------------------------------------------------

HEADERS = ("Transfer-Encoding", "Content-Length", "Connection", "Keep-Alive", "Upgrade", "Date", "Server", "Trailer",
           "Content-Type", "Set-Cookie", "Content-Encoding", "X-Any", "te", "LOCATION")  # fmt: skip
BODIES = (None, "", "text", "é", {}, [], {"a": [1, None]}, 5, 1e300, True, "a" * 70_000)
statuses = st.sampled_from((100, 101, 199, 200, 201, 204, 205, 304, 302, 404, 418, 429, 500, 503, 599, 600))
some_headers = st.dictionaries(
    st.sampled_from(HEADERS), st.sampled_from(("", "x", "5", "chunked", "close")), max_size=3
)
raws = st.fixed_dictionaries(
    {}, optional={"status": statuses, "headers": some_headers, "body": st.sampled_from(BODIES)}
)
effects = st.fixed_dictionaries(
    {"raw": raws}, optional={"headers": some_headers, "cut": st.just("truncate"), "patch": st.just({"x": 1})}
)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[RunningServer, Org]]:
    config = Config(port=0)
    org = Org(config, Library((), scenario), scenarios=[scenario()], keys=development_keys())
    server = RunningServer(create_app(org, config), config)
    yield server, org
    server.stop()


@given(effects)
@thorough
def test_a_raw_reply_is_refused_or_goes_out_as_it_is_written(running, effect):
    server, org = running
    entry = {"at": {"endpoint": "keys"}, **effect}
    try:
        parse_intervention(entry)
    except ScenarioError:
        return
    assert ask(server, "DELETE", "/__mock__/tenants/default/script", {}, b"")[0] == 204
    assert ask(server, "POST", "/__mock__/tenants/default/script", {}, json.dumps(entry).encode())[0] == 201
    if "cut" in effect:
        return
    status, body = ask(server, "GET", "/oauth2/default/v1/keys", {}, b"")
    assert status == effect["raw"].get("status", 200)
    if isinstance(effect["raw"].get("body"), str):
        assert body.decode() == effect["raw"]["body"]
    assert next(reversed(list(org.default.journal))).failure is None
