"""E-mail: a code in a mail. Source: idx-protocol notes 3.6, 4.2, 4.3, 4.6."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.idx.authenticators.codes import (
    CODE_LENGTH,
    CODE_LIFETIME,
    code_form,
    sent_code_matches,
    with_code,
)
from mock_okta.engine.idx.authenticators.row import CURRENT, Authenticator, Ceremony, Values
from mock_okta.engine.idx.authenticators.settings import Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Mail, User
from mock_okta.engine.turn import Turn

ADDRESS = Setting(
    name="email",
    kind="text",
    about="Where its codes go; the profile's address if left out.",
    example="mary@example.com",
)


def address_of(user: User) -> str:
    """Where the user's mail goes: the enrolled address, else the profile's, else the login."""
    enrollment = user.enrollment("okta_email")
    return str((enrollment.secret if enrollment else {}).get("email") or user.profile.get("email") or user.login)


def mail_a_code(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Draws a code and puts a mail with it into the outbox; for an unknown user the code goes nowhere."""
    challenge = with_code(turn, challenge, "okta_email")
    if user is not None and challenge.code is not None:
        turn.send(
            Mail(
                to=address_of(user),
                channel="email",
                subject="One-time verification code",
                body=_body(user, challenge.code),
                code=challenge.code,
                at=turn.now,
            )
        )
    return challenge


def _body(user: User, code: str) -> str:
    """The code in each of the sentences by which the official test suites find it in a mail."""
    return (
        f"<p>Hi {user.profile.get('firstName', user.login)},</p>"
        f"<p>Enter a code instead: {code}</p>"
        f"<p>To verify your address, enter this code: <b>{code}</b></p>"
        f"<p>To go on where you began, enter the verification code: <strong>{code}</strong></p>"
    )


def keep_address(turn: Turn, user: User, challenge: Challenge, answer: Values) -> JsonObject:
    """The enrolment holds the address that was proved."""
    return {"email": address_of(user)}


def masked_email(enrollment: Enrollment) -> dict[str, Any]:
    """`{"email": "j***8@gmail.com"}`: first letter, asterisks, last letter of the local part."""
    local, _, domain = str(enrollment.secret.get("email", "")).partition("@")
    return {"email": f"{local[:1]}***{local[-1:]}@{domain}"}


ROWS = (
    Authenticator(
        key="okta_email",
        type="email",
        name="Email",
        methods=("email",),
        kind="possession",
        enrollment_prefix="eae",
        amr={"email": ("email",)},
        lone="ask",
        profile=masked_email,
        of_org=(CODE_LENGTH, CODE_LIFETIME),
        of_enrollment=(ADDRESS,),
        verify=Ceremony(begin=mail_a_code, form=code_form, check=sent_code_matches, actions=("resend", "poll")),
        enroll=Ceremony(
            begin=mail_a_code,
            place=CURRENT,
            form=code_form,
            check=sent_code_matches,
            keep=keep_address,
            stage="enroll",
            actions=("resend", "poll"),
        ),
    ),
)
