"""`/login/token/redirect?stateToken=…`: from Okta's sign-in page back to the app, with what came of it.

Source: okta-oauth notes 5.6 (`success.href`). That a refused sign-in goes the same way is inferred. Servers that sign
their users in by the Identity Engine send them here for a session with Okta, some with the handle cut at its `~`.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser import html
from mock_okta.engine.browser.returning import back_to_app
from mock_okta.engine.idx import sessions, transactions
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.forms import read_form


def token_redirect(turn: Turn) -> Reply:
    """Sends the browser to the app; a sign-in that is not over goes on on a page.

    Raises: OAuthError, shown on a page, where the sign-in is not known any more
    """
    handle = read_form(turn).get("stateToken") or ""
    transaction = transactions.find(turn, transactions.whole_handle(turn, handle))
    if transaction is None:
        raise OAuthError("social_transaction_expired")
    if STAGES[transaction.stage].ends:
        transaction = sessions.opened_on_return(turn, transaction)
        error = None if transaction.code else OAuthError(transaction.error or "access_denied")
        return back_to_app(turn, transaction, error)
    page = html.page("Sign in", html.paragraph("Go on signing in here."), state_token=transaction.handle)
    return replace(page, transaction=transaction.handle)
