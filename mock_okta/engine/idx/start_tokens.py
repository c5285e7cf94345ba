"""Tokens with which a flow begins elsewhere than at the sign-in page: to activate an account, to set a new password.

Okta's Management API gives them out, or mails a link with one. Source: okta-oauth notes 2.1, 2.4; idx-protocol notes
5.2, 7.10 (c), 7.15. Lifetimes are Okta's defaults: seven days for an activation, an hour for a password.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.retention import committed
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.write_set import GONE, Writes
from mock_okta.engine.model import StartToken, State, User
from mock_okta.engine.model.logins import user_named

LIFETIME_S = {"activation": 7 * 86_400, "recovery": 3600, "forgot": 3600}
"""By the kinds that there are: "recovery" is what an administrator begins, "forgot" what the user does."""

TOKEN_LENGTH = 20


def issue_token(
    state: State, login: str, kind: str, *, at: float, chance: str, lifetime_s: float | None = None
) -> tuple[State, str]:
    """Gives out a token for a user; earlier ones of its kind are void.

    kind: a key of `LIFETIME_S`
    at: epoch seconds; chance: as of a request
    lifetime_s: Okta's default if left out; 0 makes one that has expired
    Returns: the new state, and the token for `activation_token` or `recovery_token` of `/v1/interact`
    Raises: UnknownUser, KeyError for another kind
    """
    writes, token = _issued(state, user_named(state, login), kind, at, chance, lifetime_s)
    return committed(state, writes, at), token


def issue(turn: Turn, user: User, kind: str) -> str:
    """The same while a request is answered."""
    writes, token = _issued(turn.state, user, kind, turn.now, turn.request.chance, None)
    for (collection, name), value in writes.items():
        turn.put(collection, name, value)
    return token


def _issued(
    state: State, user: User, kind: str, at: float, chance: str, lifetime_s: float | None
) -> tuple[Writes, str]:
    """What is written when a token is given out, and the token."""
    lifetime = LIFETIME_S[kind] if lifetime_s is None else lifetime_s
    token = ids.draw(f"{state.nonce}\0start token\0{chance}", 0, TOKEN_LENGTH, ids.URL_SAFE)
    earlier = (name for name in state.start_tokens.keys_by("user", user.id) if state.start_tokens[name].kind == kind)
    void = {("start_tokens", name): GONE for name in earlier}
    return {**void, ("start_tokens", token): StartToken(kind=kind, user_id=user.id, expires_at=at + lifetime)}, token


def use_up(turn: Turn, user_id: str) -> None:
    """Voids the tokens by which this user could set a new password: one has been set."""
    for text in turn.state.start_tokens.keys_by("user", user_id):
        token = turn.state.start_tokens[text]
        if token.kind != "activation":
            turn.put("start_tokens", text, replace(token, used=True))
