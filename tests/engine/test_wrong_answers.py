"""How many wrong answers are heard: of every authenticator that is answered on a form, and of any that comes later.

They are held against the user and the authenticator, whatever the sign-in, for five minutes.
"""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.yubikey import SAMPLE_KEY
from mock_okta.engine.model import Enrollment, Step
from mock_okta_conformance.reference.pkce import base64url
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.right_answers import RightAnswers

HEARD = 5
"""Wrong answers by one authenticator of one user in five minutes, after which every answer by it is 429."""
SHUT_S = 300
"""Seconds for which it is."""

KEY = SoftKey(origin="http://localhost:8080")
CREDENTIAL = KEY.credential("localhost", b"")
PUBLIC_KEY = CREDENTIAL.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SECRETS: dict[str, dict[str, Any]] = {
    "okta_password": {"password": "Abcd1234!"},
    "phone_number": {"number": "+15551232342"},
    "security_question": {"question": "disliked_food", "answer": "Okra"},
    "webauthn": {"credential_id": base64url(CREDENTIAL.id), "public_key": base64url(PUBLIC_KEY)},
    "yubikey_token": SAMPLE_KEY,
    "tac": {"code": "Xy12"},
    "nfc_pin": {"pin": "1234"},
}
"""What an enrolment has to say; those of the others are drawn, or have nothing to say."""

NOT_ON_A_FORM = {"custom_app", "external_idp", "smart_card_idp"}
"""Decided on a phone, or by an identity provider."""

PROVED_ON_A_FORM = sorted({*AUTHENTICATORS} - NOT_ON_A_FORM)
MADE_WITH_A_CODE = (
    "duo",
    "google_otp",
    "okta_email",
    "onprem_mfa",
    "phone_number",
    "rsa_token",
    "symantec_vip",
    "yubikey_token",
)


MOST_PAGES = 6
"""From the beginning to the form of any authenticator."""


class Visit:
    """Somebody at the form of one authenticator."""

    def __init__(self, key: str, *steps: Step) -> None:
        held = Enrollment(authenticator=key, secret=SECRETS.get(key, {}))
        enrolled = mary().enrolled if key in ("okta_password", "okta_email") else (*mary().enrolled, held)
        proves = steps[-1].verb == "verify"
        if not proves:
            enrolled = tuple(each for each in mary().enrolled if each.authenticator != key)
        self.form = "challenge-authenticator" if proves else "enroll-authenticator"
        user = mary(enrolled=enrolled)
        self.client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, *steps)}, users=(user,)))
        self.person = RightAnswers(self.client, key=SoftKey(origin=KEY.origin))
        self.key = key
        self.comes_in()

    def comes_in(self) -> None:
        """Begins to sign in, and goes as far as the form."""
        self.client.begin()
        for _ in range(MOST_PAGES):
            if self._is_at_the_form():
                break
            if "challenge-poll" in self.client.offered and self.person.decides():
                self.client.post("authenticators/poll")
            else:
                self._submit(self.client.last.body["remediation"]["value"][0])

    def _is_at_the_form(self) -> bool:
        transaction = self.client.state.transactions[self.client.handle]
        in_play = transaction.challenge.authenticator if transaction.challenge else ""
        return in_play == self.key and self.form in self.client.offered

    def _submit(self, form: dict[str, Any], **changes: Any) -> int:
        filled = self.person.filled(form, _by_code) | changes
        return self.client.post(form["href"].split("/idp/idx/")[1], **filled).status

    def _shown(self) -> dict[str, Any]:
        return next(row for row in self.client.last.body["remediation"]["value"] if row["name"] == self.form)

    def answers_rightly(self) -> int:
        return self._submit(self._shown())

    def answers_wrongly(self) -> int:
        asked = next(each for each in self._shown()["value"] if each["name"] == "credentials")["form"]["value"]
        wrong = {each["name"]: each.get("value", "wrong") for each in asked}
        return self._submit(self._shown(), credentials=wrong)


