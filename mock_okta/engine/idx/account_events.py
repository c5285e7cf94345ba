"""What follows from a change of a user, whoever has made it: what is over, and who is told.

`Turn.put_user` calls this, so no flow has to know of it.
"""

from __future__ import annotations

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import notices, sessions, transactions, user_statuses
from mock_okta.engine.model import User


def follow(turn: Turn, before: User | None, after: User, *, by_admin: bool = False) -> None:
    """Ends what the new status ends, for good, and mails what there is to tell.

    before: None for a new user, of whom there is neither anything to end nor to tell
    by_admin: an administrator has made the change
    """
    if before is None:
        return
    if before.status is not after.status:
        end_what_is_over(turn, after)
    notices.tell(turn, before, after, by_admin=by_admin)


def end_what_is_over(turn: Turn, user: User) -> None:
    """Ends sessions and tokens that do not outlive the user's status."""
    if user_statuses.cell("session", user).ends:
        sessions.close_all(turn, user.id)
    if user_statuses.cell("tokens", user).ends:
        transactions.revoke_grants_of(turn, user.id)


def clear_sessions(turn: Turn, user: User, *, oauth_tokens: bool = False) -> None:
    """Ends the user's sessions, and all codes and tokens that are out if told so, as Okta's "Clear user sessions"."""
    sessions.close_all(turn, user.id)
    if oauth_tokens:
        transactions.revoke_grants_of(turn, user.id)
