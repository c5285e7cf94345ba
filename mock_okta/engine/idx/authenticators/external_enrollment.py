"""Authenticators that stand in lists of what can be enrolled, but are enrolled elsewhere: in an app or by hand."""

from __future__ import annotations

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Ceremony, Values
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, User


def enrolled_elsewhere(message: str) -> Ceremony:
    """A ceremony that says so to whoever picks it."""

    def refuse(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
        raise Refused(MESSAGES[message])

    def never(turn: Turn, attempt: Attempt) -> Refused | None:
        return Refused(MESSAGES[message])

    return Ceremony(place=CURRENT, begin=refuse, check=never, elsewhere=True)
