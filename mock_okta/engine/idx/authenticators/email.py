"""E-mail: a code in a mail, and a link that stands for it. Source: idx-protocol notes 3.6, 4.2, 4.3, 4.6."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.tenant_lookup import LINK_PREFIX
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import email_texts
from mock_okta.engine.idx.authenticators.codes import (
    CODE_LENGTH,
    CODE_LIFETIME,
    code_form,
    sent_code_matches,
    with_code,
)
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    Values,
    methods_as_choice,
)
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import FLAG, TEXT, Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Link, Transaction, User

KEY = "okta_email"
LETTERS_AND_DIGITS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are taken for another."""

DECISIONS = ("approve", "deny")
"""What opening the link may decide."""

# fmt: off
CODE_FORMAT = Setting(name="code_format", kind=TEXT, words=("numeric", "alphanumeric"), default="numeric",
                      about="What codes consist of.")
MAGIC_LINK = Setting(name="magic_link", kind=FLAG,
                     about="Mails have a link that stands for the code. Left out, they do, and replies do not say so.")
OTHER_BROWSER = Setting(name="other_browser", kind=TEXT, words=("otp", "consent", "verify"), default="otp",
                        about="What a link does in a browser that has not asked for it, where the app has no address "
                              "for links: show the code, ask whether it was you, or verify at once.")
SAME_BROWSER = Setting(name="same_browser", kind=TEXT, words=("return", "continue"), default="return",
                       about="Where the flow goes on after a link was opened in the browser that asked for it: in the "
                             "tab that waits, or in the new one.")
# fmt: on
ADDRESS = Setting(
    name="email",
    kind=TEXT,
    about="Where its codes go; the profile's address if left out.",
    example="mary@example.com",
)


def address_of(user: User) -> str:
    """Where the user's mail goes: the enrolled address, else the profile's, else the login."""
    enrollment = user.enrollment("okta_email")
    enrolled = ADDRESS.find(enrollment.secret) if enrollment else None
    return enrolled or str(user.profile.get("email") or user.login)


def with_email_code(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """The challenge with a code of the org's form, which `mail_it` sends."""
    alphabet = LETTERS_AND_DIGITS if CODE_FORMAT.of(turn, KEY) == "alphanumeric" else ids.DIGITS
    return with_code(turn, challenge, KEY, alphabet)


def mail_it(turn: Turn, transaction: Transaction) -> None:
    """Mails the code, with a link that stands for it; for an unknown user nothing goes out."""
    user = turn.state.users.get(transaction.user_id or "")
    challenge = transaction.challenge
    if user is None or challenge is None or challenge.code is None:
        return
    purpose = "enroll" if challenge.purpose == "enroll" else transaction.flow
    link = None if MAGIC_LINK.find_of(turn, KEY) is False else issue_link(turn, transaction, challenge)
    known = purpose if purpose in email_texts.MAILS else "verify"
    email_texts.send(turn, known, user, address_of(user), code=challenge.code, link=link)


def issue_link(turn: Turn, transaction: Transaction, challenge: Challenge) -> str:
    """The address that stands for the code of this challenge."""
    token = LINK_PREFIX + turn.draw_handle()
    link = Link(
        transaction=transaction.handle,
        asked=transaction.asked,
        redirection=transaction.redirection,
        code=challenge.code or "",
        expires_at=challenge.expires_at,
    )
    turn.put("links", token, link)
    return f"{turn.request.origin}/email/verify/{transaction.asked.client_id}?token={token}"


def email_code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `passcode`, and says what form it has where that is not plain digits."""
    if CODE_FORMAT.of(turn, KEY) != "alphanumeric":
        return code_form(turn, transaction)
    length = CODE_LENGTH.of(turn, KEY)
    label = "Enter code"
    return (
        Field(name="passcode", label=label, min_length=length, max_length=length, format="alphanumeric", needed=True),
    )


def code_or_link_proves(turn: Turn, attempt: Attempt) -> Refused | None:
    """The link that was mailed with the code can decide; otherwise the code is compared."""
    match attempt.challenge.decision:
        case "approve" if attempt.enrollment is not None:
            return None
        case "deny":
            return Refused(MESSAGES["idx.operation.cancelled.on.other.device"])
        case "transfer":
            return Refused(MESSAGES["idx.transferred.to.new.tab"])
    return sent_code_matches(turn, attempt)


def says_whether_linked(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`{"useEmailMagicLink": …}`, where the org has said so; clients take it for true where it is absent."""
    linked = MAGIC_LINK.find_of(turn, KEY)
    return {} if linked is None else {"useEmailMagicLink": linked}


def keep_address(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the address that was proved."""
    return {"email": address_of(attempt.owner)}


def masked_email(enrollment: Enrollment) -> dict[str, Any]:
    """`{"email": "j***8@gmail.com"}`: first letter, asterisks, last letter of the local part."""
    local, _, domain = (ADDRESS.find(enrollment.secret) or "").partition("@")
    return {"email": f"{local[:1]}***{local[-1:]}@{domain}"}


ROWS = (
    Authenticator(
        key=KEY,
        type="email",
        name="Email",
        methods=("email",),
        kind="possession",
        enrollment_prefix="eae",
        amr={"email": ("email",)},
        most=1,
        lone="ask",
        profile=masked_email,
        of_org=(CODE_LENGTH, CODE_LIFETIME, CODE_FORMAT, MAGIC_LINK, OTHER_BROWSER, SAME_BROWSER),
        of_enrollment=(ADDRESS,),
        verify=Ceremony(
            begin=with_email_code,
            announce=mail_it,
            form=email_code_form,
            check=code_or_link_proves,
            context=says_whether_linked,
            decisions=DECISIONS,
            actions=("resend", "poll"),
        ),
        enroll=Ceremony(
            begin=with_email_code,
            announce=mail_it,
            place=CURRENT,
            form=email_code_form,
            check=code_or_link_proves,
            context=says_whether_linked,
            decisions=DECISIONS,
            keep=keep_address,
            data=lambda turn, row, enrollment: (replace(methods_as_choice(turn, row, enrollment)[0], required=False),),
            stage="enroll",
            actions=("resend", "poll"),
        ),
    ),
)
