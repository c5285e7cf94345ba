"""Looking at a transaction: it stays as it is, but where something was decided elsewhere, or where orgs go back."""

import pytest

from mock_okta.engine.decisions import decide
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import EMAIL, IDENTIFY, ORIGIN, PASSWORD, Desk, flow_scenario, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
PHONE = Enrollment(authenticator="okta_verify", secret={"secret": "JBSWY3DPEHPK3PXP"})
OKTA_VERIFY = Step(verb="verify", authenticators=("okta_verify",))
RECOVER = (IDENTIFY, EMAIL, Step(verb="reset"))
DECIDED = {"introspection": "decided"}
OF_2021 = {"recovery": "from_password", "lone_email": "select", "lone_choice": "omitted"}


def pushed(*steps: Step, **changes) -> Desk:
    """A notification is out."""
    desk = Desk(scenario(*(steps or (IDENTIFY, OKTA_VERIFY)), users=(mary(enrolled=(PHONE,)),), **changes))
    desk.begin()
    desk.post("identify", identifier=MARY)
    desk.select("Okta Verify", methodType="push")
    assert desk.offered[0] == "challenge-poll"
    return desk


def setting_up(**changes) -> Desk:
    """A phone is to scan the picture."""
    enroll = Step(verb="enroll", authenticators=("okta_verify",))
    desk = Desk(scenario(IDENTIFY, PASSWORD, enroll, **changes))
    desk.begin()
    desk.post("identify", identifier=MARY)
    desk.answer("Abcd1234!")
    desk.select("Okta Verify", channel="qrcode")
    return desk


def look(desk: Desk):
    reply = desk.post("introspect", stateToken=desk.handle)
    assert problems(reply, ORIGIN) == []
    return reply


def test_a_page_about_which_nothing_was_decided_stays():
    desk = pushed()
    before = desk.state.transactions
    assert (look(desk).status, desk.offered[0]) == (200, "challenge-poll")
    assert desk.state.transactions == before


def test_introspection_of_such_orgs_goes_on_once_a_push_was_approved():
    desk = pushed(wire=DECIDED)
    desk.state = decide(desk.state, MARY, "approve")
    assert "successWithInteractionCode" in look(desk).body
    assert "successWithInteractionCode" in look(desk).body, "and shows the same when asked again"


def test_introspection_goes_on_to_the_next_step():
    desk = pushed(IDENTIFY, OKTA_VERIFY, Step(verb="enroll", authenticators=("security_question",)), wire=DECIDED)
    desk.state = decide(desk.state, MARY, "approve")
    look(desk)
    assert desk.offered == ["select-authenticator-enroll"]


def test_introspection_goes_on_once_a_phone_has_enrolled():
    desk = setting_up()
    assert look(desk).status == 200
    desk.state = decide(desk.state, MARY, "enroll")
    assert "successWithInteractionCode" in look(desk).body


def test_introspection_tells_of_a_push_that_was_rejected():
    desk = pushed(wire=DECIDED)
    desk.state = decide(desk.state, MARY, "reject")
    assert (look(desk).status, desk.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert desk.offered[0] == "resend"
    assert (look(desk).status, desk.offered[0]) == (200, "resend")


def test_introspection_of_such_orgs_goes_on_once_a_link_was_opened():
    for decision in ("approve", "deny"):
        desk = Desk(scenario(IDENTIFY, EMAIL, wire=DECIDED))
        desk.begin()
        desk.post("identify", identifier=MARY)
        desk.select("Email")
        desk.state = decide(desk.state, MARY, decision)
        assert look(desk).status == 200
        assert ("successWithInteractionCode" in desk.last.body) == (decision == "approve")


def test_a_device_that_was_asked_before_anybody_was_named_says_who_is_there():
    desk = Desk(scenario(Step(verb="probe"), IDENTIFY, OKTA_VERIFY, users=(mary(enrolled=(PHONE,)),), wire=DECIDED))
    desk.begin()
    assert desk.offered == ["device-challenge-poll"]
    desk.state = decide(desk.state, MARY, "approve")
    assert "successWithInteractionCode" in look(desk).body


def test_an_approval_is_left_to_the_poll_but_not_an_enrolment():
    """The .NET SDK wants a push still there before each poll, the Go SDK polls; both look for enrolments."""
    desk = pushed()
    desk.state = decide(desk.state, MARY, "approve")
    assert (look(desk).status, desk.offered[0]) == (200, "challenge-poll")
    assert "successWithInteractionCode" in desk.post("authenticators/poll").body
    desk = setting_up()
    desk.state = decide(desk.state, MARY, "enroll")
    assert "successWithInteractionCode" in look(desk).body


# ---------------------------------------------------------------------------------------------------------------------
# Recovery
# ---------------------------------------------------------------------------------------------------------------------


def recovering(**wire: str) -> Desk:
    """Mary has forgotten her password, and has the list of what else there is."""
    desk = Desk(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "recover": RECOVER}, wire=wire))
    desk.begin()
    desk.post("identify", identifier=MARY)
    desk.post("recover")
    assert desk.offered[-1] == "select-authenticator-authenticate"
    return desk


def test_a_recovery_is_seen_where_it_is():
    desk = recovering()
    before = desk.offered
    look(desk)
    assert desk.offered == before


def test_orgs_of_2021_show_the_page_of_the_password_again_while_nothing_was_picked():
    desk = recovering(**OF_2021)
    body = look(desk).body
    current = body["currentAuthenticatorEnrollment"]["value"]
    assert desk.offered == ["challenge-authenticator"]
    assert (current["key"], "recover" in current) == ("okta_password", True)
    assert body["recoveryAuthenticator"]["value"]["key"] == "okta_password"
    assert [each["key"] for each in body["authenticators"]["value"]] == ["okta_password"]
    assert [each["key"] for each in body["authenticatorEnrollments"]["value"]] == ["okta_password"]


@pytest.mark.parametrize("looks", [1, 2])
def test_the_recovery_begins_again_from_there(looks):
    desk = recovering(**OF_2021)
    for _ in range(looks):
        look(desk)
    desk.post("recover")
    desk.select("Email")
    look(desk)
    assert desk.last.body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_email"
    desk.answer(desk.mail.code)
    assert desk.offered[0] == "reset-authenticator"
    assert "successWithInteractionCode" in desk.answer("Efgh5678!").body


def test_the_password_alone_is_no_way_through_a_recovery():
    desk = recovering(**OF_2021)
    look(desk)
    desk.answer("Abcd1234!")
    assert desk.offered == ["select-authenticator-authenticate"]
