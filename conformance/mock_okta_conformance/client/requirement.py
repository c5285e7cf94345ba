"""A row of this half is judged on the evidence of probes."""

from __future__ import annotations

from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.requirement import Requirement

ClientRequirement = Requirement[Evidence, Probe]
