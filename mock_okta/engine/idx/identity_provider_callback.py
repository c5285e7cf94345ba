"""What happens when somebody comes back from an identity provider.

Source: idx-protocol notes 7.13; okta-oauth notes 7 (texts of errors). Which attributes a new user needs is the
scenario's word; that the user is found by login or e-mail address is Okta's default.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import identity_providers, moves, policy, stale_pages, steps, terminal_pages, user_statuses
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.model import IdentityProvider, JsonObject, Proof, Remark, Transaction, User, UserStatus

AUTH_ERROR = "idx.identity.provider.auth.error"

FAILURES = (
    "login_failed",
    "get_social_profile_error",
    "user_match_error",
    "link_disabled",
    "jit_disabled",
    "jit_denied",
    "jit_failure",
    "jit_failure_missing_fields",
    "jit_failure_invalid_login_format",
    "jit_failure_values_not_match_pattern",
    "jit_failure_values_too_long",
    "jit_failure_invalid_locale",
)
"""What can go wrong at an identity provider or on the way back: names of OAuth errors."""


ABOUT_ACCOUNTS = ("login", "email_verified")
"""Members of an account that are no attributes of a profile."""


def is_for_authenticator(transaction: Transaction) -> bool:
    """Whether the browser was sent away to prove an authenticator, not to say who somebody is."""
    return transaction.stage in ("redirect", "redirect-card", "redirect-enroll")


def arrive(
    turn: Turn, transaction: Transaction, idp: IdentityProvider, account: JsonObject, amr: tuple[str, ...] = ()
) -> Transaction:
    """The transaction after somebody has signed in at the identity provider with this account.

    amr: what the identity provider says that it has proved
    Raises: OAuthError for whoever may not come in that way
    """
    if is_for_authenticator(transaction):
        return _prove(turn, transaction, account)
    user = _user(turn, idp, account)
    if not user_statuses.may("identity provider", user):
        raise OAuthError(user_statuses.cell("identity provider", user).says)
    if not turn.app(transaction.asked.client_id).admits(user):
        raise OAuthError("user_not_assigned")
    proof = Proof(authenticator="okta_password", method="idp", at=turn.now, amr=amr)
    known = replace(
        transaction,
        flow="sign_in",
        identifier=user.login,
        user_id=user.id,
        idp=idp.id,
        proofs=(proof,),
        done=(),
        notices=(),
    )
    try:
        return steps.settle(turn, known)
    except Refused as refusal:
        return terminal_pages.end(known, *refusal.ending)


def fail(turn: Turn, transaction: Transaction, *, canceled: bool = False) -> Transaction:
    """The transaction after the identity provider has refused, or the user has turned round there."""
    if is_for_authenticator(transaction):
        return _disprove(transaction)
    if canceled:
        return replace(transaction, notices=())
    said = Remark(name=AUTH_ERROR)
    # With nothing else on the page, a client that goes to the only identity provider by itself would go in circles.
    return (
        terminal_pages.end(transaction, said) if transaction.stage == "idp" else replace(transaction, notices=(said,))
    )


# ---------------------------------------------------------------------------------------------------------------------
# As an authenticator
# ---------------------------------------------------------------------------------------------------------------------


def _prove(turn: Turn, transaction: Transaction, account: JsonObject) -> Transaction:
    """Only the user's own account proves anything."""
    found = identity_providers.user_of(turn, account)
    if found is None or found.id != transaction.user_id:
        return _disprove(transaction)
    challenge = replace(policy.challenge_of(transaction), decision="approve")
    silent = replace(transaction, notices=())
    before = turn.mark()
    try:
        if not stale_pages.stands(turn, transaction):
            return steps.settle(turn, silent)
        return moves.answer(turn, replace(silent, challenge=challenge), {})
    except Refused as refusal:
        turn.undo(before)
        return terminal_pages.end(transaction, *refusal.ending) if refusal.terminal else _disprove(transaction)


def _disprove(transaction: Transaction) -> Transaction:
    purpose = "verify" if policy.challenge_of(transaction).purpose == "verify" else "enroll"
    return replace(transaction, notices=(Remark(name=f"oie.authenticator.{purpose}.error.fail"),))


# ---------------------------------------------------------------------------------------------------------------------
# Whose account it is
# ---------------------------------------------------------------------------------------------------------------------


def _user(turn: Turn, idp: IdentityProvider, account: JsonObject) -> User:
    """The user of this account, made on the spot where the identity provider may do that (JIT)."""
    known = identity_providers.user_of(turn, account)
    if known is None:
        return _create(turn, idp, account)
    if not idp.links:
        raise OAuthError("link_disabled")
    return known


def _create(turn: Turn, idp: IdentityProvider, account: JsonObject) -> User:
    if not idp.creates:
        raise OAuthError("jit_disabled")
    login = str(account.get("login") or account.get("email") or "")
    profile = {"email": login, **{name: value for name, value in account.items() if name not in ABOUT_ACCOUNTS}}
    missing = [name for name in idp.required if not profile.get(name)]
    if missing:
        raise OAuthError("jit_failure_missing_fields", ", ".join(missing))
    if "@" not in login:
        raise OAuthError("jit_failure_invalid_login_format")
    user = User(id=turn.draw_id("00u"), login=login, status=UserStatus.ACTIVE, profile=profile, groups=idp.groups)
    if account.get("email_verified", True):
        user = replace(user, verified_email=user.email)
    turn.put_user(user)
    return user
