"""What can go wrong for a client, each kind with a name that a program can match.

    ClientError
    ├── ConfigurationError     the settings can't be used; nothing was sent
    ├── TransportError         no whole reply arrived (refused, reset, cut short, bad certificate)
    │   └── TimedOut           … within the time allowed
    ├── ServerError            a reply that makes no sense here: 5xx, not JSON, a redirect, an unknown version
    ├── RefusedError           the server says no, with a code (`error` or `errorCode`) and a text
    │   ├── RateLimited        … 429
    │   └── StepUpRequired     … a stronger sign-in is wanted
    ├── NotOffered             the current response doesn't offer that step; nothing was sent
    ├── InvalidInput           the form doesn't take these values; nothing was sent
    ├── NoTransaction          there is no transaction, or no tokens, to do this with; nothing was sent
    ├── CallbackRejected       a redirect that isn't the answer to this transaction
    └── TokenRejected          a token reply that doesn't verify; `code` names the check

The texts carry no password, code, token, verifier, secret or handle: they are made of names, addresses without their
query, statuses, and what the server itself wrote for people to read.
"""

from __future__ import annotations

from typing import Any


class ClientError(Exception):
    """Something the caller has to know. `code` is the server's own code where there is one."""

    kind = "client"

    def __init__(self, text: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.status = status

    def details(self) -> dict[str, Any]:
        """Further members of the adapter protocol's `error`, beyond type, code, text and status."""
        return {}


class ConfigurationError(ClientError):
    """The settings can't be used."""

    kind = "configuration"


class TransportError(ClientError):
    """No whole reply arrived."""

    kind = "transport"


class TimedOut(TransportError):
    """No whole reply arrived within the time allowed."""

    kind = "timeout"


class ServerError(ClientError):
    """A reply that makes no sense here."""

    kind = "server"


class RefusedError(ClientError):
    """The server says no."""

    kind = "refused"


class RateLimited(RefusedError):
    """Too many requests. `retry_after_s`: seconds to wait, None if the server didn't say.

    page: the Identity Engine's reply, if the refusal was one that can be gone on from
    """

    kind = "rate_limited"
    page: Any = None

    def __init__(self, text: str, *, code: str | None, status: int, retry_after_s: float | None) -> None:
        super().__init__(text, code=code, status=status)
        self.retry_after_s = retry_after_s

    def details(self) -> dict[str, Any]:
        """How long to wait, if known."""
        return {} if self.retry_after_s is None else {"retryAfterS": self.retry_after_s}


class StepUpRequired(RefusedError):
    """The access token stands for too weak a sign-in; `parameters` are those that a new one has to be started with."""

    kind = "step_up"

    def __init__(self, text: str, *, code: str, status: int, parameters: dict[str, Any]) -> None:
        super().__init__(text, code=code, status=status)
        self.parameters = parameters

    def details(self) -> dict[str, Any]:
        """The parameters, under the names of the adapter protocol."""
        return dict(self.parameters)


class NotOffered(ClientError):
    """The current response doesn't offer that step."""

    kind = "not_offered"


class InvalidInput(ClientError):
    """The form doesn't take these values."""

    kind = "invalid_input"


class NoTransaction(ClientError):
    """There is no transaction, or no tokens, to do this with."""

    kind = "no_transaction"


class CallbackRejected(ClientError):
    """A redirect that isn't the answer to this transaction."""

    kind = "callback_rejected"


class TokenRejected(ClientError):
    """A token reply that doesn't verify."""

    kind = "token_rejected"
