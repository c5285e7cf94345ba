"""Duo: a request that the org signs, and an answer that Duo signs."""

import pytest

from mock_okta.engine.idx.authenticators.duo import INTEGRATION_KEY, SECRET_KEY, answer_of_duo, signed
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

DUO = Step(verb="verify", authenticators=("duo",))
ENROLL = Step(verb="enroll", authenticators=("duo",))


def at_duo(**changes):
    client = EngineClient(
        scenario(IDENTIFY, DUO, users=(mary(enrolled=(Enrollment(authenticator="duo"),)),), **changes)
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling():
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, ENROLL)}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Duo Security")
    return client


def shown(client):
    body = client.last.body
    return body.get("currentAuthenticatorEnrollment", body.get("currentAuthenticator"))["value"]["contextualData"]


def approve(client, at=None):
    """What Duo's frame posts when the user has approved."""
    signature = answer_of_duo(client.scenario, shown(client)["signedToken"], client.at if at is None else at)
    return client.post("challenge/answer", credentials={"signatureData": signature})


def test_the_page_has_what_duo_s_frame_needs():
    client = at_duo(authenticators={"duo": {"host": "api-1234.duosecurity.com"}})
    assert shown(client)["integrationType"] == "IFRAME"
    assert shown(client)["host"] == "api-1234.duosecurity.com"
    assert shown(client)["script"].startswith(f"{ORIGIN}/")
    request, _, app = shown(client)["signedToken"].partition(":")
    assert (request[:3], app[:4]) == ("TX|", "APP|")


@pytest.mark.parametrize("where", [at_duo, enrolling])
def test_an_approval_is_taken(where):
    client = where()
    assert "successWithInteractionCode" in approve(client).body
    assert "duo" in next(iter(client.state.grants.values())).subject.amr
    assert next(iter(client.state.users.values())).enrollment("duo").id[:3] == "dsf"


def test_an_approval_that_comes_too_late_was_not_heard():
    client = at_duo()
    request = shown(client)["signedToken"]
    signature = answer_of_duo(client.scenario, request, NOON - 290)
    client.at += 10
    reply = client.post("challenge/answer", credentials={"signatureData": signature})
    assert (reply.status, client.said) == (400, ["oie.authenticator.duo.method.duo.verification_timeout"])
    assert client.offered[0] == "challenge-authenticator"


def test_an_approval_of_somebody_else_fails():
    client = at_duo()
    _, _, app = shown(client)["signedToken"].partition(":")
    other = signed(SECRET_KEY.default, "AUTH", "bob@example.com", INTEGRATION_KEY.default, int(NOON) + 300)
    reply = client.post("challenge/answer", credentials={"signatureData": f"{other}:{app}"})
    assert (reply.status, client.said) == (400, ["oie.authenticator.duo.method.duo.verification_failed"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: "",
        lambda good: "nonsense",
        lambda good: good.replace("AUTH", "TX"),
        lambda good: good.partition(":")[0],
        lambda good: good[:-1] + ("0" if good[-1] != "0" else "1"),
        lambda good: good.replace("AUTH|", "AUTH|A"),
        lambda good: "\ud83d\ude00|x|y:z",
    ],
)
def test_any_other_signature_fails(spoil):
    client = at_duo()
    signature = spoil(answer_of_duo(client.scenario, shown(client)["signedToken"], NOON))
    assert client.post("challenge/answer", credentials={"signatureData": signature}).status == 400
    assert "successWithInteractionCode" in approve(client).body, "nothing is held against the user"


def test_the_keys_are_the_scenario_s():
    keys = {"integration_key": "DIXXXXXXXXXXXXXXXXXX", "secret_key": "s" * 40, "application_key": "a" * 40}
    client = at_duo(authenticators={"duo": keys})
    foreign = answer_of_duo(at_duo().scenario, shown(at_duo())["signedToken"], NOON)
    assert client.post("challenge/answer", credentials={"signatureData": foreign}).status == 400
    assert "successWithInteractionCode" in approve(client).body


def test_every_page_is_fit_for_every_client():
    for client in (at_duo(), enrolling()):
        client.post("challenge/answer", credentials={"signatureData": "nonsense"})
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []
