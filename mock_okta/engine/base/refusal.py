"""What a request gets that is refused before there is a page to show."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply

if TYPE_CHECKING:
    from mock_okta.engine.base.oauth_errors import ErrorForm

StateChange = Callable[[Turn], None]


class Refusal(Exception):
    """The client is wrong; `reply` says how. Whatever the turn had changed is to be undone before it is asked.

    state_change: what happens to the state all the same, e.g. a replayed code revokes the tokens issued for it
    """

    state_change: StateChange | None = None

    def reply(self, turn: Turn, form: ErrorForm) -> Reply:
        """Makes `state_change`, if there is one, and returns what goes out.

        form: how the endpoint that was asked writes OAuth errors
        """
        if self.state_change is not None:
            self.state_change(turn)
        return self.as_reply(turn, form)

    @abstractmethod
    def as_reply(self, turn: Turn, form: ErrorForm) -> Reply:
        """The reply in the form that this kind of error has."""


def filled(text: str, params: tuple[str, ...]) -> str:
    """The text with `{0}`, `{1}`, … replaced; a placeholder without a parameter becomes empty."""

    def value(match: re.Match[str]) -> str:
        index = int(match[1])
        return params[index] if index < len(params) else ""

    return re.sub(r"\{(\d)\}", value, text)
