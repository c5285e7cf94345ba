"""`/auth/push/link?token=…`: where the link leads with which Okta Verify is set up, opened on a phone.

At Okta it opens the app. This page stands for the phone and says what came of it, as a test can by control call.
Source: okta-auth-js, samples/test, where the address of the opened link contains this path; the rest is inferred.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser import html
from mock_okta.engine.idx.authenticators.fastpass import KEY
from mock_okta.engine.idx.authenticators.okta_verify import ENROLL_DECISION, LINK_PATH
from mock_okta.engine.model import Challenge, Reply, Transaction
from mock_okta.engine.oauth.forms import read_form

TITLE = "Set up Okta Verify"
LABELS = {
    "enroll": "Set up the account on this phone",
    "biometrics": "Have a phone without biometrics",
    "upgrade": "Have an old version of the app",
    "incompatible": "Have a phone that does not do",
}


def okta_verify_link(turn: Turn) -> Reply:
    """Shows the page, or leaves what was picked there with the sign-in that waits for it."""
    form = read_form(turn)
    token = form.get("token") or ""
    found = _waiting(turn, token)
    if found is None:
        return html.page(
            TITLE, html.paragraph("This link is out of date. Return to the screen where you requested it.")
        )
    transaction, challenge = found
    decision = form.get("decision") if turn.request.method == "POST" else None
    if decision not in ENROLL_DECISION.words:
        buttons = (html.button("decision", word, LABELS[word]) for word in ENROLL_DECISION.words)
        told = html.paragraph("This page stands for Okta Verify on the phone that has opened the link.")
        return html.page(TITLE, told, html.form(LINK_PATH, {"token": token}, *buttons))
    turn.put_transaction(replace(transaction, challenge=replace(challenge, decision=decision)))
    told = html.paragraph("Return to the screen where you began.")
    return replace(html.page(TITLE, told), transaction=transaction.handle)


def _waiting(turn: Turn, token: str) -> tuple[Transaction, Challenge] | None:
    """The sign-in that waits for a phone to open this link, and nothing was decided yet."""
    for transaction in turn.state.transactions.by("link", token):
        challenge = transaction.challenge
        if challenge is not None and challenge.authenticator == KEY and challenge.purpose == "enroll":
            return (transaction, challenge) if turn.now < transaction.expires_at else None
    return None