def _by_code(options: list[Any]) -> Any:
    """The way of Okta Verify that is answered on a form; of anything else the first."""
    return next((each for each in options if isinstance(each, dict) and each["value"] == "totp"), options[0])


def heard(visit: Visit) -> list[int]:
    return [visit.answers_wrongly() for _ in range(HEARD)]


@pytest.mark.parametrize("key", sorted({*PROVED_ON_A_FORM} - {"okta_password"}))
def test_after_five_wrong_answers_no_authenticator_takes_a_right_one(key):
    visit = Visit(key, Step(verb="verify", authenticators=(key,)))
    assert {400, 401, 403}.issuperset(heard(visit))
    assert (visit.answers_rightly(), visit.client.said) == (429, ["tooManyRequests"])


@pytest.mark.parametrize("key", sorted({*PROVED_ON_A_FORM} - {"okta_password"}))
def test_after_four_wrong_answers_every_authenticator_takes_a_right_one(key):
    visit = Visit(key, Step(verb="verify", authenticators=(key,)))
    assert 429 not in [visit.answers_wrongly() for _ in range(HEARD - 1)]
    assert visit.answers_rightly() == 200


@pytest.mark.parametrize("key", MADE_WITH_A_CODE)
def test_after_five_wrong_codes_no_authenticator_is_acquired_with_a_right_one(key):
    visit = Visit(key, PASSWORD, Step(verb="enroll", authenticators=(key,)))
    assert 429 not in heard(visit)
    assert (visit.answers_rightly(), visit.client.said) == (429, ["tooManyRequests"])


@pytest.mark.parametrize("key", sorted({*PROVED_ON_A_FORM} - {"okta_password"}))
def test_signing_in_anew_does_not_begin_the_count_anew(key):
    visit = Visit(key, Step(verb="verify", authenticators=(key,)))
    for _ in range(HEARD - 1):
        assert visit.answers_wrongly() in (400, 401, 403)
        visit.client.at += 31  # more than between two texts
        visit.comes_in()
    assert visit.answers_wrongly() in (400, 401, 403)
    visit.client.at += SHUT_S - 61  # a right code may be one of a minute later
    visit.comes_in()
    assert (visit.answers_rightly(), visit.client.said) == (429, ["tooManyRequests"])
    visit.client.at += 61
    visit.comes_in()
    assert visit.answers_rightly() == 200


def test_a_right_answer_begins_the_count_anew():
    visit = Visit("security_question", Step(verb="verify", authenticators=("security_question",)))
    for _ in range(3):
        assert 429 not in [visit.answers_wrongly() for _ in range(HEARD - 1)]
        assert visit.answers_rightly() == 200
        visit.comes_in()


def test_wrong_answers_that_are_five_minutes_old_count_no_more():
    visit = Visit("security_question", Step(verb="verify", authenticators=("security_question",)))
    for _ in range(4 * HEARD):
        assert visit.answers_wrongly() == 401
        visit.client.at += SHUT_S / (HEARD - 1)
        visit.comes_in()


def test_other_authenticators_and_other_users_are_heard_meanwhile():
    either = Step(verb="verify", authenticators=("okta_email", "security_question"), choice="one_of")
    question = Enrollment(authenticator="security_question", secret=SECRETS["security_question"])
    users = tuple(
        mary(login=each, enrolled=(*mary().enrolled, question)) for each in ("mary@a.example", "joe@a.example")
    )
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, either)}, users=users))

    def answers(login: str, label: str, **credentials: str) -> int:
        client.begin()
        client.post("identify", identifier=login)
        client.select(label)
        return client.post("challenge/answer", credentials=credentials).status

    wrong = {"questionKey": "disliked_food", "answer": "wrong"}
    assert [answers("mary@a.example", "Security Question", **wrong) for _ in range(6)] == [401] * 5 + [429]
    assert answers("mary@a.example", "Email", passcode="000000") == 401
    assert answers("mary@a.example", "Email", passcode=client.mail.code) == 401  # of the mail before
    assert client.answer(client.mail.code).status == 200
    assert answers("joe@a.example", "Security Question", questionKey="disliked_food", answer="Okra") == 200


