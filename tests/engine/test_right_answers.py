"""What is right, and what is wrong, is told apart truly: tests that go by chance rest on it."""

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.right_answers import RightAnswers

FLOWS = {
    "sign_in": (IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("webauthn",))),
    "recover": (IDENTIFY, Step(verb="verify", authenticators=("webauthn",)), Step(verb="reset")),
}


def setting_up() -> RightAnswers:
    """Mary is to make a key."""
    client = EngineClient(flow_scenario(FLOWS, users=(mary(),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Security Key or Biometric")
    return RightAnswers(client)


def filled_in(person: RightAnswers) -> dict:
    return person.filled(person.client.last.body["remediation"]["value"][0], lambda options: options[0])


def asked_for_the_key(person: RightAnswers) -> dict:
    """The form that asks for it, in a later visit."""
    person.client.begin()
    person.client.post("identify", identifier="mary@example.com")
    person.client.post("recover")
    person.client.select("Security Key or Biometric")
    return person.client.last.body["remediation"]["value"][0]


def test_a_key_that_was_made_for_a_page_that_is_over_is_thrown_away():
    person = setting_up()
    filled_in(person)
    assert (person.throws_away(), person.key.credentials) == (True, [])


def test_a_key_that_was_taken_is_kept():
    person = setting_up()
    assert person.client.post("challenge/answer", **filled_in(person)).status == 200
    assert (person.throws_away(), len(person.key.credentials)) == (False, 1)


def test_a_copy_of_a_key_is_wrong_once_the_key_has_signed():
    person = setting_up()
    person.client.post("challenge/answer", **filled_in(person))
    form = asked_for_the_key(person)
    assert len(person.wrong(form)) == 1, "it has not signed yet"
    assert person.client.post("challenge/answer", **filled_in(person)).status == 200
    form = asked_for_the_key(person)
    of_nobody, of_a_copy = person.wrong(form)
    for wrong in (of_nobody, of_a_copy):
        assert person.client.post("challenge/answer", credentials=wrong).status == 400
    assert person.client.post("challenge/answer", **filled_in(person)).status == 200


def test_a_page_is_as_seen_until_somebody_changes_the_user():
    client = setting_up().client
    assert client.is_as_seen
    beside = EngineClient(client.scenario, client.state, name="beside ")
    beside.begin()
    beside.post("identify", identifier="mary@example.com")
    client.state = beside.state
    assert client.is_as_seen, "that changes nobody"
    beside.answer("nobody's")
    client.state = beside.state
    assert not client.is_as_seen
    client.post("introspect", stateHandle=client.handle)
    assert not client.is_as_seen, "a look does not go on"
