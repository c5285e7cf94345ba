"""The engine: what an Okta org answers, as a pure function.

Rules of this folder, kept by `tests/test_architecture.py`: no Flask, no files, no sockets, no clock, no randomness, no
import from the rest of the package. Time and chance arrive in the request; waiting, hanging up and sending mail are
fields of the reply and the state, acted on by others.
"""

from mock_okta.engine.advance import advance, advance_without_tenant, decided
from mock_okta.engine.base.retention import committed
from mock_okta.engine.bootstrap import bootstrap_tenant
from mock_okta.engine.script import add_interventions, clear_interventions

__all__ = [
    "add_interventions",
    "advance",
    "advance_without_tenant",
    "bootstrap_tenant",
    "clear_interventions",
    "committed",
    "decided",
]
