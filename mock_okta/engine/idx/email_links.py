"""Links in mails: each stands for the code that was mailed with it.

Whoever opens one is either the browser that asked for it or another. To an app that has an address for it, both are
sent with the code. Without one Okta shows a page: here a transaction of its own that is about the one that waits.
Source: idx-protocol notes 7.14; okta-oauth notes 7. What the browser that asked sees is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers, moves, policy, stale_pages, terminal_pages, transactions
from mock_okta.engine.idx.authenticators.email import OTHER_BROWSER, SAME_BROWSER
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import Challenge, Link, Transaction

INTENTS = {"sign_in": "AUTHENTICATION", "recover": "RECOVERY", "unlock": "UNLOCK_ACCOUNT"}
"""By the flow of the transaction that waits; enrolling is `ENROLLMENT` in every flow."""


def waiting(turn: Turn, link: Link) -> Transaction | None:
    """The transaction that waits for this link: it has not gone on, and no later link was sent."""
    found = transactions.find(turn, link.transaction)
    if found is None or found.challenge is None or not stale_pages.stands(turn, found):
        return None
    return found if found.challenge.code == link.code and found.challenge.decision is None else None


def open_link(turn: Turn, link: Link) -> Transaction:
    """The page that a link leads to, which is a transaction of its own."""
    origin = waiting(turn, link)
    if origin is None:
        return _page(turn, link, None, "idx.return.stale")
    if turn.now >= link.expires_at:
        return _page(turn, link, origin, "idx.return.link.expired")
    wanted = "verify" if _is_same_browser(turn, origin) else OTHER_BROWSER.of(turn, "okta_email")
    match wanted:
        case "verify":
            decide(turn, origin, "approve")
            return _page(turn, link, origin, "idx.return.to.original.tab")
        case "consent":
            return replace(_page(turn, link, origin), stage="email-consent", intent="CONSENT")
    return _with_code(turn, link, origin)


def continue_here(turn: Turn, link: Link) -> Transaction | None:
    """The flow as it goes on in the tab that has opened the link, where the org lets the same browser do that."""
    origin = waiting(turn, link)
    if origin is None or turn.now >= link.expires_at or not _is_same_browser(turn, origin):
        return None
    if SAME_BROWSER.of(turn, "okta_email") != "continue":
        return None
    before = turn.mark()
    challenge = replace(policy.challenge_of(origin), decision="approve")
    try:
        moved = moves.answer(turn, replace(origin, challenge=challenge), {})
    except Refused:
        turn.undo(before)
        return None
    decide(turn, origin, "transfer")
    here = replace(moved, handle=transactions.draw_state_handle(turn))
    turn.put("interactions", here.interaction_handle, here.handle)
    return here


def _is_same_browser(turn: Turn, origin: Transaction) -> bool:
    here = browsers.cookie(turn, browsers.DEVICE_COOKIE)
    return bool(here) and here == origin.browser.device


def _page(turn: Turn, link: Link, origin: Transaction | None, message: str | None = None) -> Transaction:
    """A page about a transaction that waits; without one, it is about nobody."""
    page = Transaction(
        handle=transactions.draw_state_handle(turn),
        interaction_handle="",
        authorization_request=link.asked,
        redirection=link.redirection,
        stage="terminal",
        flow=origin.flow if origin else "sign_in",
        user_id=origin.user_id if origin else None,
        identifier=origin.identifier if origin else None,
        proofs=origin.proofs if origin else (),
        browser=origin.browser if origin else browsers.asking(turn),
        origin=link.transaction,
        started_at=turn.now,
        expires_at=link.expires_at if turn.now < link.expires_at else turn.now + 300,
    )
    return terminal_pages.end_with(page, message) if message else page


def _with_code(turn: Turn, link: Link, origin: Transaction) -> Transaction:
    """The page that shows the code, to be typed where the link was asked for."""
    challenge = policy.challenge_of(origin)
    intent = "ENROLLMENT" if challenge.purpose == "enroll" else INTENTS.get(origin.flow, "AUTHENTICATION")
    shown = Challenge(authenticator="okta_email", method="email", code=link.code, purpose=challenge.purpose)
    said = terminal_pages.end_with(_page(turn, link, origin), "idx.enter.otp.in.original.tab")
    return replace(said, stage="otp", challenge=shown, intent=intent)


def decide(turn: Turn, origin: Transaction, decision: str) -> None:
    """Leaves a decision with the transaction that waits."""
    challenge = replace(policy.challenge_of(origin), decision=decision)
    turn.put_transaction(replace(origin, challenge=challenge))


# ---------------------------------------------------------------------------------------------------------------------
# Was it you?
# ---------------------------------------------------------------------------------------------------------------------


def consent_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`consent`: whether whoever opened the link has asked for it."""
    answers = (Option(label="Allow", value=True), Option(label="Deny", value=False))
    return (Field(name="consent", type="boolean", required=True, options=answers),)


def request_info(turn: Turn, transaction: Transaction) -> Mapping[str, Any]:
    """`requestInfo`: which app and which browser asked."""
    facts = {
        "appName": ("Application", turn.app(transaction.asked.client_id).label),
        "browser": ("Browser", browsers.browser_of(transaction.browser.agent)),
    }
    listed = [
        {"name": name, "type": "string", "label": label, "value": value} for name, (label, value) in facts.items()
    ]
    return {"requestInfo": listed}


def consent(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Tells the transaction that waits, unless that has gone on meanwhile."""
    origin = turn.state.transactions.get(transaction.origin)
    if origin is None or origin.challenge is None or origin.challenge.decision is not None:
        return terminal_pages.end_with(transaction, "idx.return.stale")
    decide(turn, origin, "approve" if values["consent"] else "deny")
    message = "idx.return.to.original.tab" if values["consent"] else "idx.operation.cancelled.by.user"
    return terminal_pages.end_with(transaction, message)
