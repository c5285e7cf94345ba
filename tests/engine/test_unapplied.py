"""What an intervention asks for and a reply has no place for is told, and what fits is not."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta.engine import add_interventions
from mock_okta.engine.model import Intervention
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, VERIFIER, EngineClient, scenario

ON_IDENTIFY: dict[str, dict[str, Any]] = {
    "a JSON patch": {"patch": [{"op": "remove", "path": "/remediation/value/0/rel"}]},
    "a JSON patch of several operations": {
        "patch": [{"op": "add", "path": "/x", "value": 1}, {"op": "move", "from": "/x", "path": "/y"}]
    },
    "a merge patch": {"patch": {"expiresAt": None, "x": {"y": 1}}},
    "headers": {"headers": {"X-Sign": "a"}},
    "a message": {"reply": {"message": "incorrectPassword"}},
    "a message on a field": {"reply": {"message": "idx.unknown.user", "params": ["x"], "field": "identifier"}},
    "a message that ends flows, on a field": {"reply": {"message": "security.access_denied", "field": "identifier"}},
    "the end of the transaction": {"expire": "transaction"},
}

IN_VAIN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing to replace": (
        {"patch": [{"op": "replace", "path": "/no/such/path", "value": 1}]},
        ["patch[0]: cannot replace /no/such/path in this reply, so nothing was patched"],
    ),
    "nothing to remove after something was added": (
        {"patch": [{"op": "add", "path": "/x", "value": 1}, {"op": "remove", "path": "/z"}]},
        ["patch[1]: cannot remove /z in this reply, so nothing was patched"],
    ),
    "an index beyond the list": (
        {"patch": [{"op": "add", "path": "/remediation/value/99", "value": {}}]},
        ["patch[0]: cannot add /remediation/value/99 in this reply, so nothing was patched"],
    ),
    "a path through a text": (
        {"patch": [{"op": "add", "path": "/version/x", "value": 1}]},
        ["patch[0]: cannot add /version/x in this reply, so nothing was patched"],
    ),
    "nothing to move": (
        {"patch": [{"op": "move", "from": "/a", "path": "/b"}]},
        ["patch[0]: cannot move /a to /b in this reply, so nothing was patched"],
    ),
    "a test that fails": (
        {"patch": [{"op": "test", "path": "/version", "value": "2.0.0"}]},
        ["patch[0]: cannot test /version in this reply, so nothing was patched"],
    ),
    "a test alone": (
        {"patch": [{"op": "test", "path": "/version", "value": "1.0.0"}]},
        ["patch: the reply is like that without it"],
    ),
    "what is there already": ({"patch": {"version": "1.0.0"}}, ["patch: the reply is like that without it"]),
    "a slip in what a merge patch removes": (
        {"patch": {"remediaton": None, "user": {"idd": None}, "x": 1}},
        [
            "patch: there is no /remediaton to remove in this reply",
            "patch: there is no /user/idd to remove in this reply",
        ],
    ),
    "a patch of a text": (
        {"raw": {"body": "text"}, "patch": {"x": 1}},
        ["patch: the reply has no JSON to patch"],
    ),
    "a field that the page does not have": (
        {"reply": {"message": "incorrectPassword", "field": "credentials.passcodde"}},
        ["reply.field: the page has no field 'credentials.passcodde'; the message is on top of it"],
    ),
    "a code of a page that has sent none": ({"expire": "code"}, ["expire: nothing was sent that could expire"]),
    "an ID token": (
        {"id_token": {"omit": True}},
        ["id_token: this reply would have had no ID token"],
    ),
}


def client(effect: dict[str, Any], endpoint: str = "idx/identify") -> EngineClient:
    """A client to whom this happens at that endpoint."""
    at = EngineClient(scenario(IDENTIFY, PASSWORD, EMAIL, users=None))
    at.state = add_interventions(at.state, [Intervention(at={"endpoint": endpoint}, effect=effect)])
    return at


@pytest.mark.parametrize("effect", ON_IDENTIFY.values(), ids=ON_IDENTIFY)
def test_what_fits_is_done_and_nothing_is_told(effect):
    at = client(effect)
    at.begin()
    assert at.post("identify", identifier="mary@example.com").unapplied == ()


@pytest.mark.parametrize(("effect", "told"), IN_VAIN.values(), ids=IN_VAIN)
def test_what_does_not_fit_is_told_with_the_reply(effect, told):
    at = client(effect)
    at.begin()
    reply = at.post("identify", identifier="mary@example.com")
    assert reply.unapplied == tuple(f"script, as added while running: {each}" for each in told)


def test_an_entry_of_the_file_is_told_by_its_place():
    waiting = Intervention(at={"endpoint": "token"}, effect={"delay_ms": 1})
    entry = Intervention(at={"endpoint": "keys"}, effect={"patch": {"kees": None}})
    at = EngineClient(scenario(script=(waiting, entry)))
    assert at.send("keys", method="GET").unapplied == ("script[1].patch: there is no /kees to remove in this reply",)


def test_a_message_for_a_field_that_is_not_there_is_not_lost():
    at = client({"reply": {"message": "incorrectPassword", "field": "credentials.passcodde"}})
    at.begin()
    at.post("identify", identifier="mary@example.com")
    assert (at.said, at.offered) == (["incorrectPassword"], ["identify"])


def test_a_message_on_a_field_leaves_the_form_there_even_if_it_ends_flows_elsewhere():
    at = client({"reply": {"message": "registration.error.generic", "field": "identifier"}})
    at.begin()
    reply = at.post("identify", identifier="mary@example.com")
    assert at.offered == ["identify"]
    field = reply.body["remediation"]["value"][0]["value"][0]
    assert field["messages"]["value"][0]["i18n"]["key"] == "registration.error.generic"


def test_where_there_is_no_page_there_is_no_transaction_to_end_and_no_field():
    message = {"message": "incorrectPassword", "field": "a"}
    ends, says = (
        client(effect, "idx/introspect").post("introspect", stateHandle="x")
        for effect in ({"expire": "transaction"}, {"reply": message})
    )
    assert [each.partition(": ")[2] for each in (*ends.unapplied, *says.unapplied)] == [
        "expire: the request belongs to no transaction",
        "reply.field: the page has no field 'a'; the message is on top of it",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"shift": {"exp": 5}, "drop": ["nonce"], "claims": {"nonce": "x"}}, []),
        ({"shift": {"expp": 5}}, ["id_token.shift.expp: the ID token has no such claim"]),
        ({"shift": {"iss": 5}}, ["id_token.shift.iss: the ID token has no such claim"]),
        ({"drop": ["nonse", "sub"]}, ["id_token.drop: nonse: the ID token has no such claim"]),
        ({"omit": True}, []),
    ],
)
def test_what_an_id_token_does_not_have_cannot_be_changed(change, told):
    at = client({"id_token": change}, "token")
    at.begin()
    at.post("identify", identifier="mary@example.com")
    at.answer("Abcd1234!")
    at.select("Email")
    at.answer(at.mail.code)
    code = at.last.body["successWithInteractionCode"]["value"][1]["value"]
    reply = at.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    assert reply.status == 200
    assert [each.partition(": ")[2] for each in reply.unapplied] == told
