"""What the authorization server remembers of the grants and tokens it has given out.

`IssuedToken.grant_id` is the key of its grant in the state. A grant and its tokens are one family: when the grant is
revoked, so are they all.
"""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from mock_okta.engine.base.refusal import StateChange
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import transactions, user_statuses
from mock_okta.engine.model import Grant, IssuedToken, Person, User

ACCESS_TOKEN = "access_token"
REFRESH_TOKEN = "refresh_token"


class Standing(Struct, frozen=True):
    """A token in good standing, and on whose behalf it was issued.

    user: None where the client acts for itself
    """

    token: IssuedToken
    grant: Grant
    user: User | None


def standing(turn: Turn, token_id: object, kind: str) -> Standing | None:
    """The token of that kind and id if it works: not expired, not revoked, not rotated away, its subject still there.

    token_id: `jti` of an access token, text of a refresh token
    """
    token = find(turn, token_id, kind)
    grant = turn.state.grants.get(token.grant_id) if token else None
    if token is None or grant is None or token.revoked or turn.now >= token.expires_at:
        return None
    if not is_active(turn, grant) or is_past_leeway(turn, token, grant):
        return None
    turn.use("tokens", token.id)
    turn.use("grants", token.grant_id)
    return Standing(token, grant, user_of(turn, grant))


def find(turn: Turn, token_id: object, kind: str) -> IssuedToken | None:
    """The token of that kind and id, in whatever standing."""
    token = turn.state.tokens.get(token_id) if isinstance(token_id, str) else None
    return token if token is not None and token.kind == kind else None


def is_past_leeway(turn: Turn, token: IssuedToken, grant: Grant) -> bool:
    """Whether a refresh token was replaced longer ago than its app gives grace (okta-oauth notes 3.5)."""
    if token.rotated_at is None:
        return False
    app = turn.state.apps.get(grant.asked.client_id)
    return turn.now > token.rotated_at + (app.refresh_leeway_s if app else 0)


def user_of(turn: Turn, grant: Grant) -> User | None:
    """The user who has signed in; None where the client acts for itself, and for an account that is gone."""
    return turn.user(grant.subject.user_id) if isinstance(grant.subject, Person) else None


def is_active(turn: Turn, grant: Grant) -> bool:
    """Whether the grant was not ended, and its subject is there and was not stopped since."""
    if grant.revoked:
        return False
    if not isinstance(grant.subject, Person):
        return grant.subject.client_id in turn.state.apps
    user = user_of(turn, grant)
    return user is not None and user_statuses.may("tokens", user)


# ---------------------------------------------------------------------------------------------------------------------
# Changing
# ---------------------------------------------------------------------------------------------------------------------


def record(turn: Turn, token: IssuedToken) -> None:
    """Remembers a token, and that its grant is still of use."""
    turn.put("tokens", token.id, token)
    turn.use("grants", token.grant_id)


def revoke_grant(turn: Turn, key: str) -> None:
    """Ends a grant and with it all of its tokens."""
    transactions.revoke_grant(turn, key)


def revoking(key: str) -> StateChange:
    """The change of state that goes with a refusal after which nothing of the grant may work any more."""
    return partial(revoke_grant, key=key)
