"""The temporary access code: an administrator gives it to a user who has lost everything else.

It works once, or until it expires if it is for several uses; then it is not on offer any more. Source: idx-protocol
notes 4.1, 4.3.
"""

from __future__ import annotations

import hmac

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.codes import invalid_code
from mock_okta.engine.idx.authenticators.row import Attempt, Authenticator, Ceremony
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import FLAG, TEXT, WHOLE, Setting
from mock_okta.engine.model import Enrollment, Transaction

KEY = "tac"

CODE = Setting(name="code", kind=TEXT, about="The code; drawn if left out.", drawn=(16, ids.BASE62))
MULTI_USE = Setting(name="multi_use", kind=FLAG, about="Whether it works more than once.", default=False)
EXPIRES_AT = Setting(name="expires_at", kind=WHOLE, least=0, most=2**53, about="Epoch seconds; never, if left out.")


def code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for the code."""
    return (Field(name="passcode", label="Enter code", secret=True, needed=True),)


def code_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares with the code, as long as it is good."""
    expected = CODE.read(attempt.enrollment.secret) if attempt.enrollment and is_good(turn, attempt.enrollment) else ""
    given = attempt.answer["passcode"].strip().encode("utf-8", "surrogatepass")
    return None if expected and hmac.compare_digest(expected.encode(), given) else invalid_code()


def is_good(turn: Turn, enrollment: Enrollment) -> bool:
    """Whether the code can be used still: it is neither used up nor expired."""
    expires_at = EXPIRES_AT.find(enrollment.secret)
    return not enrollment.secret.get("used") and (expires_at is None or turn.now < expires_at)


def use_up(turn: Turn, attempt: Attempt) -> Enrollment:
    """A code for one use is of no more use."""
    if MULTI_USE.read(attempt.held.secret):
        return attempt.held
    return replace(attempt.held, secret={**attempt.held.secret, "used": True})


ROWS = (
    Authenticator(
        key=KEY,
        type="tac",
        name="Temporary Access Code",
        methods=("tac",),
        kind="knowledge",
        enrollment_prefix="tac",
        # Inferred: Okta's list of amr values does not name it.
        amr={"tac": ("tac",)},
        usable=is_good,
        given_out=True,
        of_enrollment=(CODE, MULTI_USE, EXPIRES_AT),
        verify=Ceremony(form=code_form, check=code_matches, after_check=use_up),
    ),
)
