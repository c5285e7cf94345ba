"""An app of the customer's own: pushed to, polled for, decided on the phone."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.decisions import decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import IDENTIFY, ORIGIN, Desk, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
VERIFY = Step(verb="verify", authenticators=("custom_app",))
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "custom_app"))


def identified(*steps: Step, wire: dict[str, Any] | None = None, **settings: Any) -> Desk:
    app = Enrollment(authenticator="custom_app", secret={"device": "Ken’s iPhone"})
    user = mary(enrolled=(*mary().enrolled, app))
    flow = (IDENTIFY, *(steps or (VERIFY,)))
    desk = Desk(scenario(*flow, users=(user,), authenticators={"custom_app": settings}, wire=wire or {}))
    desk.begin()
    desk.post("identify", identifier=MARY)
    return desk


def remediation(desk: Desk, name: str) -> dict[str, Any]:
    return next(row for row in desk.last.body["remediation"]["value"] if row["name"] == name)


def enrolled(desk: Desk) -> dict[str, Any]:
    return desk.last.body["currentAuthenticatorEnrollment"]["value"]


def test_the_page_before_asks_whether_to_send_and_whether_to_do_so_always():
    desk = identified()
    assert desk.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    form = remediation(desk, "authenticator-verification-data")["value"][0]
    assert (form["label"], [field["name"] for field in form["form"]["value"]]) == (
        "Custom Push Authenticator",
        ["id", "methodType", "autoChallenge"],
    )


def test_a_push_is_polled_for_at_the_enrolment():
    desk = identified(auto_challenge="ticked")
    assert desk.offered == ["challenge-poll", "select-authenticator-authenticate"]
    poll = remediation(desk, "challenge-poll")
    assert (poll["relatesTo"], poll["refresh"]) == (["$.currentAuthenticatorEnrollment"], 4000)
    assert poll["value"][0]["value"] is True
    assert enrolled(desk)["profile"] == {"deviceName": "Ken’s iPhone"}
    assert enrolled(desk)["logoUri"].endswith(".svg")
    assert enrolled(desk)["id"].startswith("pfd")
    assert enrolled(desk)["resend"]["href"].endswith("/challenge")


def test_the_option_names_the_one_method_and_relates_to_the_enrolment():
    desk = identified(EITHER)
    option = remediation(desk, "select-authenticator-authenticate")["value"][0]["options"][0]
    assert option["label"] == "Custom Push Authenticator"
    assert option["relatesTo"] == "$.authenticatorEnrollments.value[0]"
    assert option["value"]["form"]["value"][1]["value"] == "push"
    desk.select("Custom Push Authenticator")
    assert desk.offered[0] == "challenge-poll"


def test_a_yes_signs_in_and_a_no_offers_to_send_again():
    desk = identified(auto_challenge="ticked")
    desk.state = decide(desk.state, MARY, "reject")
    reply = desk.post("authenticators/poll")
    assert (reply.status, desk.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert desk.offered == ["resend", "select-authenticator-authenticate"]
    assert problems(reply, ORIGIN) == []
    fields = remediation(desk, "resend")["value"][0]["value"]["form"]["value"]
    desk.post("challenge", authenticator={field["name"]: field["value"] for field in fields})
    desk.state = decide(desk.state, MARY, "approve")
    desk.post("authenticators/poll")
    assert "successWithInteractionCode" in desk.last.body


def test_it_has_its_own_words_for_missing_biometrics():
    desk = identified(auto_challenge="ticked", decision="biometrics")
    desk.post("authenticators/poll")
    assert desk.said == ["oie.authenticator.custom_app.method.push.verify.enable.biometrics"]


def test_it_was_called_custom_push_at_first():
    desk = identified(auto_challenge="ticked", name="Custom Push", wire={"custom_app": "custom_push"})
    assert (enrolled(desk)["key"], enrolled(desk)["displayName"]) == ("custom_push", "Custom Push")
    desk = identified(auto_challenge="ticked", wire={"custom_app": "custom_push", "authenticator_key": "omitted"})
    assert "key" not in enrolled(desk)
