"""How a remediation is refused: a message on the page, and hardly any change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.messages import Message, Param, message_of, own_words
from mock_okta.engine.idx.terminal_pages import TERMINAL_PAGES
from mock_okta.engine.model import Remark, Transaction

After = Callable[[Turn, Transaction], Transaction]
"""What a refusal changes all the same, applied to the state as it was before the request."""


class Refused(Exception):
    """The request is understood and not granted; the reply shows the page again with `message` on it.

    path: the field that the message belongs to, e.g. ("credentials", "passcode"); None puts it on top of the page
    after: what changes all the same, applied to the state as it was before the request (as it is now, of a lasting
        one): a count of failures, a way back to the first stage. None changes nothing.
    others: further messages, each with its place
    terminal: the flow ends with it; if left out, that follows from the message (`terminal_pages.TERMINAL_PAGES`)
    ending: what the page says at which the flow ends; the message alone, if left out
    lasting: what the request has changed stands all the same: the flow has come to its end, and then is refused
    counts: whether it is held against the user where it refuses the answer to a challenge (`wrong_answers`)
    """

    def __init__(
        self,
        message: Message,
        *params: Param,
        path: tuple[str, ...] | None = None,
        after: After | None = None,
        others: tuple[Remark, ...] = (),
        terminal: bool | None = None,
        ending: tuple[Remark, ...] = (),
        lasting: bool = False,
        counts: bool = True,
    ) -> None:
        super().__init__(message.name)
        first = Remark(name=message.name, params=params, path=path, said=own_words(message))
        self.message = message
        self.remarks = (first, *others)
        self.after = after
        self.ending = ending or (Remark(name=message.name, params=params),)
        self.terminal = message.name in TERMINAL_PAGES if terminal is None else terminal
        self.lasting = lasting
        self.counts = counts


def refused_with(problems: Sequence[Remark]) -> Refused | None:
    """The refusal that says all of these, each in its place; None where there are none."""
    if not problems:
        return None
    first, *others = problems
    return Refused(message_of(first), *first.params, path=first.path, others=tuple(others))
