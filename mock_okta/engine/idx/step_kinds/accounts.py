"""Steps that change an account and rest nowhere: it is unlocked, or the flow that made it goes on as a sign-in."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import messages, notices, policy
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import SAID, StepKind, is_done, over
from mock_okta.engine.model import Step, Transaction, User, UserStatus

MESSAGES = Setting(name="messages", kind=SAID, about="Messages on the next page.")

_NEW = (UserStatus.STAGED, UserStatus.PROVISIONED)


def unlock(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Unlocks the user, who has proved enough for it."""
    user = policy.user_of(turn, transaction)
    if user is not None and user.status is UserStatus.LOCKED_OUT:
        turn.put_user(replace(user, status=UserStatus.ACTIVE, failures=0))
    return over(transaction)


def sign_in_now(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Turns to the sign-in, as an org does that lands its users in the app after unlocking.

    A new user is active from here on: the flow that makes one is over.
    """
    user = policy.user_of(turn, transaction)
    if user is not None:
        activated(turn, user, transaction)
    said = messages.remarks(MESSAGES.find(step.settings) or ())
    return replace(transaction, flow="sign_in", done=(), notices=said)


def activated(turn: Turn, user: User, transaction: Transaction) -> User:
    """The user once the flow is over: who has registered, or was activated, is active.

    Whoever has registered without a proof of the address gets a mail that says welcome.
    """
    if transaction.flow not in ("register", "activate") or user.status not in _NEW:
        return user
    active = replace(user, status=UserStatus.ACTIVE)
    turn.put_user(active)
    if transaction.flow == "register" and user.enrollment("okta_email") is None:
        notices.send(turn, "registered", active, str(turn.scenario.org.get("label", "Okta")))
    return active


ROWS = (
    StepKind(
        verb="unlock",
        is_met=is_done,
        enter=unlock,
        passes=True,
        whom="user",
        about="Unlock the account.",
        examples=(("- unlock", "nothing: the account is not locked any more"),),
    ),
    StepKind(
        verb="sign_in",
        is_met=is_done,
        enter=sign_in_now,
        passes=True,
        leads_to="sign_in",
        about="Go on with the sign-in.",
        examples=(
            (
                "- sign_in: {messages: [oie.selfservice.unlock_user.landing.to.app.success.message]}",
                "nothing: another flow goes on as a sign-in, and says this on its next page",
            ),
        ),
        settings=(MESSAGES,),
        how="What is said on the way.",
    ),
)
