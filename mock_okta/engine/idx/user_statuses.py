"""What the status of a user means: for each flow, for the tokens that begin one, and for what a flow has given.

One table, which everything reads that asks whether somebody may. Who must not go on is not told so: whatever is
answered is wrong, nothing is sent, and the pages are those of everybody, so that nobody learns what status an account
has. Only where nothing is asked first, as for a token of a mail, is there a message of its own.

Source: Okta's reference, "User" (`status`) and "Reset password" ("The user is then not able to sign in or initiate a
forgot password flow until they complete the reset flow"); Okta's support articles on self-service recovery of locked
and of staged users, and on which mails go to users when; recordings (idx-protocol notes 5.2, 5.3, 6.2); the text that
Okta's page on revoking tokens comes from: tokens are revoked when a user is suspended or deactivated. What none of
these says is inferred from its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.model import User, UserStatus


class Cell(Struct, frozen=True, kw_only=True):
    """What becomes of users of one status.

    heard: it goes on, or works; if not, whatever is answered is wrong, and where nothing is asked it is refused
    reached: codes, links and notifications are sent
    says: what is said where nothing is asked first: the key of a message, or the name of an OAuth error
    mails: what is mailed where a code would be: a key of `notices.NOTICES`
    ends: what does not work is over for good, also once the user is ACTIVE again
    """

    heard: bool
    reached: bool = False
    says: str = ""
    mails: str = ""
    ends: bool = False


class Use(Struct, frozen=True):
    """One row: what the status is looked at for.

    cells: by status, all of them
    is_given: it is something that a flow has given, and that works or does not
    """

    name: str
    about: str
    cells: Mapping[UserStatus, Cell]
    is_given: bool = False


GOES_ON = Cell(heard=True, reached=True)
WORKS = GOES_ON
RESTS = Cell(heard=False)
"""It does not work now, and will again."""
ENDS = Cell(heard=False, ends=True)
WRONG = Cell(heard=False)
"""The pages of everybody; no answer is right, and nothing is sent."""
DENIED = Cell(heard=False, mails="forgot_password_denied")
NOT_LOCKED = Cell(heard=True, mails="unlock_not_locked")
NO_STATUS = Cell(heard=False, says="invalid_user_status_error")
ACTIVATED = Cell(heard=False, says="idx.missing.activation.token")
INACTIVE = Cell(heard=False, says="idx.activating.inactive.user")
ACTIVATING = Cell(heard=False, says="idx.reset.password.activating.user")
NO_RESET = Cell(heard=False, says="idx.invalid.reset.password.token")
NO_FORGOT = Cell(heard=False, says="idx.invalid.forgot.password.token")
NOBODY = Cell(heard=False)
"""An identifier that no user has."""


def _use(name: str, about: str, *, is_given: bool = False, **cells: Cell) -> Use:
    return Use(name, about, {status: cells[status.name] for status in UserStatus}, is_given)


# fmt: off
USES: dict[str, Use] = table("name", (
    _use("sign_in", "signing in",
         STAGED=WRONG, PROVISIONED=WRONG, ACTIVE=GOES_ON, RECOVERY=WRONG, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=WRONG, SUSPENDED=WRONG, DEPROVISIONED=WRONG),
    _use("recover", "recovering a password",
         STAGED=WRONG, PROVISIONED=DENIED, ACTIVE=GOES_ON, RECOVERY=DENIED, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=DENIED, SUSPENDED=DENIED, DEPROVISIONED=WRONG),
    _use("unlock", "unlocking an account",
         STAGED=WRONG, PROVISIONED=WRONG, ACTIVE=NOT_LOCKED, RECOVERY=NOT_LOCKED, PASSWORD_EXPIRED=NOT_LOCKED,
         LOCKED_OUT=GOES_ON, SUSPENDED=WRONG, DEPROVISIONED=WRONG),
    _use("register", "registering",
         STAGED=GOES_ON, PROVISIONED=GOES_ON, ACTIVE=GOES_ON, RECOVERY=WRONG, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=WRONG, SUSPENDED=WRONG, DEPROVISIONED=WRONG),
    _use("activation token", "beginning with an activation token",
         STAGED=GOES_ON, PROVISIONED=GOES_ON, ACTIVE=ACTIVATED, RECOVERY=ACTIVATED, PASSWORD_EXPIRED=ACTIVATED,
         LOCKED_OUT=INACTIVE, SUSPENDED=INACTIVE, DEPROVISIONED=INACTIVE),
    _use("activate", "going on after that",
         STAGED=GOES_ON, PROVISIONED=GOES_ON, ACTIVE=GOES_ON, RECOVERY=WRONG, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=WRONG, SUSPENDED=WRONG, DEPROVISIONED=WRONG),
    _use("recovery token", "beginning with the recovery token of an administrator",
         STAGED=ACTIVATING, PROVISIONED=ACTIVATING, ACTIVE=GOES_ON, RECOVERY=GOES_ON, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=GOES_ON, SUSPENDED=NO_RESET, DEPROVISIONED=NO_RESET),
    _use("forgot token", "beginning with the recovery token of one's own request",
         STAGED=ACTIVATING, PROVISIONED=ACTIVATING, ACTIVE=GOES_ON, RECOVERY=GOES_ON, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=NO_FORGOT, SUSPENDED=NO_FORGOT, DEPROVISIONED=NO_FORGOT),
    _use("reset", "going on after either",
         STAGED=WRONG, PROVISIONED=WRONG, ACTIVE=GOES_ON, RECOVERY=GOES_ON, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=GOES_ON, SUSPENDED=WRONG, DEPROVISIONED=WRONG),
    _use("identity provider", "coming from an identity provider, or letting a device in",
         STAGED=NO_STATUS, PROVISIONED=NO_STATUS, ACTIVE=GOES_ON, RECOVERY=NO_STATUS, PASSWORD_EXPIRED=GOES_ON,
         LOCKED_OUT=NO_STATUS, SUSPENDED=NO_STATUS, DEPROVISIONED=NO_STATUS),
    _use("session", "the session of a browser", is_given=True,
         STAGED=ENDS, PROVISIONED=ENDS, ACTIVE=WORKS, RECOVERY=RESTS, PASSWORD_EXPIRED=WORKS,
         LOCKED_OUT=RESTS, SUSPENDED=ENDS, DEPROVISIONED=ENDS),
    _use("tokens", "codes, access and refresh tokens that are out", is_given=True,
         STAGED=ENDS, PROVISIONED=ENDS, ACTIVE=WORKS, RECOVERY=WORKS, PASSWORD_EXPIRED=WORKS,
         LOCKED_OUT=WORKS, SUSPENDED=ENDS, DEPROVISIONED=ENDS),
))
# fmt: on


def cell(use: str, user: User) -> Cell:
    """What the status of this user means for it. use: a key of `USES`; flows are some of them"""
    return USES[use].cells[user.status]


def of_flow(flow: str, user: User, *, has_proved: bool) -> Cell:
    """The same within a flow: who is heard, and has proved something in it, is sent all that comes after that."""
    found = cell(flow, user)
    return GOES_ON if found.heard and has_proved else found


def may(use: str, user: User) -> bool:
    """Whether it goes on, or works, for this user."""
    return cell(use, user).heard
