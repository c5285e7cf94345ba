"""Which requirements a run is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mock_okta_conformance.errors import SetupError, nearest
from mock_okta_conformance.requirement import AnyRequirement, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Patterns over ids (`C-IDT-*`), and levels. Nothing given means everything.

    checks: a row must match one of them
    without: a row must match none of them
    levels: a row must be of one of them
    sources: a row must cite one of them, e.g. "rfc7636"
    """

    checks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    sources: tuple[str, ...] = ()

    def takes(self, requirement: AnyRequirement) -> bool:
        """Whether the run is about this row."""
        if self.checks and not _matches(requirement.id, self.checks):
            return False
        if _matches(requirement.id, self.without):
            return False
        if self.levels and requirement.level not in self.levels:
            return False
        cited = _squeezed(" ".join(requirement.sources))
        return not self.sources or any(_squeezed(source) in cited for source in self.sources)


def select(requirements: Iterable[AnyRequirement], selection: Selection) -> tuple[AnyRequirement, ...]:
    """The rows that the run is about.

    Raises: SetupError for a pattern that matches no row at all, because it is most likely misspelt
    """
    rows = tuple(requirements)
    ids = [row.id for row in rows]
    for pattern in (*selection.checks, *selection.without):
        if not any(fnmatchcase(id, pattern.upper()) for id in ids):
            raise SetupError(f"{pattern!r} matches no requirement{nearest(pattern.upper(), ids)}; see --list")
    for source in selection.sources:
        if not any(Selection(sources=(source,)).takes(row) for row in rows):
            raise SetupError(f"no requirement cites {source!r}; see --list")
    return tuple(row for row in rows if selection.takes(row))


def _matches(id: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(id, pattern.upper()) for pattern in patterns)


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())
