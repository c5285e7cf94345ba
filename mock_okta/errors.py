"""What can be wrong with what people write for this program, as opposed to with what clients send it.

Exception
└── MockOktaError        carries the exit code of a command that it ends
    ├── ConfigError      an option, a name, a path or an environment variable is wrong
    └── ScenarioError    a scenario file is wrong; carries every problem of the file

A client's mistake is never one of these: it becomes a reply in Okta's own shape. Any other exception is our mistake.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class MockOktaError(Exception):
    """An error that people can mend themselves, so its text is a sentence and never a traceback."""

    exit_code = 2


class ConfigError(MockOktaError):
    """The usage or the configuration is wrong: an unknown scenario, a file that is not there, a port that is taken."""


class Problem(Struct, frozen=True):
    """One thing that is wrong in a scenario file.

    file: as the caller named it
    line: counts from 1
    field: where in the scenario, e.g. "sign_in[1].verify"; "" for the file as a whole
    message: what was found and what is allowed
    hint: how to mend it, e.g. "did you mean 'okta_email'?"
    """

    file: str
    line: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: {self.field}".removesuffix(": ")
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}: {self.message}{hint}"


class ScenarioError(MockOktaError):
    """A scenario that cannot be used. `problems` are all that is wrong with it, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """A hint that names the known word that is most like this one, if any is.

    cutoff: 0 to 1, how much alike they have to be
    """
    from difflib import get_close_matches  # late: only mistakes need it

    near = get_close_matches(word, list(known)[:1000], n=1, cutoff=cutoff) if len(word) <= 100 else []
    return f"did you mean {near[0]!r}?" if near else None
