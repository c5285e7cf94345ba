"""Temporary access codes, which an administrator gives out."""

import pytest

from mock_okta.administration import change_user
from mock_okta.engine.model import Enrollment, Step
from tests.engine.desk import IDENTIFY, NOON, ORIGIN, Desk, mary, scenario
from tests.engine.invariants import problems

EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_password", "tac"))


def at_the_door(*enrolled):
    desk = Desk(scenario(IDENTIFY, EITHER, users=(mary(enrolled=(*mary().enrolled, *enrolled)),)))
    come_in(desk)
    return desk


def come_in(desk):
    desk.begin()
    desk.post("identify", identifier="mary@example.com")


def given(**secret):
    return Enrollment(authenticator="tac", secret={"code": "Xy12-given-out", **secret})


def labels(desk):
    return [option["label"] for option in desk.last.body["remediation"]["value"][0]["value"][0].get("options", ())]


def test_the_code_signs_in():
    desk = at_the_door(given())
    desk.select("Temporary Access Code")
    field = desk.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert (field["label"], field["secret"]) == ("Enter code", True)
    assert desk.last.body["currentAuthenticatorEnrollment"]["value"]["id"][:3] == "tac"
    assert "successWithInteractionCode" in desk.answer("Xy12-given-out").body


def test_a_wrong_code_is_named_on_the_field():
    desk = at_the_door(given())
    desk.select("Temporary Access Code")
    reply = desk.answer("xy12-given-out")
    message = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]["messages"]["value"][0]
    assert (reply.status, message["i18n"]["key"]) == (401, "api.authn.error.PASSCODE_INVALID")


@pytest.mark.parametrize("multi_use", [True, False])
def test_a_code_is_on_offer_until_it_is_used_up(multi_use):
    desk = at_the_door(given(multi_use=multi_use))
    desk.select("Temporary Access Code")
    desk.answer("Xy12-given-out")
    come_in(desk)
    assert ("Temporary Access Code" in labels(desk)) is multi_use


def test_a_code_is_on_offer_until_it_expires():
    desk = at_the_door(given(expires_at=int(NOON) + 60))
    desk.select("Temporary Access Code")
    desk.at += 60
    assert desk.answer("Xy12-given-out").status == 401
    come_in(desk)
    assert labels(desk) == []


def changed(desk, said):
    """The user's access code after an administrator has said this of it."""
    desk.state, user = change_user(
        desk.scenario, desk.state, "MARY@example.com", {"enrolled": {"tac": said}}, chance=str(said)
    )
    return user.enrollment("tac")


def test_an_administrator_gives_out_a_code_and_an_earlier_one_is_void():
    desk = at_the_door()
    first = changed(desk, {}).secret["code"]
    code = changed(desk, {"multi_use": True, "expires_at": int(desk.at) + 60}).secret["code"]
    come_in(desk)
    desk.select("Temporary Access Code")
    assert (len(code), desk.answer(first).status) == (16, 401)
    assert "successWithInteractionCode" in desk.answer(code).body
    desk.at += 60
    come_in(desk)
    assert labels(desk) == []


def test_an_administrator_gives_out_a_code_anew_after_it_was_used():
    desk = at_the_door(given())
    desk.select("Temporary Access Code")
    desk.answer("Xy12-given-out")
    changed(desk, {"code": "another-code"})
    come_in(desk)
    desk.select("Temporary Access Code")
    assert "successWithInteractionCode" in desk.answer("another-code").body


def test_an_administrator_suspends_and_takes_away():
    desk = at_the_door(given())
    held = changed(desk, {"suspended": True, "code": "other"})
    assert (held.suspended, held.secret["code"]) == (True, "other")
    assert changed(desk, None) is None
    come_in(desk)
    assert labels(desk) == []


def test_every_page_is_fit_for_every_client():
    desk = at_the_door(given())
    desk.select("Temporary Access Code")
    desk.answer("nonsense")
    assert [problem for reply in desk.replies[1:] for problem in problems(reply, ORIGIN)] == []
