"""One-time codes: drawn, sent, compared. Shared by e-mail and phone."""

from __future__ import annotations

import hmac

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import Attempt
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import WHOLE, Setting
from mock_okta.engine.model import Challenge, Transaction

CODE_PATH = ("credentials", "passcode")

CODE_LENGTH = Setting(name="code_length", kind=WHOLE, least=4, most=10, default=6, about="Digits of a code.")
CODE_LIFETIME = Setting(
    name="code_lifetime_s", kind=WHOLE, least=1, most=86_400, default=300, about="Seconds for which a code works."
)


def with_code(turn: Turn, challenge: Challenge, key: str, alphabet: str = ids.DIGITS) -> Challenge:
    """The challenge with a fresh code; length and lifetime as the scenario sets them for this authenticator."""
    code = turn.draw(CODE_LENGTH.of(turn, key), alphabet)
    return replace(challenge, code=code, expires_at=turn.now + CODE_LIFETIME.of(turn, key))


def code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `passcode`."""
    return (Field(name="passcode", label="Enter code", needed=True),)


def invalid_code() -> Refused:
    """What a wrong code hears, on its field."""
    return Refused(MESSAGES["api.authn.error.PASSCODE_INVALID"], path=CODE_PATH)


def sent_code_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares with the code that was sent, which works until it expires; nobody's code never matches."""
    given = attempt.answer.get("passcode", "").strip().encode("utf-8", "surrogatepass")
    fresh = turn.now < attempt.challenge.expires_at
    if (
        fresh
        and attempt.enrollment
        and attempt.challenge.code
        and hmac.compare_digest(attempt.challenge.code.encode(), given)
    ):
        return None
    return invalid_code()
