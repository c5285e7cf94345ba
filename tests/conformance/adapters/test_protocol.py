"""The adapter protocol: what counts as a reply, and what the suite says is what it published."""

from __future__ import annotations

import jsonschema
import pytest

from mock_okta_conformance.adapters import CallableAdapter
from mock_okta_conformance.adapters.protocol import (
    CAPABILITIES,
    Hello,
    ViewState,
    check_capabilities,
    protocol_schema,
    read_reply,
)
from mock_okta_conformance.client.common_probes import EMAIL, PASSIVE_PROBES, USERINFO
from mock_okta_conformance.client.player import Send, greet, play
from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS
from mock_okta_conformance.errors import AdapterError, SetupError
from tests.conformance.wsgi_mock import WsgiMock


def test_a_view_becomes_a_value():
    message = {"text": "Invalid code.", "key": "api.authn.error.PASSCODE_INVALID", "class": "ERROR", "field": None}
    view = read_reply({"id": 1, "view": {"state": "input", "steps": ["identify"], "messages": [message]}}).view
    assert (view.state, view.steps) == (ViewState.INPUT, ("identify",))
    assert (view.messages[0].severity, view.messages[0].field) == ("ERROR", "")
    assert view.text == "Invalid code."


def test_members_that_nobody_knows_are_ignored():
    assert read_reply({"id": 1, "view": {"state": "input", "mood": "fine"}, "took": 3}).view is not None


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"view": {"state": "input"}}, "'id' is a required property"),
        ({"id": 1, "view": {"state": "fine"}}, "view.state: 'fine' is not one of"),
        ({"id": 1, "view": {}}, "view: 'state' is a required property"),
        ({"id": 1, "view": {"state": "input", "steps": "identify"}}, "view.steps: 'identify' is not of type 'array'"),
        ({"id": 1, "protocol": 2, "name": "x", "capabilities": []}, "speaks protocol 2"),
    ],
)
def test_a_reply_that_breaks_the_protocol_is_the_drivers_fault(reply, said):
    with pytest.raises(AdapterError, match=said):
        read_reply(reply)


def test_an_unknown_capability_is_a_mistake_and_not_a_gap():
    with pytest.raises(SetupError, match=r"'token\.refesh' .did you mean 'token\.refresh'"):
        check_capabilities(("nonce", "token.refesh"), "driver")


class Recorder:
    """Passes messages on, and keeps both sides."""

    origin = "recorder"
    capabilities = None

    def __init__(self, inner):
        self.inner = inner
        self.heard = []

    def ask(self, message, *, timeout_s=20.0):
        reply = self.inner.ask(message, timeout_s=timeout_s)
        self.heard += [dict(message), dict(reply)]
        return reply

    def noise(self):
        return ""

    def restart(self):
        self.inner.restart()

    def close(self):
        self.inner.close()


def test_both_sides_keep_to_the_published_schema(mock: WsgiMock):
    with mock.reference() as adapter:
        recorder = Recorder(adapter)
        client = greet(recorder, Send(recorder))
        for probe in (EMAIL, USERINFO):
            play(probe, recorder, client, mock.control)
    validator = jsonschema.Draft202012Validator(protocol_schema())
    assert {message["op"] for message in recorder.heard if "op" in message} == {"hello", "start", "act", "token", "end"}
    for document in recorder.heard:
        validator.validate(document)


def test_a_driver_without_hello_is_taken_at_the_word_of_its_file(mock: WsgiMock):
    class Silent(Recorder):
        capabilities = frozenset({"nonce"})

        def ask(self, message, *, timeout_s=20.0):
            return {"id": message["id"], "unsupported": "hello"}

    hello = greet(Silent(None))
    assert (hello.name, hello.capabilities) == ("recorder", frozenset({"nonce"}))


def test_a_driver_is_told_nothing_at_a_start_but_what_the_schema_names(mock: WsgiMock):
    """What a probe holds for the check alone is no business of the client that is judged."""
    started = []

    def handle(message):
        started.extend([message] if message["op"] == "start" else ())
        return {"id": message["id"], "view": {"state": "error"}}

    client = Hello(capabilities=frozenset(CAPABILITIES), sessions=99)
    adapter = CallableAdapter(handle, origin="x")
    probes = {probe.id: probe for row in CLIENT_REQUIREMENTS for probe in (*row.probes, *PASSIVE_PROBES)}
    for probe in probes.values():
        play(probe, adapter, client, mock.control)
    named = protocol_schema()["$defs"]["start"]["properties"]
    assert {message["test"] for message in started} == set(probes)
    for member in ("params", "config"):
        unnamed = {message["test"]: set(message[member]) - set(named[member]["properties"]) for message in started}
        assert {probe: names for probe, names in unnamed.items() if names} == {}
