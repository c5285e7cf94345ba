"""How many wrong answers are heard: of every authenticator that is answered on a form, and of any that comes later."""

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
"""Wrong answers in one transaction, after which every answer is 429."""

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
        self.client.begin()
        self.person = RightAnswers(self.client, key=SoftKey(origin=KEY.origin))
        self.key = key
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


def test_wrong_passwords_are_held_against_the_user_and_not_against_the_transaction():
    visit = Visit("okta_password", PASSWORD)
    assert 429 not in heard(visit)
    assert visit.client.state.users[visit.client.state.transactions[visit.client.handle].user_id].failures == HEARD
    assert visit.answers_rightly() == 200
