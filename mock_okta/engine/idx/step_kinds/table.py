"""Every kind of step that a flow can have: the rows of the modules beside this one, which are listed here.

The table stands in a module of its own, so that what looks up a row (`row.kind_of`) can be imported by what the rows
are made of.
"""

from __future__ import annotations

from mock_okta.engine.base.table import table
from mock_okta.engine.idx.step_kinds import (
    accounts,
    acquiring,
    device_policies,
    ending,
    identifying,
    passwords,
    probing,
    profile,
    proving,
    questions,
)
from mock_okta.engine.idx.step_kinds.row import StepKind

MODULES = (
    probing,
    identifying,
    proving,
    acquiring,
    profile,
    passwords,
    accounts,
    questions,
    device_policies,
    ending,
)

STEP_KINDS: dict[str, StepKind] = table("verb", (row for module in MODULES for row in module.ROWS))
