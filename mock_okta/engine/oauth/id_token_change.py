"""What a script does to an ID token, so that a client's checks can be put to the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import NOTHING, Reply

ALGORITHMS = ("RS256", "HS256", "none")
SIGNATURES = ("valid", "other_key", "broken")


class IdTokenChange(Struct, frozen=True, kw_only=True):
    """The members of `id_token:` in a script entry.

    claims: set to these values
    shift: seconds to add to claims that are numbers, e.g. {"exp": -3600}
    drop: claims to leave out, last of the three
    header: members to set in the header; None removes one
    alg, signature: one of `ALGORITHMS`, one of `SIGNATURES`
    omit: the reply has no ID token at all
    """

    claims: Mapping[str, Any] = NOTHING
    shift: Mapping[str, float] = NOTHING
    drop: tuple[str, ...] = ()
    header: Mapping[str, Any] = NOTHING
    alg: str = "RS256"
    signature: str = "valid"
    omit: bool = False

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> IdTokenChange:
        """The change that a script entry describes; members it does not know are left out."""
        known = cls.__struct_fields__
        given = {name: value for name, value in members.items() if name in known}
        return cls(**{**given, "drop": tuple(given.get("drop", ()))})

    def applied_to(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims after the change."""
        changed = {**claims, **self.claims}
        for name, seconds in self.shift.items():
            if _is_time(changed.get(name)):
                changed[name] += int(seconds)
        return {name: value for name, value in changed.items() if name not in self.drop}

    def misses(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        """What would be shifted or dropped and is not there, e.g. "shift.nbf"."""
        there = {**claims, **self.claims}
        shifted = (f"shift.{name}" for name in self.shift if not _is_time(there.get(name)))
        return (*shifted, *(f"drop: {name}" for name in self.drop if name not in there))


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def with_id_token_changed(turn: Turn, reply: Reply, members: Mapping[str, Any]) -> Reply:
    """The reply with the change made to the ID token in it, whichever grant it was issued for.

    members: of `id_token:` in a script entry
    """
    from mock_okta.engine.base import signing

    body = reply.body if isinstance(reply.body, Mapping) else {}
    claims = signing.own_claims(str(body.get("id_token")), turn.state.keys)
    if claims is None:
        turn.unapplied.append("id_token: this reply would have had no ID token")
        return reply
    change = IdTokenChange.of(members)
    if change.omit:
        return replace(reply, body={name: value for name, value in body.items() if name != "id_token"})
    turn.unapplied += (f"id_token.{name}: the ID token has no such claim" for name in change.misses(claims))
    spoiled = signing.spoiled(
        change.applied_to(claims),
        turn.state.keys[0],
        header=change.header,
        algorithm=change.alg,
        signature=change.signature,
    )
    return replace(reply, body={**body, "id_token": spoiled})
