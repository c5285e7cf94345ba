"""How a remediation is refused: a message on the page, and hardly any change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.messages import Message, Param
from mock_okta.engine.idx.terminal_pages import TERMINAL_PAGES
from mock_okta.engine.model import Remark, Transaction

After = Callable[[Turn, Transaction], Transaction]
"""What a refusal changes all the same, applied to the state as it was before the request."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message and where it stands: on a field, or on top of the page."""

    message: Message
    params: tuple[Param, ...] = ()
    path: tuple[str, ...] | None = None


class Refused(Exception):
    """The request is understood and not granted; the reply shows the page again with `message` on it.

    path: the field that the message belongs to, e.g. ("credentials", "passcode"); None puts it on top of the page
    after: what changes all the same, applied to the state as it was before the request: a count of failures, a way
        back to the first stage. None changes nothing.
    others: further messages, each with its place
    terminal: the flow ends with it; if left out, that follows from the message (`terminal_pages.TERMINAL_PAGES`)
    remarks: what the page then says; the message alone, if left out
    """

    def __init__(
        self,
        message: Message,
        *params: Param,
        path: tuple[str, ...] | None = None,
        after: After | None = None,
        others: tuple[Notice, ...] = (),
        terminal: bool | None = None,
        remarks: tuple[Remark, ...] = (),
    ) -> None:
        super().__init__(message.name)
        self.others = others
        self.message = message
        self.params = params
        self.path = path
        self.after = after
        self.remarks = remarks or (Remark(name=message.name, params=params),)
        self.terminal = message.name in TERMINAL_PAGES if terminal is None else terminal

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All that is said, in order."""
        return (Notice(self.message, self.params, self.path), *self.others)
