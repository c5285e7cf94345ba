"""What the user of the client would see, as the adapter protocol writes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mock_okta_conformance.reference.errors import ClientError
from mock_okta_conformance.reference.ion import Message, Response
from mock_okta_conformance.reference.session import Session, Stage
from mock_okta_conformance.reference.tokens import Tokens
from mock_okta_conformance.reference.verbs import any_poll

View = dict[str, Any]


def view_of(session: Session | None, error: ClientError | None = None, *, state: Stage | None = None) -> View:
    """The view of a session; members that say nothing are left out.

    state: what to show instead of "error" where an error doesn't change where the session stands
    """
    if session is None:
        return {"state": "error", **_error(error), "stored": []}
    view: View = {"state": str(state or (Stage.FAILED if error else _state(session)))}
    if session.response is not None:
        view.update(_page(session.response, fresh=error is None or getattr(error, "page", None) is not None))
    if session.redirect is not None:
        view["redirect"] = session.redirect
    if error is None and session.tokens is not None:
        view.update(_tokens(session.tokens))
    return {**view, **_error(error or _expiry(session)), "stored": _stored(session)}


def _state(session: Session) -> Stage:
    """`new` isn't a state of the protocol: nothing was started."""
    return Stage.FAILED if session.stage is Stage.NEW else session.stage


def _page(response: Response, *, fresh: bool) -> View:
    """What the current page offers; its messages only if this move brought them."""
    poll = any_poll(response, "")
    page: View = {
        "steps": [r.name for r in response.remediations],
        "actions": list(response.actions),
        "messages": [_message(m) for m in response.messages] if fresh else [],
        "pollAfterMs": poll.refresh_ms if poll else None,
    }
    return {name: value for name, value in page.items() if value}


def _message(message: Message) -> View:
    shown = {"text": message.text, "key": message.key, "class": message.level, "field": message.field}
    return {name: value for name, value in shown.items() if value is not None} | _params(message)


def _params(message: Message) -> View:
    return {"params": list(message.params)} if message.params else {}


def _tokens(tokens: Tokens) -> View:
    shown = {
        "accessToken": tokens.access_token,
        "idToken": tokens.id_token,
        "refreshToken": tokens.refresh_token,
        "tokenType": tokens.token_type,
        "scope": " ".join(tokens.scopes),
        "expiresAt": tokens.expires_at,
    }
    return {"tokens": {k: v for k, v in shown.items() if v is not None}, "claims": dict(tokens.claims)}


def _error(error: ClientError | None) -> View:
    if error is None:
        return {}
    told = {"type": error.kind, "code": error.code, "text": error.text, "status": error.status, **error.details()}
    return {"error": {name: value for name, value in told.items() if value is not None}}


def _expiry(session: Session) -> ClientError | None:
    """An expired transaction is an error as well as the end: the user has to start anew."""
    response = session.response
    if response is None or not response.expired:
        return None
    expired = next(m for m in response.messages if m.key is not None)
    error = ClientError(f"the session has expired: {expired.text}", code=expired.key, status=response.status)
    error.kind = "session_expired"
    return error


def _stored(session: Session) -> list[str]:
    """Names of the secrets that are still kept of the transaction."""
    if session.transaction is None:
        return []
    return [name for name, value in asdict(session.transaction).items() if value]
