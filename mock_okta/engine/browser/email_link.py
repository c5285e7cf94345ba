"""`/email/verify/{app}?token=ft…`: where the links in mails lead (okta-oauth notes 7)."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser import html
from mock_okta.engine.browser.returning import back_to_app, redirect, with_query
from mock_okta.engine.idx import browsers, email_links, messages, transactions
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.model import Link, Reply, Transaction
from mock_okta.engine.oauth.forms import read_form

TITLE = "Email verification"


def email_link(turn: Turn) -> Reply:
    """Sends the browser to the app with the code, or shows what came of opening the link."""
    form = read_form(turn)
    page = transactions.find(turn, form.get("stateToken"))
    if turn.request.method == "POST" and page is not None and page.stage == "email-consent":
        return _shown(turn, email_links.consent(turn, page, {"consent": form.get("consent") == "true"}))
    link = turn.state.links.get(form.get("token") or "")
    if link is None:
        return html.page(TITLE, html.paragraph(MESSAGES["idx.return.error"].text))
    return _sent_to_app(turn, link) or _opened(turn, link)


def _sent_to_app(turn: Turn, link: Link) -> Reply | None:
    """The app's own address for it: the app knows best whether this is the browser that asked."""
    address = turn.app(link.asked.client_id).email_callback_uri
    origin = email_links.waiting(turn, link)
    if address is None or origin is None or turn.now >= link.expires_at:
        return None
    state = link.redirection.state if link.redirection else ""
    return redirect(turn, origin, with_query(address, state=state, otp=link.code))


def _opened(turn: Turn, link: Link) -> Reply:
    continued = email_links.continue_here(turn, link)
    return _continued(turn, continued) if continued else _shown(turn, email_links.open_link(turn, link))


def _continued(turn: Turn, transaction: Transaction) -> Reply:
    """The flow goes on in this tab: in the app, if all is proved, or else with what a widget makes of it here."""
    turn.put_transaction(transaction)
    if transaction.code is not None:
        return back_to_app(turn, transaction)
    page = html.page(TITLE, html.paragraph("Go on signing in here."), state_token=transaction.handle)
    return replace(page, transaction=transaction.handle)


def _shown(turn: Turn, page: Transaction) -> Reply:
    turn.put_transaction(page)
    content = [html.paragraph(str(messages.spoken(remark)["message"])) for remark in page.notices]
    if page.stage == "otp" and page.challenge is not None:
        content.append(html.code("Your verification code:", str(page.challenge.code)))
        content.append(html.paragraph(f"Request from: {_client(page)}"))
    if page.stage == "email-consent":
        content += _question(turn, page)
    return replace(html.page(TITLE, *content, state_token=page.handle), transaction=page.handle)


def _question(turn: Turn, page: Transaction) -> tuple[str, str]:
    answers = (html.button("consent", "true", "Yes, it's me"), html.button("consent", "false", "No, it's not me"))
    asked = f"{turn.app(page.asked.client_id).label}, {_client(page)}"
    form = html.form(f"/email/verify/{turn.request.rest}", {"stateToken": page.handle}, *answers)
    return (html.paragraph(f"Did you just try to sign in? {asked}"), form)


def _client(page: Transaction) -> str:
    agent = page.browser.agent
    return f"{browsers.browser_of(agent)} on {browsers.system_of(agent)}"
