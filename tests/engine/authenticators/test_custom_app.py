"""An app of the customer's own: pushed to, polled for, decided on the phone."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.control.phones import decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, EngineClient, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("custom_app",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "custom_app"))


def identified(*steps: Step, wire: dict[str, Any] | None = None, **settings: Any) -> EngineClient:
    app = Enrollment(authenticator="custom_app", secret={"device": "Ken’s iPhone"})
    user = mary(enrolled=(*mary().enrolled, app))
    flow = (IDENTIFY, *(steps or (VERIFY,)))
    client = EngineClient(scenario(*flow, users=(user,), authenticators={"custom_app": settings}, wire=wire or {}))
    client.begin()
    client.post("identify", identifier=MARY)
    return client


def remediation(client: EngineClient, name: str) -> dict[str, Any]:
    return next(row for row in client.last.body["remediation"]["value"] if row["name"] == name)


def enrolled(client: EngineClient) -> dict[str, Any]:
    return client.last.body["currentAuthenticatorEnrollment"]["value"]


def test_the_page_before_asks_whether_to_send_and_whether_to_do_so_always():
    client = identified()
    assert client.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    form = remediation(client, "authenticator-verification-data")["value"][0]
    assert (form["label"], [field["name"] for field in form["form"]["value"]]) == (
        "Custom Push Authenticator",
        ["id", "methodType", "autoChallenge"],
    )


def test_a_push_is_polled_for_at_the_enrolment():
    client = identified(auto_challenge="ticked")
    assert client.offered == ["challenge-poll", "select-authenticator-authenticate"]
    poll = remediation(client, "challenge-poll")
    assert (poll["relatesTo"], poll["refresh"]) == (["$.currentAuthenticatorEnrollment"], 4000)
    assert poll["value"][0]["value"] is True
    assert "profile" not in enrolled(client)
    assert enrolled(client)["logoUri"].endswith(".svg")
    assert enrolled(client)["id"].startswith("pfd")
    assert enrolled(client)["resend"]["href"].endswith("/challenge")


def test_the_option_names_the_one_method_and_relates_to_the_enrolment():
    client = identified(EITHER)
    option = remediation(client, "select-authenticator-authenticate")["value"][0]["options"][0]
    assert option["label"] == "Custom Push Authenticator"
    assert option["relatesTo"] == "$.authenticatorEnrollments.value[0]"
    assert option["value"]["form"]["value"][1]["value"] == "push"
    client.select("Custom Push Authenticator")
    assert client.offered[0] == "challenge-poll"


def test_a_yes_signs_in_and_a_no_offers_to_send_again():
    client = identified(auto_challenge="ticked")
    client.state = decide(client.state, MARY, "reject")
    reply = client.post("authenticators/poll")
    assert (reply.status, client.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert client.offered == ["resend", "select-authenticator-authenticate"]
    assert problems(reply, ORIGIN) == []
    fields = remediation(client, "resend")["value"][0]["value"]["form"]["value"]
    client.post("challenge", authenticator={field["name"]: field["value"] for field in fields})
    client.state = decide(client.state, MARY, "approve")
    client.post("authenticators/poll")
    assert "successWithInteractionCode" in client.last.body


def test_it_has_its_own_words_for_missing_biometrics():
    client = identified(auto_challenge="ticked", decision="biometrics")
    client.post("authenticators/poll")
    assert client.said == ["oie.authenticator.custom_app.method.push.verify.enable.biometrics"]


def test_it_was_called_custom_push_at_first():
    client = identified(auto_challenge="ticked", name="Custom Push", wire={"custom_app": "custom_push"})
    assert (enrolled(client)["key"], enrolled(client)["displayName"]) == ("custom_push", "Custom Push")
    client = identified(auto_challenge="ticked", wire={"custom_app": "custom_push", "authenticator_key": "omitted"})
    assert "key" not in enrolled(client)
