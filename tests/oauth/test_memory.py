"""A tenant that lives long does not grow without end."""

from dataclasses import replace

from mock_okta.engine.model import IssuedToken
from mock_okta.engine.oauth import ledger
from tests.oauth.counter import NOON, Counter, grant


def issued(n):
    return IssuedToken(
        id=f"AT.{n}",
        kind="access_token",
        grant_id=f"code {n}",
        scope=("openid",),
        issued_at=NOON - 1000 + n,
        expires_at=NOON + 1000 + n,
    )


def test_when_there_are_too_many_tokens_those_that_end_soonest_go(monkeypatch):
    monkeypatch.setattr(ledger, "MAX_TOKENS", 20)
    counter = Counter()
    counter.state = replace(
        counter.state,
        tokens=counter.state.tokens.update({issued(n).id: issued(n) for n in range(20)}),
        grants=counter.state.grants.update({f"code {n}": grant(f"code {n}", code_expires_at=NOON) for n in range(20)}),
    )
    counter.tokens()
    kept = set(counter.state.tokens)
    assert {"AT.0", "AT.1"}.isdisjoint(kept)
    assert {f"AT.{n}" for n in range(2, 20)} <= kept
    assert {"code 0", "code 1"}.isdisjoint(counter.state.grants)
    assert "code 2" in counter.state.grants
