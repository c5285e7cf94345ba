"""The password. Source: idx-protocol notes 4.2 (settings), 4.3 (forms), 5.2 (messages)."""

from __future__ import annotations

import hmac
from typing import Any

from mock_okta.engine.idx.authenticators.row import CURRENT, Authenticator, Ceremony, Values, Wrong
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Scenario, Transaction, User
from mock_okta.engine.turn import Turn

PASSWORD_PATH = ("credentials", "passcode")


def max_attempts(scenario: Scenario) -> int:
    """Wrong passwords in a row that lock a user out (Okta's default password policy: 10)."""
    return int(scenario.authenticators.get("okta_password", {}).get("max_attempts", 10))


def password_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for the password that the user has."""
    return (Field(name="passcode", label="Password", secret=True, needed=True),)


def new_password_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for the password that the user shall have."""
    return (Field(name="passcode", label="Enter password", secret=True, needed=True),)


def renewed_password_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for a new password, and on recovery whether other devices shall be signed out."""
    passcode = Field(name="passcode", label="New password", secret=True, needed=True)
    revoke = Field(name="revokeSessions", type="boolean", label="Sign me out of all other devices")
    return (passcode, revoke) if transaction.flow == "recover" else (passcode,)


def password_matches(
    turn: Turn, user: User | None, enrollment: Enrollment | None, challenge: Challenge, answer: Values
) -> Wrong | None:
    """Compares in constant time; an unknown user's never matches."""
    expected = str(enrollment.secret.get("password", "")) if enrollment else ""
    matches = hmac.compare_digest(expected.encode(), answer["passcode"].encode("utf-8", "surrogatepass"))
    return None if matches and expected else Wrong(message=MESSAGES["incorrectPassword"])


def password_is_acceptable(
    turn: Turn, user: User | None, enrollment: Enrollment | None, challenge: Challenge, answer: Values
) -> Wrong | None:
    """Judges a new password by the org's policy."""
    return None


def keep_password(turn: Turn, user: User, challenge: Challenge, answer: Values) -> JsonObject:
    """The enrolment holds the password."""
    return {"password": answer["passcode"]}


def policy_settings(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The password policy, as pages that set a password show it; Kotlin insists on all seven complexity members."""
    wanted = turn.scenario.authenticators.get("okta_password", {})
    complexity = {
        "minLength": 8,
        "minLowerCase": 1,
        "minUpperCase": 1,
        "minNumber": 1,
        "minSymbol": 0,
        "excludeUsername": True,
        "excludeAttributes": [],
    } | dict(wanted.get("complexity", {}))
    age = {"minAgeMinutes": 0, "historyCount": 4} | dict(wanted.get("age", {}))
    return {"complexity": complexity, "age": age}


ROWS = (
    Authenticator(
        key="okta_password",
        type="password",
        name="Password",
        methods=("password",),
        kind="knowledge",
        enrollment_prefix="lae",
        amr={"password": ("pwd",)},
        settings=policy_settings,
        verify=Ceremony(form=password_form, check=password_matches, actions=("recover",)),
        enroll=Ceremony(
            place=CURRENT, form=new_password_form, check=password_is_acceptable, keep=keep_password, stage="enroll"
        ),
        reset=Ceremony(
            place=CURRENT, form=renewed_password_form, check=password_is_acceptable, keep=keep_password, stage="reset"
        ),
    ),
)
