"""What the tests of the reference client share."""

from __future__ import annotations

import pytest

from mock_okta_conformance.reference.session import Session
from tests.conformance.reference.fake_org import FakeOrg
from tests.conformance.reference.sign_ins import sign_in


@pytest.fixture
def org() -> FakeOrg:
    """An org that does everything right until told otherwise."""
    return FakeOrg()


@pytest.fixture
def signed_in(org: FakeOrg) -> Session:
    """A session at its end."""
    return sign_in(org)
