"""The password; what it has to be is in `password_policy`.

Source: idx-protocol notes 4.2 (settings), 4.3 (forms), 5.2 (messages).
"""

from __future__ import annotations

import hmac
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import password_policy
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    enrollment_in_play,
)
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES, remark
from mock_okta.engine.idx.refused import Refused, refused_with
from mock_okta.engine.idx.settings import FLAG, MAPPING, TEXT, WHOLE, Setting
from mock_okta.engine.model import NOTHING, JsonObject, Scenario, Transaction, User, UserStatus

PASSWORD_PATH = ("credentials", "passcode")


MAX_ATTEMPTS = Setting(
    name="max_attempts",
    kind=WHOLE,
    least=1,
    most=100,
    default=10,
    about="Wrong passwords in a row after which the user is locked out.",
)
UNLOCK_AFTER = Setting(
    name="unlock_after_s",
    kind=WHOLE,
    least=0,
    most=9999 * 60,
    default=0,
    about="Seconds after which a locked account is open again by itself; 0 is never.",
)
SHOW_LOCKOUT = Setting(
    name="show_lockout_failures",
    kind=FLAG,
    default=False,
    about="Users who are locked out are told so: led to the page that unlocks accounts, if there is one.",
)
WARN_DAYS = Setting(
    name="warn_days",
    kind=WHOLE,
    least=0,
    most=999,
    default=5,
    about="Users whose password has this many days left, or fewer, are warned.",
)
CUSTOM_EXPIRY = Setting(
    name="custom_expiry",
    kind=MAPPING,
    about="Where users go to change a password that expires, if not here.",
    members=(
        Setting(name="name", kind=TEXT, about="What the place is called.", needed=True),
        Setting(name="url", kind=TEXT, about="Its address.", needed=True),
    ),
)
DAYS_TO_EXPIRY = Setting(
    name="days_to_expiry", kind=WHOLE, least=0, most=999, about="Days after which the password expires."
)


def max_attempts(scenario: Scenario) -> int:
    """Wrong passwords in a row that lock a user out (Okta's default password policy: 10)."""
    return MAX_ATTEMPTS.read(scenario.authenticators.get("okta_password", NOTHING))


def with_status(scenario: Scenario, user: User, status: UserStatus, at: float) -> User:
    """The user with another status from then on (epoch seconds); a locked account may unlock by itself later.

    Okta's password policies have that time in minutes, up to 9999, and the default one does not unlock
    (`autoUnlockMinutes`).
    """
    after_s = UNLOCK_AFTER.read(scenario.authenticators.get("okta_password", NOTHING))
    unlocks = status is UserStatus.LOCKED_OUT and after_s
    return replace(user, status=status, unlocks_at=at + after_s if unlocks else None)


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


def expires_here(turn: Turn, transaction: Transaction) -> bool:
    """Whether a password that expires is changed at Okta."""
    return CUSTOM_EXPIRY.find_of(turn, "okta_password") is None


def expires_elsewhere(turn: Turn, transaction: Transaction) -> bool:
    """Whether the org has a place of its own for that."""
    return not expires_here(turn, transaction)


def elsewhere(turn: Turn, transaction: Transaction) -> JsonObject:
    """`customExpiredPasswordName` and `customExpiredPasswordURL`."""
    place = CUSTOM_EXPIRY.find_of(turn, "okta_password")
    assert place is not None, "asked only where the org has such a place"
    return {"customExpiredPasswordName": place["name"], "customExpiredPasswordURL": place["url"]}


def password_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares in constant time; an unknown user's never matches."""
    expected = str(attempt.enrollment.secret.get("password", "")) if attempt.enrollment else ""
    matches = hmac.compare_digest(expected.encode(), attempt.answer["passcode"].encode("utf-8", "surrogatepass"))
    return None if matches and expected else Refused(MESSAGES["incorrectPassword"])


def password_is_acceptable(turn: Turn, attempt: Attempt) -> Refused | None:
    """Judges a new password by the org's policy; every message stands on the field."""
    problems = []
    if not password_policy.is_met(turn, attempt.user, attempt.answer["passcode"]):
        wanted = password_policy.requirements(turn)
        problems.append(remark("password.passwordRequirementsNotMet", wanted, path=PASSWORD_PATH))
    if password_policy.is_common(turn, attempt.answer["passcode"]):
        problems.append(remark("password.common", "", path=PASSWORD_PATH))
    return refused_with(problems)


def keep_password(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the password, those before it, and since when."""
    return password_policy.kept(turn, attempt.owner, attempt.answer["passcode"])


def policy_settings(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The password policy, as pages that set a password show it, and how many days the old one has left."""
    shown = {"complexity": password_policy.complexity(turn), "age": password_policy.age(turn)}
    held = enrollment_in_play(turn, transaction) if transaction.stage == "reenroll-warning" else None
    days = DAYS_TO_EXPIRY.find(held.secret) if held else None
    return shown if days is None else shown | {"daysToExpiry": days}


ROWS = (
    Authenticator(
        key="okta_password",
        type="password",
        name="Password",
        methods=("password",),
        kind="knowledge",
        enrollment_prefix="lae",
        amr={"password": ("pwd",), "idp": ("fed",)},
        most=1,
        settings=policy_settings,
        of_org=(
            MAX_ATTEMPTS,
            UNLOCK_AFTER,
            SHOW_LOCKOUT,
            WARN_DAYS,
            CUSTOM_EXPIRY,
            password_policy.COMPLEXITY,
            password_policy.AGE,
            password_policy.EXCLUDE_COMMON,
            password_policy.COMMON,
        ),
        of_enrollment=(DAYS_TO_EXPIRY,),
        verify=Ceremony(form=password_form, check=password_matches, limit="user", actions=("recover",)),
        enroll=Ceremony(
            place=CURRENT,
            form=new_password_form,
            check=password_is_acceptable,
            limit="none",
            keep=keep_password,
            stage="enroll",
        ),
        reset=Ceremony(
            place=CURRENT,
            form=renewed_password_form,
            check=password_is_acceptable,
            limit="none",
            keep=keep_password,
            stage="reset",
        ),
    ),
)
