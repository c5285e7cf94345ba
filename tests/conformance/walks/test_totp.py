"""Codes of authenticator apps, as walks make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta_conformance.walks.totp import STEP_S, code_at

NOW = 1_800_000_000.0


def test_a_code_is_that_of_the_standard():
    """RFC 6238, appendix B: SHA-1, eight digits, at 59 seconds."""
    assert code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59, digits=8) == "94287082"


@pytest.mark.parametrize(
    "secret", ["jbsw y3dp ehpk 3pxp", "JBSWY3DPEHPK3PXP====", "JBSWY3DPEHPK3PXPA", "JBSWY3DPEHPK3PXPAAA"]
)
def test_a_secret_may_be_written_as_people_copy_it(secret):
    assert code_at(secret, NOW) == GOOGLE.code(secret, int(NOW // STEP_S))


@given(st.from_regex("[A-Za-z2-7 ]+=*", fullmatch=True))
def test_a_walk_has_the_code_that_the_server_expects(secret):
    assert code_at(secret, NOW) == GOOGLE.code(secret, int(NOW // STEP_S))
