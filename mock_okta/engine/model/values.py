"""What the values of scenarios and states are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immutables import Map

JsonObject = Mapping[str, Any]
NOTHING: Map[str, Any] = Map()
