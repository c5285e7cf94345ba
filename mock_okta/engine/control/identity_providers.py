"""What an identity provider shall answer, decided by a test instead of by a person at its page."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.amr import KINDS
from mock_okta.engine.base.retention import committed
from mock_okta.engine.base.write_set import GONE
from mock_okta.engine.idx.identity_provider_callback import FAILURES
from mock_okta.engine.model import IdentityProvider, State


class UndecidableIdp(Exception):
    """There is no such identity provider, or it cannot answer that. The text says what there is."""


def decide_idp(
    state: State,
    idp: str,
    *,
    login: str | None = None,
    profile: dict[str, Any] | None = None,
    cancel: bool = False,
    error: str | None = None,
    amr: list[str] | None = None,
) -> State:
    """The tenant whose identity provider answers so from now on; without an answer, its page asks again.

    idp: its name or id
    login: of a user whom it knows; `profile`: of anybody, with at least a `login`; `cancel`: the user turns round;
        `error`: one of `identity_provider_callback.FAILURES`
    amr: what it says that it has proved, beside a login or a profile; what the scenario says if left out
    Raises: UndecidableIdp
    """
    found = _named(state, idp)
    if error is not None and error not in FAILURES:
        raise UndecidableIdp(f"an identity provider can't fail with {error!r}; it can with {', '.join(FAILURES)}")
    said = {"login": login, "profile": profile, "cancel": cancel or None, "error": error}
    answer: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if len(answer) > 1:
        raise UndecidableIdp(f"one answer is enough, not {' and '.join(answer)}")
    if amr is not None:
        answer["amr"] = _proved(amr, answer)
    return committed(state, {("idp_answers", found.id): answer or GONE}, None)


def _proved(values: list[str], answer: dict[str, Any]) -> list[str]:
    if answer.keys().isdisjoint({"login", "profile"}):
        raise UndecidableIdp("amr says what was proved of somebody: send login or profile too")
    for value in values:
        if value not in KINDS:
            raise UndecidableIdp(f"amr has no value {value!r}; it can be {', '.join(KINDS)}")
    return values


def _named(state: State, name: str) -> IdentityProvider:
    for idp in state.identity_providers:
        if name in (idp.id, idp.name):
            return idp
    known = ", ".join(idp.name for idp in state.identity_providers) or "none"
    raise UndecidableIdp(f"there is no identity provider {name!r}; known here: {known}")
