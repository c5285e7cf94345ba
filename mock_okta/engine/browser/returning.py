"""The way back to the app, with what came of it in the address (okta-oauth notes 7)."""

from __future__ import annotations

from urllib.parse import urlencode

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import sessions
from mock_okta.engine.model import Reply, Transaction
from mock_okta.engine.oauth.device_authorization import activation_path


def back_to_app(turn: Turn, transaction: Transaction, error: OAuthError | None = None) -> Reply:
    """Sends the browser to the app: with the interaction code, or with why there is none.

    An app that hears `interaction_required` introspects the handle that it has, and goes on. The sign-in of a device
    goes on where it has begun.
    """
    if transaction.redirection is None:
        page = f"{turn.request.origin}{activation_path(transaction.asked.server)}"
        return redirect(turn, transaction, with_query(page, stateToken=transaction.handle))
    back = transaction.redirection
    return redirect(turn, transaction, with_query(back.redirect_uri, **_outcome(transaction, error), state=back.state))


def _outcome(transaction: Transaction, error: OAuthError | None) -> dict[str, str]:
    if error is None and transaction.code is not None:
        return {"interaction_code": transaction.code}
    if error is None:
        denied = transaction.error or "access_denied"
        error = OAuthError(denied if transaction.stage == "terminal" else "interaction_required")
    return {"error": error.row.error, "error_description": error.description}


def redirect(turn: Turn, transaction: Transaction, address: str) -> Reply:
    """Sends the browser somewhere, signed in to the org if the transaction has come to that."""
    headers = (("Location", address), *sessions.cookie(turn, transaction))
    return Reply(status=302, headers=headers, transaction=transaction.handle)


def with_query(address: str, **parameters: str) -> str:
    """The address with these parameters added; an address that is registered has no fragment."""
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(parameters, errors='replace')}"
