"""Looking at a transaction: it stays as it is, but where something was decided elsewhere, or where orgs go back."""

import pytest

from mock_okta.engine.control.phones import decide
from mock_okta.engine.model import Enrollment, Step
from mock_okta.user_changes import change_user
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

MARY = "mary@example.com"
PHONE = Enrollment(authenticator="okta_verify", secret={"secret": "JBSWY3DPEHPK3PXP"})
OKTA_VERIFY = Step(verb="verify", authenticators=("okta_verify",))
RECOVER = (IDENTIFY, EMAIL, Step(verb="reset"))
DECIDED = {"introspection": "decided"}
OF_2021 = {"recovery": "from_password", "lone_email": "select", "lone_choice": "omitted"}


def pushed(*steps: Step, **changes) -> EngineClient:
    """A notification is out."""
    client = EngineClient(scenario(*(steps or (IDENTIFY, OKTA_VERIFY)), users=(mary(enrolled=(PHONE,)),), **changes))
    client.begin()
    client.post("identify", identifier=MARY)
    client.select("Okta Verify", methodType="push")
    assert client.offered[0] == "challenge-poll"
    return client


def choosing(**changes) -> EngineClient:
    """Okta Verify is to be set up, and nothing else."""
    enroll = Step(verb="enroll", authenticators=("okta_verify",))
    client = EngineClient(scenario(IDENTIFY, PASSWORD, enroll, **changes))
    client.begin()
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    return client


def setting_up(**changes) -> EngineClient:
    """A phone is to scan the picture."""
    client = choosing(**changes)
    client.select("Okta Verify", channel="qrcode")
    return client


def look(client: EngineClient):
    reply = client.post("introspect", stateToken=client.handle)
    assert problems(reply, ORIGIN) == []
    return reply


def test_a_page_about_which_nothing_was_decided_stays():
    client = pushed()
    before = client.state.transactions
    assert (look(client).status, client.offered[0]) == (200, "challenge-poll")
    assert client.state.transactions == before


def test_introspection_of_such_orgs_goes_on_once_a_push_was_approved():
    client = pushed(wire=DECIDED)
    client.state = decide(client.state, MARY, "approve")
    assert "successWithInteractionCode" in look(client).body
    assert "successWithInteractionCode" in look(client).body, "and shows the same when asked again"


def test_introspection_goes_on_to_the_next_step():
    client = pushed(IDENTIFY, OKTA_VERIFY, Step(verb="enroll", authenticators=("security_question",)), wire=DECIDED)
    client.state = decide(client.state, MARY, "approve")
    look(client)
    assert client.offered == ["select-authenticator-enroll"]


def test_introspection_goes_on_once_a_phone_has_enrolled():
    client = setting_up()
    assert look(client).status == 200
    client.state = decide(client.state, MARY, "enroll")
    assert "successWithInteractionCode" in look(client).body


@pytest.mark.parametrize(("page", "way_on"), [(choosing, "skip"), (setting_up, "challenge/poll")])
def test_where_an_administrator_has_set_up_everything_there_is_no_list_but_a_way_on(page, way_on):
    client = page()
    enrolled = {"enrolled": {"okta_verify": {}}}
    client.state, _ = change_user(client.scenario, client.state, MARY, enrolled, at=client.at, chance="change")
    look(client)
    assert "select-authenticator-enroll" not in client.offered
    assert "successWithInteractionCode" in client.post(way_on).body


def test_introspection_tells_of_a_push_that_was_rejected():
    client = pushed(wire=DECIDED)
    client.state = decide(client.state, MARY, "reject")
    assert (look(client).status, client.said) == (200, ["api.authn.poll.error.push_rejected"])
    assert client.offered[0] == "resend"
    assert (look(client).status, client.offered[0]) == (200, "resend")


def test_introspection_of_such_orgs_goes_on_once_a_link_was_opened():
    for decision in ("approve", "deny"):
        client = EngineClient(scenario(IDENTIFY, EMAIL, wire=DECIDED))
        client.begin()
        client.post("identify", identifier=MARY)
        client.select("Email")
        client.state = decide(client.state, MARY, decision)
        assert look(client).status == 200
        assert ("successWithInteractionCode" in client.last.body) == (decision == "approve")


def test_a_device_that_was_asked_before_anybody_was_named_says_who_is_there():
    client = EngineClient(
        scenario(Step(verb="probe"), IDENTIFY, OKTA_VERIFY, users=(mary(enrolled=(PHONE,)),), wire=DECIDED)
    )
    client.begin()
    assert client.offered == ["device-challenge-poll"]
    client.state = decide(client.state, MARY, "approve")
    assert "successWithInteractionCode" in look(client).body


def test_an_approval_is_left_to_the_poll_but_not_an_enrolment():
    """The .NET SDK wants a push still there before each poll, the Go SDK polls; both look for enrolments."""
    client = pushed()
    client.state = decide(client.state, MARY, "approve")
    assert (look(client).status, client.offered[0]) == (200, "challenge-poll")
    assert "successWithInteractionCode" in client.post("authenticators/poll").body
    client = setting_up()
    client.state = decide(client.state, MARY, "enroll")
    assert "successWithInteractionCode" in look(client).body


# ---------------------------------------------------------------------------------------------------------------------
# Recovery
# ---------------------------------------------------------------------------------------------------------------------


def recovering(**wire: str) -> EngineClient:
    """Mary has forgotten her password, and has the list of what else there is."""
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "recover": RECOVER}, wire=wire))
    client.begin()
    client.post("identify", identifier=MARY)
    client.post("recover")
    assert client.offered[-1] == "select-authenticator-authenticate"
    return client


def test_a_recovery_is_seen_where_it_is():
    client = recovering()
    before = client.offered
    look(client)
    assert client.offered == before


def test_orgs_of_2021_show_the_page_of_the_password_again_while_nothing_was_picked():
    client = recovering(**OF_2021)
    body = look(client).body
    current = body["currentAuthenticatorEnrollment"]["value"]
    assert client.offered == ["challenge-authenticator"]
    assert (current["key"], "recover" in current) == ("okta_password", True)
    assert body["recoveryAuthenticator"]["value"]["key"] == "okta_password"
    assert [each["key"] for each in body["authenticators"]["value"]] == ["okta_password"]
    assert [each["key"] for each in body["authenticatorEnrollments"]["value"]] == ["okta_password"]


@pytest.mark.parametrize("looks", [1, 2])
def test_the_recovery_begins_again_from_there(looks):
    client = recovering(**OF_2021)
    for _ in range(looks):
        look(client)
    client.post("recover")
    client.select("Email")
    look(client)
    assert client.last.body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_email"
    client.answer(client.mail.code)
    assert client.offered[0] == "reset-authenticator"
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body


def test_the_password_alone_is_no_way_through_a_recovery():
    client = recovering(**OF_2021)
    look(client)
    client.answer("Abcd1234!")
    assert client.offered == ["select-authenticator-authenticate"]
