"""`/activate?user_code=…`: where the user of a device goes, to type what it shows (okta-oauth notes 5.7).

At Okta the whole sign-in follows on this page, which a widget can do here too. A visitor without one says who it is,
and whether the device may have what it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.users import in_order
from mock_okta.engine.browser import html
from mock_okta.engine.idx import (
    assurance,
    device_activation,
    device_requests,
    messages,
    terminal_pages,
    transactions,
    user_statuses,
)
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import Proof, Reply, Transaction, User
from mock_okta.engine.oauth.device_authorization import activation_path
from mock_okta.engine.oauth.forms import Form, read_form

TITLE = "Activate your device"
LETTING_IN = "identity provider"
"""The row of `USES` that says who may."""


def activate(turn: Turn) -> Reply:
    """Shows the page, or what came of the answer.

    Raises: OAuthError, shown on a page, for a code that no device shows, or a user who may not use the app; ApiError
        E0000047 after too many such codes
    """
    form = read_form(turn)
    known = transactions.find(turn, form.get("stateToken"))
    page = known or device_activation.begin(turn, form.get("user_code") or "")
    if turn.request.method == "POST" and not STAGES[page.stage].ends:
        page = _answered(turn, page, form)
        turn.put_transaction(page)
    shown = _outcome(page) if STAGES[page.stage].ends else _question(turn, page)
    return replace(html.page(TITLE, *shown, state_token=page.handle), transaction=page.handle)


def _answered(turn: Turn, page: Transaction, form: Form) -> Transaction:
    if not device_requests.may_guess(turn):
        raise ApiError("E0000047")
    found = device_requests.waiting(turn, form.get("user_code") or "")
    if found is None:
        raise OAuthError("invalid_user_code", state_change=device_requests.count_wrong_code)
    code, request = found
    told = replace(page, device=code, authorization_request=request.asked)
    if form.get("action") == "deny":
        return terminal_pages.end_with(device_requests.turn_away(turn, told), device_requests.DENIED)
    user = turn.user_by_login(form.get("login") or "")
    if user is None or not user_statuses.may(LETTING_IN, user):
        raise OAuthError("invalid_user_status_error")
    if not turn.app(request.asked.client_id).admits(user):
        raise OAuthError("user_not_assigned")
    typed = Proof(authenticator="okta_password", method="password", at=turn.now)
    known = replace(told, identifier=user.login, user_id=user.id, proofs=(typed,))
    if not all(assurance.is_met(known, step) for step in assurance.asked_for(turn, known)):
        raise OAuthError("unmet_authentication_requirements")
    return device_requests.let_in(turn, known)


def _outcome(page: Transaction) -> Iterator[str]:
    return (html.paragraph(str(messages.spoken(remark)["message"])) for remark in page.notices)


def _question(turn: Turn, page: Transaction) -> Iterator[str]:
    known = turn.state.device_requests.get(page.device or "")
    everybody = (user.as_of(turn.now) for user in in_order(turn.scenario, turn.state))
    users = (user for user in everybody if user_statuses.may(LETTING_IN, user))
    yield from _outcome(page)
    yield html.paragraph("Follow the instructions on your device to get an activation code.")
    yield html.form(
        activation_path(turn.request.server),
        {"stateToken": page.handle},
        html.text_input("user_code", "Activation code", value=known.user_code if known else ""),
        *(html.button("login", user.login, f"Allow, as {_name(user)}") for user in users),
        html.button("action", "deny", "Don't allow"),
    )


def _name(user: User) -> str:
    name = " ".join(str(user.profile[part]) for part in ("firstName", "lastName") if user.profile.get(part))
    return f"{name} ({user.login})" if name else user.login
