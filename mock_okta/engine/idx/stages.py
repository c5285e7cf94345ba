"""The stages at which a transaction can rest.

`offers` names the remediations in the order in which they are sent (idx-protocol notes 2.4: the first is the state for
every client); each is subject to its own condition. `shows` names the objects that stand beside them (notes 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

CURRENT = "current"
"""The authenticator in play: `currentAuthenticator` or `currentAuthenticatorEnrollment`."""
LISTS = "lists"
"""`authenticators` and `authenticatorEnrollments`: what can be used in this step."""
USER = "user"


@dataclass(frozen=True, slots=True)
class Stage:
    """One resting place."""

    name: str
    offers: tuple[str, ...]
    shows: tuple[str, ...] = ()


# fmt: off
STAGES: dict[str, Stage] = {row.name: row for row in (
    Stage("identify",          ("identify",), (CURRENT,)),
    Stage("select",            ("select-authenticator-authenticate",), (LISTS, USER)),
    Stage("verification-data", ("authenticator-verification-data", "select-authenticator-authenticate"),
                               (CURRENT, LISTS, USER)),
    Stage("challenge",         ("challenge-authenticator", "select-authenticator-authenticate"),
                               (CURRENT, LISTS, USER)),
    Stage("success",           (), (USER,)),
)}
# fmt: on
