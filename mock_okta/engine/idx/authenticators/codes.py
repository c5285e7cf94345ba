"""One-time codes: drawn, sent, compared. Shared by e-mail and phone."""

from __future__ import annotations

import hmac
from dataclasses import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import Values, Wrong
from mock_okta.engine.idx.authenticators.settings import Setting, of_org
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.model import Challenge, Enrollment, Transaction, User

MAX_WRONG_CODES = 5
"""Wrong codes in one transaction, after which every answer is 429 (idx-protocol notes 6.2)."""

CODE_PATH = ("credentials", "passcode")

CODE_LENGTH = Setting(name="code_length", kind="whole", least=4, most=10, default=6, about="Digits of a code.")
CODE_LIFETIME = Setting(
    name="code_lifetime_s", kind="whole", least=1, most=86_400, default=300, about="Seconds for which a code works."
)


def with_code(turn: Turn, challenge: Challenge, key: str, alphabet: str = ids.DIGITS) -> Challenge:
    """The challenge with a fresh code; length and lifetime as the scenario sets them for this authenticator."""
    code = turn.draw(of_org(turn, key, CODE_LENGTH), alphabet)
    return replace(challenge, code=code, expires_at=turn.now + of_org(turn, key, CODE_LIFETIME))


def code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `passcode`."""
    return (Field(name="passcode", label="Enter code", needed=True),)


def invalid_code() -> Wrong:
    """What a wrong code hears, on its field."""
    return Wrong(message=MESSAGES["api.authn.error.PASSCODE_INVALID"], path=CODE_PATH)


def too_many_codes(challenge: Challenge) -> Wrong | None:
    """What every answer hears after too many wrong ones."""
    if challenge.wrong_answers < MAX_WRONG_CODES:
        return None
    return Wrong(message=MESSAGES["tooManyRequests"], counts=False)


def sent_code_matches(
    turn: Turn, user: User | None, enrollment: Enrollment | None, challenge: Challenge, answer: Values
) -> Wrong | None:
    """Compares with the code that was sent, which works until it expires; nobody's code never matches."""
    limited = too_many_codes(challenge)
    if limited:
        return limited
    given = answer["passcode"].strip().encode("utf-8", "surrogatepass")
    fresh = turn.now < challenge.expires_at
    if fresh and enrollment and challenge.code and hmac.compare_digest(challenge.code.encode(), given):
        return None
    return invalid_code()
