"""Somebody who knows every password, holds every device and fills in any form: rightly, or with what was right once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mock_okta.engine.control.phones import decide, open_decisions
from mock_okta.engine.idx.authenticators.duo import Expired, answer_of_duo
from mock_okta.engine.idx.authenticators.yubikey import SAMPLE_KEY, typed_by
from mock_okta.engine.model import Challenge, Enrollment, User, UserStatus
from mock_okta_conformance.reference.pkce import base64url
from mock_okta_conformance.reference.soft_key import NoKey, SoftKey
from mock_okta_conformance.walks.totp import code_at
from tests.engine.engine_client import EngineClient

Draw = Callable[[Any], Any]
Values = dict[str, Any]

ANOTHER_CODE_S = 30
"""Until there is another one-time code: each works once."""
GOOD_ONCE = ("custom_otp", "google_otp", "okta_email", "okta_verify", "phone_number", "yubikey_token")
"""Whose answers work once."""
AGREEABLE = ("approve", "enroll", "tapped")
"""Of all that can be decided on a phone, what lets the person in."""


class Unknown(Exception):
    """Nobody could know what this form wants."""


@dataclass
class RightAnswers:
    """Fills in the forms that one client is shown.

    login: who they have said they are
    used: what was taken of them, or of others who share it, by enrolment
    """

    client: EngineClient
    login: str = ""
    key: SoftKey = field(default_factory=lambda: SoftKey(origin="http://localhost:8080"))
    used: dict[str, Values] = field(default_factory=dict)
    _keys_before: int = 0
    _given: dict[str, Values] = field(default_factory=dict)

    def filled(self, form: Mapping[str, Any], one_of: Draw) -> Values:
        """A form filled in: what is fixed as it is, a choice by `one_of`, the rest as is right. Raises: Unknown"""
        self._keys_before, self._given = len(self.key.credentials), {}
        return dict(self._filled(form["name"], form["value"], one_of))

    def throws_away(self) -> bool:
        """Throws away what the key has made for the last form, unless the org has taken it. True if it did.

        Nobody can sign in with it, whatever it signs. One that was taken is kept, whatever the org does with it later.
        """
        held = (each for user in self.client.state.users.values() for each in user.enrolled)
        known = {each.secret.get("credential_id") for each in held}
        made = self.key.credentials[self._keys_before :]
        taken = [each for each in made if base64url(each.id) in known]
        self.key.credentials[self._keys_before :] = taken
        return taken != made

    def was_taken(self) -> None:
        """Hears that the last form was accepted: what it was filled in with is used up."""
        self.used |= self._given

    def wrong(self, form: Mapping[str, Any]) -> list[Values]:
        """All credentials that prove nothing: of nobody, such as were good once, and of a copy of the key."""
        asked = Asked(self, form["name"], *self._in_play())
        fields = next((each["form"]["value"] for each in form["value"] if "form" in each), ())
        of_nobody = {each["name"]: each.get("value", "nobody's") for each in fields} or {"passcode": "nobody's"}
        was_good = self.used.get(asked.held.id) if asked.held else None
        copies = _of_a_copied_key(asked) if asked.key == "webauthn" else ()
        return [of_nobody, *copies, *([was_good] if was_good else ())]

    def decides(self) -> bool:
        """Agrees to whatever the person's phone asks now. False if it asks nothing."""
        for user in self.client.state.users.values():
            for word in open_decisions(self.client.state, user.login):
                if word in AGREEABLE:
                    self.client.state = decide(self.client.state, user.login, word)
                    return True
        return False

    # -- forms --------------------------------------------------------------------------------------------------------

    def _filled(self, form: str, fields: list[Mapping[str, Any]], one_of: Draw) -> Iterator[tuple[str, Any]]:
        for each in fields:
            name, value = each["name"], each.get("value")
            if name == "credentials":
                yield name, self._credentials(form, each)
            elif name == "userProfile":
                yield name, {inner["name"]: self._attribute(inner, one_of) for inner in each["form"]["value"]}
            elif each.get("type") == "boolean":
                yield name, True
            elif "options" in each:
                picked = one_of(each["options"])["value"]
                nested = isinstance(picked, Mapping)
                yield name, dict(self._filled(form, picked["form"]["value"], one_of)) if nested else picked
            elif "form" in each:
                yield name, dict(self._filled(form, each["form"]["value"], one_of))
            elif isinstance(value, Mapping) and "form" in value:
                yield name, dict(self._filled(form, value["form"]["value"], one_of))
            elif value is not None:
                yield name, value
            elif name == "identifier":
                yield name, self._named(one_of)
            else:
                yield name, self._text(each)

    def _attribute(self, each: Mapping[str, Any], one_of: Draw) -> Any:
        if not each.get("options"):
            return True if each.get("type") == "boolean" else self._text(each)
        value = one_of(each["options"])["value"]
        while isinstance(value, Mapping):  # a choice says first how it is shown
            shown = value["form"]["value"][0] if "form" in value else value
            value = one_of(shown["options"])["value"] if shown.get("options") else shown.get("value")
        return value

    def _named(self, one_of: Draw) -> str:
        fine = (user for user in self.client.state.users.values() if user.status is UserStatus.ACTIVE and user.assigned)
        logins = sorted(user.login for user in fine)
        if not logins:
            raise Unknown("nobody may sign in")
        self.login = one_of(logins)
        return self.login

    def _text(self, each: Mapping[str, Any]) -> str:
        name = each["name"]
        if name in ("email", "login", "secondEmail"):
            return f"ada{len(self.client.state.users)}@x.example"
        known = {"phoneNumber": "+15551230000", "captchaToken": "seen"}
        return known.get(name, "Ada"[: each.get("maxLength", 3)])

    # -- authenticators -----------------------------------------------------------------------------------------------

    def _credentials(self, form: str, each: Mapping[str, Any]) -> Values:
        fields = each["form"]["value"] if "form" in each else ()
        asked = Asked(self, form, *self._in_play())
        right = RIGHT[asked.key](asked) if asked.key in RIGHT else None
        if right is None:
            raise Unknown(f"{form} of {asked.key}")
        fixed = {inner["name"]: inner["value"] for inner in fields if inner.get("value") is not None}
        if asked.held and not asked.is_new and asked.key in GOOD_ONCE:
            self._given = {asked.held.id: fixed | right}
        return fixed | right

    def _in_play(self) -> tuple[User | None, Challenge | None, Enrollment | None]:
        state = self.client.state
        transaction = state.transactions[self.client.handle]
        challenge = transaction.challenge
        user = state.users.get(transaction.user_id or "")
        if challenge is None and user is None:
            user = next((user for user in state.users.values() if user.login == self.login), None)
        wanted = challenge.enrollment_id if challenge else None
        return user, challenge, next((each for each in user.enrolled if each.id == wanted), None) if user else None


