"""How a remediation is refused: a message on the page, and hardly any change."""

from __future__ import annotations

from collections.abc import Callable

from mock_okta.engine.idx.messages import Message
from mock_okta.engine.model import Transaction
from mock_okta.engine.turn import Turn


class Refused(Exception):
    """The request is understood and not granted; the reply shows the page again with `message` on it.

    path: the field that the message belongs to, e.g. ("credentials", "passcode"); None puts it on top of the page
    after: what changes all the same, applied to the state as it was before the request: a count of failures, a way
        back to the first stage. None changes nothing.
    terminal: the reply has no remediation
    """

    def __init__(
        self,
        message: Message,
        *params: str,
        path: tuple[str, ...] | None = None,
        after: Callable[[Turn, Transaction], Transaction] | None = None,
        terminal: bool = False,
    ) -> None:
        super().__init__(message.name)
        self.message = message
        self.params = params
        self.path = path
        self.after = after
        self.terminal = terminal
