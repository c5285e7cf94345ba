"""Orgs that show lock-outs: whoever is locked out is led to the page that unlocks, if there is one."""

import pytest

from mock_okta.engine.model import Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.invariants import problems

MARY = "mary@example.com"
SHOWN = {"okta_password": {"show_lockout_failures": True, "max_attempts": 1}}
UNLOCK = (IDENTIFY, EMAIL, Step(verb="unlock"), Step(verb="sign_in"))
FLOWS = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, Step(verb="reset")), "unlock": UNLOCK}
WITH_PASSWORD = Step(verb="identify", settings={"with_password": True})
PAGE = ["select-authenticator-unlock-account"]


def locked(flows=FLOWS, status=UserStatus.LOCKED_OUT, authenticators=SHOWN, **changes) -> EngineClient:
    client = EngineClient(flow_scenario(flows, users=(mary(status=status),), authenticators=authenticators, **changes))
    client.begin()
    return client


def fields(client: EngineClient) -> list[str]:
    return [field["name"] for field in client.last.body["remediation"]["value"][0]["value"]]


def test_the_identifier_alone_leads_to_the_page_and_is_not_asked_for_again():
    client = locked()
    client.post("identify", identifier=MARY)
    assert (client.last.status, client.offered, fields(client)) == (200, PAGE, ["authenticator", "stateHandle"])
    assert problems(client.last, ORIGIN) == []
    client.select("Email")
    client.answer(client.mail.code)
    assert client.offered == ["challenge-authenticator"]
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


@pytest.mark.parametrize("password", ["Abcd1234!", "wrong"])
def test_so_does_the_form_with_a_password_whatever_it_is(password):
    client = locked(FLOWS | {"sign_in": (WITH_PASSWORD,)})
    client.post("identify", identifier=MARY, credentials={"passcode": password})
    assert (client.last.status, client.offered) == (200, PAGE)


def test_so_does_the_form_of_a_recovery():
    client = locked(FLOWS | {"sign_in": (WITH_PASSWORD,)})
    client.post("recover")
    client.post("identify", identifier=MARY)
    assert client.offered == PAGE


@pytest.mark.parametrize("sign_in", [(IDENTIFY, PASSWORD), (WITH_PASSWORD,)])
def test_the_last_wrong_password_is_refused_on_that_page(sign_in):
    client = locked(FLOWS | {"sign_in": sign_in}, status=UserStatus.ACTIVE)
    if sign_in == (WITH_PASSWORD,):
        client.post("identify", identifier=MARY, credentials={"passcode": "wrong"})
    else:
        client.post("identify", identifier=MARY)
        client.answer("wrong")
    assert (client.last.status, client.offered) == (400, PAGE)
    assert client.said in (["incorrectPassword"], ["errors.E0000004"])
    client.select("Email")
    assert client.mail.code is not None


def test_where_nobody_unlocks_accounts_the_user_is_told_who_does():
    client = locked({"sign_in": (IDENTIFY, PASSWORD)})
    client.post("identify", identifier=MARY)
    assert (client.last.status, client.said, client.offered) == (403, ["errors.E0000119"], ["identify"])


def test_the_last_wrong_password_is_the_usual_refusal_there():
    client = locked({"sign_in": (IDENTIFY, PASSWORD)}, status=UserStatus.ACTIVE)
    client.post("identify", identifier=MARY)
    assert (client.answer("wrong").status, client.said) == (400, ["incorrectPassword"])


@pytest.mark.parametrize("status", [status for status in UserStatus if status is not UserStatus.LOCKED_OUT])
def test_no_other_status_is_shown(status):
    client = locked(status=status)
    client.post("identify", identifier=MARY)
    assert client.offered == ["challenge-authenticator"]


@pytest.mark.parametrize(
    "changes", [{"authenticators": {}}, {"org": {"user_enumeration_prevention": True}}], ids=["default", "hidden"]
)
def test_a_new_org_and_one_that_hides_who_exists_show_nothing(changes):
    client = locked(**changes)
    client.post("identify", identifier=MARY)
    assert client.offered == ["challenge-authenticator"]
