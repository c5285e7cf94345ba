"""What the tests of the reference client share."""

from __future__ import annotations

import pytest

from conformance.reference.session import Session
from conformance.reference.verbs import act
from tests.conformance.reference.fake_org import FakeOrg


@pytest.fixture
def org() -> FakeOrg:
    """An org that does everything right until told otherwise."""
    return FakeOrg()


@pytest.fixture
def signed_in(org: FakeOrg) -> Session:
    """A session at its end."""
    session = org.client().session()
    session.start()
    act(session, "identify", {"identifier": "mary@example.com"})
    act(session, "answer password", {"password": "Abcd1234!"})
    return session
