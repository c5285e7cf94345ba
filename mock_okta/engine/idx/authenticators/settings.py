"""What a scenario may say about an authenticator, and about one person's enrolment in it.

Each row of `AUTHENTICATORS` lists its settings; the schema of scenario files and their defaults follow from the lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that can be said, under `authenticators:` for the org or under `enrolled:` for one person.

    kind: "text", "flag", "whole", "texts" (a list), "mapping" or "mappings" (a list)
    about: one sentence for whoever writes the scenario
    default: what holds where nothing is said
    needed: there is no enrolment without it
    least, most: the range of a whole number
    words: all that a text, or each text of a list, may be
    pattern, example: the form of a text, and a text of that form
    drawn: length and alphabet of what is drawn from the tenant's seed where nothing is said
    members: of a mapping, or of each in a list
    """

    name: str
    kind: str
    about: str
    default: Any = None
    needed: bool = False
    least: int | None = None
    most: int | None = None
    words: tuple[str, ...] = ()
    pattern: str | None = None
    example: str | None = None
    drawn: tuple[int, str] | None = None
    members: tuple[Setting, ...] = ()

    @property
    def defaults(self) -> dict[str, Any]:
        """The members of a mapping that hold where nothing is said."""
        return {each.name: each.default for each in self.members if each.default is not None}


BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HEX = "0123456789abcdef"

SUSPENDED = Setting(name="suspended", kind="flag", about="Blocked after too many failures.", default=False)
METHODS = Setting(
    name="methods", kind="texts", about="Those that it can be used with; all that the org allows, if absent."
)
ALLOWED_FOR = Setting(
    name="allowed_for",
    kind="text",
    words=("any", "sso", "recovery", "none"),
    about="What pages say it may be used for, as `allowedFor`; nothing, if left out.",
)
OF_EVERY_AUTHENTICATOR = (ALLOWED_FOR,)
"""What can be said of any authenticator for the whole org."""
OF_EVERY_ENROLLMENT = (SUSPENDED, METHODS)
"""What can be said of any enrolment. These are members of `Enrollment` itself; all else goes into its `secret`."""


def of_org(turn: Turn, key: str, setting: Setting) -> Any:
    """What the scenario says for the whole org, or the default."""
    return turn.scenario.authenticators.get(key, {}).get(setting.name, setting.default)


def drawn(turn: Turn, setting: Setting) -> str:
    """A value for a setting that is drawn where nothing is said."""
    length, alphabet = setting.drawn or (20, ids.URL_SAFE)
    return turn.draw(length, alphabet)
