"""How transactions begin: at the sign-in page, with a session that is there already, or with a token from elsewhere.

Source: idx-protocol notes 7.10 (c), 7.15 (activation token), 8.3 (sessions); okta-oauth notes 2.1, 4.5 (max_age).
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import email_texts, policy, sessions, steps, success, terminal_pages, user_statuses
from mock_okta.engine.idx.authenticators.email import address_of, with_proved_address
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.start_tokens import issue
from mock_okta.engine.idx.transactions import IDENTIFIED_S, start_transaction
from mock_okta.engine.model import AuthorizationRequest, Browser, Redirection, Remark, StartToken, Transaction, User


def begin(
    turn: Turn,
    asked: AuthorizationRequest,
    redirection: Redirection,
    browser: Browser,
    *,
    prompt: str | None = None,
    token: StartToken | None = None,
) -> Transaction:
    """A new transaction at its first page.

    prompt: words of OpenID Connect: "login" asks for everything again, whoever is signed in, "consent" for consent
    token: begins another flow than the sign-in
    """
    fresh = start_transaction(turn, asked, redirection, browser, tuple((prompt or "").split()))
    begun = _with_token(turn, fresh, token) if token else resumed(turn, steps.enter(turn, fresh))
    turn.put_transaction(begun)
    return begun


# ---------------------------------------------------------------------------------------------------------------------
# With a session
# ---------------------------------------------------------------------------------------------------------------------


def resumed(turn: Turn, transaction: Transaction) -> Transaction:
    """The transaction as far as the session of this browser takes it.

    What was proved too long ago for the app's `max_age` has to be proved again; who it is stays known. For somebody
    who may not use the app it is over, unless they were asked to sign in anew.
    """
    session = sessions.of_request(turn)
    if session is None:
        return transaction
    user = turn.state.users[session.user_id]
    if not turn.app(transaction.asked.client_id).admits(user):
        if "login" in transaction.prompt:
            return transaction
        return success.ended(turn, transaction, Remark(name="idx.error.user.not.assigned.to.app"))
    max_age = 0 if "login" in transaction.prompt else transaction.asked.max_age
    proofs = session.proofs
    if max_age is not None:
        proofs = tuple(proof for proof in proofs if turn.now - proof.at < max_age)
    known = replace(
        transaction,
        identifier=user.login,
        user_id=user.id,
        proofs=proofs,
        idp=session.idp if proofs else "",
        session=session.id,
        remember_me=session.remembered,
    )
    before = turn.mark()
    try:
        return steps.settle(turn, known)
    except Refused as refusal:
        turn.undo(before)
        return success.ended(turn, known, *refusal.ending) if refusal.terminal else transaction


# ---------------------------------------------------------------------------------------------------------------------
# With a token
# ---------------------------------------------------------------------------------------------------------------------


_MAILED = ("activation", "forgot")
"""Tokens that reach their user in a mail; what an administrator begins may be handed over in any way."""


def _with_token(turn: Turn, transaction: Transaction, token: StartToken) -> Transaction:
    user = turn.state.users[token.user_id].as_of(turn.now)
    if token.kind in _MAILED:
        turn.put_user(with_proved_address(user))
    named = replace(transaction, identifier=user.login, user_id=user.id, expires_at=turn.now + IDENTIFIED_S)
    if token.kind == "activation":
        return _activating(turn, named, token, user)
    refusal = _why_no_new_password(turn, token, user)
    if refusal:
        return replace(terminal_pages.end_with(named, refusal), intent="CONSENT")
    return steps.begun(turn, replace(named, flow="reset"))


def _activating(turn: Turn, transaction: Transaction, token: StartToken, user: User) -> Transaction:
    refusal = user_statuses.cell("activation token", user).says
    if refusal:
        return terminal_pages.end_with(transaction, refusal)
    if turn.now >= token.expires_at:
        expired = (Remark(name="idx.expired.activation.token"),)
        return replace(transaction, stage="activation-expired", notices=expired)
    return steps.begun(turn, replace(transaction, flow="activate"))


def request_activation(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Mails another activation link, to whom it can still activate; whether anybody gets it stays untold."""
    user = policy.user_of(turn, transaction)
    refusal = user_statuses.cell("activation token", user).says if user else ""
    if refusal:  # recorded in okta-signin-widget, `error-request-activation-email-suspended`
        return terminal_pages.end_with(transaction, refusal)
    if user is not None:
        token = issue(turn, user, "activation")
        link = f"{_login_address(turn, transaction)}?{urlencode({'activation_token': token})}"
        for address in _addresses(user):
            email_texts.send(turn, "activate", user, address, link=link)
    return terminal_pages.end_with(transaction, "idx.request.activation.email")


def _addresses(user: User) -> tuple[str, ...]:
    """The user's address, and the second one, to which Okta writes about the account (2024.04.2, OKTA-702542)."""
    second = str(user.profile.get("secondEmail") or "")
    return tuple(dict.fromkeys(filter(None, (address_of(user), second))))


def _login_address(turn: Turn, transaction: Transaction) -> str:
    """Where the app begins a sign-in: as it has said, or else at the root of where sign-ins return to."""
    back = transaction.redirection
    parts = urlsplit(back.redirect_uri if back else turn.request.origin)
    return turn.app(transaction.asked.client_id).login_uri or f"{parts.scheme}://{parts.netloc}/"


def _why_no_new_password(turn: Turn, token: StartToken, user: User) -> str | None:
    refusal = user_statuses.cell(f"{token.kind} token", user).says
    if refusal:
        return refusal
    if token.used or turn.now >= token.expires_at:
        return "idx.invalid.forgot.password.token" if token.kind == "forgot" else "idx.invalid.reset.password.token"
    return None
