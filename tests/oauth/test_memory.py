"""A tenant that lives long does not grow without end, and what is still of use stays."""

from dataclasses import replace

from mock_okta.engine.model import NOTHING, Bounds
from tests.oauth.counter import Counter, grant


def test_of_tokens_and_grants_those_stay_that_were_used_last():
    counter = Counter()
    counter.state = replace(counter.state, bounds=Bounds(records=20))
    kept = counter.tokens()
    for number in range(60):
        code = f"code {number}"
        counter.with_grant(grant(code)).redeem(code)
        assert counter.is_active(kept["access_token"])
    assert len(counter.state.tokens) <= 20


def test_a_token_whose_grant_is_forgotten_is_no_token():
    counter = Counter()
    kept = counter.tokens()
    counter.state = replace(counter.state, grants=NOTHING)
    assert not counter.is_active(kept["access_token"])
