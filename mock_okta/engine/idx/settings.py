"""What a scenario may say: of an authenticator, of one person's enrolment in it, of a step.

A `Setting` is both the grammar of one thing that can be said and its typed reader: each row of `AUTHENTICATORS` and of
`STEP_KINDS` lists its settings, the schema of scenario files follows from the lists, and whoever needs a value asks the
setting for it: `CODE_LENGTH.of(turn, KEY)` for the whole org, `PIN.read(enrollment.secret)` for one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import NOTHING

T = TypeVar("T")


class Kind(Struct, Generic[T], frozen=True):
    """What type of value a setting has. The schema has one function for each, by this name."""

    name: str


TEXT: Kind[str] = Kind("text")
FLAG: Kind[bool] = Kind("flag")
WHOLE: Kind[int] = Kind("whole")
TEXTS: Kind[tuple[str, ...]] = Kind("texts")
MAPPING: Kind[Mapping[str, Any]] = Kind("mapping")
MAPPINGS: Kind[tuple[Mapping[str, Any], ...]] = Kind("mappings")


class Setting(Struct, Generic[T], frozen=True, kw_only=True):
    """One thing that can be said: under `authenticators:`, under `enrolled:`, or of a step of a flow.

    about: one sentence for whoever writes the scenario
    default: what holds where nothing is said
    needed: it has to be said
    least, most: the range of a whole number; of a list, how many there have to be at least
    words: all that a text, or each text of a list, may be
    noun, each: what such a word is called in errors, and what one entry of a list is
    pattern, example: the form of a text, and a text of that form
    drawn: length and alphabet of what is drawn from the tenant's seed where nothing is said
    members: of a mapping, or of each in a list
    """

    name: str
    kind: Kind[T]
    about: str
    default: T | None = None
    needed: bool = False
    least: int | None = None
    most: int | None = None
    words: tuple[str, ...] = ()
    noun: str = "value"
    each: str = "One of them."
    pattern: str | None = None
    example: str | None = None
    drawn: tuple[int, str] | None = None
    members: tuple[Setting[Any], ...] = ()

    def find(self, values: Mapping[str, Any]) -> T | None:
        """What is said in this mapping, else the default, else None.

        values: of a step (`step.settings`), of an enrolment (`enrollment.secret`), …
        """
        found: T | None = values.get(self.name, self.default)
        return found

    def read(self, values: Mapping[str, Any]) -> T:
        """The same, of what is always there: needed, drawn, or with a default. Raises: KeyError"""
        found = self.find(values)
        if found is None:
            raise KeyError(self.name)
        return found

    def find_of(self, turn: Turn, key: str) -> T | None:
        """What the scenario says of this authenticator for the whole org, else the default, else None."""
        return self.find(turn.scenario.authenticators.get(key, NOTHING))

    def of(self, turn: Turn, key: str) -> T:
        """The same, of what has a default. Raises: KeyError"""
        return self.read(turn.scenario.authenticators.get(key, NOTHING))

    @property
    def defaults(self) -> dict[str, Any]:
        """The members of a mapping that hold where nothing is said."""
        return {each.name: each.default for each in self.members if each.default is not None}


BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HEX = "0123456789abcdef"

SUSPENDED = Setting(name="suspended", kind=FLAG, about="Blocked after too many failures.", default=False)
METHODS = Setting(
    name="methods", kind=TEXTS, about="Those that it can be used with; all that the org allows, if absent."
)
ALLOWED_FOR = Setting(
    name="allowed_for",
    kind=TEXT,
    words=("any", "sso", "recovery", "none"),
    about="What it is used for: to sign in (`sso`), for recovery and unlock, for any of it or none; any, if left out.",
)
OF_EVERY_AUTHENTICATOR = (ALLOWED_FOR,)
"""What can be said of any authenticator for the whole org."""
OF_EVERY_ENROLLMENT = (SUSPENDED, METHODS)
"""What can be said of any enrolment. These are members of `Enrollment` itself; all else goes into its `secret`."""


def drawn(turn: Turn, setting: Setting[str]) -> str:
    """A value for a setting that is drawn where nothing is said."""
    length, alphabet = setting.drawn or (20, ids.URL_SAFE)
    return turn.draw(length, alphabet)
