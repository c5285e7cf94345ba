"""What Okta mails: a code, and a link that stands for it.

One mail a purpose. The ids of the links and the sentences with the code are those by which the official test suites
find them (conformance notes B.4); the other words are our own.
"""

from __future__ import annotations

from html import escape

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import sending
from mock_okta.engine.idx.authenticators.codes import CODE_LIFETIME
from mock_okta.engine.model import Mail, User


class MailRow(Struct, frozen=True, kw_only=True):
    """One kind of mail. `anchor`: the id of its link."""

    purpose: str
    subject: str
    sentence: str
    anchor: str
    label: str


# fmt: off
MAILS: dict[str, MailRow] = table("purpose", (
    MailRow(purpose="verify", subject="One-time verification code", sentence="You are signing in.",
            anchor="email-authentication-button", label="Sign in"),
    MailRow(purpose="enroll", subject="Confirm your email address", sentence="You are setting up your account.",
            anchor="email-activation-button", label="Verify email address"),
    MailRow(purpose="recover", subject="Account password reset", sentence="You have asked for a new password.",
            anchor="reset-password-link", label="Reset password"),
    MailRow(purpose="unlock", subject="Unlock your account", sentence="You have asked to unlock your account.",
            anchor="unlock-account-link", label="Unlock account"),
    MailRow(purpose="activate", subject="Activate your account", sentence="An account was made for you.",
            anchor="registration-activation-link", label="Activate account"),
))
# fmt: on


def send(turn: Turn, purpose: str, user: User, to: str, *, code: str | None = None, link: str | None = None) -> None:
    """Sends a mail that no answer to a client depends on.

    purpose: a key of `MAILS`
    """
    sending.tell(turn, mail(turn, purpose, user, to, code=code, link=link))


def mail(turn: Turn, purpose: str, user: User, to: str, *, code: str | None = None, link: str | None = None) -> Mail:
    """The mail that is to be sent.

    purpose: a key of `MAILS`
    """
    row = MAILS[purpose]
    paragraphs = [f"Hi {escape(str(user.profile.get('firstName') or user.login))},", row.sentence]
    if link is not None:
        paragraphs.append(f'<a id="{row.anchor}" href="{escape(link)}">{row.label}</a>')
    if code is not None:
        paragraphs.append(f"Enter a code instead: {code}")
        paragraphs.append(f"To verify your address, enter this code: <b>{code}</b>")
        paragraphs.append(f"To go on where you began, enter the verification code: <strong>{code}</strong>")
        paragraphs.append(f"The code expires in {_span(CODE_LIFETIME.of(turn, 'okta_email'))}.")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Mail(to=to, channel="email", subject=row.subject, body=body, code=code, link=link, at=turn.now)


def _span(seconds: int) -> str:
    """In minutes, where they are whole (release notes 2025.06.2, OKTA-911703: a mail says how long its code works)."""
    minutes, rest = divmod(seconds, 60)
    number, unit = (seconds, "second") if rest else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
