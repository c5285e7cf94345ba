"""The mails that Okta sends by itself, one row each: when, in what words, and whether a new org sends them.

They carry neither a code nor a link. Most follow from a change of a user, wherever that was made (`account_events`);
the others are sent where something is not done that was asked for.

Source: Okta's guide "Customize email notifications" (names of the templates, subjects, when they are sent); help pages
"General Security" (defaults of new orgs), "Password changed notification for end users", "Self-Service Registration";
support article "Notification Email Use Cases for Users". Okta does not say whether a new org tells of changed passwords
and of lock-outs: the provider for Terraform has the former on, examples of its API have the latter off, and reports of
orgs have such mails. Here both are sent. The words are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import sending
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.email import address_of
from mock_okta.engine.model import Enrollment, Mail, User, UserStatus

PASSWORD = "okta_password"
SETTINGS = "notification_emails"
"""The member of `org:` that turns them on and off, by their names."""


def never(before: User, after: User) -> Iterable[str]:
    """No change of a user is followed by it."""
    return ()


def was_locked(before: User, after: User) -> Iterable[str]:
    """Once, when the user is locked out."""
    locked = after.status is UserStatus.LOCKED_OUT is not before.status
    return ("",) if locked else ()


def has_new_password(before: User, after: User) -> Iterable[str]:
    """Once, when a password takes the place of another."""
    old, new = before.enrollment(PASSWORD), after.enrollment(PASSWORD)
    changed = old is not None and new is not None and old.secret.get("password") != new.secret.get("password")
    return ("",) if changed else ()


def has_more(before: User, after: User) -> Iterable[str]:
    """The names of the authenticators that the user did not have before."""
    return _names_of_new(before.enrolled, after.enrolled)


def has_fewer(before: User, after: User) -> Iterable[str]:
    """The names of those that the user does not have any more."""
    return _names_of_new(after.enrolled, before.enrolled)


def _names_of_new(some: Iterable[Enrollment], others: Iterable[Enrollment]) -> Iterable[str]:
    known = {each.id for each in some}
    new = (AUTHENTICATORS[each.authenticator] for each in others if each.id not in known)
    return tuple(row.name for row in new if row.key != PASSWORD and not row.given_out)


class Notice(Struct, frozen=True, kw_only=True):
    """One of these mails.

    name: by which `org:` turns it on or off
    template: Okta's name for it
    subject, sentence: what it says; `{0}` is what `follows` names
    about: when it is sent, for whoever writes a scenario
    follows: what a change of a user has to do with it: one mail for each text, none for no text
    of_admins: whether it is sent too where an administrator has made the change
    default: whether a new org sends it
    """

    name: str
    template: str
    subject: str
    sentence: str
    about: str
    follows: Callable[[User, User], Iterable[str]] = never
    of_admins: bool = False
    default: bool = True


# fmt: off
NOTICES: dict[str, Notice] = table("name", (
    Notice(name="account_lockout", template="AccountLockout", subject="Account Lockout",
           sentence="Your account is locked after too many wrong passwords.", follows=was_locked,
           about="wrong passwords have locked the account"),
    Notice(name="password_changed", template="PasswordChanged", subject="Password Changed",
           sentence="The password of your account was changed.", follows=has_new_password,
           about="the user has changed or reset the password; not when an administrator has set one"),
    Notice(name="authenticator_enrolled", template="AuthenticatorEnrolled", subject="Security method enrolled",
           sentence="{0} was set up for your account.", follows=has_more, of_admins=True,
           about="an authenticator was set up, other than the password"),
    Notice(name="authenticator_reset", template="AuthenticatorReset", subject="Security method reset",
           sentence="{0} was reset for your account.", follows=has_fewer, of_admins=True,
           about="an administrator has taken an authenticator away"),
    Notice(name="registered", template="RegistrationEmailVerification", subject="Welcome to {0}!",
           sentence="You have an account now.",
           about="a new user has registered without a proof of the address"),
    Notice(name="forgot_password_denied", template="ForgotPasswordDenied", subject="Account Password Reset",
           sentence="A new password was asked for, and your account does not allow it now.",
           about="somebody who must not recover the password has picked the email for it; in place of a code"),
    Notice(name="unlock_not_locked", template="SelfServiceUnlockOnUnlockedAccount", subject="Unlock Account",
           sentence="You have asked to unlock your account, and it is not locked.",
           about="somebody whose account is not locked has picked the email to unlock it; in place of a code"),
))
# fmt: on

_NEVER_MAILED = (UserStatus.STAGED, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED)


def send(turn: Turn, name: str, user: User, *params: str) -> None:
    """Mails it, if the org sends it. name: a key of `NOTICES`; params: for the places in its words"""
    row = NOTICES[name]
    chosen: Mapping[str, bool] = turn.scenario.org.get(SETTINGS, {})
    if not chosen.get(name, row.default):
        return
    greeting = f"Hi {escape(str(user.profile.get('firstName') or user.login))},"
    sentence = row.sentence.format(*map(escape, params))
    sending.tell(
        turn,
        Mail(
            to=address_of(user),
            channel="email",
            subject=row.subject.format(*params),
            body=f"<p>{greeting}</p><p>{sentence}</p>",
            at=turn.now,
        ),
    )


def tell(turn: Turn, before: User, after: User, *, by_admin: bool) -> None:
    """Mails all that follow from a change of a user who uses the account."""
    if after.status in _NEVER_MAILED:
        return
    for row in NOTICES.values():
        if row.of_admins or not by_admin:
            for param in row.follows(before, after):
                send(turn, row.name, after, param)