FLOWS = {
    "sign_in": (IDENTIFY, Step(verb="verify", authenticators=("okta_email",))),
    "recover": (IDENTIFY, Step(verb="verify", authenticators=("okta_email",)), Step(verb="reset")),
    "unlock": (IDENTIFY, Step(verb="verify", authenticators=("okta_email",)), Step(verb="unlock")),
}


def _at_the_mail(client: EngineClient, flow: str, login: str) -> None:
    client.begin()
    if flow == "recover":
        client.post("recover")
    if flow == "unlock":
        client.post("unlock-account")
        row = next(
            row
            for row in client.last.body["remediation"]["value"]
            if row["name"] == "select-authenticator-unlock-account"
        )
        option = next(each for each in row["value"] if each["name"] == "authenticator")["options"][0]
        picked = {each["name"]: each["value"] for each in option["value"]["form"]["value"] if "value" in each}
        client.post("challenge", identifier=login, authenticator={**picked, "methodType": "email"})
        return
    client.post("identify", identifier=login)
    if "authenticator-verification-data" in client.offered:
        client.select("Email")


def test_wrong_codes_count_whatever_flow_they_are_typed_in():
    client = EngineClient(flow_scenario(FLOWS))
    heard = []
    for flow in ("unlock", "recover", "sign_in"):
        _at_the_mail(client, flow, "mary@example.com")
        heard += [client.answer("000000").status for _ in range(2)]
    assert heard == [401] * 5 + [429]


@pytest.mark.parametrize("flow", FLOWS)
def test_an_identifier_that_no_user_has_is_answered_as_one_that_somebody_has(flow):
    """Over eight sign-ins with two wrong codes each, within the limit and beyond it."""
    prevention = {"user_enumeration_prevention": True}

    def told(login: str) -> list[tuple[int, list[Any], list[str]]]:
        client = EngineClient(flow_scenario(FLOWS, org=prevention))
        replies = []
        for _ in range(8):
            _at_the_mail(client, flow, login)
            for _ in range(2):
                client.answer("wrong")
                replies.append((client.last.status, client.said, client.offered))
        return replies

    nobody = told("nobody@example.com")
    assert nobody == told("mary@example.com") == told("Nobody@Example.COM")
    assert [status for status, _, _ in nobody] == [401] * 5 + [429] * 11


def test_an_identifier_that_no_user_has_is_locked_out_as_a_user_is():
    rules = {"okta_password": {"max_attempts": 3, "unlock_after_s": 3600}}
    prevention = {"user_enumeration_prevention": True}

    def told(login: str) -> list[tuple[int, list[Any]]]:
        client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, org=prevention, authenticators=rules))
        replies = []
        for later_s in (0, 1, 1, 1, 3598, 1, 1, 1, 1):
            client.at += later_s
            client.begin()
            client.post("identify", identifier=login)
            client.answer("wrong")
            replies.append((client.last.status, client.said))
        return replies

    wrong, locked = (400, ["incorrectPassword"]), (400, ["errors.E0000004"])
    assert told("nobody@example.com") == told("mary@example.com")
    assert told("nobody@example.com") == [*[wrong] * 3, locked, locked, *[wrong] * 3, locked]


def test_wrong_passwords_are_held_against_the_user_and_not_against_the_transaction():
    visit = Visit("okta_password", PASSWORD)
    assert 429 not in heard(visit)
    assert visit.client.state.users[visit.client.state.transactions[visit.client.handle].user_id].failures == HEARD
    assert visit.answers_rightly() == 200