@dataclass(frozen=True)
class Asked:
    """One form with `credentials`, and what it is about."""

    answers: RightAnswers
    form: str
    user: User | None
    challenge: Challenge | None
    held: Enrollment | None

    @property
    def key(self) -> str:
        """The authenticator. A form without a challenge is the first one, which asks for the password."""
        return self.challenge.authenticator if self.challenge else "okta_password"

    @property
    def client(self) -> EngineClient:
        return self.answers.client

    @property
    def is_new(self) -> bool:
        return self.form == "enroll-profile" or (self.challenge is not None and self.challenge.purpose != "verify")

    @property
    def shown(self) -> Mapping[str, Any]:
        """`contextualData` of the page."""
        body = self.client.last.body
        places = (body.get(name, {}).get("value", {}) for name in ("currentAuthenticator", _ENROLLMENT))
        return next((place["contextualData"] for place in places if "contextualData" in place), {})

    def setting(self, name: str, default: Any) -> Any:
        """What the scenario says of the authenticator for the whole org."""
        return self.client.scenario.authenticators.get(self.key, {}).get(name, default)

    def secret(self, name: str, default: Any = None) -> Any:
        """What the enrolment is proved by."""
        return self.held.secret.get(name, default) if self.held else None


_ENROLLMENT = "currentAuthenticatorEnrollment"


def _password(asked: Asked) -> Values | None:
    if asked.is_new:
        return {"passcode": f"Efgh5678!{len(asked.client.replies)}"}
    held = asked.user.enrollment("okta_password") if asked.user else None
    return {"passcode": held.secret["password"]} if held else None


def _sent_code(asked: Asked) -> Values | None:
    assert asked.challenge is not None
    # Of somebody unknown no code is the right one, nor where it only looks as if there were something to prove.
    somebody = asked.is_new or (asked.user is not None and asked.challenge.enrollment_id)
    works = asked.challenge.code and somebody and asked.client.at < asked.challenge.expires_at
    return {"passcode": asked.challenge.code} if works else None


