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
from mock_okta.engine.idx.sending import MAILS_A_MINUTE
from mock_okta.engine.idx.settings import FLAG, TEXT, Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Link, Mail, Transaction, User, logins

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


IMPLICIT = Setting(
    name="implicit", kind=FLAG, default=False, about="Enrolled by a registration, and not proved by its user yet."
)
"""No file says it, so it is none of the row's settings: registrations do."""


def address_of(user: User) -> str:
    """Where the user's mail goes: the enrolled address, else the profile's, else the login."""
    enrollment = user.enrollment("okta_email")
    enrolled = ADDRESS.find(enrollment.secret) if enrollment else None
    return enrolled or user.email


def with_proved_address(user: User) -> User:
    """The user, once it is proved that mail to them arrives: that verifies the primary address, if it went there."""
    proved = address_of(user)
    return replace(user, verified_email=proved) if logins.same(proved, user.email) else user


def with_email_code(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """The challenge with a code of the org's form, which goes out by mail."""
    alphabet = LETTERS_AND_DIGITS if CODE_FORMAT.of(turn, KEY) == "alphanumeric" else ids.DIGITS
    return with_code(turn, challenge, KEY, alphabet)


def mail_with_code(turn: Turn, transaction: Transaction) -> Mail | None:
    """The mail with the code and a link that stands for it; nobody, and whoever has no mail enrolled, gets none."""
    user = turn.state.users.get(transaction.user_id or "")
    challenge = transaction.challenge
    if user is None or challenge is None or challenge.code is None:
        return None
    if challenge.purpose == "verify" and not challenge.enrollment_id:
        return None
    purpose = "enroll" if challenge.purpose == "enroll" else transaction.flow
    link = None if MAGIC_LINK.find_of(turn, KEY) is False else issue_link(turn, transaction, challenge)
    known = purpose if purpose in email_texts.MAILS else "verify"
    return email_texts.mail(turn, known, user, address_of(user), code=challenge.code, link=link)


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


def implicitly_enrolled(turn: Turn, user: User) -> User:
    """The user with the address of the profile enrolled; as it is, where one is enrolled already."""
    if user.enrollment(KEY) is not None:
        return user
    secret = {ADDRESS.name: address_of(user), IMPLICIT.name: True}
    enrollment = Enrollment(authenticator=KEY, id=turn.draw_id("eae"), secret=secret)
    return replace(user, enrolled=(*user.enrolled, enrollment))


def is_implicit(enrollment: Enrollment) -> bool:
    """Whether nobody has proved yet that the mail of this address is theirs."""
    return enrollment.authenticator == KEY and bool(IMPLICIT.find(enrollment.secret))


def proved_address(turn: Turn, attempt: Attempt) -> Enrollment:
    """An enrolment whose code has come back is one like any other."""
    kept = {name: value for name, value in attempt.held.secret.items() if name != IMPLICIT.name}
    return replace(attempt.held, secret=kept)


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
        extra_of=lambda enrollment: {"allowedFor": "none"} if is_implicit(enrollment) else {},
        of_org=(CODE_LENGTH, CODE_LIFETIME, CODE_FORMAT, MAILS_A_MINUTE, MAGIC_LINK, OTHER_BROWSER, SAME_BROWSER),
        of_enrollment=(ADDRESS,),
        verify=Ceremony(
            begin=with_email_code,
            announce=mail_with_code,
            form=email_code_form,
            check=code_or_link_proves,
            context=says_whether_linked,
            decisions=DECISIONS,
            after_check=proved_address,
            actions=("resend", "poll"),
        ),
        enroll=Ceremony(
            begin=with_email_code,
            announce=mail_with_code,
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
