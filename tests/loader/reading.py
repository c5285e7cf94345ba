"""What tests of the loader say about a text."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mock_okta.errors import Problem, ScenarioError
from mock_okta.loader import parse

FILE = "acme.yaml"

START = """\
about: A test.
users:
  - {login: mary@example.com, password: Abcd1234!, enrolled: [okta_email]}
"""
"""Three good lines for a file to begin with."""


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    """Everything that is wrong with a text; there must be something."""
    with pytest.raises(ScenarioError) as refused:
        parse(text, FILE)
    return refused.value.problems


def problem_of(text: str | bytes) -> Problem:
    """The only thing that is wrong with a text."""
    problems = problems_of(text)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def continued(text: str) -> str:
    """A file that begins well and goes on like this, from line 4."""
    return START + dedent(text).lstrip("\n")
