"""The authenticators: what each looks like on the wire, how a challenge begins, and what answers it.

A row holds the facts; the two functions in it hold the behaviour. Source: idx-protocol notes 4.1 (identity), 4.2
(profiles), 4.3 (forms), 4.6 (actions); okta-oauth notes 4.4 (`amr`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mock_okta.engine import ids
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES, Message
from mock_okta.engine.model import Challenge, Enrollment, Mail, Scenario, User
from mock_okta.engine.turn import Turn

MAX_WRONG_CODES = 5
"""Wrong codes in one transaction, after which every answer is 429 (idx-protocol notes 6.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """An answer that does not prove anything: what to say, and on which field (None: on top of the page)."""

    message: Message
    path: tuple[str, ...] | None = None


Begin = Callable[[Turn, "User | None", Challenge], Challenge]
Check = Callable[[Turn, "Enrollment | None", Challenge, Mapping[str, Any]], "Wrong | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """One kind of thing to prove.

    type, name, methods: identity on the wire; `name` is `displayName`
    kind: "knowledge", "possession" or "inherence"; two different kinds make `mfa`
    enrollment_prefix: first three letters of enrolment ids
    begin: starts a challenge; `has_side_effect` says that it sends something, so that the user is asked first
    answer: the fields inside `credentials` of the challenge; `check` judges them and returns None when they prove it
    actions: sub-actions on the current authenticator, by name
    profile: what an enrolment shows of itself, masked
    """

    key: str
    type: str
    name: str
    methods: tuple[str, ...]
    kind: str
    enrollment_prefix: str
    amr: tuple[str, ...]
    answer: tuple[Field, ...]
    begin: Begin
    check: Check
    has_side_effect: bool = False
    actions: tuple[str, ...] = ()
    profile: Callable[[Enrollment], dict[str, Any]] = lambda _: {}


# ---------------------------------------------------------------------------------------------------------------------
# Behaviour
# ---------------------------------------------------------------------------------------------------------------------


def no_preparation(turn: Turn, user: User | None, challenge: Challenge) -> Challenge:
    """Begins a challenge that needs nothing sent."""
    return challenge


def password_matches(
    turn: Turn, enrollment: Enrollment | None, challenge: Challenge, answer: Mapping[str, Any]
) -> Wrong | None:
    """Compares the password in constant time; an unknown user's never matches."""
    expected = str(enrollment.secret.get("password", "")) if enrollment else ""
    matches = hmac.compare_digest(expected.encode(), answer["passcode"].encode("utf-8", "surrogatepass"))
    return None if matches and expected else Wrong(message=MESSAGES["incorrectPassword"])


def mail_a_code(turn: Turn, user: User | None, challenge: Challenge) -> Challenge:
    """Draws a code and puts a mail with it into the outbox; for an unknown user the code goes nowhere."""
    settings = turn.scenario.authenticators.get("okta_email", {})
    code = turn.draw(settings.get("code_length", 6), ids.DIGITS)
    if user is not None:
        turn.send(
            Mail(
                to=_address(user),
                channel="email",
                subject="One-time verification code",
                body=f"<p>Hi {user.profile.get('firstName', user.login)},</p>"
                f"<p>You are signing in. Enter a code instead: <b>{code}</b></p>",
                code=code,
                at=turn.now,
            )
        )
    return replace(challenge, code=code, expires_at=turn.now + settings.get("code_lifetime_s", 300))


def code_matches(
    turn: Turn, enrollment: Enrollment | None, challenge: Challenge, answer: Mapping[str, Any]
) -> Wrong | None:
    """Compares a one-time code, which works until it expires and not after too many wrong ones."""
    if challenge.wrong_answers >= MAX_WRONG_CODES:
        return Wrong(message=MESSAGES["tooManyRequests"])
    given = answer["passcode"].strip().encode("utf-8", "surrogatepass")
    fresh = turn.now < challenge.expires_at
    if fresh and enrollment and challenge.code and hmac.compare_digest(challenge.code.encode(), given):
        return None
    return Wrong(message=MESSAGES["api.authn.error.PASSCODE_INVALID"], path=("credentials", "passcode"))


def _address(user: User) -> str:
    enrollment = user.enrollment("okta_email")
    return str((enrollment.secret if enrollment else {}).get("email") or user.profile.get("email") or user.login)


def masked_email(enrollment: Enrollment) -> dict[str, Any]:
    """`{"email": "j***8@gmail.com"}`: first letter, asterisks, last letter of the local part."""
    local, _, domain = str(enrollment.secret.get("email", "")).partition("@")
    return {"email": f"{local[:1]}***{local[-1:]}@{domain}"}


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------

_PASSWORD = Field(name="passcode", label="Password", secret=True, needed=True)
_CODE = Field(name="passcode", label="Enter code", needed=True)

AUTHENTICATORS: dict[str, Authenticator] = {
    row.key: row
    for row in (
        Authenticator(
            key="okta_password",
            type="password",
            name="Password",
            methods=("password",),
            kind="knowledge",
            enrollment_prefix="lae",
            amr=("pwd",),
            answer=(_PASSWORD,),
            begin=no_preparation,
            check=password_matches,
            actions=("recover",),
        ),
        Authenticator(
            key="okta_email",
            type="email",
            name="Email",
            methods=("email",),
            kind="possession",
            enrollment_prefix="eae",
            amr=("email",),
            answer=(_CODE,),
            begin=mail_a_code,
            check=code_matches,
            has_side_effect=True,
            actions=("resend", "poll"),
            profile=masked_email,
        ),
    )
}


def max_password_attempts(scenario: Scenario) -> int:
    """Wrong passwords in a row that lock a user out (Okta's default password policy: 10)."""
    return int(scenario.authenticators.get("okta_password", {}).get("max_attempts", 10))