def _question(asked: Asked) -> Values:
    if asked.is_new:
        return {"questionKey": "custom", "question": "Whose?", "answer": "Mine"}
    return {"answer": asked.secret("answer")}


def _google(asked: Asked) -> Values | None:
    assert asked.challenge is not None
    secret = asked.challenge.data.get("sharedSecret") if asked.is_new else asked.secret("secret")
    asked.client.at += ANOTHER_CODE_S
    return {"passcode": code_at(secret, asked.client.at)} if secret else None


def _custom_code(asked: Asked) -> Values | None:
    secret = asked.secret("secret")
    asked.client.at += ANOTHER_CODE_S
    return {"passcode": code_at(secret, asked.client.at, algorithm="sha256")} if secret else None


def _okta_verify(asked: Asked) -> Values | None:
    if asked.setting("totp_needs_biometrics", False):
        return None  # no phone here has any
    asked.client.at += ANOTHER_CODE_S
    secret = asked.secret("secret")
    return {"totp": code_at(secret, asked.client.at)} if secret else None


def _vendor(asked: Asked) -> Values:
    """On-premises MFA, RSA SecurID, Symantec VIP."""
    if not asked.is_new:
        return {"passcode": asked.secret("passcode", "123456")}
    code, after = asked.setting("passcode", "123456"), asked.setting("next_passcode", "654321")
    if asked.key != "symantec_vip":
        return {"passcode": code}
    return {"passcode": code, "nextPasscode": after, "credentialId": "VSST12345678"}


def _yubikey(asked: Asked) -> Values | None:
    asked.client.at += 1
    used = int(asked.client.at) % 32_000 + 1  # a counter that only grows
    if asked.is_new:
        return {"passcode": typed_by(asked.setting("keys", (SAMPLE_KEY,))[0], used)}
    return {"passcode": typed_by(asked.held.secret, used)} if asked.held else None


def _security_key(asked: Asked) -> Values | None:
    key, body = asked.answers.key, asked.client.last.body
    try:
        return dict(key.answer_to(body))
    except NoKey:
        pass
    options = asked.shown.get("challengeData")
    if options is None or asked.user is None:
        return None
    first = key.credential(options.get("rpId") or "localhost", b"")  # which scenarios have registered
    if all(each.secret.get("credential_id") != base64url(first.id) for each in asked.user.enrolled):
        return None
    key.credentials.append(first)
    return dict(key.get(options))


def _of_a_copied_key(asked: Asked) -> Iterator[Values]:
    """What is signed by a copy that has signed one time less (Web Authentication, section 6.1.1)."""
    options = asked.shown.get("challengeData", {})
    users = (asked.user,) if asked.user else asked.client.state.users.values()
    held = (each.secret for user in users for each in user.enrolled if each.authenticator == "webauthn")
    counts = {each["credential_id"]: each.get("sign_count", 0) for each in held}
    key = asked.answers.key
    for each in key.credentials:
        count = counts.get(base64url(each.id), 0)
        if count and options and each.rp_id == options.get("rpId", each.rp_id):
            yield dict(replace(key, count=count - 1, credentials=[each]).get(options))


def _duo(asked: Asked) -> Values | None:
    token = asked.shown.get("signedToken")
    if token is None:
        return None
    try:
        return {"signatureData": answer_of_duo(asked.client.scenario, token, asked.client.at)}
    except Expired:
        return None


RIGHT: dict[str, Callable[[Asked], Values | None]] = {
    "custom_otp": _custom_code,
    "duo": _duo,
    "google_otp": _google,
    "nfc_pin": lambda asked: {"passcode": "1234" if asked.is_new else asked.secret("pin")},
    "okta_email": _sent_code,
    "okta_password": _password,
    "okta_verify": _okta_verify,
    "onprem_mfa": _vendor,
    "phone_number": _sent_code,
    "rsa_token": _vendor,
    "security_question": _question,
    "symantec_vip": _vendor,
    "tac": lambda asked: None if asked.secret("used") else {"passcode": asked.secret("code")},
    "webauthn": _security_key,
    "yubikey_token": _yubikey,
}
"""What proves an authenticator, or makes one; None where that cannot be known."""
