"""`/sso/idps/{id}?stateToken=…`: an identity provider, played by a page.

At Okta this redirects to Google, to a company's own server, and so on, who send the browser back. Here the page stands
for all of them: it lets the visitor be any of the users that the identity provider knows, or somebody new, or turn
round, or run into any of the failures. `decide` answers beforehand, and then there is only a redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS, OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser import html
from mock_okta.engine.browser.returning import back_to_app
from mock_okta.engine.idx import identity_provider_callback, identity_providers, transactions
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import IdentityProvider, JsonObject, Reply, Transaction
from mock_okta.engine.oauth.forms import Form, read_form


def identity_provider(turn: Turn) -> Reply:
    """Shows the page, or acts on what was picked there or decided beforehand.

    Raises: OAuthError, shown on a page, where the way back is not known
    """
    form = read_form(turn)
    idp = identity_providers.by_id(turn, turn.request.rest)
    if idp is None:
        raise OAuthError("unknown_idp")
    transaction = transactions.find(turn, form.get("stateToken"))
    if transaction is None or STAGES[transaction.stage].ends:
        raise OAuthError("social_transaction_expired")
    answer = turn.state.idp_answers.get(idp.id) or idp.answer or _picked(turn, idp, form)
    return _act(turn, transaction, idp, answer) if answer else _page(turn, transaction, idp)


def _picked(turn: Turn, idp: IdentityProvider, form: Form) -> JsonObject:
    """What the visitor of the page has chosen; empty if nothing yet."""
    if turn.request.method != "POST":
        return {}
    match form.get("action"):
        case "cancel":
            return {"cancel": True}
        case "fail":
            return {"error": form.get("error") or "login_failed"}
        case "create":
            named = ("login", "email", "firstName", "lastName")
            return {"profile": {name: form.get(name) for name in named if form.get(name)}}
    return {"login": form.get("login")} if form.get("login") else {}


def _act(turn: Turn, transaction: Transaction, idp: IdentityProvider, answer: JsonObject) -> Reply:
    """Sends the browser back to the app with what came of it."""
    if answer.get("cancel"):
        return _turned_back(turn, transaction, OAuthError("user_canceled_request"), canceled=True)
    if "error" in answer:
        name = answer["error"] if answer["error"] in OAUTH_ERRORS else "login_failed"
        return _turned_back(turn, transaction, OAuthError(name))
    before = turn.mark()
    try:
        account, amr = _account(turn, idp, answer), tuple(answer.get("amr", idp.amr))
        arrived = identity_provider_callback.arrive(turn, transaction, idp, account, amr)
    except OAuthError as refused:
        turn.undo(before)
        return _turned_back(turn, transaction, refused)
    turn.put_transaction(arrived)
    return back_to_app(turn, arrived)


def _turned_back(turn: Turn, transaction: Transaction, error: OAuthError, *, canceled: bool = False) -> Reply:
    failed = identity_provider_callback.fail(turn, transaction, canceled=canceled)
    turn.put_transaction(failed)
    return back_to_app(turn, failed, None if identity_provider_callback.is_for_authenticator(transaction) else error)


def _account(turn: Turn, idp: IdentityProvider, answer: JsonObject) -> Mapping[str, Any]:
    """The profile that the identity provider sends: of a user whom it knows, or whatever was made up."""
    if "profile" in answer:
        return dict(answer["profile"])
    login = str(answer.get("login", ""))
    return identity_providers.account(turn, idp, login) or {"login": login}


# ---------------------------------------------------------------------------------------------------------------------
# The page
# ---------------------------------------------------------------------------------------------------------------------


def _page(turn: Turn, transaction: Transaction, idp: IdentityProvider) -> Reply:
    action = f"/sso/idps/{idp.id}"
    hidden = {"stateToken": transaction.handle}
    known = (html.button("login", str(each["login"]), _label(each)) for each in identity_providers.accounts(turn, idp))
    somebody = (
        html.text_input("login", "Login", "email"),
        html.text_input("firstName", "First name"),
        html.text_input("lastName", "Last name"),
        html.button("action", "create", "Sign in with this account"),
    )
    failure = (
        html.choice("error", "Error", identity_provider_callback.FAILURES),
        html.button("action", "fail", "Fail"),
    )
    app = turn.app(transaction.asked.client_id)
    return html.page(
        f"Sign in with {idp.name}",
        html.paragraph(f"This page stands for an identity provider of type {idp.type}. {app.label} waits for you."),
        html.form(action, hidden, *known, legend="Be somebody who has an account here"),
        html.form(action, hidden, *somebody, legend="Be somebody else"),
        html.form(action, hidden, html.button("action", "cancel", "Cancel")),
        html.form(action, hidden, *failure, legend="Or let it fail"),
    )


def _label(account: Mapping[str, Any]) -> str:
    name = " ".join(str(account[part]) for part in ("firstName", "lastName") if account.get(part))
    return f"{name} ({account['login']})" if name else str(account["login"])
