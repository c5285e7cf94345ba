"""A row of this half drives an org. No probe is played."""

from __future__ import annotations

from typing import Never

from mock_okta_conformance.requirement import Requirement
from mock_okta_conformance.server.org import Org

ServerRequirement = Requirement[Org, Never]
