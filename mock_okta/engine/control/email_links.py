"""Opening a link out of a mail, as a person would in a browser: for the control API and for tests."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from mock_okta.engine.advance import advance
from mock_okta.engine.idx.browsers import DEVICE_COOKIE
from mock_okta.engine.model import Reply, Request, Scenario, State

FORM = "application/x-www-form-urlencoded"


class UnknownLink(LookupError):
    """No mail of this tenant has had such a link."""


def open_link(
    scenario: Scenario,
    state: State,
    link: str,
    *,
    at: float,
    chance: str,
    origin: str,
    same_browser: bool = True,
    consent: bool | None = None,
) -> tuple[State, Reply]:
    """The tenant after a link was opened, and what the browser got: a redirect (`Location`) or a page.

    link: as it stands in the mail, or its token alone
    at: epoch seconds; chance: as of a request; origin: scheme and host of the server
    same_browser: the one that asked for the mail opens it
    consent: the answer, where the page asks whether it was you
    Raises: UnknownLink
    """
    token = parse_qs(urlsplit(link).query).get("token", [link])[0]
    known = state.links.get(token)
    if known is None:
        raise UnknownLink(f"no mail has had the link {link!r}")
    waiting = state.transactions.get(known.transaction)
    device = waiting.browser.device if waiting and same_browser else ""
    headers = {"cookie": f"{DEVICE_COOKIE}={device}"} if device else {}
    visit = partial(Request, endpoint="email-link", origin=origin, at=at, rest=known.asked.client_id)
    opening = visit(method="GET", chance=f"{chance} opening", headers=headers, query=(("token", token),))
    state, reply = advance(scenario, state, opening)
    page = state.transactions.get(reply.transaction or "")
    if consent is None or page is None or page.stage != "email-consent":
        return state, reply
    answer = urlencode({"stateToken": page.handle, "consent": str(consent).lower()}).encode()
    headers = {**headers, "content-type": FORM}
    return advance(scenario, state, visit(method="POST", chance=f"{chance} answer", headers=headers, body=answer))
