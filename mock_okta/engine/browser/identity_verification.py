"""`/idp/identity-verification?stateTokenExternalId=…`: a vendor of identity verification, played by a page."""

from __future__ import annotations

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser import html
from mock_okta.engine.browser.returning import back_to_app
from mock_okta.engine.idx import identity_verification as verification
from mock_okta.engine.idx import transactions
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.forms import read_form

PATH = "/idp/identity-verification"


def identity_verification(turn: Turn) -> Reply:
    """Shows the page, or sends the browser back to the app with what was picked there.

    Raises: OAuthError, shown on a page, where the sign-in is not known or does not ask for this
    """
    form = read_form(turn)
    transaction = transactions.find(turn, form.get("stateTokenExternalId"))
    if transaction is None or transaction.stage != "identity-verification":
        raise OAuthError("social_transaction_expired")
    decision = form.get("decision") if turn.request.method == "POST" else None
    if decision == "cancel":
        return back_to_app(turn, transaction)
    if decision in ("verified", "failed"):
        moved = verification.come_back(turn, transaction, verified=decision == "verified")
        turn.put_transaction(moved)
        return back_to_app(turn, moved)
    app = turn.app(transaction.asked.client_id)
    return html.page(
        f"Verify your identity with {verification.vendor_name(turn, transaction)}",
        html.paragraph(f"This page stands for a vendor that verifies identities. {app.label} waits for you."),
        html.form(
            PATH,
            {"stateTokenExternalId": transaction.handle},
            html.button("decision", "verified", "Be who you say you are"),
            html.button("decision", "failed", "Be somebody else"),
            html.button("decision", "cancel", "Cancel"),
        ),
    )
