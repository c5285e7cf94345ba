"""Temporary access codes, which an administrator gives out."""

import pytest

from mock_okta.engine.model import Enrollment, Step
from mock_okta.user_changes import change_user
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, EngineClient, mary, scenario
from tests.engine.invariants import problems

EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_password", "tac"))


def at_the_door(*enrolled):
    client = EngineClient(scenario(IDENTIFY, EITHER, users=(mary(enrolled=(*mary().enrolled, *enrolled)),)))
    come_in(client)
    return client


def come_in(client):
    client.begin()
    client.post("identify", identifier="mary@example.com")


def given(**secret):
    return Enrollment(authenticator="tac", secret={"code": "Xy12-given-out", **secret})


def labels(client):
    return [option["label"] for option in client.last.body["remediation"]["value"][0]["value"][0].get("options", ())]


def test_the_code_signs_in():
    client = at_the_door(given())
    client.select("Temporary Access Code")
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert (field["label"], field["secret"]) == ("Enter code", True)
    assert client.last.body["currentAuthenticatorEnrollment"]["value"]["id"][:3] == "tac"
    assert "successWithInteractionCode" in client.answer("Xy12-given-out").body


def test_a_wrong_code_is_named_on_the_field():
    client = at_the_door(given())
    client.select("Temporary Access Code")
    reply = client.answer("xy12-given-out")
    message = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]["messages"]["value"][0]
    assert (reply.status, message["i18n"]["key"]) == (401, "api.authn.error.PASSCODE_INVALID")


@pytest.mark.parametrize("multi_use", [True, False])
def test_a_code_is_on_offer_until_it_is_used_up(multi_use):
    client = at_the_door(given(multi_use=multi_use))
    client.select("Temporary Access Code")
    client.answer("Xy12-given-out")
    come_in(client)
    assert ("Temporary Access Code" in labels(client)) is multi_use


def test_a_code_is_on_offer_until_it_expires():
    client = at_the_door(given(expires_at=int(NOON) + 60))
    client.select("Temporary Access Code")
    client.at += 60
    assert client.answer("Xy12-given-out").status == 401
    come_in(client)
    assert labels(client) == []


def changed(client, said):
    """The user's access code after an administrator has said this of it."""
    client.state, user = change_user(
        client.scenario, client.state, "MARY@example.com", {"enrolled": {"tac": said}}, at=client.at, chance=str(said)
    )
    return user.enrollment("tac")


def test_an_administrator_gives_out_a_code_and_an_earlier_one_is_void():
    client = at_the_door()
    first = changed(client, {}).secret["code"]
    code = changed(client, {"multi_use": True, "expires_at": int(client.at) + 60}).secret["code"]
    come_in(client)
    client.select("Temporary Access Code")
    assert (len(code), client.answer(first).status) == (16, 401)
    assert "successWithInteractionCode" in client.answer(code).body
    client.at += 60
    come_in(client)
    assert labels(client) == []


def test_an_administrator_gives_out_a_code_anew_after_it_was_used():
    client = at_the_door(given())
    client.select("Temporary Access Code")
    client.answer("Xy12-given-out")
    changed(client, {"code": "another-code"})
    come_in(client)
    client.select("Temporary Access Code")
    assert "successWithInteractionCode" in client.answer("another-code").body


def test_an_administrator_suspends_and_takes_away():
    client = at_the_door(given())
    held = changed(client, {"suspended": True, "code": "other"})
    assert (held.suspended, held.secret["code"]) == (True, "other")
    assert changed(client, None) is None
    come_in(client)
    assert labels(client) == []


def test_every_page_is_fit_for_every_client():
    client = at_the_door(given())
    client.select("Temporary Access Code")
    client.answer("nonsense")
    assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []
