"""The stages at which a transaction can rest.

`offers` names the remediations in the order in which they are sent (idx-protocol notes 2.4: the first is the state for
every client); each is subject to its own condition. `shows` names the objects that stand beside them (notes 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

IN_PLAY = "in play"
"""The authenticator in play: `currentAuthenticator` or `currentAuthenticatorEnrollment`."""
CHOICES = "choices"
"""`authenticators` and `authenticatorEnrollments` where something is proved: both hold what this step can use."""
MISSING = "missing"
"""The same where something is acquired: what is on offer, and what the user has already."""
ACQUIRED = "acquired"
"""`enrollmentAuthenticator`: a copy of the authenticator that is being enrolled."""
RECOVERED = "recovered"
"""`recoveryAuthenticator`: the authenticator that is being recovered or renewed."""
USER = "user"


@dataclass(frozen=True, slots=True)
class Stage:
    """One resting place.

    ends: nothing can be submitted there any more
    asks: an authenticator is picked, and nothing has begun yet
    """

    name: str
    offers: tuple[str, ...]
    shows: tuple[str, ...] = ()
    ends: bool = False
    asks: bool = False


_PROVING = (IN_PLAY, CHOICES, RECOVERED, USER)
_ACQUIRING = (IN_PLAY, MISSING, ACQUIRED, USER)
_RENEWING = (IN_PLAY, MISSING, RECOVERED, USER)

# fmt: off
STAGES: dict[str, Stage] = {row.name: row for row in (
    Stage("identify",          ("identify", "select-enroll-profile", "unlock-account", "redirect-idp"), (IN_PLAY,)),
    Stage("identify-recovery", ("identify-recovery", "select-enroll-profile")),
    Stage("select",            ("select-authenticator-authenticate",), (CHOICES, RECOVERED, USER)),
    Stage("verification-data", ("authenticator-verification-data", "select-authenticator-authenticate"), _PROVING,
                               asks=True),
    Stage("challenge",         ("challenge-authenticator", "select-authenticator-authenticate"), _PROVING),
    Stage("challenge-poll",    ("challenge-poll", "select-authenticator-authenticate"), _PROVING),
    Stage("enroll-select",     ("select-authenticator-enroll", "skip"), (MISSING, USER)),
    Stage("enrollment-data",   ("authenticator-enrollment-data", "select-authenticator-enroll", "skip"),
                               (IN_PLAY, MISSING, USER), asks=True),
    Stage("enroll",            ("enroll-authenticator", "select-authenticator-enroll", "skip"), _ACQUIRING),
    Stage("reset",             ("reset-authenticator",), _RENEWING),
    Stage("reset-and-enroll",  ("reset-authenticator", "select-authenticator-enroll"), _ACQUIRING),
    Stage("reenroll",          ("reenroll-authenticator",), _RENEWING),
    Stage("reenroll-warning",  ("reenroll-authenticator-warning", "skip"), _RENEWING),
    Stage("enroll-profile",    ("enroll-profile", "select-identify"), (IN_PLAY,)),
    Stage("profile-update",    ("enroll-profile-update", "skip"), (USER,)),
    Stage("unlock-select",     ("select-authenticator-unlock-account",), (CHOICES,)),
    Stage("terminal",          (), ends=True),
    Stage("success",           (), (USER,), ends=True),
)}
# fmt: on
