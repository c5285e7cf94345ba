"""The bundled scenarios, read once by each process that runs tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from mock_okta import loader
from mock_okta.engine.model import Scenario

NAMES = loader.bundled()


@cache
def scenario(name: str) -> Scenario:
    """One of them, as the server has it."""
    return loader.load(name)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """All of them, by name."""
    return MappingProxyType({name: scenario(name) for name in NAMES})


@cache
def text(name: str) -> str:
    """What stands in the file."""
    return loader.bundled_path(name).read_text(encoding="utf-8")


@cache
def document(name: str) -> Mapping[str, Any]:
    """The same as a value, for whoever leaves it as it is."""
    read: Mapping[str, Any] = yaml.load(text(name), _FASTEST)
    return read


_FASTEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""As the loader itself takes it: written in C where PyYAML was built with it."""
